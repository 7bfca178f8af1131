/**
 * A file that is built anew while its plugin is open: it is told, and loaded
 * beside the old one where that is asked for.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  appendFileSync,
  copyFileSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { until } from "../../helpers/wait.ts";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, type Plugin, PluginError } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import {
  buildAfresh,
  buildTo,
  emptyDirectory,
  fixture,
} from "../../helpers/fixture.ts";
import { withBase } from "../helpers/beside.ts";
import { copies } from "../helpers/copies.ts";
import { need, skip } from "../../helpers/need.ts";
import { succeed } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = need("cc");
const LINUX = process.platform === "linux" ? C : skip("needs Linux's loader");

function versionOf(plugin: Plugin): unknown {
  return plugin.lookup("version", "() => i32")();
}

function buildIdOf(path: string): string {
  return JSON.parse(readFileSync(`${path}.json`, "utf8")).library.buildId;
}

test("fresh gives the file as it is now, beside the old one", C, async () => {
  const path = await buildAfresh("version.c");
  const old = open(path);
  const count = old.lookup("count", "() => i32");
  assertEquals(count(), 2);
  await buildTo(path, "version.c", "-DVERSION=5");
  const now = open(path, { fresh: true });
  assert(now !== old);
  assertEquals([versionOf(old), versionOf(now)], [1, 5]);
  assertEquals(now.path, path);
  for (const plugin of [old, now]) {
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
  }
  assertEquals(now.lookup("count", "() => i32")(), 6);
  // Also what is bound only now, of a library whose file is gone.
  assertEquals(old.lookup("kept", "i32").value, 2);
  assertEquals(old.lookup("shift")({ x: 1, y: 2 }), { x: 2, y: 2 });
  assertEquals(now.lookup("shift")({ x: 1, y: 2 }), { x: 6, y: 2 });
  assertEquals(count(), 3);
});

test(
  "the newest is what the path gives, however it is spelled",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    open(path);
    open(`${path}.json`);
    await buildTo(path, "version.c", "-DVERSION=2");
    const now = open(path, { fresh: true });
    for (const spelling of [path, `${path}.json`, `${path}/../version.so`]) {
      assertStrictEquals(open(spelling), now);
    }
  },
);

test("fresh loads an unchanged file once more", C, async () => {
  const path = await buildAfresh("version.c");
  const plugins = [
    open(path),
    open(path, { fresh: true }),
    open(path, { fresh: true }),
  ];
  assertEquals(new Set(plugins).size, 3);
  for (const plugin of plugins) {
    const kept = plugin.lookup("kept", "i32");
    assertEquals([kept.value, plugin.lookup("initialised", "i32").value], [
      1,
      1,
    ]);
    kept.value = 9;
  }
  assertStrictEquals(open(path), plugins[2]);
});

test("fresh leaves no file behind", C, async () => {
  open(await buildAfresh("version.c"), { fresh: true });
  assertEquals(copies(), []);
});

for (const way of [".", "../lib"]) {
  for (const soname of ["libbase.so", ""]) {
    const named = soname === "" ? "without a soname" : "with a soname";
    const name = `fresh takes a library along that lies in ${way}, ${named}`;
    test(name, LINUX, async () => {
      const { path } = await withBase(way, { soname });
      await succeed(command("emit", path));
      const top = (fresh: boolean) =>
        open(path, { fresh }).lookup("top", "() => i32")();
      assertEquals([top(true), top(true), top(false)], [42, 42, 42]);
      assertEquals(copies(), []);
    });
  }
}

test("a file that was replaced is told, with both build ids", C, async () => {
  const path = await buildAfresh("version.c");
  const loaded = buildIdOf(path);
  const old = open(path);
  await buildTo(path, "version.c", "-DVERSION=2");
  // With options, a spelling that was just opened is looked at again.
  const error = assertThrows(() => open(path, {}), PluginError);
  assertEquals((error as PluginError).code, "replaced");
  assertEquals((error as PluginError).path, path);
  assertEquals(
    (error as PluginError).message,
    `Cannot open the plugin "${path}": the file was replaced after it was opened: ` +
      `it has the build id ${
        buildIdOf(path)
      }, loaded is the build id ${loaded}; ` +
      "open it with { fresh: true } to load it as it is now",
  );
  assertEquals(versionOf(old), 1);
});

test(
  "a spelling that was opened is looked at again after a second",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const old = open(path);
    await buildTo(path, "version.c", "-DVERSION=2");
    await until(() => open(path) !== old).catch(() => {});
    assertThrows(() => open(path), PluginError, "was replaced after");
    assertEquals(versionOf(open(path, { fresh: true })), 2);
    assertEquals([versionOf(open(path)), versionOf(old)], [2, 1]);
  },
);

test("a file that was written over in place is told", C, async () => {
  const path = await buildAfresh("version.c", "-Wl,--build-id=none");
  // A copy is loaded: writing over a file that is would be the end.
  const old = open(path, { fresh: true });
  appendFileSync(path, "more");
  const error = assertThrows(() => open(path, {}), PluginError) as PluginError;
  assertEquals(error.code, "replaced");
  assert(
    error.message.includes(
      "was written over after it was opened: it has the sha256 ",
    ),
  );
  assertEquals(versionOf(old), 1);
});

test(
  "a file that is touched, or built again to the same, is the same plugin",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const plugin = open(path);
    utimesSync(path, 1, 1);
    assertStrictEquals(open(path, {}), plugin);
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    assertStrictEquals(open(path, {}), plugin);
  },
);

test(
  "fresh refuses a build that is not finished, and leaves the old one",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const old = open(path);
    const manifest = readFileSync(`${path}.json`);
    await buildTo(path, "version.c", "-DVERSION=2");
    const finished = readFileSync(`${path}.json`);
    writeFileSync(`${path}.json`, manifest);
    const error = assertThrows(() => open(path, { fresh: true }), PluginError);
    assertEquals((error as PluginError).code, "wrong_library");
    assertEquals(versionOf(old), 1);
    writeFileSync(`${path}.json`, finished);
    assertEquals(versionOf(open(path, { fresh: true })), 2);
  },
);

test(
  "another file that has got the number of one whose copy was loaded is another plugin",
  C,
  async () => {
    const one = await buildAfresh("version.c");
    open(one, { fresh: true });
    const two = join(dirname(one), "two.so");
    // The same inode, with other bytes, at another path.
    await buildTo(two, "version.c", "-DVERSION=2");
    const bytes = readFileSync(two);
    rmSync(two);
    renameSync(one, two);
    writeFileSync(two, bytes);
    assertEquals(versionOf(open(two)), 2);
  },
);

/** Writes another build over a file, in place: the number, the size and the time stay what they were. */
async function writeOver(path: string): Promise<void> {
  const { atime, mtime, size } = statSync(path);
  const other = join(dirname(path), "other.so");
  await buildTo(other, "version.c", "-DVERSION=2");
  const bytes = new Uint8Array(size);
  bytes.set(readFileSync(other));
  writeFileSync(path, bytes);
  renameSync(`${other}.json`, `${path}.json`);
  utimesSync(path, atime, mtime);
  assertEquals(statSync(path).size, size);
}

test(
  "another file with the number, the size and the time of one whose copy was loaded is told",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    utimesSync(path, 1000, 1000);
    const old = open(path, { fresh: true });
    await writeOver(path);
    const { code } = assertThrows(() => open(path, {})) as PluginError;
    assertEquals(code, "replaced");
    assertEquals(versionOf(old), 1);
  },
);

test(
  "so is one in the place of a file that was put in the place of the one that is loaded",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    utimesSync(path, 1000, 1000);
    const old = open(path);
    copyFileSync(path, `${path}.copy`);
    renameSync(`${path}.copy`, path);
    utimesSync(path, 1000, 1000);
    assertStrictEquals(open(path, {}), old);
    await writeOver(path);
    const { code } = assertThrows(() => open(path, {})) as PluginError;
    assertEquals(code, "replaced");
    assertEquals(versionOf(old), 1);
  },
);

test(
  "a link to a file whose copy was loaded is the same plugin",
  C,
  async () => {
    const one = await buildAfresh("version.c");
    const plugin = open(one, { fresh: true });
    const two = join(dirname(one), "two.so");
    linkSync(one, two);
    assertStrictEquals(open(two, {}), plugin);
    // The other name may be gone, or lead elsewhere: then nobody can tell.
    rmSync(one);
    renameSync(`${one}.json`, `${two}.json`);
    assert(open(two, {}) !== plugin);
  },
);

test("thunks in a library of their own are loaded anew too", C, async () => {
  const directory = emptyDirectory();
  const path = join(directory, "version.so");
  const make = async (version: number) => {
    const flags = ["-g", "-O1", `-DVERSION=${version}`];
    sharedLibrary(`${path}.new`, [...flags, fixture("version.c")]);
    renameSync(`${path}.new`, path);
    await succeed(command("emit", path, "--thunks"));
  };
  await make(1);
  const old = open(path);
  await make(2);
  const now = open(path, { fresh: true });
  await make(3);
  const third = open(path, { fresh: true });
  assertEquals(
    [old, now, third].map((plugin) =>
      plugin.lookup("shift")({ x: 10, y: 0 }).x
    ),
    [11, 12, 13],
  );
});
