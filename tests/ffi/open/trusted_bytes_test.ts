/**
 * Every byte that can run, or decide what does, after `open(path, { trust })`:
 * each line of the table in docs/safety.md. What it names is exchanged, and
 * refused before anything of the other one has run.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open, type OpenOptions, PluginError } from "@native/plugin";
import {
  buildAfresh,
  emptyDirectory,
  fixture,
  library,
} from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { supportFile } from "../../../ffi/support/support_version.ts";
import { run as runTool } from "../../../emit/toolchain/run.ts";
import { describeByHeader } from "../../emit/helpers/headers.ts";
import { evil, withBase } from "../helpers/beside.ts";
import { copies } from "../helpers/copies.ts";
import { runScript } from "../helpers/program.ts";
import {
  assertRefused,
  edit,
  keys,
  MINE,
  mine,
  other,
  run,
  sign,
  signAsIs,
  signed,
} from "../helpers/signed.ts";
import { compile } from "../../helpers/shared_library.ts";

const LINUX = process.platform === "linux"
  ? need("cc")
  : skip("needs Linux's loader");

/** The names of the lines, as the table has them. */
const lines = [
  ...readFileSync(fixture("../../docs/safety.md"), "utf8").matchAll(
    /^\| \*\*(.+?)\*\*/gm,
  ),
].map(([, name]) => name!);

/** Nobody: the user of some other process. */
const OTHER_USER = 65_534;

const seen = new Set<string>();

/** Declares a test of a line. */
function line(name: string, how: string, body: () => void | Promise<void>) {
  seen.add(name);
  test(`${name}: ${how}`, LINUX, async () => {
    await body();
    assertEquals(copies(), []);
  });
}

/** A file that a library leaves which nobody has signed, once it has run. */
function marker(): string {
  return join(emptyDirectory(), "it-ran");
}

function assertNotRun(mark: string): void {
  assert(!existsSync(mark), "what nobody has signed has run");
}

/** Puts a file in the place of another: the loader may have the other one. */
function exchange(path: string, by: string): void {
  rmSync(path);
  copyFileSync(by, path);
}

/** Changes one byte of a file, in another file of the same name. */
function flip(path: string, at = -1): void {
  const bytes = readFileSync(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  rmSync(path);
  writeFileSync(path, bytes);
}

/** Emits and signs a plugin with the library that it brings along. */
async function signedWithBase(
  ...args: Parameters<typeof withBase>
): Promise<Awaited<ReturnType<typeof withBase>>> {
  const made = await withBase(...args);
  await run("emit", made.path);
  await sign(made.path);
  return made;
}

const top = (path: string, options: OpenOptions = MINE) =>
  open(path, options).lookup("top", "() => i32")();

/** The same in a process of its own: this one may have a library of that name. */
const topElsewhere = (path: string): string =>
  runScript(
    `try {
  console.log(open(${JSON.stringify(path)}, { trust: [${
      JSON.stringify(mine.pem)
    }] }).lookup("top", "() => i32")());
} catch (error) { console.log(error.code, error.message); }`,
  ).output;

/** The same for one that lacks a library, whatever others of that name this process has. */
function assertLacks(words: string, path: string): void {
  const output = topElsewhere(path);
  assert(output.startsWith("missing_library "), output);
  assert(output.includes(words), output);
}

// ----------------------------------------------------------------- the manifest

line("the manifest", "a byte of it", async () => {
  const path = await signed("once.c");
  edit(path, (json) => json.symbols.get_seven.type = "() => u32");
  assertRefused("bad_signature", "it was changed since", path);
});

line("the manifest", "another's, with what it describes", async () => {
  const path = await signed("once.c");
  await sign(path, other);
  assertRefused("untrusted", `signed by the key ${other.text}`, path);
  edit(path, (json) => delete json.signature);
  assertRefused("unsigned", "its manifest is not signed", path);
});

line("the manifest", "one that is elsewhere", async () => {
  const path = await signed("once.c");
  const elsewhere = `${await buildAfresh("once.c")}.json`;
  const options = { ...MINE, manifest: elsewhere };
  assertRefused("unsigned", "its manifest is not signed", path, options);
});

// ------------------------------------------------------------------------ which

line(
  "which plugin",
  "another one of the same signer in its place",
  async () => {
    const [path, another] = [
      await signed("once.c"),
      await signed("version.c"),
    ];
    exchange(path, another);
    exchange(`${path}.json`, `${another}.json`);
    const words = 'opened as "once.so", and what was signed is "version.so"';
    assertRefused("wrong_plugin", words, path);
    // Nor by its manifest, nor through a link, nor once that one is open.
    const trust = { keys: [mine.pem], name: "version" };
    open(another, { trust });
    copyFileSync(another, join(dirname(path), "version.so"));
    assertRefused("wrong_plugin", "once.so.json", `${path}.json`);
    rmSync(path);
    rmSync(`${path}.json`);
    symlinkSync(another, path);
    assertRefused("wrong_plugin", words, path);
    // By the name that is demanded, whatever the file is.
    assertEquals(open(path, { trust }).path, another);
    const once = { keys: [mine.pem], name: "once" };
    for (const options of [{ trust: once }, { trust: once, fresh: true }]) {
      assertRefused(
        "wrong_plugin",
        'under the name "version", wanted is "once"',
        another,
        options,
      );
    }
  },
);

line("which release", "an older one of the same signer", async () => {
  const path = await buildAfresh("once.c");
  const trust = (minVersion: string) => ({
    trust: { keys: [mine.pem], minVersion },
  });
  await sign(path);
  assertRefused("outdated", "it says no version", path, trust("0.1"));
  await sign(path, mine, "--version", "1.9.12");
  for (const least of ["1.10", "2", "1.9.12.1", "1.9.13"]) {
    const words = `it is 1.9.12, wanted is ${least} or a later one`;
    assertRefused("outdated", words, path, trust(least));
  }
  for (const least of ["1.9.12", "1.9.12.0", "1.9.9", "1", "0.99.99"]) {
    open(path, trust(least));
  }
  // Warm too: it is open, and was good enough for others.
  assertRefused("outdated", "it is 1.9.12", path, trust("1.10"));
});

line(
  "the index of a directory",
  "another's, and another manifest",
  async () => {
    const [newer, older] = [
      await buildAfresh("once.c"),
      await buildAfresh("once.c"),
    ];
    const pack = join(emptyDirectory(), "once");
    await run("pack", newer, "-o", pack);
    await run("sign", "--key", `${mine.name}.pem`, "--version", "2", pack);
    await sign(older, mine, "--version", "1");
    const index = JSON.parse(readFileSync(join(pack, "plugin.json"), "utf8"));
    const [name] = Object.values(index.targets) as string[];
    const manifest = join(pack, name!);
    const good = readFileSync(manifest);
    exchange(manifest, `${older}.json`);
    const words = "is not the one that its index was signed with";
    assertRefused("bad_signature", words, pack);
    writeFileSync(manifest, good);
    const change = (json: unknown) =>
      writeFileSync(join(pack, "plugin.json"), JSON.stringify(json));
    change({ ...index, manifests: {} });
    assertRefused("bad_signature", "its index is not as the key", pack);
    const { signature, ...unsigned } = index;
    change(unsigned);
    assertRefused("unsigned", "its index is not signed", pack);
    change({ ...index, signature: { ...signature, key: other.text } });
    assertRefused("untrusted", "its index is signed by the key", pack);
    change(index);
    const moved = join(emptyDirectory(), "twice");
    renameSync(pack, moved);
    assertRefused("wrong_plugin", 'opened as "twice"', moved);
    renameSync(moved, pack);
    const plugin = open(pack, MINE);
    assertEquals(plugin.manifest.version, "2");
    // Warm too.
    change({ ...index, manifests: {} });
    assertRefused("bad_signature", "its index is not as the key", pack);
  },
);

// -------------------------------------------------------------------- the bytes

line("the library", "a byte of it, and all of it", async () => {
  const path = await signed("once.c");
  const good = readFileSync(path);
  flip(path);
  assertRefused("wrong_library", "its sha256 is", path);
  const mark = marker();
  compile(path, evil(mark));
  assertRefused("wrong_library", "its", path);
  assertNotRun(mark);
  rmSync(path);
  writeFileSync(path, good);
  open(path, MINE);
});

line("the library", "while it is loaded", async () => {
  // A callback would be too late: the copy is made of the bytes that were
  // compared, so the file can be anything by then.
  const path = await signed("once.c");
  const plugin = open(path, MINE);
  const mark = marker();
  compile(path, evil(mark));
  plugin.lookup("get_seven", "() => i32")();
  plugin.lookup("seven", "i32");
  assertNotRun(mark);
});

line("what its headers define besides", "a byte of it", async () => {
  const { path } = await describeByHeader(
    "cc",
    "int f(void) { return 1; }",
    "#define LEVEL 41\nint f(void);\n",
  );
  await sign(path);
  const plugin = open(path, MINE);
  const beside = `${path}.headers.json`;
  const good = readFileSync(beside, "utf8");
  writeFileSync(beside, good.replace("41", "42"));
  const error = assertThrows(() => plugin.constants, PluginError);
  assertEquals(error.code, "bad_manifest", error.message);
  writeFileSync(beside, good);
  assertEquals(plugin.constants.LEVEL, 41);
});

line("the library of the thunks", "a byte of it, and all of it", async () => {
  const path = join(emptyDirectory(), "records.so");
  await run("build", fixture("records.c"), "-o", path);
  await run("emit", path, "--thunks");
  await sign(path);
  const { thunks } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  const companion = join(dirname(path), thunks.file);
  const good = readFileSync(companion);
  const plugin = open(path, MINE);
  flip(companion);
  const refused = () => {
    let code;
    try {
      plugin.lookup("mid");
    } catch (error) {
      code = (error as { code?: string }).code;
    }
    assertEquals(code, "wrong_library");
  };
  refused();
  const mark = marker();
  compile(companion, evil(mark));
  refused();
  assertNotRun(mark);
  writeFileSync(companion, good);
  const point = { x: 1, y: 2 };
  assertEquals(plugin.lookup("mid")(point, point), point);
});

for (const way of [".", "../lib", "lib"]) {
  for (const soname of ["libbase.so", ""]) {
    line(
      "libraries that it brings along",
      `exchanged, in ${way}${soname === "" ? ", without a soname" : ""}`,
      async () => {
        const { path, base } = await signedWithBase(way, { soname });
        const good = readFileSync(base);
        flip(base);
        assertRefused("wrong_library", `${base}": its sha256 is`, path);
        const mark = marker();
        compile(base, evil(mark), "-Wl,-soname,libbase.so");
        assertRefused("wrong_library", `${base}": its`, path);
        rmSync(base);
        assertRefused("not_found", "which the plugin brings along", path);
        assertNotRun(mark);
        writeFileSync(base, good);
        assertEquals(topElsewhere(path), "42");
      },
    );
  }
}

line("libraries that it brings along", "by a way from its file", async () => {
  const { path, base } = await signedWithBase(".", {
    soname: "$ORIGIN/libbase.so",
    rpath: "/none",
  });
  flip(base);
  assertRefused("wrong_library", `${base}": its sha256 is`, path);
  flip(base);
  assertEquals(topElsewhere(path), "42");
});

line(
  "libraries that it brings along",
  "by ways that lead through other directories",
  async () => {
    for (
      const [way, rpath] of [
        ["lib", "$ORIGIN/none/../lib"],
        ["../lib", "${ORIGIN}/none/deep/../../../lib"],
        [".", "/none:$ORIGIN/./lib/../none/.."],
      ] as const
    ) {
      const { path, base } = await signedWithBase(way, { rpath });
      const { bundled } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
      assertEquals(bundled.length, 1, rpath);
      flip(base);
      assertRefused("wrong_library", `${base}": its sha256 is`, path);
      flip(base);
      assertEquals(topElsewhere(path), "42", rpath);
    }
  },
);

for (const tags of ["--enable-new-dtags", "--disable-new-dtags"]) {
  line(
    "libraries that it brings along",
    `one that these bring, with ${tags}`,
    async () => {
      const directory = emptyDirectory();
      const at = (name: string) => join(directory, name);
      const way = ["-Wl,-rpath,$ORIGIN", `-Wl,${tags}`];
      const deep = compile(
        at("libdeep.so"),
        "int deep(void) { return 40; }\n",
        "-Wl,-soname,libdeep.so",
      );
      // An RPATH is for all below; a RUNPATH each has to have itself.
      compile(
        at("libbase.so"),
        "int deep(void);\nint base(void) { return deep() + 1; }\n",
        ...["-Wl,-soname,libbase.so", `-L${directory}`, "-ldeep"],
        ...(tags === "--enable-new-dtags" ? way : []),
      );
      const path = compile(
        at("libtop.so"),
        "int base(void);\nint top(void) { return base() + 1; }\n",
        ...[`-L${directory}`, "-lbase", ...way],
        `-Wl,-rpath-link,${directory}`,
      );
      await run("emit", path);
      await sign(path);
      const good = readFileSync(deep);
      const mark = marker();
      compile(deep, evil(mark), "-Wl,-soname,libdeep.so");
      assertRefused("wrong_library", `${deep}": its`, path);
      assertNotRun(mark);
      writeFileSync(deep, good);
      assertEquals(topElsewhere(path), "42");
    },
  );
}

line(
  "libraries that it brings along",
  "one that nobody has named",
  async () => {
    const { path, base } = await withBase();
    await run("emit", path);
    signAsIs(path); // without what "plugin sign" finds
    const mark = marker();
    compile(base, evil(mark), "-Wl,-soname,libbase.so");
    assertLacks('needs the library "libbase.so"', path);
    assertNotRun(mark);
  },
);

line("the library", "a pipe, for which it would be waited", async () => {
  const { path, base } = await signedWithBase();
  const pipe = async (at: string) => {
    rmSync(at);
    const { status } = await runTool("mkfifo", [at]);
    assertEquals(status, 0);
  };
  for (
    const [at, code] of [[base, "not_a_library"], [path, "not_a_library"], [
      `${path}.json`,
      "bad_manifest",
    ]] as const
  ) {
    await pipe(at);
    assertRefused(code, "it is not a file", path);
  }
  // A file that says it has no size, and has no end.
  rmSync(`${path}.json`);
  symlinkSync("/proc/self/environ", `${path}.json`);
  assertRefused("bad_manifest", "more than the 0 bytes", path);
});

// ---------------------------------------------------------------- where it looks

/** Ways that lead to where somebody else may have put a library. */
const WAYS_OUT: readonly (readonly [string, string])[] = [
  ["lib", 'looks for libraries in "lib": that is taken from the working'],
  [".", 'looks for libraries in ".": that is taken from the working'],
  ["$ORIGIN::/usr/lib", 'looks for libraries in "": that is taken'],
  ["$ORIGINAL", 'looks for libraries in "$ORIGINAL": that is taken'],
  ["$LIB", 'looks for libraries in "$LIB": that is taken'],
];

for (const [rpath, words] of WAYS_OUT) {
  line("where the loader looks for more", `a RUNPATH of ${rpath}`, async () => {
    const { path, directory } = await withBase(".", { rpath });
    const mark = marker();
    compile(join(directory, "lib/libbase.so"), evil(mark));
    await run("emit", path);
    signAsIs(path);
    const before = process.cwd();
    process.chdir(directory);
    try {
      assertRefused("unsigned_need", words, path);
    } finally {
      process.chdir(before);
    }
    assertNotRun(mark);
  });
}

line(
  "where the loader looks for more",
  "a RUNPATH that others may write in",
  async () => {
    const theirs = emptyDirectory();
    chmodSync(theirs, 0o777);
    const mark = marker();
    for (const rpath of [theirs, join(theirs, "not/there")]) {
      const { path } = await withBase(".", { rpath });
      compile(join(theirs, "libbase.so"), evil(mark));
      await run("emit", path);
      signAsIs(path);
      // What belongs to another user than root is refused whoever may write.
      const uid = process.getuid!();
      const words = uid === 0
        ? `others may write in "${theirs}"`
        : `belongs to the user ${uid}`;
      assertRefused("unsigned_need", words, path);
    }
    assertNotRun(mark);
  },
);

/** Only the administrator can make what only the administrator may write in. */
const isRoot = process.getuid?.() === 0;

line(
  "where the loader looks for more",
  "a RUNPATH of the administrator's, with what is another's in it",
  async () => {
    const ours = emptyDirectory();
    const { path } = await withBase(".", { rpath: ours });
    await run("emit", path);
    const mark = marker();
    const base = compile(join(ours, "libbase.so"), evil(mark));
    signAsIs(path);
    if (!isRoot) {
      assertRefused("unsigned_need", "belongs to the user", path);
      return assertNotRun(mark);
    }
    chownSync(base, OTHER_USER, OTHER_USER);
    assertRefused(
      "unsigned_need",
      `looks for libraries in "${ours}": "${base}" belongs to the user`,
      path,
    );
    rmSync(base);
    symlinkSync(join(emptyDirectory(), "not/there.so"), base);
    lchownSync(base, OTHER_USER, OTHER_USER);
    assertRefused("unsigned_need", `"${base}" belongs to the user`, path);
    rmSync(base);
    // Where the loader looks before that, for what is made for this processor.
    for (const below of ["glibc-hwcaps/x86-64-v2", "tls/x86_64"]) {
      const variants = join(ours, below);
      compile(join(variants, "libbase.so"), evil(mark));
      chmodSync(variants, 0o777);
      const words = `others may write in "${variants}"`;
      assertRefused("unsigned_need", words, path);
      chmodSync(variants, 0o755);
      chownSync(join(variants, "libbase.so"), OTHER_USER, OTHER_USER);
      assertRefused("unsigned_need", `libbase.so" belongs to the user`, path);
      rmSync(variants, { recursive: true });
    }
    assertNotRun(mark);
    compile(base, "int base(void) { return 1; }\n");
    assertEquals(topElsewhere(path), "2");
  },
);

line(
  "where the loader looks for more",
  "an RPATH of the administrator's, with what only another library needs",
  async () => {
    const ours = emptyDirectory();
    const { directory } = await withBase();
    const middle = compile(
      join(directory, "libmiddle.so"),
      "int base(void);\nint middle(void) { return base(); }\n",
      ...["-Wl,-soname,libmiddle.so", `-L${directory}`, "-lbase"],
    );
    const path = compile(
      join(emptyDirectory(), "libtop.so"),
      "int middle(void);\nint top(void) { return middle() + 1; }\n",
      ...[middle, "-Wl,--disable-new-dtags", `-Wl,-rpath,${ours}`],
      `-Wl,-rpath-link,${directory}`,
    );
    await run("emit", path);
    // An ordinary user's directory is nobody's to sign for.
    if (isRoot) await sign(path);
    else signAsIs(path);
    const opened = () =>
      withVariable("LD_LIBRARY_PATH", directory, () => topElsewhere(path));
    if (isRoot) assertEquals(opened(), "42");
    // No signed one needs it; that of LD_LIBRARY_PATH does, and the RPATH is first.
    const mark = marker();
    const base = compile(join(ours, "libbase.so"), evil(mark));
    if (isRoot) chownSync(base, OTHER_USER, OTHER_USER);
    const output = opened();
    assertNotRun(mark);
    assert(output.startsWith("unsigned_need "), output);
    assert(output.includes("belongs to the user"), output);
  },
);

line("where the loader looks for more", "a way out of the copy", async () => {
  // As far up as there is: it ends in the copy.
  const { path } = await withBase(".", { rpath: "$ORIGIN/../../../../../lib" });
  const mark = marker();
  const above = join(emptyDirectory(), "lib");
  compile(join(above, "libbase.so"), evil(mark));
  await run("emit", path);
  signAsIs(path);
  for (const depth of [1, 2, 3, 4, 5]) {
    const temporary = join(dirname(above), ...Array(depth - 1).fill("d"));
    mkdirSync(temporary, { recursive: true });
    withVariable("TMPDIR", temporary, () => assertLacks('"libbase.so"', path));
  }
  assertNotRun(mark);
});

line("where the loader looks for more", "a need that is a path", async () => {
  const directory = emptyDirectory();
  compile(
    join(directory, "lib/libbase.so"),
    "int base(void) { return 1; }",
  );
  const before = process.cwd();
  process.chdir(directory);
  try {
    const path = compile(
      join(directory, "libtop.so"),
      "int base(void);\nint top(void) { return base(); }\n",
      "lib/libbase.so",
    );
    await run("emit", path);
    signAsIs(path);
    const mark = marker();
    compile(join(directory, "lib/libbase.so"), evil(mark));
    const words = 'it needs "lib/libbase.so": that is taken from the working';
    assertRefused("unsigned_need", words, path);
    assertNotRun(mark);
  } finally {
    process.chdir(before);
  }
});

line("where the loader looks for more", "a filter that is a path", async () => {
  const directory = emptyDirectory();
  const path = compile(
    join(directory, "libtop.so"),
    "int top(void) { return 1; }\n",
    "-Wl,--auxiliary=lib/libbase.so",
  );
  const mark = marker();
  compile(join(directory, "lib/libbase.so"), evil(mark));
  await run("emit", path);
  signAsIs(path);
  const before = process.cwd();
  process.chdir(directory);
  try {
    const words = 'it needs "lib/libbase.so": that is taken from the working';
    assertRefused("unsigned_need", words, path);
  } finally {
    process.chdir(before);
  }
  assertNotRun(mark);
});

// --------------------------------------------------------------- the environment

line("all else that they need by a name", "by LD_LIBRARY_PATH", async () => {
  const { path } = await signedWithBase();
  const theirs = emptyDirectory();
  const mark = marker();
  const base = compile(join(theirs, "libbase.so"), evil(mark));
  const refused: [string, string][] = [
    [theirs, `LD_LIBRARY_PATH puts "${base}" in the place of "libbase.so"`],
    ["lib", 'LD_LIBRARY_PATH has the entry "lib"'],
    [":/usr/lib", 'LD_LIBRARY_PATH has the entry ""'],
    ["/usr/lib;", 'LD_LIBRARY_PATH has the entry ""'],
    ["/usr/$LIB", 'LD_LIBRARY_PATH has the entry "/usr/$LIB"'],
  ];
  for (const [value, words] of refused) {
    withVariable(
      "LD_LIBRARY_PATH",
      value,
      () => assertRefused("unsigned_need", words, path),
    );
    assertNotRun(mark);
  }
});

line(
  "all else that they need by a name",
  "by LD_LIBRARY_PATH as it was when the process began",
  async () => {
    const { path } = await signedWithBase();
    const theirs = emptyDirectory();
    const mark = marker();
    compile(join(theirs, "libbase.so"), evil(mark));
    const { output } = await withVariable(
      "LD_LIBRARY_PATH",
      theirs,
      () =>
        runScript(`import process from "node:process";
delete process.env.LD_LIBRARY_PATH;
try {
  open(${JSON.stringify(path)}, { trust: [${JSON.stringify(mine.pem)}] });
} catch (error) { console.log(error.code, error.message); }`),
    );
    assert(output.startsWith("unsigned_need "), output);
    assertNotRun(mark);
  },
);

line(
  "all else that they need by a name",
  "by LD_LIBRARY_PATH, where it is made for this processor",
  async () => {
    const { path } = await signedWithBase();
    const mark = marker();
    for (const below of ["glibc-hwcaps/x86-64-v2", "tls/haswell/x86_64"]) {
      const theirs = emptyDirectory();
      const base = compile(join(theirs, below, "libbase.so"), evil(mark));
      withVariable(
        "LD_LIBRARY_PATH",
        theirs,
        () =>
          assertRefused(
            "unsigned_need",
            `LD_LIBRARY_PATH puts "${base}" in the place of "libbase.so"`,
            path,
          ),
      );
    }
    assertNotRun(mark);
  },
);

line(
  "libraries that are in the process already",
  "by the name of a signed one",
  async () => {
    const { path } = await signedWithBase();
    const theirs = await withBase(".", { value: 7 });
    await run("emit", theirs.path);
    const trust = JSON.stringify([mine.pem]);
    const two = (first: string, how: string) =>
      runScript(`open(${JSON.stringify(first)}, ${how}).lookup("top");
try {
  const top = open(${
        JSON.stringify(path)
      }, { trust: ${trust} }).lookup("top", "() => i32");
  console.log(top());
} catch (error) { console.log(error.code, error.message); }`).output;
    for (const how of ["{}", "{ fresh: true }"]) {
      const output = two(theirs.path, how);
      assert(output.startsWith("unsigned_need "), output);
      assert(output.includes("is in this process already"), output);
    }
    // The same library of another signed plugin is the same library.
    const twin = await signedWithBase();
    exchange(twin.base, join(dirname(path), "libbase.so"));
    await sign(twin.path);
    assertEquals(two(twin.path, `{ trust: ${trust} }`), "42");
  },
);

/** Opens a library plainly, and then a plugin with trust, in a process of their own; gives what came of it. */
function after(
  first: string,
  path: string,
  between = "",
  allow?: readonly string[],
): string {
  return runScript(
    `import { readFileSync, rmSync, writeFileSync } from "node:fs";
open(${JSON.stringify(first)}, { symbols: { base: "() => i32" } });
${between}
try {
  console.log(open(${JSON.stringify(path)}, { trust: [${
      JSON.stringify(mine.pem)
    }] }).lookup("top", "() => i32")());
} catch (error) { console.log(error.code, error.message); }`,
    allow,
  ).output;
}

const OTHER = "int base(void) { return 6; }\n";

function assertInstead(output: string, image: string, name: string): void {
  const words = `unsigned_need Cannot open the plugin`;
  assert(output.startsWith(words), output);
  assert(
    output.includes(
      `"${image}" is in this process already, by the name "${name}"`,
    ),
    output,
  );
}

line(
  "libraries that are in the process already",
  "one whose file is gone, that calls itself so",
  async () => {
    const { path } = await signedWithBase();
    const first = join(emptyDirectory(), "harmless.so");
    compile(first, OTHER, "-Wl,-soname,libbase.so");
    const gone = `rmSync(${JSON.stringify(first)});`;
    assertInstead(after(first, path, gone), first, "libbase.so");
    // Without what the kernel knows, by what the loader does.
    compile(first, OTHER, "-Wl,-soname,libbase.so");
    const allow = ["read", "write", "ffi", "env", "sys"]
      .map((name) => `--allow-${name}`);
    assertInstead(after(first, path, gone, allow), first, "libbase.so");
    const soon = `writeFileSync(${JSON.stringify(first)}, "");`;
    compile(first, OTHER, "-Wl,-soname,libbase.so");
    assertInstead(after(first, path, gone + soon), first, "libbase.so");
  },
);

line(
  "libraries that are in the process already",
  "one that was found through a link",
  async () => {
    const { path } = await signedWithBase();
    const theirs = await withBase(".", { value: 7, soname: "" });
    const hidden = join(emptyDirectory(), "harmless.so");
    renameSync(theirs.base, hidden);
    symlinkSync(hidden, theirs.base);
    const first = join(theirs.directory, "first.so");
    compile(
      first,
      "int base(void);\nint first(void) { return base(); }\n",
      ...[`-L${theirs.directory}`, "-lbase", "-Wl,-rpath,$ORIGIN"],
    );
    assertInstead(after(first, path), hidden, "libbase.so");
  },
);

line(
  "libraries that are in the process already",
  "by the name of what nobody has signed with it",
  async () => {
    const { path } = await withBase();
    await run("emit", path);
    signAsIs(path);
    const first = join(emptyDirectory(), "libbase.so");
    compile(first, OTHER);
    const output = after(first, path);
    // Without a soname the loader knows it by its path alone.
    assert(output.startsWith("missing_library "), output);
    compile(first, OTHER, "-Wl,-soname,libbase.so");
    assertInstead(after(first, path), first, "libbase.so");
    // Where the loader would find it anyway, whoever set the variable vouches.
    const found = withVariable(
      "LD_LIBRARY_PATH",
      dirname(first),
      () => after(first, path),
    );
    assertEquals(found, "7");
  },
);

line(
  "libraries that are in the process already",
  "one that calls itself by the path of the copy",
  async () => {
    const { path } = await signedWithBase();
    const known = await signed("once.c");
    const first = join(emptyDirectory(), "harmless.so");
    const trust = `{ trust: [${JSON.stringify(mine.pem)}] }`;
    const maps = `readFileSync("/proc/self/maps", "utf8")`;
    // What of its path does not change from process to process.
    const { output: tail } = runScript(
      `import { readFileSync } from "node:fs";
open(${JSON.stringify(path)}, ${trust});
console.log(/plugin-\\d+-\\d+-[0-9a-f]+-[0-9a-f]+(\\/.*libtop.so)/.exec(${maps})[1]);`,
    );
    const room = "X".repeat(400);
    compile(
      first,
      `${OTHER}int top(void) { return 666; }\n`,
      `-Wl,-soname,${room}`,
    );
    const bytes = readFileSync(first);
    const at = bytes.indexOf(room);
    const { output } = runScript(
      `import { readFileSync, writeFileSync } from "node:fs";
open(${JSON.stringify(known)}, ${trust});
const [root] = /\\/.*plugin-\\d+-\\d+-[0-9a-f]+-[0-9a-f]+(?=\\/)/.exec(${maps});
const bytes = readFileSync(${JSON.stringify(first)});
bytes.write(root + ${JSON.stringify(tail)} + "\\0", ${at});
writeFileSync(${JSON.stringify(first)}, bytes);
open(${JSON.stringify(first)}, { symbols: { base: "() => i32" } });
try {
  console.log(open(${
        JSON.stringify(path)
      }, ${trust}).lookup("top", "() => i32")());
} catch (error) { console.log(error.code, error.message); }`,
    );
    assert(output.startsWith("unsigned_need "), output);
    assert(output.includes(`"${first}" is in this process already`), output);
  },
);

line(
  "libraries that are in the process already",
  "the system's are the administrator's",
  async () => {
    const path = compile(
      join(emptyDirectory(), "libtop.so"),
      "double cos(double);\nint top(void) { return (int)cos(0) + 1; }\n",
      ...["-Wl,--no-as-needed", "-lm"],
    );
    await run("emit", path);
    await sign(path);
    const { output } = runScript(
      `open("libm.so.6", { symbols: { cos: "(f64) => f64" } });
console.log(open(${JSON.stringify(path)}, { trust: [${
        JSON.stringify(mine.pem)
      }] }).lookup("top", "() => i32")());`,
    );
    assertEquals(output, "2");
  },
);

line("`LD_PRELOAD`, `LD_AUDIT`", "they have run before", () => {
  // There is nothing to refuse: the table says so.
});

// --------------------------------------------------------------------- the place

line("the place of the copy", "where others may write", async () => {
  const path = await signed("once.c");
  const theirs = emptyDirectory();
  chmodSync(theirs, 0o777);
  const below = join(theirs, "mine");
  mkdirSync(below, { mode: 0o700 });
  withVariable(
    "TMPDIR",
    below,
    () => assertRefused("no_copy", "others may write in", path),
  );
  // tests/ffi/load/private_copy_test.ts has all that can be done to it.
});

line(
  "the place of the copy",
  "with a word that the loader replaces",
  async () => {
    const path = await signed("once.c");
    for (const word of ["$LIB", "${ORIGIN}", "a$PLATFORM"]) {
      const place = join(emptyDirectory(), word);
      mkdirSync(place);
      const words = `takes the "${word.replace("a", "")}" in "${place}/`;
      withVariable(
        "TMPDIR",
        place,
        () => assertRefused("load_failed", words, path),
      );
    }
  },
);

// ---------------------------------------------------------------------- the keys

line("the keys", "one that everybody can sign with", async () => {
  const path = await signed("once.c");
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  let message = "";
  try {
    open(path, { trust: [neutral] });
  } catch (error) {
    message = (error as Error).message;
  }
  assert(message.includes("trust[0] is not an Ed25519 public key"), message);
  // tests/ffi/manifest/ed25519_test.ts has all of them.
});

line("keys that took the place of others", "without their word", async () => {
  const directory = emptyDirectory();
  const newer = join(directory, "newer");
  await run("keygen", "-o", newer, "--successor-of", `${mine.name}.pem`);
  const path = await sign(await buildAfresh("once.c"), { name: newer });
  const stranger = await sign(await buildAfresh("once.c"), other);
  const { succeeds } =
    JSON.parse(readFileSync(`${path}.json`, "utf8")).signature;
  assertEquals(succeeds.length, 1);
  // The same words in the signature of a key that they do not name.
  edit(stranger, (json) => json.signature.succeeds = succeeds);
  assertRefused("bad_signature", "it was changed since", stranger);
  // And without them the newer key is nobody's.
  const alone = await sign(await buildAfresh("once.c"), { name: newer });
  edit(alone, (json) => delete json.signature.succeeds);
  assertRefused("untrusted", "signed by the key", alone);
  edit(
    path,
    (json) =>
      json.signature.succeeds[0].value = succeeds[0].value.replace(
        /^./,
        (c: string) => c === "A" ? "B" : "A",
      ),
  );
  assertRefused("bad_signature", "it was changed since", path);
  await sign(path, { name: newer });
  assertEquals(open(path, MINE).lookup("get_seven", "() => i32")(), 7);
});

line(
  "what was taken back",
  "keys, builds, releases, and lists of others",
  async () => {
    const directory = emptyDirectory();
    const path = await sign(
      await buildAfresh("once.c"),
      mine,
      "--version",
      "1.4",
    );
    const list = async (what: string[], by = mine): Promise<string> => {
      const file = join(directory, crypto.randomUUID());
      await run("revoke", "--key", `${by.name}.pem`, "-o", file, ...what);
      return readFileSync(file, "utf8");
    };
    const trust = (revocations: string[]) => ({
      trust: { keys: [mine.pem, other.pem], revocations },
    });
    const mineIs = `${mine.name}.pub.pem`;
    const refused: [string, string, string[]][] = [
      ["revoked", `its key ${mine.text}`, [await list([mineIs])]],
      ["revoked", `its key ${mine.text}`, [await list([mineIs], other)]],
      ["revoked", "the library of sha256", [await list([path])]],
      ["revoked", "the library of sha256", [await list([`${path}.json`])]],
      ["revoked", "all before 1.4.1", [await list(["once@1.4.1"])]],
      ["revoked", "all before 1.5", [
        await list(["once@1.2"]),
        await list(["once@1.5"]),
        await list(["twice@9"]),
      ]],
    ];
    for (const [code, words, lists] of refused) {
      assertRefused(code, words, path, trust(lists));
    }
    const good = await list(["once@1.4", "twice@9"]);
    assertEquals(open(path, trust([good])).manifest.version, "1.4");
    // Warm too.
    for (const [code, words, lists] of refused) {
      assertRefused(code, words, path, trust(lists));
    }
    // Nor under the name that it had before the plugin was renamed.
    const renamed = await sign(
      await buildAfresh("once.c"),
      mine,
      ...["--name", "earlier", "--version", "1.4"],
    );
    const least = [await list(["once@1.5"])];
    const words = "it is 1.4, and all before 1.5 were taken back";
    assertRefused("revoked", words, renamed, trust(least));
    const earlier = { keys: [mine.pem], name: "earlier", revocations: least };
    assertEquals(open(renamed, { trust: earlier }).manifest.name, "earlier");
    assertRefused("revoked", words, renamed, trust(least));
    // Signed before there were names and versions, it is older than all.
    const nameless = await buildAfresh("once.c");
    signAsIs(nameless);
    assertRefused(
      "revoked",
      "it says no version, and all before 1.4 were taken back",
      nameless,
      trust([good]),
    );
    const stranger = await keys();
    const bad: [string, string][] = [
      ["", "it is not JSON"],
      [
        "revoked.json",
        'wanted the text of the list, as readFileSync(path, "utf8") gives it, and not its path',
      ],
      ["{}", "revocations is missing, wanted 1"],
      [good.replace('"twice": "9"', '"twice": "8"'), "it was changed since"],
      [await list(["once@1"], stranger), "which is not trusted"],
    ];
    for (const [text, words] of bad) {
      assertRefused("bad_revocations", words, path, trust([text]));
    }
  },
);

// ------------------------------------------------------------------------- open

line(
  "a plugin that is open already",
  "that was loaded without trust",
  async () => {
    const { path } = await signedWithBase();
    const { output } = runScript(`open(${JSON.stringify(path)});
try {
  open(${JSON.stringify(path)}, { trust: [${JSON.stringify(mine.pem)}] });
} catch (error) { console.log(error.code); }`);
    assertEquals(output, "untrusted");
    assertEquals(top(path), 42);
  },
);

line("what the plugin's own code loads or reads", "it is its signer's", () => {
  // There is nothing to refuse: the table says so.
});

for (const name of ["XDG_CACHE_HOME", "PLUGIN_SUPPORT"]) {
  for (const isRelative of [false, true]) {
    line(
      "this package, and the runtime",
      `its library where others may write, by ${name}${
        isRelative ? ", from the working directory" : ""
      }`,
      async () => {
        const theirs = emptyDirectory();
        const file = join(
          "native-plugin",
          supportFile(process.platform, process.arch),
        );
        const mark = marker();
        compile(join(theirs, file), evil(mark));
        if (!isRelative) chmodSync(theirs, 0o777);
        const below = name === "PLUGIN_SUPPORT" ? file : ".";
        const value = isRelative ? below : join(theirs, below);
        const path = await sign(await library("callbacks.c"));
        const before = process.cwd();
        process.chdir(theirs);
        try {
          const { output } = withVariable(name, value, () =>
            runScript(
              `const plugin = open(${JSON.stringify(path)}, { trust: [${
                JSON.stringify(mine.pem)
              }] });
try {
  console.log(plugin.lookup("choose")("twice")(2));
} catch (error) {
  console.log(error.code, error.message);
}`,
            ));
          const isRefused = output.includes("could be anybody's: ") ||
            output.includes("it is not there");
          assert(output.startsWith("4") || isRefused, output);
        } finally {
          process.chdir(before);
        }
        assertNotRun(mark);
      },
    );
  }
}

/** Where others may put the library, how that is, what the program is permitted, and why it is refused. */
const CACHES = [
  [
    "where others could have made it, to a program that may not say who it is",
    0o1777,
    () => ["--allow-env", "--allow-read"],
    "who runs this program may not be asked: run with --allow-sys=uid",
  ],
  [
    "where others may write, on a way that may not be looked at",
    0o777,
    (cache: string, path: string) => [
      ...["--allow-sys=uid", "--allow-env"],
      `--allow-read=${cache},${dirname(path)}`,
    ],
    "could be anybody's: others may write",
  ],
] as const;

for (const [how, mode, allow, why] of RUNTIME === "Deno" ? CACHES : []) {
  line("this package, and the runtime", `its library ${how}`, async () => {
    const theirs = emptyDirectory();
    const mark = marker();
    const file = supportFile(process.platform, process.arch);
    compile(join(theirs, "native-plugin", file), evil(mark));
    chmodSync(theirs, mode);
    const path = await sign(await library("callbacks.c"));
    const body = `try {
  open(${JSON.stringify(path)}, {
    trust: [${JSON.stringify(mine.pem)}],
    isolated: true,
  });
} catch (error) { console.log(error.message); }`;
    const run = () => runScript(body, ["--allow-ffi", ...allow(theirs, path)]);
    const { output } = withVariable(
      "XDG_CACHE_HOME",
      theirs,
      () => withVariable("PLUGIN_SUPPORT", "", run),
    );
    assert(output.includes(why), output);
    assertNotRun(mark);
  });
}

test("each line of docs/safety.md has a test", () => {
  assertEquals([...new Set(lines)].sort(), [...seen].sort());
});
