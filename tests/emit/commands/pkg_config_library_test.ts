/** A library by what the machine knows of it: pkg-config, and texts for the linker. */
import { test } from "../../helpers/test.ts";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "@native/plugin";
import { emptyDirectory } from "../../helpers/directory.ts";
import { need, skip } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { withCompiler } from "../helpers/headers.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const LINUX = process.platform === "linux"
  ? need("cc", "pkg-config")
  : skip("texts for the linker are Linux's");

/**
 * A package as a distribution installs it: `libpond.so` is a text that names
 * `libpondw.so.3`, which needs `libreed.so.1`; the header wants a macro.
 */
function pond(): string {
  const root = emptyDirectory();
  const file = (path: string, text: string) =>
    writeFileSync(join(root, path), text);
  mkdirSync(join(root, "include/pond-2.0/Pond"), { recursive: true });
  file(
    "include/pond-2.0/Pond/Pond.h",
    `#ifndef POND_WIDE
#error "define POND_WIDE"
#endif
#include <Pond/depth.h>
int pond_depth(int at);
int reed_height(void);
`,
  );
  file("include/pond-2.0/Pond/depth.h", "#define POND_DEPTH 4\n");
  file("reed.c", "int reed_height(void) { return 7; }\n");
  file(
    "pond.c",
    `double sin(double);
int reed_height(void);
int pond_depth(int at) { return at * reed_height() + (at > 99 ? sin(at) : 0); }
`,
  );
  file(
    "libpond.so",
    `/* of the linker */ GROUP(libpondw.so.3 ${root}/libreed.so AS_NEEDED(-lnone))\n`,
  );
  file(
    "pond-2.0.pc",
    `prefix=${root}
includedir=\${prefix}/include
Name: pond
Description: water
Version: 2.0
Libs: -L\${prefix} -lpond -lm
Cflags: -I\${includedir}/pond-2.0 -DPOND_WIDE
`,
  );
  const reed = ["reed.c", "-Wl,-soname,libreed.so.1"];
  sharedLibrary("libreed.so.1", ["-s", ...reed], { cwd: root });
  const pond = [
    ...["pond.c", "libreed.so.1", "-lm"],
    ...["-Wl,-rpath,$ORIGIN", "-Wl,-soname,libpondw.so.3"],
  ];
  sharedLibrary("libpondw.so.3", ["-s", ...pond], { cwd: root });
  symlinkSync("libreed.so.1", join(root, "libreed.so"));
  return root;
}

test(
  "plugin emit --pkg-config finds library, header and flags, and what belongs together",
  LINUX,
  async () => {
    const root = pond();
    await succeedSilently(withVariable(
      "PKG_CONFIG_PATH",
      root,
      () => plugin("emit", "--pkg-config", "pond-2.0"),
    ));
    const path = join(root, "libpondw.so.3");
    const { library, symbols } = readManifest(`${path}.json`);
    assertEquals(library.file, "libpondw.so.3");
    // The C library's parts are nobody's.
    assertEquals(Object.keys(symbols), ["pond_depth", "reed_height"]);
    const opened = open(path);
    assertEquals(opened.lookup("pond_depth")(2), 14);
    assertEquals(opened.lookup("reed_height")(), 7);
    assertEquals({ ...opened.constants }, { POND_DEPTH: 4 });
    await succeedSilently(withVariable(
      "PKG_CONFIG_PATH",
      root,
      () => plugin("check", "--pkg-config", "pond-2.0"),
    ));
  },
);

for (const compiler of ["gcc", "clang"]) {
  test(
    `headers that spoil each other are tried one by one, by ${compiler}`,
    process.platform === "linux" ? need("cc", "pkg-config", compiler) : LINUX,
    async () => {
      const root = emptyDirectory();
      const file = (path: string, text: string) =>
        writeFileSync(join(root, path), text);
      // In the order of their names the first makes nonsense of the others.
      file(
        "a.h",
        "#ifndef MERE\nstruct mere {\n#endif\nint mere_a(mere_t at);\n",
      );
      file(
        "b.h",
        "#define MERE\ntypedef int mere_t;\nint mere_b(mere_t at);\n",
      );
      file("c.h", "int mere_c(mere_t at);\n");
      file(
        "mere.c",
        `int mere_a(int at) { return at; }
int mere_b(int at) { return at; }
int mere_c(int at) { return at; }
`,
      );
      file(
        "mere.pc",
        `Name: mere
Description: water
Version: 1.0
Libs: -L${root} -lmere
Cflags: -I${root}
`,
      );
      sharedLibrary("libmere.so", ["-s", "mere.c"], { cwd: root });
      await succeedSilently(withVariable(
        "PKG_CONFIG_PATH",
        root,
        () =>
          withCompiler(compiler, () => plugin("emit", "--pkg-config", "mere")),
      ));
      const { symbols } = readManifest(join(root, "libmere.so.json"));
      assertEquals(Object.keys(symbols), ["mere_a", "mere_b", "mere_c"]);
    },
  );
}

test("headers that declare more are named", LINUX, async () => {
  const root = emptyDirectory();
  const file = (path: string, text: string) =>
    writeFileSync(join(root, path), text);
  file("brook.h", "int brook_depth(void);\n");
  file(
    "brook-fish.h",
    `#error "Include <brook-all.h> instead"
int brook_trout(int many);
int brook_pike(int many);
`,
  );
  file("brook-all.h", "/* all of it */\n");
  file("brook-stone.h", "int brook_pebble(void);\n");
  file(
    "brook-old.h",
    `#error "Include <brook.h> instead"\nint brook_hidden(void);\n`,
  );
  // What lies there beside headers, or is said to.
  symlinkSync("nowhere.h", join(root, "brook-moved.h"));
  mkdirSync(join(root, "brook-dir.h"));
  file("brook-made.h", `#line 1 "gone/brook.y"\nint brook_made(void);\n`);
  file(
    "brook.c",
    ["depth", "made", "trout", "pike", "pebble", "hidden"]
      .map((name) => `int brook_${name}(void) { return 1; }\n`).join(""),
  );
  sharedLibrary("libbrook.so", ["-s", "brook.c"], { cwd: root });
  const library = join(root, "libbrook.so");
  const named = ["--header", "brook.h", "--header", "brook-made.h", "-I", root];
  const ran = await succeedSilently(plugin("emit", library, ...named));
  assertStringIncludes(
    ran.stdout,
    "  of those brook-all.h 2, brook-stone.h 1: --header brook.h --header brook-made.h --header brook-all.h --header brook-stone.h\n",
  );
  const { others, options } = JSON.parse(
    (await plugin("emit", library, ...named, "--json")).stdout,
  );
  assertEquals(others, [
    { header: "brook-all.h", count: 2 },
    { header: "brook-stone.h", count: 1 },
  ]);
  const all = ["brook", "brook-made", "brook-all", "brook-stone"];
  assertEquals(options, all.flatMap((name) => ["--header", `${name}.h`]));
});

test(
  "headers that declare more once a macro is defined are named with it",
  LINUX,
  async () => {
    const root = emptyDirectory();
    const file = (path: string, text: string) =>
      writeFileSync(join(root, path), text);
    mkdirSync(join(root, "marsh"));
    // What it names declares nothing, and has its own name.
    file("marsh.h", "#include <marsh/marsh.h>\n");
    file(
      "marsh/marsh.h",
      `typedef int marsh_depth_t;
int marsh_depth(void);
#ifdef MARSH_PROTOTYPES
int marsh_reed(int many);
#if defined(MARSH_DEEP)
int marsh_bog(int many);
#endif
#endif
#ifndef MARSH_PLAIN
#else
int marsh_plain(void);
#endif
#ifdef __cplusplus
int marsh_cxx(void);
#endif
#ifdef MARSH_INTERNAL
int marsh_secret(void);
#endif
#if 0
int marsh_never(void);
#endif
/* marsh_wrong() is in a comment, */
#ifdef MARSH_OLD /* and in what a macro stands for */
#define marsh_old(x) \\
  marsh_wrong(x)
#endif
`,
    );
    // Wants another before it, and does not compile.
    file("marsh/a.h", "marsh_frog marsh_croak(void);\n");
    file(
      "marsh/frog.h",
      "typedef int marsh_frog;\nmarsh_frog (marsh_leap)(void);\n",
    );
    file("marsh/wrong.h", "int marsh_wrong(nobody *);\n");
    symlinkSync("marsh.h", join(root, "marsh/same.h"));
    const names = "depth reed bog plain cxx secret never croak leap wrong";
    file(
      "marsh.c",
      names.split(" ").map((name) => `int marsh_${name}(void) { return 1; }\n`)
        .join(""),
    );
    sharedLibrary("libmarsh.so", ["-s", "marsh.c"], { cwd: root });
    const described = async (...named: string[]) => {
      const library = join(root, "libmarsh.so");
      const ran = await succeedSilently(
        plugin("emit", library, ...named, "-I", root),
      );
      return ran.stdout;
    };
    const said = await described("--header", "marsh.h");
    const [, options] =
      /^ +of those marsh\/marsh\.h 3 with MARSH_PROTOTYPES with MARSH_DEEP with MARSH_PLAIN, marsh\/a\.h 1, marsh\/frog\.h 1: (.*)$/m
        .exec(said) ?? [];
    assertEquals(
      options,
      "-D MARSH_PROTOTYPES -D MARSH_DEEP -D MARSH_PLAIN " +
        "--header marsh.h --header marsh/frog.h --header marsh/a.h",
      said,
    );
    // As a person would who does what it says.
    await described(...options!.split(" "));
    const { symbols } = readManifest(join(root, "libmarsh.so.json"));
    assertEquals(Object.keys(symbols), [
      "marsh_bog",
      "marsh_croak",
      "marsh_depth",
      "marsh_leap",
      "marsh_plain",
      "marsh_reed",
    ]);
  },
);

test(
  "a macro with which a header does not compile is not named",
  LINUX,
  async () => {
    const root = emptyDirectory();
    const file = (path: string, text: string) =>
      writeFileSync(join(root, path), text);
    file(
      "heath.h",
      `int heath_depth(void);
#ifdef HEATH_WRONG
int heath_wrong(nobody *);
#endif
`,
    );
    file(
      "heath.c",
      ["depth", "wrong", "more"]
        .map((name) => `int heath_${name}(void) { return 1; }\n`).join(""),
    );
    sharedLibrary("libheath.so", ["-s", "heath.c"], { cwd: root });
    const others = async () => {
      const named = ["--header", "heath.h", "-I", root];
      const ran = await succeedSilently(
        plugin("emit", join(root, "libheath.so"), ...named),
      );
      return /^ +of those .*$/m.exec(ran.stdout)?.[0];
    };
    assertEquals(await others(), undefined);
    file("heath more.h", "int heath_more(void);\n");
    assertEquals(
      await others(),
      "  of those heath more.h 1: --header heath.h --header 'heath more.h'",
    );
  },
);

test(
  "a text for the linker is followed, --with adds what else is described",
  LINUX,
  async () => {
    const root = pond();
    const ways = [
      "--header",
      "Pond/Pond.h",
      "-I",
      join(root, "include/pond-2.0"),
      "-D",
      "POND_WIDE",
    ];
    const followed = await succeedSilently(
      plugin("emit", join(root, "libpond.so"), ...ways),
    );
    assertStringIncludes(followed.stdout, "2 functions");
    const path = join(root, "libpondw.so.3");
    const alone = await plugin("emit", path, ...ways);
    assertStringIncludes(alone.stdout, "1 function,");
    const without = await plugin("emit", path, ...ways.slice(0, -2));
    assertStringIncludes(
      without.stderr,
      "wants the macro POND_WIDE before the headers: -D POND_WIDE",
    );
    const both = await plugin(
      "emit",
      path,
      ...ways,
      "--with",
      join(root, "libreed.so"),
    );
    assertStringIncludes(both.stdout, "2 functions");
    const wrong = await plugin(
      "emit",
      join(root, "libreed.so.1"),
      ...ways,
      "--with",
      path,
    );
    assertEquals(wrong.status, 2);
    assertStringIncludes(wrong.stderr, `it does not need "libpondw.so.3"`);
    writeFileSync(join(root, "libpond.so"), "INPUT(-l:libpondw.so.3)\n");
    const exact = await plugin("emit", join(root, "libpond.so"), ...ways);
    assertStringIncludes(exact.stdout, "function");
    writeFileSync(join(root, "libpond.so"), "INPUT(-lnothing_of_that_name)\n");
    const none = await plugin("emit", join(root, "libpond.so"), ...ways);
    assertStringIncludes(none.stderr, "names no library that is there");
  },
);

test(
  "a package that is not there is told of as pkg-config does",
  need("pkg-config"),
  async () => {
    const ran = await plugin("emit", "--pkg-config", "no-such-package");
    assertEquals(ran.status, 1);
    assertStringIncludes(
      ran.stderr,
      `Cannot find the package "no-such-package": pkg-config says\nPackage`,
    );
  },
);
