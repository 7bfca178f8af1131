import { assertEquals, assertThrows } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "../../helpers/test.ts";
import { EmitError } from "../../../emit/error.ts";
import { identify } from "../../../ffi/identity/read_identity.ts";
import { systemLibraries } from "../../../ffi/system/libraries.ts";
import { readImage } from "../../../emit/image/image.ts";
import { readLibrary } from "../../../emit/image/library_file.ts";
import { readElfStartup } from "../../../emit/inspect/startup_elf.ts";
import { need } from "../../helpers/need.ts";
import { compile, imageOf } from "../helpers/library.ts";

function readelf(...args: string[]): string {
  return spawnSync("readelf", ["--wide", ...args], { encoding: "utf8" }).stdout;
}

const KINDS: Record<string, string> = {
  FUNC: "function",
  OBJECT: "variable",
  TLS: "tls",
  IFUNC: "ifunc",
};

for (const compiler of ["gcc", "clang"]) {
  test(
    `readImage() exports what readelf lists, by ${compiler}`,
    need(compiler, "readelf"),
    () => {
      const sources = ["types.c", "unit_one.c", "unit_two.c"];
      for (const source of [[sources[0]!], sources.slice(1)]) {
        const library = compile(compiler, source, ["-g", "-w"]);
        const listed = readelf("--dyn-syms", library).split("\n").flatMap(
          (line) => {
            const [, address, size, type, binding, visibility, section, name] =
              line.trim().split(/\s+/);
            return name === undefined || section === "UND" ||
                !/^(?:DEFAULT|PROTECTED)$/.test(visibility!) ||
                binding === "LOCAL" || !(type! in KINDS)
              ? []
              : [{
                name,
                address: parseInt(address!, 16),
                size: Number(size),
                kind: KINDS[type!],
              }];
          },
        ).sort((a, b) => a.name < b.name ? -1 : 1);
        const found = imageOf(library).exports.map((
          { name, address, size, kind },
        ) => ({ name, address, size, kind }));
        assertEquals(found, listed as typeof found);
        assertEquals(found.length > 5, true);
      }
    },
  );
}

test(
  "readImage() says what the library is and needs",
  need("gcc", "readelf"),
  () => {
    const library = compile("gcc", ["types.c"], [
      "-g",
      "-Wl,--build-id=sha1",
      "-Wl,--no-as-needed",
      "-lm",
    ]);
    const image = imageOf(library);
    const id = /Build ID: (\w+)/.exec(readelf("--notes", library))![1];
    assertEquals(image.buildId, id);
    assertEquals(image.format, "elf");
    assertEquals(image.os, "linux");
    assertEquals(image.libc, "gnu");
    assertEquals(image.needs, ["libm.so.6", "libc.so.6"]);
    assertEquals(
      image.versions.some(({ library, version }) =>
        library === "libc.so.6" && version.startsWith("GLIBC_")
      ),
      true,
    );
  },
);

for (const style of ["gnu", "sysv", "both"]) {
  test(
    `readImage() reads a library without section headers by its hash table (${style})`,
    need("gcc"),
    () => {
      const library = compile("gcc", ["types.c", "initialiser.c"], [
        "-w",
        `-Wl,--hash-style=${style},-z,now,-soname,libtypes.so.1`,
      ]);
      const bytes = new Uint8Array(readFileSync(library));
      const stripped = withoutSections(bytes);
      const facts = (bytes: Uint8Array) => {
        const image = readImage(bytes, "x.so");
        const { exports, needs, soname, versions, buildId } = image;
        return { exports, needs, soname, versions, buildId };
      };
      assertEquals(facts(stripped), facts(bytes));
      const addresses = (bytes: Uint8Array) =>
        readElfStartup(bytes, "x.so").initialisers.map(({ from }) => from);
      assertEquals(addresses(stripped), addresses(bytes));
      assertEquals(addresses(stripped).includes("DT_INIT_ARRAY"), true);
      assertThrows(
        () => readImage(withoutSections(bytes.subarray(0, 4096)), "x.so"),
        EmitError,
        'Cannot read "x.so": to the loader: ',
      );
    },
  );
}

test(
  "what is written of a library is what is made sure of when it is opened",
  need("gcc"),
  () => {
    const own = compile("gcc", ["types.c"], [
      "-w",
      "-Wl,-soname,libtypes.so.1",
    ]);
    const places = [
      ...systemLibraries("libc.so.6"),
      ...systemLibraries("libm.so.6"),
    ];
    for (const path of [own, ...places]) {
      const bytes = new Uint8Array(readFileSync(path));
      const facts = ({ libc, buildId, needs }: Facts) => ({
        libc,
        buildId,
        needs,
      });
      assertEquals(facts(readImage(bytes, path)), facts(identify(path)), path);
    }
  },
);

test("a build id that no manifest has is none", need("gcc"), () => {
  const flag = `-Wl,--build-id=0x${"ab".repeat(68)}`;
  const library = compile("gcc", ["types.c"], ["-w", flag]);
  const bytes = new Uint8Array(readFileSync(library));
  assertEquals(readImage(bytes, library).buildId, undefined);
  assertEquals(identify(library).buildId, undefined);
});

/** What both the description and the opening of a library go by. */
interface Facts {
  readonly libc?: string;
  readonly buildId?: string;
  readonly needs?: readonly string[];
}

function withoutSections(bytes: Uint8Array): Uint8Array {
  const stripped = bytes.slice();
  stripped.fill(0, 40, 48); // where they lie
  stripped.fill(0, 60, 64); // how many there are, and which has their names
  return stripped;
}

test(
  "readLibrary() refuses the debug information of a library",
  need("gcc", "objcopy"),
  () => {
    const library = compile("gcc", ["types.c"], ["-g"]);
    const debug = `${library}.debug`;
    spawnSync("objcopy", ["--only-keep-debug", library, debug]);
    assertThrows(
      () => readLibrary(debug),
      EmitError,
      "wanted the library that",
    );
    assertEquals(readLibrary(library).image.isDebugFile, false);
  },
);

test(
  "readImage() tells memory that is read-only after relocation",
  need("gcc"),
  () => {
    const image = imageOf(compile("gcc", ["types.c"], ["-g", "-Wl,-z,relro"]));
    const readonly = image.exports.filter((symbol) => symbol.readonly);
    assertEquals(readonly.map(({ name }) => name), ["fixed", "limit", "table"]);
  },
);

test("readImage() decompresses sections", need("gcc"), () => {
  const plain = imageOf(compile("gcc", ["types.c"], ["-g"]));
  for (const way of ["zlib", "zlib-gnu"]) {
    const packed = imageOf(compile("gcc", ["types.c"], ["-g", `-gz=${way}`]));
    for (const name of [".debug_info", ".debug_abbrev"]) {
      assertEquals(
        packed.section(name)!.length,
        plain.section(name)!.length,
        `${way} ${name}`,
      );
    }
  }
  assertEquals(plain.section(".debug_nothing"), undefined);
});

test(
  "readImage() decompresses Zstandard",
  need("gcc", "objcopy"),
  (context) => {
    const library = compile("gcc", ["types.c"], ["-g"]);
    const packed = `${library}.zstd`;
    const { status } = spawnSync("objcopy", [
      "--compress-debug-sections=zstd",
      library,
      packed,
    ]);
    if (status !== 0) return context.skip("this objcopy has no Zstandard");
    assertEquals(
      imageOf(packed).section(".debug_info"),
      imageOf(library).section(".debug_info"),
    );
  },
);

test("readImage() refuses what is no shared library", need("gcc"), () => {
  const library = compile("gcc", ["types.c"]);
  const bytes = new Uint8Array(readFileSync(library));
  const change = (at: number, value: number) => {
    const changed = bytes.slice();
    changed[at] = value;
    return changed;
  };
  const cases: [string, Uint8Array, RegExp][] = [
    ["empty", new Uint8Array(), /: it is empty$/],
    ["text", new TextEncoder().encode("int f;"), /: it begins with 696e7420, /],
    [
      "a linker script",
      new TextEncoder().encode(
        "/* GNU ld script */\nOUTPUT_FORMAT(elf64-x86-64)\nGROUP ( libx.so.6 )\n",
      ),
      /: it is a text for the linker \(INPUT or GROUP\), .*: name that file/,
    ],
    [
      "a linker script for one machine",
      new TextEncoder().encode("OUTPUT_ARCH(i386:x86-64)\nINPUT(libx.so.6)\n"),
      /: it is a text for the linker/,
    ],
    ["static", new TextEncoder().encode("!<arch>\n"), /is a static library/],
    ["thin", new TextEncoder().encode("!<thin>\n"), /is a static library/],
    ["DLL", new TextEncoder().encode("MZ\0\0"), /is a library or .* Windows/],
    ["COFF", Uint8Array.of(0x64, 0x86, 10, 0), /an object file of Windows/],
    [".tbd", new TextEncoder().encode("--- !tapi-tbd\n"), /macOS's linker/],
    ["32-bit", change(4, 1), /file\+0x4 is a 32-bit or big-endian ELF file/],
    ["big-endian", change(5, 2), /is a 32-bit or big-endian ELF file/],
    ["object", change(16, 1), /file\+0x10 is ELF type 1 /],
    ["RISC-V", change(18, 243), /file\+0x12 is for ELF machine 243, /],
    ["cut off", bytes.slice(0, 60), /file\+0x3\w ends too early: /],
  ];
  for (const [what, file, sentence] of cases) {
    const error = assertThrows(() => readImage(file, "x.so"), EmitError);
    assertEquals(error.code, "bad_image", what);
    assertEquals(sentence.test(error.message), true, error.message);
    assertEquals(error.message.startsWith(`Cannot read "x.so": `), true);
  }
});
