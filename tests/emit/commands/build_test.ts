import { test } from "../../helpers/test.ts";
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { basename, join } from "@std/path";
import { run } from "../../../emit/toolchain/run.ts";
import { systemLibrary } from "../../../ffi/system/libraries.ts";
import { need, needRuntime, skip } from "../../helpers/need.ts";
import { fixture } from "../../helpers/fixture.ts";
import { emptyDirectory, inDirectory } from "../../helpers/directory.ts";
import { commandLine, ROOT } from "../../helpers/program.ts";
import { plugin, readManifest, spawnPlugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

test(
  "plugin build describes each kind of thing that C can export",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const path = `${directory}/shapes.so`;
      const ran = await succeedSilently(
        plugin("build", fixture("shapes.c"), "-o", path),
      );
      const { library, symbols, types, skipped } = readManifest(`${path}.json`);
      assertEquals(library.file, "shapes.so");
      assertEquals(library.size, statSync(path).size);
      assertEquals(library.language, "C");
      assert(library.compiler && library.buildId && library.needs.length > 0);
      assertEquals(Object.keys(symbols), [
        "count",
        "length",
        "middle",
        "on_shape",
        "paint",
        "sum",
        "title",
      ]);
      assertEquals(symbols.length!.type, "(cstring) => usize");
      assertEquals(symbols.sum!.type, "(*f64, usize) => f64");
      assertEquals(symbols.middle!.type, "(Point, Point) => Point");
      assertEquals(symbols.count!.type, "i64");
      assertEquals(Object.keys(skipped), ["precise"]);
      assertEquals(types.Point?.kind, "struct");
      assertStringIncludes(ran.stdout, "4 functions, 3 variables");
      assertStringIncludes(ran.stdout, `skipped precise: ${skipped.precise}`);
    });
  },
);

test(
  "plugin build keeps the comments above declarations",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const path = `${directory}/shapes.so`;
      await plugin("build", fixture("shapes.c"), "-o", path);
      const { symbols, types } = readManifest(`${path}.json`);
      assertEquals(types.Point!.doc, "A point on the screen.");
      assertEquals(symbols.count!.doc, "How many shapes there are.");
      assertEquals(symbols.on_shape!.doc, "Calls back for every shape.");
      assertEquals(
        symbols.length!.doc,
        "The length of a text.\n\n@param text Ends with a NUL.",
      );
      assertEquals(symbols.sum!.doc, "The sum\nof all values.");
      assertEquals(symbols.middle!.doc, undefined);
    });
  },
);

test(
  "plugin build gives the same bytes from another directory",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      for (const place of ["one", "another/deep"]) {
        mkdirSync(`${directory}/${place}`, { recursive: true });
        cpSync(fixture("shapes.c"), `${directory}/${place}/shapes.c`);
        await succeed(plugin("build", `${directory}/${place}/shapes.c`));
        assertEquals(readdirSync(`${directory}/${place}`).sort(), [
          "shapes.c",
          "shapes.so",
          "shapes.so.d.ts",
          "shapes.so.d.ts.map",
          "shapes.so.json",
        ]);
      }
      const files = ["", ".json", ".d.ts", ".d.ts.map"];
      for (const file of files.map((end) => `shapes.so${end}`)) {
        const [one, other] = ["one", "another/deep"].map((place) =>
          readFileSync(`${directory}/${place}/${file}`)
        );
        assert(one!.equals(other!), `${file} is the same`);
      }
      const text = readFileSync(`${directory}/one/shapes.so`, "latin1");
      assert(!text.includes(directory), "no path of this machine");
    });
  },
);

test(
  "plugin build takes several files and passes flags on",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      writeFileSync(
        `${directory}/a.c`,
        "int b(void);\nint a(void) { return b(); }",
      );
      writeFileSync(
        `${directory}/b.c`,
        "#include <math.h>\ndouble root(double x) { return sqrt(x + VALUE); }\nint b(void) { return VALUE; }",
      );
      const ran = await succeedSilently(plugin(
        "build",
        `${directory}/a.c`,
        `${directory}/b.c`,
        "-o",
        `${directory}/both.so`,
        "--json",
        "--",
        "-lm",
        "-DVALUE=7",
      ));
      const summary = JSON.parse(ran.stdout);
      assertEquals(
        [summary.functions, summary.variables, summary.skipped],
        [3, 0, {}],
      );
      assertEquals(summary.written, [
        `${directory}/both.so`,
        `${directory}/both.so.d.ts`,
        `${directory}/both.so.d.ts.map`,
        `${directory}/both.so.json`,
      ]);
    });
  },
);

const GLIBC = systemLibrary("libm.so.6") === undefined
  ? skip("mathematics are in the C library here")
  : need("cc");

test("plugin build says where what is missing may be", GLIBC, async () => {
  await inDirectory(async (directory) => {
    const source = `${directory}/roots.c`;
    writeFileSync(
      source,
      `#include <math.h>
int nowhere(void), of_nobody(void);
double root(double x) { return sqrt(x) + pow(x, x); }
int no(void) { return nowhere() + of_nobody(); }
`,
    );
    const { status, stderr } = await plugin("build", source);
    assertEquals(status, 1);
    assertEquals(stderr.trimEnd().split("\n").slice(-2), [
      `"pow", "sqrt" are in libm: add "-- -lm" to the command`,
      `"nowhere", "of_nobody" are in nothing that is linked: name the file too, or the library behind "--", as in "-- -lz"`,
    ]);
    writeFileSync(
      source,
      "#include <math.h>\ndouble root(double x) { return sqrt(x); }\n",
    );
    const only = await plugin("build", source);
    assertMatch(
      only.stderr,
      /"sqrt" is in libm: add "-- -lm" to the command\n$/,
    );
    await succeed(plugin("build", source, "--", "-lm"));
  });
});

test(
  "plugin build leaves what was there when the new source is broken",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const source = `${directory}/a.c`;
      writeFileSync(source, "int a(void) { return 1; }");
      await succeed(plugin("build", source));
      const before = readFileSync(`${directory}/a.so`);
      writeFileSync(source, "int a(void) { return oops; }");
      const ran = await plugin("build", source);
      assertEquals([ran.status, ran.stdout], [1, ""]);
      assertStringIncludes(
        ran.stderr,
        `error: Cannot compile "a.c": the C compiler says\n`,
      );
      assertStringIncludes(ran.stderr, "oops");
      assert(!ran.stderr.includes("    at "), "no stack");
      assert(readFileSync(`${directory}/a.so`).equals(before));
      assertEquals(readdirSync(directory).sort(), [
        "a.c",
        "a.so",
        "a.so.d.ts",
        "a.so.d.ts.map",
        "a.so.json",
      ]);
    });
  },
);

test(
  "plugin build puts a new file in the place of the old library",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const source = `${directory}/a.c`;
      writeFileSync(source, "int a(void) { return 1; }");
      await plugin("build", source);
      const { ino } = statSync(`${directory}/a.so`);
      await plugin("build", source);
      assertNotEquals(statSync(`${directory}/a.so`).ino, ino);
    });
  },
);

test(
  "plugin build keeps the comments of headers that -I finds",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const path = `${directory}/geo.so`;
      mkdirSync(`${directory}/include/parts`, { recursive: true });
      mkdirSync(`${directory}/other`);
      const files = {
        "geo.c": `#include "geo.h"
#include <wide.h>
int area(int a) { return a * a; }
int wide(int a) { return a; }
int part(int a) { return a; }
int hidden(int a) { return a; }
`,
        "include/geo.h": `#include "parts/part.h"
/** The area of a square. */
int area(int a);
`,
        "include/parts/part.h": "/** A part. */\nint part(int a);\n",
        "include/wide.h": "/** How wide it is. */\nint wide(int a);\n",
        // Not the one that the compiler has read.
        "other/geo.h": "/** Of another. */\nint hidden(int a);\n",
      };
      for (const [name, text] of Object.entries(files)) {
        writeFileSync(`${directory}/${name}`, text);
      }
      const include = [`-I${directory}/include`, `-I${directory}/other`];
      await succeed(plugin(
        "build",
        `${directory}/geo.c`,
        "-o",
        path,
        "--",
        ...include,
      ));
      const { symbols } = readManifest(`${path}.json`);
      assertEquals(
        Object.entries(symbols).map(([name, { doc }]) => [name, doc]),
        [
          ["area", "The area of a square."],
          ["hidden", undefined],
          ["part", "A part."],
          ["wide", "How wide it is."],
        ],
      );
    });
  },
);

test("plugin build refuses an undefined symbol", need("cc"), async () => {
  await inDirectory(async (directory) => {
    writeFileSync(
      `${directory}/a.c`,
      "int b(void);\nint a(void) { return b(); }",
    );
    const ran = await plugin("build", `${directory}/a.c`);
    assertEquals(ran.status, 1);
    assertStringIncludes(ran.stderr, "undefined reference to `b'");
    assertEquals(readdirSync(directory), ["a.c"]);
  });
});

test(
  "plugin build refuses a library that exports nothing",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      writeFileSync(`${directory}/a.c`, "static int a __attribute__((used));");
      const ran = await plugin("build", `${directory}/a.c`);
      assertEquals(ran.status, 1);
      assertStringIncludes(
        ran.stderr,
        "it exports no function and no variable",
      );
      assertEquals(readdirSync(directory), ["a.c"]);
    });
  },
);

test(
  "plugin build prints the compiler's warnings and goes on",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      writeFileSync(`${directory}/a.c`, "#warning look out\nint a;");
      const ran = await plugin("build", `${directory}/a.c`);
      assertEquals(ran.status, 0);
      assertStringIncludes(ran.stderr, "look out");
    });
  },
);

test("plugin build says what to install", async () => {
  await inDirectory(async (cwd) => {
    writeFileSync(`${cwd}/a.c`, "int a;");
    const ran = await spawnPlugin(["build", "a.c"], {
      cwd,
      env: { PATH: cwd, CC: "" },
    });
    assertEquals([ran.status, ran.stdout], [3, ""]);
    assertStringIncludes(
      ran.stderr,
      `error: Cannot compile C: there is no "cc" on the PATH: install one with `,
    );
    const chosen = await spawnPlugin(["build", "a.c"], {
      cwd,
      env: { CC: "/nonexistent/cc -m64" },
    });
    assertEquals(
      [chosen.status, chosen.stderr],
      [
        3,
        `error: Cannot compile C: $CC names "/nonexistent/cc", which is not there\n`,
      ],
    );
    assertEquals(readdirSync(cwd), ["a.c"]);
  });
});

test("plugin build says where it cannot work", async () => {
  await inDirectory(async (cwd) => {
    writeFileSync(`${cwd}/a.c`, "int a;");
    const ran = await spawnPlugin(["build", "a.c"], {
      cwd,
      env: { TMPDIR: `${cwd}/none` },
    });
    assertEquals([ran.status, ran.stdout], [1, ""]);
    assertStringIncludes(
      ran.stderr,
      `error: Cannot make a directory of temporary files in "${cwd}/none", which TMPDIR names: `,
    );
    assert(!ran.stderr.includes("    at "), "no stack");
  });
});

test("plugin build says which sources it takes", async () => {
  await inDirectory(async (directory) => {
    const supported =
      "supported are .c, .cpp, .go, .rs and .zig files, a directory with go.mod, .go files or Cargo.toml, go:PACKAGE and crate:NAME";
    for (
      const file of ["a.rs", "b.rs", "a.zig", "b.zig", "a.txt", "b.c", "c.go"]
    ) {
      writeFileSync(`${directory}/${file}`, "");
    }
    mkdirSync(`${directory}/empty`);
    mkdirSync(`${directory}/crate/src`, { recursive: true });
    writeFileSync(`${directory}/crate/Cargo.toml`, "");
    writeFileSync(`${directory}/crate/src/lib.rs`, "");
    const table: readonly (readonly [string[], number, string])[] = [
      [
        ["crate/src/lib.rs"],
        2,
        `/lib.rs": it belongs to a crate: build "${directory}/crate"`,
      ],
      [["a.rs", "b.rs"], 2, "Cannot build two Rust plugins at once"],
      [["a.zig", "b.zig"], 2, "Cannot build two Zig plugins at once"],
      [
        ["a.txt"],
        2,
        `/a.txt": the extension ".txt" is not known: ${supported}`,
      ],
      [["no.c"], 1, `/no.c": there is no such file`],
      [
        ["empty"],
        2,
        `the directory has neither Go files nor Cargo.toml: ${supported}`,
      ],
      [["b.c", "c.go"], 2, "Cannot build C and Go into one plugin"],
      [["b.c", "-o", "b.c"], 2, "it is an input"],
      [["b.c", "-o", "b.json"], 2, "is opened as a manifest"],
    ];
    for (const [args, status, message] of table) {
      const paths = args.map((arg) =>
        arg === "-o" ? arg : `${directory}/${arg}`
      );
      const ran = await plugin("build", ...paths);
      assertEquals([args, ran.status], [args, status]);
      assertStringIncludes(ran.stderr, message);
    }
  });
});

test(
  "plugin build -o makes the directory, and says before it compiles where it cannot",
  need("cc"),
  async () => {
    await inDirectory(async (directory) => {
      const source = `${directory}/plugin.c`;
      writeFileSync(source, "int one(void) { return 1; }\n");
      const output = `${directory}/out/deep/one.so`;
      await succeedSilently(plugin("build", source, "-o", output));
      assert(statSync(`${output}.json`).isFile());
      writeFileSync(source, "this is no C");
      for (
        const [place, why] of [
          [`${output}/x.so`, `"${output}" is a file`],
          [
            `${directory}/out`,
            `it is a directory, which only several --target write into; -o ${directory}/out/plugin.so would do`,
          ],
        ] as const
      ) {
        const ran = await plugin("build", source, "-o", place);
        assert(ran.status !== 0);
        assertStringIncludes(ran.stderr, `Cannot write "${place}": ${why}`);
      }
    });
  },
);

test(
  "plugin build ends where nothing up to the root may be looked at",
  needRuntime("permissions for one library", "cc"),
  async () => {
    const directory = emptyDirectory();
    const source = `${directory}/plugin.c`;
    writeFileSync(source, "int one(void) { return 1; }\n");
    const [runtime, ...line] = commandLine(join(ROOT, "emit/main.ts"), {
      flags: [
        `--allow-read=${directory},${ROOT}`,
        ...["--allow-write", "--allow-env", "--allow-run", "--allow-sys"],
      ],
      args: ["build", source, "-o", `${directory}-none/one.so`],
    });
    const { status, stderr } = await run(runtime!, line, {
      env: { TMPDIR: directory },
    });
    assertEquals(status, 1);
    assertMatch(stderr, /^error: /);
  },
);

test(
  "where the sign of a type of C is all that differs between targets, that is said",
  need("cc", "zig"),
  async () => {
    await inDirectory(async (directory) => {
      const source = join(directory, "letter.c");
      const targets = ["--target", "linux-x64", "--target", "linux-arm64"];
      const build = async (text: string, ...flags: string[]) => {
        writeFileSync(source, text);
        const output = join(directory, "letter");
        return await plugin(
          "build",
          source,
          "-o",
          output,
          ...targets,
          ...flags,
        );
      };
      for (
        const [text, named, told] of [
          ["int letter(char c) { return c; }\n", '"char"', "-fsigned-char"],
          [
            "#include <wchar.h>\nint wide(wchar_t c) { return (int)c; }\n",
            '"wchar_t"',
            'write "int32_t"',
          ],
        ] as const
      ) {
        const { status, stderr } = await build(text);
        assertEquals(status, 1);
        const last = stderr.trimEnd().split("\n").at(-1)!;
        assert(
          last.startsWith(`${named} has a sign on x64 and none on`),
          stderr,
        );
        assertStringIncludes(last, told);
      }
      const other = await build(
        "#ifdef __x86_64__\nint f(long a) { return (int)a; }\n#else\nint f(int a) { return a; }\n#endif\n",
      );
      assert(!other.stderr.includes("sign"), other.stderr);
      await succeedSilently(
        build("int letter(char c) { return c; }\n", "--", "-fsigned-char"),
      );
    });
  },
);

test(
  "with several targets -o is a directory, and says so before it compiles",
  need("cc", "zig"),
  async () => {
    await inDirectory(async (directory) => {
      const source = `${directory}/plugin.c`;
      writeFileSync(source, "this is no C");
      writeFileSync(`${directory}/there`, "");
      const targets = ["--target", "linux-x64", "--target", "linux-arm64"];
      for (
        const [name, why] of [
          ["fractal.so", "this is the name of a library; -o fractal would do"],
          ["there", "there is a file of this name"],
        ]
      ) {
        const output = `${directory}/${name}`;
        const ran = await plugin("build", source, "-o", output, ...targets);
        assertEquals(ran.status, 2);
        assertStringIncludes(
          ran.stderr,
          `Cannot build for several targets into "${output}": with more than one --target it is a directory, and ${why}`,
        );
      }
      const own = `${directory}/kit`;
      mkdirSync(own);
      writeFileSync(`${own}/go.mod`, "module example.com/kit\n");
      const ran = await plugin("build", own, "-o", own, ...targets);
      assertEquals([ran.status, readdirSync(own)], [2, ["go.mod"]]);
      assertStringIncludes(ran.stderr, "it is the source's own directory");
      const beside = await spawnPlugin(
        ["build", "plugin.c", "-o", ".", ...targets],
        { cwd: directory },
      );
      assertEquals(beside.status, 2);
      assertStringIncludes(
        beside.stderr,
        `into ".": it is the source's own directory, and with more than one --target a directory is written that has nothing else in it; -o plugin/${
          basename(directory)
        } would do`,
      );
      // What is written is called as was said.
      writeFileSync(source, "int one(void) { return 1; }\n");
      const output = `${directory}/fractal`;
      const made = await succeedSilently(
        plugin("build", source, "-o", output, ...targets),
      );
      assertStringIncludes(made.stdout, "fractal/linux-arm64/fractal.so.json");
      assertStringIncludes(
        readFileSync(`${output}/plugin.d.ts`, "utf8"),
        "export interface Fractal {",
      );
    });
  },
);
