/**
 * A process that follows one which has ended loads the bytes that were opened, or
 * nothing.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { open, type OpenOptions, PluginError } from "@native/plugin";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { evil } from "../helpers/beside.ts";
import { run as emit } from "../helpers/signed.ts";
import { compile } from "../../helpers/shared_library.ts";

await withSupport();

const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

const SOURCE = `#include <stdlib.h>
struct pair { double a, b; };
struct pair doubled(struct pair of) { return (struct pair){of.a * 2, of.b * 2}; }
int one(void) { return 1; }
void crash(void) { abort(); }
`;

/** Milliseconds after which the system's word tells one change from the next: Deno gives it in seconds. */
const MOMENT = 2100;

/** A plugin, with a companion that its thunks lie in. */
async function made(): Promise<string> {
  const path = compile(
    join(emptyDirectory(), "libone.so"),
    SOURCE,
    "-Wl,--build-id",
  );
  await emit("emit", path, "--thunks");
  return path;
}

const companionOf = (path: string): string =>
  join(
    path,
    "..",
    JSON.parse(readFileSync(`${path}.json`, "utf8")).thunks.file,
  );

/** Opens it, and lets it crash once. */
function crashed(path: string, options: OpenOptions = {}) {
  const { isolated, ...others } = options;
  const plugin = open<Record<string, (given?: unknown) => unknown>>(path, {
    ...others,
    isolated: { restart: "next", ...(isolated as object) },
  });
  const { one, doubled, crash } = plugin.symbols;
  assertEquals(one!(), 1);
  if (others.symbols === undefined) {
    assertEquals(doubled!({ a: 1, b: 2 }), { a: 2, b: 4 });
  }
  assertEquals(codeOf(crash!), "crashed");
  return plugin;
}

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (error instanceof PluginError) return error.code;
    throw error;
  }
  return undefined;
}

/** What somebody does to a file, and whether it leaves another file in its place. */
const WAYS: Readonly<Record<string, (path: string, from: string) => void>> = {
  "put in its place": (path, from) => renameSync(from, path),
  "written over": (path, from) => copyFileSync(from, path),
  "written over, of the same size and date": (path, from) => {
    const { size, atime, mtime } = statSync(path);
    const bytes = readFileSync(from);
    assert(bytes.length <= size, "it fits in");
    const padded = new Uint8Array(size);
    padded.set(bytes);
    writeFileSync(path, padded);
    utimesSync(path, atime, mtime);
  },
};

const LAST = Object.keys(WAYS).at(-1);

const OPTIONS: Readonly<Record<string, OpenOptions>> = {
  "nothing asked for": {},
  "integrity": { integrity: "sha256" },
  "permissions": { isolated: { permissions: {} } },
  "symbols": { symbols: { one: "() => i32", crash: "() => void" } },
};

for (const [asked, options] of Object.entries(OPTIONS)) {
  test(`${asked}: another process loads no other bytes`, NEEDS, async () => {
    for (const [way, exchange] of Object.entries(WAYS)) {
      const path = await made();
      const isDeclared = options.symbols !== undefined;
      for (const file of isDeclared ? [path] : [path, companionOf(path)]) {
        const name = `${way}: ${file}`;
        const mark = join(emptyDirectory(), "mark");
        const away = join(emptyDirectory(), "away.so");
        const theirs = compile(away, evil(mark), "-s");
        const own = readFileSync(file);
        if (isDeclared) renameSync(`${path}.json`, `${path}.away`);
        const isOld = asked === "nothing asked for" || isDeclared;
        if (isOld && way === LAST) await setTimeout(MOMENT);
        else writeFileSync(file, own); // touched just now, however slow the machine is
        using plugin = crashed(path, options);
        const { one } = plugin.symbols;
        exchange(file, theirs);
        for (let i = 0; i < 2; i++) {
          assertEquals(codeOf(one!), "replaced", name);
        }
        assert(!existsSync(mark), `${name}: it has run`);
        // Its own bytes are what they were, wherever they lie now.
        writeFileSync(file, own);
        if (isDeclared && way === LAST) continue; // nobody knows the digest
        assertEquals(one!(), 1, name);
      }
    }
  });
}

test("what is gone is told, and what comes back is loaded", NEEDS, async () => {
  const path = await made();
  using plugin = crashed(path);
  const { one } = plugin.symbols;
  renameSync(path, `${path}.away`);
  assertEquals(codeOf(one!), "not_found");
  renameSync(`${path}.away`, path);
  assertEquals(one!(), 1);
});

for (const asked of ["nothing asked for", "symbols"]) {
  for (const isEnded of [true, false]) {
    const when = isEnded ? "after its end" : "after a crash";
    const name = `${asked}, ${when}: its inode may be another plugin's`;
    test(name, NEEDS, async () => {
      const options = OPTIONS[asked]!;
      const path = await made();
      const other = await made();
      const isDeclared = options.symbols !== undefined;
      if (isDeclared) renameSync(`${path}.json`, `${path}.away`);
      using plugin = crashed(path, options);
      if (isEnded) plugin.close();
      // What a system does that gives the inode of a file that is gone to a new one.
      const bytes = readFileSync(other);
      rmSync(other);
      renameSync(path, other);
      writeFileSync(other, bytes);
      writeFileSync(other, "\0", { flag: "a" });
      if (isDeclared) renameSync(`${other}.json`, `${other}.away`);
      else await emit("emit", other, "--thunks");
      using next = crashed(other, options);
      assert(next !== plugin);
    });
  }
}

/** A plugin that needs a library beside it, which it looks for in two directories. */
async function withNeed(): Promise<{ path: string; base: string }> {
  const directory = emptyDirectory();
  const base = compile(
    join(directory, "second", "libbase.so"),
    "int base(void) { return 1; }\n",
    "-Wl,-soname,libbase.so",
  );
  const path = compile(
    join(directory, "libone.so"),
    `${SOURCE}int base(void);\nint based(void) { return base(); }\n`,
    ...["-Wl,--build-id", `-L${join(directory, "second")}`, "-lbase"],
    "-Wl,-rpath,$ORIGIN/first:$ORIGIN/second",
  );
  await emit("emit", path, "--thunks");
  return { path, base };
}

test("nor other bytes of a library that it brings along", NEEDS, async () => {
  const before: typeof WAYS = {
    ...WAYS,
    "put where it is looked for before": (path, from) => {
      const first = join(path, "..", "..", "first");
      mkdirSync(first);
      renameSync(from, join(first, "libbase.so"));
    },
  };
  for (const [way, exchange] of Object.entries(before)) {
    const { path, base } = await withNeed();
    const mark = join(emptyDirectory(), "mark");
    const theirs = compile(
      join(emptyDirectory(), "away.so"),
      evil(mark),
      ...["-s", "-Wl,-soname,libbase.so"],
    );
    const own = readFileSync(base);
    using plugin = crashed(path);
    const { based } = plugin.symbols;
    assertEquals(based!(), 1);
    assertEquals(codeOf(plugin.symbols.crash!), "crashed");
    exchange(base, theirs);
    for (let i = 0; i < 2; i++) assertEquals(codeOf(based!), "replaced", way);
    assert(!existsSync(mark), `${way}: it has run`);
    rmSync(join(base, "..", "..", "first"), { recursive: true, force: true });
    writeFileSync(base, own);
    assertEquals(based!(), 1, way);
  }
  const { path, base } = await withNeed();
  using plugin = crashed(path);
  rmSync(base);
  assertEquals(codeOf(plugin.symbols.one!), "not_found");
});
