/**
 * One table of what users get wrong: the same code and the same text on every
 * runtime, because the expected texts are written here.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import {
  chmodSync,
  copyFileSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { open, PluginError, type PluginErrorCode } from "@native/plugin";
import { buildAfresh, emptyDirectory, library } from "../helpers/fixture.ts";
import { need, skip } from "../helpers/need.ts";

const C = need("cc");

interface Mistake {
  readonly title: string;
  readonly code: PluginErrorCode;
  /** `PATH` and `DIR` stand for the plugin's file and its directory. */
  readonly message: string;
  /** Makes the mistake with a plugin of its own, that nobody has opened. */
  make(path: string): unknown;
  /** Words that must be in the cause's message. */
  readonly cause?: RegExp;
  readonly symbol?: string;
}

// deno-lint-ignore no-explicit-any -- manifests that are broken on purpose
function edit(path: string, change: (json: any) => void): void {
  const json = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  change(json);
  writeFileSync(`${path}.json`, JSON.stringify(json));
}

const other = process.arch === "x64" ? "arm64" : "x64";
const here = `${process.platform}-${process.arch}`;

const MISTAKES: readonly Mistake[] = [
  {
    title: "a missing file",
    code: "not_found",
    message: 'Cannot open the plugin "DIR/no.so": there is no such file',
    make: (path) => open(path.replace("calls.so", "no.so")),
    cause: /ENOENT|no such file|No such file/,
  },
  {
    title: "a directory",
    code: "no_manifest",
    message:
      'Cannot open the plugin "DIR/d": it is a directory without "plugin.json"; plugin pack makes one of libraries for several targets',
    make(path) {
      const directory = path.replace("calls.so", "d");
      copyFileSync(`${path}.json`, `${directory}.json`);
      process.getBuiltinModule("node:fs").mkdirSync(directory);
      open(directory);
    },
  },
  {
    title: "a library of Windows",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it is a library or a program of Windows (PE), wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(path, `MZ${"\0".repeat(100)}`);
      open(path);
    },
  },
  {
    title: "an RPM package",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it is an RPM package (unpack it), wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(path, Uint8Array.of(0xed, 0xab, 0xee, 0xdb, 3, 0, 0, 0));
      open(path);
    },
  },
  {
    title: "a package of Debian",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it is a package of Debian (unpack it), wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(path, "!<arch>\ndebian-binary   1342943816  0");
      open(path);
    },
  },
  {
    title: "a pointer of Git LFS",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it is a pointer of Git LFS (run git lfs pull), wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(
        path,
        "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 16840\n",
      );
      open(path);
    },
  },
  {
    title: "a text file",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it begins with 68656c6c, wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(path, "hello ".repeat(100));
      open(path);
    },
  },
  {
    title: "an empty file",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it has only 0 bytes, wanted an ELF or a 64-bit Mach-O file',
    make(path) {
      rmSync(path);
      writeFileSync(path, "");
      open(path);
    },
  },
  {
    title: "a truncated library",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it has 8192 bytes, and a segment of it would reach to REACH',
    make(path) {
      const bytes = readFileSync(path).subarray(0, 8192);
      rmSync(path);
      writeFileSync(path, bytes);
      open(path);
    },
  },
  {
    title: "an object file",
    code: "not_a_library",
    message:
      'Cannot open "PATH": it is not a shared library: it is compiled, but not a shared object',
    make(path) {
      const bytes = readFileSync(path);
      bytes[16] = 1; // ET_REL
      rmSync(path);
      writeFileSync(path, bytes);
      open(path);
    },
  },
  {
    title: "a 32-bit library",
    code: "wrong_target",
    message:
      'Cannot open the plugin "PATH": it is a 32-bit or big-endian ELF file, wanted 64-bit little-endian',
    make(path) {
      const bytes = readFileSync(path);
      bytes[4] = 1; // ELFCLASS32
      rmSync(path);
      writeFileSync(path, bytes);
      open(path);
    },
  },
  {
    title: "a library of another architecture",
    code: "wrong_target",
    message:
      `Cannot open the plugin "PATH": the file is for linux-${other}, this process is ${here}; build the plugin for this machine`,
    make(path) {
      const bytes = readFileSync(path);
      bytes[18] = bytes[18] === 62 ? 183 : 62; // EM_X86_64, EM_AARCH64
      rmSync(path);
      writeFileSync(path, bytes);
      open(path);
    },
  },
  {
    title: "a manifest for another architecture",
    code: "wrong_target",
    message:
      `Cannot open the plugin "PATH": the manifest is for linux-${other}, this process is ${here}; build the plugin for this machine`,
    make(path) {
      edit(path, (json) => json.library.arch = other);
      open(path);
    },
  },
  {
    title: "a manifest for another system",
    code: "wrong_target",
    message:
      `Cannot open the plugin "PATH": the manifest is for darwin-${process.arch}, this process is ${here}; build the plugin for this machine`,
    make(path) {
      edit(path, (json) => json.library.os = "darwin");
      open(path);
    },
  },
  {
    title: "a manifest for another C library",
    code: "wrong_target",
    message:
      'Cannot open the plugin "PATH": it needs the C library "musl", this process runs on "gnu"; build the plugin for this machine',
    make(path) {
      edit(path, (json) => json.library.libc = "musl");
      open(path);
    },
  },
  {
    title: "a library that is not the one described",
    code: "wrong_library",
    message:
      'Cannot open the plugin "PATH": its build id is BUILDID, the manifest describes 00ff; write the manifest anew',
    make(path) {
      edit(path, (json) => json.library.buildId = "00ff");
      open(path);
    },
  },
  {
    title: "no manifest",
    code: "no_manifest",
    message:
      'Cannot open the plugin "PATH": it has no manifest "calls.so.json" beside it; write one with: plugin emit calls.so',
    make(path) {
      rmSync(`${path}.json`);
      open(path);
    },
  },
  {
    title: "a manifest that is not JSON",
    code: "bad_manifest",
    message: 'Cannot read the manifest "PATH.json": it is not JSON: REACH',
    make(path) {
      writeFileSync(`${path}.json`, "{");
      open(path);
    },
    cause: /JSON/,
  },
  {
    title: "a broken manifest",
    code: "bad_manifest",
    message:
      'Cannot read the manifest "PATH.json": library.size is "7", wanted a whole number from 0 to 9007199254740991',
    make(path) {
      edit(path, (json) => json.library.size = "7");
      open(path);
    },
  },
  {
    title: "a broken symbol of a manifest",
    code: "bad_manifest",
    message:
      'Cannot read the manifest "PATH.json": symbols.v_i32.type is 7, wanted a string',
    make(path) {
      edit(path, (json) => json.symbols.v_i32.type = 7);
      open(path).lookup("v_i32");
    },
  },
  {
    title: "a manifest without its library",
    code: "not_found",
    message:
      'Cannot open the plugin of the manifest "PATH.json": there is no "calls.so" in DIR, PLACES',
    make(path) {
      rmSync(path);
      open(`${path}.json`);
    },
  },
  {
    title: "an unknown symbol",
    code: "unknown_symbol",
    symbol: "id_i31",
    message:
      'Cannot look up "id_i31" in "PATH": it is none of the plugin\'s COUNT symbols; the nearest are "id_i32", "id_f32", "id_i16"',
    make: (path) => open(path).lookup("id_i31"),
  },
  {
    title: "a symbol of Object.prototype",
    code: "unknown_symbol",
    symbol: "__proto__",
    message:
      'Cannot look up "__proto__" in "PATH": it is none of the plugin\'s COUNT symbols; the nearest are NEAREST',
    make: (path) => open(path).lookup("__proto__"),
  },
  {
    title: "a symbol that was skipped",
    code: "skipped_symbol",
    symbol: "precise",
    message:
      'Cannot look up "precise" in "PATH": result: long double has no JavaScript value',
    make: (path) => open(path).lookup("precise"),
  },
  {
    title: "a wrong type",
    code: "type_mismatch",
    symbol: "id_i32",
    message:
      'Cannot look up "id_i32" in "PATH": it is the function (i32) => i32, wanted (i64) => i32',
    make: (path) => open(path).lookup("id_i32", "(i64) => i32"),
  },
  {
    title: "a wrong number of parameters",
    code: "type_mismatch",
    symbol: "id_i32",
    message:
      'Cannot look up "id_i32" in "PATH": it is the function (i32) => i32, wanted () => i32',
    make: (path) => open(path).lookup("id_i32", "() => i32"),
  },
  {
    title: "a wrong sign",
    code: "type_mismatch",
    symbol: "v_u8",
    message:
      'Cannot look up "v_u8" in "PATH": it is the variable u8, wanted i8',
    make: (path) => open(path).lookup("v_u8", "i8"),
  },
  {
    title: "a variable taken for a function",
    code: "type_mismatch",
    symbol: "v_i32",
    message:
      'Cannot look up "v_i32" in "PATH": it is the variable i32, wanted () => i32',
    make: (path) => open(path).lookup("v_i32", "() => i32"),
  },
  {
    title: "a function taken for a variable",
    code: "type_mismatch",
    symbol: "id_i32",
    message:
      'Cannot look up "id_i32" in "PATH": it is the function (i32) => i32, wanted pointer',
    make: (path) => open(path).lookup("id_i32", "pointer"),
  },
  {
    title: "a pointer to something else",
    code: "type_mismatch",
    symbol: "halves",
    message:
      'Cannot look up "halves" in "PATH": it is the function (*f64, usize) => void, wanted (*f32, usize) => void',
    make: (path) => open(path).lookup("halves", "(*f32, usize) => void"),
  },
  {
    title: "a pointer to numbers taken for a text",
    code: "type_mismatch",
    symbol: "halves",
    message:
      'Cannot look up "halves" in "PATH": it is the function (*f64, usize) => void, wanted (cstring, usize) => void',
    make: (path) => open(path).lookup("halves", "(cstring, usize) => void"),
  },
  {
    title: "a wrong parameter among several",
    code: "type_mismatch",
    symbol: "divide",
    message:
      'Cannot look up "divide" in "PATH": it is the function (i32, i32, *i32, *i32) => bool, wanted (i32, i32, *i32, *i64) => bool; parameter 4 is *i32, wanted *i64',
    make: (path) =>
      open(path).lookup("divide", "(i32, i32, *i32, *i64) => bool"),
  },
  {
    title: "a parameter too few among several",
    code: "type_mismatch",
    symbol: "divide",
    message:
      'Cannot look up "divide" in "PATH": it is the function (i32, i32, *i32, *i32) => bool, wanted (i32, i32, *i32) => bool; it has 4 parameters, wanted 3',
    make: (path) => open(path).lookup("divide", "(i32, i32, *i32) => bool"),
  },
  {
    title: "a pointer to data taken for a function",
    code: "type_mismatch",
    symbol: "halves",
    message:
      'Cannot look up "halves" in "PATH": it is the function (*f64, usize) => void, wanted ((i32) => i32, usize) => void',
    make: (path) =>
      open(path).lookup("halves", "((i32) => i32, usize) => void"),
  },
  {
    title: "a text that is not a type",
    code: "bad_type",
    message: 'Cannot parse the type "(i32": column 5 has the end, wanted ")"',
    make: (path) => open(path).lookup("id_i32", "(i32"),
  },
  {
    title: "a type that nobody has defined",
    code: "bad_type",
    symbol: "id_i32",
    message:
      'Cannot look up "id_i32" in "PATH": the wanted type "(Line) => i32" names "Line", which is neither a type of the notation nor of the manifest',
    make: (path) => open(path).lookup("id_i32", "(Line) => i32"),
  },
  {
    title: "a function with a variable number of arguments",
    code: "needs_thunk",
    symbol: "sum_of",
    message:
      'Cannot look up "sum_of" in "PATH": (i32, ...) => i32 has a variable number of arguments, which takes a thunk that the library has not got; write one with: plugin emit --thunks --thunk \'sum_of (...) => ...\' calls.so',
    make: (path) => open(path).lookup("sum_of"),
  },
];

for (const mistake of MISTAKES) {
  test(`open() and lookup() explain ${mistake.title}`, C, async () => {
    const path = await buildAfresh("calls.c");
    const json = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const error = thrown(() => mistake.make(path));
    const wanted = mistake.message
      .replaceAll("PATH", path)
      .replaceAll("DIR", path.replace("/calls.so", ""))
      .replace("BUILDID", json.library.buildId)
      .replace("COUNT", `${Object.keys(json.symbols).length}`);
    const [before, after] = wanted.split(/PLACES|NEAREST|REACH/);
    if (after === undefined) assertEquals(error.message, wanted);
    else assert(error.message.startsWith(before!), error.message);
    assertEquals(error.code, mistake.code);
    assertEquals(error.symbol, mistake.symbol);
    if (mistake.cause) {
      assertMatch((error.cause as Error).message, mistake.cause);
    }
  });
}

test(
  "open() explains a library that the loader refuses, in its words",
  C,
  async () => {
    const path = await library("calls.c");
    const copy = join(emptyDirectory(), "calls.so");
    const bytes = readFileSync(path);
    // The dynamic section's own program header, made to point nowhere.
    const phoff = Number(bytes.readBigUInt64LE(32));
    for (let i = 0; i < bytes.readUInt16LE(56); i++) {
      const at = phoff + i * 56;
      if (bytes.readUInt32LE(at) === 2) bytes.writeUInt32LE(0, at);
    }
    writeFileSync(copy, bytes);
    copyFileSync(`${path}.json`, `${copy}.json`);
    const error = thrown(() => open(copy));
    assertEquals(error.code, "load_failed");
    assertEquals(
      error.message,
      `Cannot load the plugin "${copy}": ${copy}: object file has no dynamic section`,
    );
  },
);

test("open() takes only paths and file: URLs", () => {
  const wrong: [unknown, string][] = [
    ["", 'Cannot open "": wanted a path or a file: URL'],
    [7, "Cannot open 7: wanted a path or a file: URL"],
    [undefined, "Cannot open undefined: wanted a path or a file: URL"],
    ["a\0b", 'Cannot open "a\\u0000b": wanted a path or a file: URL'],
    [
      new URL("https://example.com/x.so"),
      'Cannot open "https://example.com/x.so": wanted a file: URL, the system\'s loader takes only files',
    ],
  ];
  for (const [path, message] of wrong) {
    try {
      open(path as string);
    } catch (error) {
      assertEquals([(error as Error).name, (error as Error).message], [
        "TypeError",
        message,
      ]);
      continue;
    }
    throw new Error("nothing was thrown");
  }
});

test(
  "open() explains a file that may not be read",
  process.getuid?.() === 0 ? skip("root may read everything") : need("cc"),
  async () => {
    const path = await buildAfresh("calls.c");
    chmodSync(path, 0);
    const error = thrown(() => open(path));
    assertEquals(error.code, "permission_denied");
  },
);

function thrown(f: () => unknown): PluginError {
  try {
    f();
  } catch (error) {
    if (error instanceof PluginError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
