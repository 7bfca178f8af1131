import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import process from "node:process";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { COMMANDS } from "../../../emit/commands/commands.ts";
import { need } from "../../helpers/need.ts";
import { fixture } from "../../helpers/fixture.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin, readManifest, spawnPlugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const zlib = existsSync("/usr/include/zlib.h") && process.platform === "linux"
  ? need("cc")
  : { skip: "needs Debian's zlib1g-dev" };

test("plugin emit describes the system's libz by zlib.h", zlib, async () => {
  await inDirectory(async (cwd) => {
    const ran = await succeedSilently(spawnPlugin(
      ["emit", "libz.so.1", "--header", "zlib.h", "--verbose"],
      { cwd },
    ));
    assertMatch(ran.stdout, /^library \/\S+\/libz\.so\.1 \(linux /);
    assertEquals(readdirSync(cwd).sort(), [
      "libz.so.1.d.ts",
      "libz.so.1.d.ts.map",
      "libz.so.1.headers.json",
      "libz.so.1.json",
    ]);
    const path = `${cwd}/libz.so.1.json`;
    const { library, symbols, skipped } = readManifest(path);
    const file = readFileSync(/^library (\S+)/.exec(ran.stdout)![1]!);
    assertEquals(library.file, "libz.so.1");
    assertEquals(library.size, file.length);
    assertEquals(
      library.sha256,
      createHash("sha256").update(file).digest("hex"),
    );
    assertEquals(library.needs, ["libc.so.6"]);
    assertEquals(symbols.compress2, {
      kind: "function",
      type: "(buffer, *u64, buffer, u64, i32) => i32",
      params: ["dest", "destLen", "source", "sourceLen", "level"],
    });
    assertEquals(symbols.zlibVersion!.type, "() => cstring");
    // The header has a macro of that name.
    assertEquals(symbols.gzgetc!.kind, "function");
    // Symbol versions are no symbols.
    assertEquals(symbols["ZLIB_1.2.9"] ?? skipped["ZLIB_1.2.9"], undefined);
    assertEquals(skipped.gzopen64, "no header given declares it");
  });
});

test(
  "plugin emit describes a stripped library by its header",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libdeclared.so`;
      sharedLibrary(library, ["-s", fixture("declared.c")]);
      await succeedSilently(plugin(
        "emit",
        library,
        "--header",
        fixture("declared.h"),
      ));
      const { symbols, skipped } = readManifest(`${library}.json`);
      assertEquals(JSON.parse(JSON.stringify(symbols)), {
        add: {
          kind: "function",
          type: "(i32, i32) => i32",
          params: ["left", "right"],
          doc: "Adds two numbers.",
        },
        answer: { kind: "variable", type: "i32", const: true },
        call: {
          kind: "function",
          type: "((i32) => i32, i32) => i32",
          params: ["function", "value"],
        },
        measure: {
          kind: "function",
          type: "(cstring, usize) => usize",
          params: ["", "limit"],
        },
      });
      assertEquals({ ...skipped }, {
        "_Z*": "1 name of C++: headers are read as C",
        both: "the header declares a variable, the library has a function",
        undeclared: "no header given declares it",
      });
    });
  },
);

test(
  "plugin emit reads a library's own debug information",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libdeclared.so`;
      sharedLibrary(library, ["-g", fixture("declared.c")]);
      const output = `${directory}/other.json`;
      await succeedSilently(plugin("emit", library, "-o", output));
      const { library: block, symbols } = readManifest(output);
      assertEquals(block.file, "libdeclared.so");
      assertEquals(Object.keys(symbols), [
        "add",
        "answer",
        "both",
        "call",
        "measure",
        "undeclared",
      ]);
      assert(existsSync(`${directory}/other.d.ts`));
    });
  },
);

test(
  "plugin emit refuses a stripped library without a header",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libdeclared.so`;
      sharedLibrary(library, ["-s", fixture("declared.c")]);
      const ran = await plugin("emit", library);
      assertEquals([ran.status, ran.stdout], [1, ""]);
      assertStringIncludes(ran.stderr, "error: ");
      assertStringIncludes(ran.stderr, "--header");
      assertEquals(readdirSync(directory), ["libdeclared.so"]);
    });
  },
);

test(
  "plugin emit describes the names that are chosen",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libdeclared.so`;
      sharedLibrary(library, ["-g", fixture("declared.c")]);
      const names = async (...options: string[]) => {
        await succeedSilently(plugin("emit", library, ...options));
        return Object.keys(readManifest(`${library}.json`).symbols).join(" ");
      };
      assertEquals(await names("--include", "a*"), "add answer");
      assertEquals(
        await names("--exclude", "*d*", "--exclude", "both"),
        "answer call measure",
      );
      assertEquals(
        await names("--include", "a*", "--symbols", "call", "--exclude", "an*"),
        "add call",
      );
      const none = await plugin("emit", library, "--include", "z*");
      assertEquals(none.status, 1);
      assertStringIncludes(none.stderr, `exports is left by "z*"`);
      const typo = await plugin("emit", library, "--symbols", "mesure");
      assertStringIncludes(typo.stderr, `did you mean "measure"?`);
    });
  },
);

for (const compiler of ["cc", "gcc", "clang"]) {
  test(
    `plugin emit prints what ${compiler} says of a broken header`,
    need(compiler),
    () => withVariable("CC", compiler, () => refusesBroken(compiler)),
  );
}

async function refusesBroken(compiler: string): Promise<void> {
  await inDirectory(async (directory) => {
    const library = `${directory}/libdeclared.so`;
    sharedLibrary(library, ["-s", fixture("declared.c")], { compiler });
    writeFileSync(`${directory}/broken.h`, "int add(int, nonsense);\n");
    const broken = await plugin(
      "emit",
      library,
      "--header",
      `${directory}/broken.h`,
    );
    assertEquals(broken.status, 1);
    assertStringIncludes(broken.stderr, "nonsense");
    const missing = await plugin("emit", library, "--header", "none.h");
    assertEquals(missing.status, 1);
    assertStringIncludes(
      missing.stderr,
      `error: Cannot read "none.h": the C compiler does not find one; name its directory with -I, or give what "pkg-config --cflags" prints behind "--". It says\n`,
    );
  });
}

test(
  "plugin emit finds headers and macros as the compiler does",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libdeclared.so`;
      sharedLibrary(library, ["-s", fixture("declared.c")]);
      writeFileSync(
        `${directory}/some.h`,
        "#ifdef A\nint add(int l, int r);\n#endif\n",
      );
      await succeedSilently(plugin(
        "emit",
        library,
        "--header=some.h",
        `-I${directory}`,
        "-DA",
      ));
      assertEquals(Object.keys(readManifest(`${library}.json`).symbols), [
        "add",
      ]);
    });
  },
);

test(
  "plugin emit takes the length of an array that its header leaves open from the library",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const library = `${directory}/libopen.so`;
      writeFileSync(`${directory}/open.c`, "short table[] = {1, 2, 3};\n");
      writeFileSync(`${directory}/open.h`, "extern short table[];\n");
      sharedLibrary(library, ["-s", `${directory}/open.c`]);
      await succeedSilently(plugin(
        "emit",
        library,
        "--header",
        `${directory}/open.h`,
      ));
      const { symbols } = readManifest(`${library}.json`);
      assertEquals(symbols.table, { kind: "variable", type: "[3]i16" });
    });
  },
);

test("plugin emit says why there is nothing to describe", async () => {
  await inDirectory(async (directory) => {
    const missing = await plugin("emit", `${directory}/no.so`);
    assertEquals(missing, {
      status: 1,
      stdout: "",
      stderr:
        `error: Cannot find the library "${directory}/no.so": there is no such file\n`,
    });
    const unknown = await plugin("emit", "libno-such-thing.so.9");
    assertEquals(unknown.status, 1);
    assertStringIncludes(
      unknown.stderr,
      "the system's loader does not find it",
    );
    copyFileSync(fixture("declared.c"), `${directory}/text.so`);
    const text = await plugin("emit", `${directory}/text.so`);
    assertEquals(text.status, 1);
    assertMatch(text.stderr, /^error: .*text\.so/);
  });
});

test("plugin teaches by example", async () => {
  for (
    const args of [["--help"], ...COMMANDS.map((name) => [name, "--help"])]
  ) {
    const ran = await succeedSilently(plugin(...args));
    assertStringIncludes(ran.stdout, "Example");
    assert(ran.stdout.split("\n").every((line) => line.length <= 100));
  }
  const ran = await spawnPlugin(["emti"]);
  assertEquals(ran, {
    status: 2,
    stdout: "",
    stderr:
      `error: There is no command "emti": did you mean "emit"?\nTry "plugin --help"\n`,
  });
  assertEquals(await spawnPlugin(["new"]), {
    status: 2,
    stdout: "",
    stderr:
      `error: "plugin new" needs a language (c, cpp, go, rust, zig) and a name\nTry "plugin new --help"\n`,
  });
});

test("plugin --version is that of the package", async () => {
  for (const file of ["deno.json", "package.json"]) {
    const { version } = JSON.parse(
      readFileSync(fixture(`../../${file}`), "utf8"),
    );
    assertEquals(await plugin("--version"), {
      status: 0,
      stdout: `${version}\n`,
      stderr: "",
    });
  }
});
