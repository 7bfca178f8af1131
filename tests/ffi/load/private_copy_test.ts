/**
 * Private copies: nobody else can touch them, and none is left behind.
 *
 * @module
 */

import { withVariable } from "../../helpers/variable.ts";
import { inNoexec, noMounts } from "../../helpers/mount.ts";
import { FACE } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import fs, {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { open, PluginError } from "@native/plugin";
import {
  buildAfresh,
  emptyDirectory,
  fixture,
  library,
  spoil,
} from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { runScript } from "../helpers/program.ts";
import { copies } from "../helpers/copies.ts";
import {
  assertRefused,
  edit,
  MINE,
  mine,
  sign,
  signed,
} from "../helpers/signed.ts";

const C = need("cc");
const LINUX = process.platform === "linux" ? C : skip("needs Linux's loader");

/** Calls with another directory of temporary files. */
function inTemporary(directory: string, call: () => void): void {
  withVariable("TMPDIR", directory, call);
}

test("no copy is written where others could exchange it", C, async () => {
  const path = await signed("once.c");
  const shared = emptyDirectory();
  chmodSync(shared, 0o777);
  const mine = join(shared, "mine");
  mkdirSync(mine, { mode: 0o700 });
  const link = join(emptyDirectory(), "link");
  symlinkSync(mine, link);
  // Whoever may write in a directory above can put another in its place.
  for (const place of [shared, mine, link]) {
    inTemporary(
      place,
      () => assertRefused("no_copy", `others may write in "${shared}"`, path),
    );
  }
  assertEquals(readdirSync(shared), ["mine"]);
  assertEquals(readdirSync(mine), []);
  // In a sticky one, nobody can rename what is another's.
  chmodSync(shared, 0o1777);
  inTemporary(mine, () => open(path, MINE));
  assertEquals(readdirSync(mine), []); // nobody else could have it
});

test("no copy is written in what belongs to another", {
  ...C,
  skip: C.skip || (process.getuid?.() === 0 ? false : skip("needs root").skip),
}, async () => {
  const path = await signed("once.c");
  const theirs = emptyDirectory();
  const below = join(theirs, "below");
  mkdirSync(below);
  chownSync(theirs, 65_534, 65_534);
  for (const place of [theirs, below]) {
    inTemporary(
      place,
      () =>
        assertRefused(
          "no_copy",
          `"${theirs}" belongs to the user 65534`,
          path,
        ),
    );
  }
});

test("nobody can take the copy's name before it is there", LINUX, async () => {
  const path = await signed("once.c");
  const sticky = emptyDirectory();
  chmodSync(sticky, 0o1777);
  let seen: string[] = [];
  inTemporary(sticky, () => {
    const plugin = open(path, MINE);
    seen = readFileSync("/proc/self/maps", "utf8").split("\n")
      .filter((line) => line.includes(sticky));
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 7);
  });
  const name = new RegExp(`/plugin-\\d+-${process.pid}-([0-9a-f]+)-[0-9a-f]+/`);
  const [, secret] = name.exec(seen[0]!)!;
  assertEquals(secret!.length, 24);
  // Another process has another word there, so this one says nothing of it.
  assertNotEquals(secret, secretOfAnother(path));
  // It stays, empty: gone, it would be anybody's who has seen its name.
  assertEquals(copies(sticky), []);
  assertEquals(readdirSync(sticky).length, 1);
});

/** The name of this process's directory, which stays where all may write. */
async function ownName(): Promise<string> {
  const path = await signed("once.c");
  const sticky = emptyDirectory();
  chmodSync(sticky, 0o1777);
  inTemporary(sticky, () => open(path, MINE));
  const [name] = readdirSync(sticky);
  return name!;
}

/** The word in the names of copies of another process. */
function secretOfAnother(path: string): string {
  const { output } = runScript(`import { readFileSync } from "node:fs";
open(${JSON.stringify(path)}, { trust: [${JSON.stringify(mine.pem)}] });
const maps = readFileSync("/proc/self/maps", "utf8");
console.log(/plugin-\\d+-\\d+-([0-9a-f]+)/.exec(maps)[1]);`);
  return output;
}

test("what somebody else has made there is not used", LINUX, async () => {
  const path = await signed("once.c");
  const sticky = emptyDirectory();
  chmodSync(sticky, 0o1777);
  // As if it could be known beforehand.
  const name = await ownName();
  const taken = join(sticky, name);
  mkdirSync(taken);
  chmodSync(taken, 0o777);
  const refused = () =>
    inTemporary(
      sticky,
      () => assertRefused("no_copy", `${name}" is somebody else's`, path),
    );
  refused();
  assertEquals(readdirSync(taken), []);
  rmSync(taken, { recursive: true });
  symlinkSync(emptyDirectory(), taken);
  refused();
  rmSync(taken);
  inTemporary(sticky, () => open(path, MINE));
  assertEquals(copies(sticky), []);
});

test(
  "what a process has left that was killed, the next one removes",
  LINUX,
  async () => {
    const path = await signed("once.c");
    // What tells where a process has its number: the end of the name.
    const here = (await ownName()).split("-").at(-1)!;
    // Another machine's is the same, and so could the processes' numbers be.
    const [number] = /\d+/.exec(readlinkSync("/proc/self/ns/pid"))!;
    for (const mode of [0o1777, 0o700]) {
      const parent = emptyDirectory();
      chmodSync(parent, mode);
      const ours = `plugin-${process.getuid!()}`;
      const [dead, full, entered, other, elsewhere, afar] = [
        `${ours}-4194305-0a-${here}`, // one more than there can be
        `${ours}-4194305-0b-${here}`,
        `${ours}-4194305-0e-${here}`, // others can have put something there
        `plugin-4194305-4194305-0c-${here}`,
        `${ours}-4194305-0d-1`, // a container's, in which it may run
        `${ours}-4194305-0f-${number}`,
      ];
      for (const name of [dead, full, entered, other, elsewhere, afar]) {
        mkdirSync(join(parent, name), {
          mode: name === entered ? 0o755 : 0o700,
        });
        if (name === dead) continue;
        mkdirSync(join(parent, name, "copy"));
        writeFileSync(join(parent, name, "copy", "once.so"), "");
      }
      const kept = emptyDirectory();
      writeFileSync(join(kept, "file"), "");
      symlinkSync(kept, join(parent, full, "link"));
      inTemporary(parent, () => open(path, { ...MINE, fresh: mode === 0o700 }));
      const left = readdirSync(parent).filter((name) =>
        !name.includes(`-${process.pid}-`)
      );
      assertEquals(left.sort(), [entered, other, elsewhere, afar].sort());
      assertEquals(readdirSync(kept), ["file"]);
    }
  },
);

test(
  "where nobody may look what there is, a copy is written all the same",
  LINUX,
  async () => {
    const path = await signed("once.c");
    const parent = emptyDirectory();
    const { readdirSync } = fs;
    fs.readdirSync = ((at: string, ...more: []) => {
      if (at !== parent) return readdirSync(at, ...more);
      throw Object.assign(new Error("permission denied"), { code: "EACCES" });
    }) as typeof readdirSync;
    try {
      inTemporary(parent, () => open(path, MINE));
    } finally {
      fs.readdirSync = readdirSync;
    }
    assertEquals(readdirSync(parent), []);
  },
);

test("a directory in which nothing may be executed is told as such", {
  ...LINUX,
  skip: LINUX.skip || noMounts(),
}, async () => {
  const path = await signed("once.c");
  await inNoexec((place) => {
    inTemporary(
      place,
      () =>
        assertRefused(
          "no_copy",
          `nothing in "${place}" may be executed (it is mounted noexec)`,
          path,
        ),
    );
    assertEquals(readdirSync(place), []);
  });
  open(path, MINE);
});

test("a plugin where nothing may be executed says so", {
  ...LINUX,
  skip: LINUX.skip || noMounts(),
}, async () => {
  const path = await buildAfresh("once.c");
  await inNoexec((place) => {
    for (const end of ["", ".json"]) {
      copyFileSync(`${path}${end}`, join(place, `once.so${end}`));
    }
    const error = assertThrows(
      () => open(join(place, "once.so")),
      PluginError,
      `nothing in "${place}" may be executed (it is mounted noexec)`,
    );
    assertEquals(error.code, "load_failed");
  });
});

test("a library that cannot be loaded leaves no copy", LINUX, async () => {
  const path = await buildAfresh("once.c");
  const bytes = spoil(path);
  edit(
    path,
    (json) =>
      json.library.sha256 = createHash("sha256").update(bytes).digest("hex"),
  );
  await sign(path);
  assertRefused("load_failed", "no dynamic section", path);
  assertEquals(copies(), []);
});

const DENO = "Deno" in globalThis ? C : skip("only Deno has permissions");

/** Opens a signed plugin in a process of its own, with these permissions and those that it takes anyway. */
function openPermitted(
  path: string,
  temporary: string,
  flags: readonly string[],
  before = "",
): string {
  const script = join(emptyDirectory(), "program.ts");
  const root = fixture("../..");
  writeFileSync(
    script,
    `import { open } from ${FACE};
${before}
try {
  const plugin = open(${JSON.stringify(path)}, { trust: [${
      JSON.stringify(mine.pem)
    }] });
  console.log(plugin.lookup("get_seven", "() => i32")());
} catch (e) { console.log(e.code, e.message); }`,
  );
  return spawnSync(process.execPath, [
    ...["run", "--no-prompt", "--no-check"],
    `--config=${join(root, "deno.json")}`,
    `--allow-read=${dirname(path)},${root},${topOf(temporary)}`,
    ...["--allow-env", ...flags, script],
  ], { encoding: "utf8", env: { ...process.env, TMPDIR: temporary } })
    .stdout.trim();
}

test(
  "Deno: permission for the directory of copies is asked for by its flag",
  DENO,
  async () => {
    const path = await sign(await library("once.c"));
    const temporary = emptyDirectory();
    const write = ["--allow-sys=uid", `--allow-write=${temporary}`];
    const asked: [string[], string][] = [
      [["--allow-sys=uid"], "run again with the --allow-write flag"],
      [[...write, `--allow-ffi=${path}`], `run with --allow-ffi=${temporary}`],
      [[...write, `--allow-ffi=${temporary}`], "7"],
    ];
    for (const [flags, words] of asked) {
      assertStringIncludes(openPermitted(path, temporary, flags), words);
    }
    assertEquals(readdirSync(temporary), []);
  },
);

test(
  "Deno: who knows the name, as a process without permission for a secret has it, has nothing of it",
  DENO,
  async () => {
    const path = await sign(await library("once.c"));
    const sticky = emptyDirectory();
    chmodSync(sticky, 0o1777);
    const flags = [
      "--allow-sys=uid",
      `--allow-write=${sticky}`,
      `--allow-ffi=${sticky}`,
    ];
    const take = `const taken = ${
      JSON.stringify(join(sticky, "plugin-"))
    } + Deno.uid() + "-" + Deno.pid + "-0";
Deno.mkdirSync(taken);
Deno.chmodSync(taken, 0o777);`;
    assertEquals(openPermitted(path, sticky, flags, take), "7");
    // What somebody else has made stays, with nothing in it; ours is gone.
    const [left, ...others] = readdirSync(sticky);
    assertEquals(others, []);
    assertStringIncludes(left!, "-0");
    assertEquals(readdirSync(join(sticky, left!)), []);
  },
);

/** The directory right below the root: the whole way to a directory of copies is looked at. */
function topOf(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}
