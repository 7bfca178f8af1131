/**
 * Hot reload: every finished build becomes a plugin, whatever else happens.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "@std/path";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  open,
  type Plugin,
  PluginError,
  watch,
  type WatchOptions,
} from "@native/plugin";
import { buildAfresh, buildTo, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { FACE } from "../../helpers/program.ts";
import { turns, until } from "../../helpers/wait.ts";
import { runScript } from "../helpers/program.ts";
import { MINE, other, sign, signed } from "../helpers/signed.ts";

const C = need("cc");

/** What a watcher has said, and a way to wait for the next. */
class Log {
  readonly plugins: Plugin[] = [];
  readonly errors: unknown[] = [];
  readonly onPlugin = (plugin: Plugin) => void this.plugins.push(plugin);
  readonly onError = (error: unknown) => void this.errors.push(error);

  get versions(): unknown[] {
    return this.plugins.map((p) => p.lookup("version", "() => i32")());
  }

  async until(plugins: number, errors = 0): Promise<void> {
    await until(() =>
      this.plugins.length >= plugins && this.errors.length >= errors
    );
    assertEquals([this.plugins.length, this.errors], [
      plugins,
      this.errors.slice(0, errors),
    ]);
  }
}

test("watch() keeps the process alive, or not", C, async () => {
  const path = JSON.stringify(await buildAfresh("version.c"));
  const { output } = runScript(`import { watch } from ${FACE};
watch(${path}, () => {}, { persistent: false });
console.log("seen");`);
  assertEquals(output, "seen");
});

test("watch() opens at once, and gives each build", C, async () => {
  const path = await buildAfresh("version.c");
  const log = new Log();
  using _watcher = watch(path, log.onPlugin, log);
  assertEquals(log.plugins, [open(path)]);
  for (let version = 2; version <= 4; version++) {
    await buildTo(path, "version.c", `-DVERSION=${version}`);
    await log.until(version);
  }
  assertEquals(log.versions, [1, 2, 3, 4]);
  assertEquals(open(path), log.plugins[3]);
  assertEquals(log.plugins.map((p) => p.lookup("initialised", "i32").value), [
    1,
    1,
    1,
    1,
  ]);
});

test(
  "watch() gives nothing for a file that is touched or built to the same",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const log = new Log();
    using _watcher = watch(path, log.onPlugin, { ...log, interval: 20 });
    utimesSync(path, 1, 1);
    await turns(10, 20);
    await buildTo(path, "version.c");
    await turns(10, 20);
    await buildTo(path, "version.c", "-DVERSION=2");
    await log.until(2);
    assertEquals(log.versions, [1, 2]);
  },
);

test("watch() gives no build that nobody trusted has signed", C, async () => {
  const path = await signed("version.c");
  const log = new Log();
  using _watcher = watch(path, log.onPlugin, { ...log, ...MINE });
  await buildTo(path, "version.c", "-DVERSION=2");
  await log.until(1, 1);
  assertEquals((log.errors[0] as PluginError).code, "unsigned");
  await sign(path, other);
  await log.until(1, 2);
  assertEquals((log.errors[1] as PluginError).code, "untrusted");
  await sign(path);
  await log.until(2, 2);
  assertEquals(log.versions, [1, 2]);
});

/** Settings whose members are their class's. */
class Settings {
  readonly onError: (error: unknown) => void;
  constructor({ onError }: Log) {
    this.onError = onError;
  }
  get trust() {
    return MINE.trust!;
  }
}

test("watch() demands what its options inherit, each time", C, async () => {
  const inherited: ((log: Log) => WatchOptions)[] = [
    (log) => new Settings(log),
    (log) => Object.create({ ...MINE, onError: log.onError }),
  ];
  for (const optionsFor of inherited) {
    const path = await signed("version.c");
    const log = new Log();
    using _watcher = watch(path, log.onPlugin, optionsFor(log));
    await buildTo(path, "version.c", "-DVERSION=2");
    await log.until(1, 1);
    assertEquals((log.errors[0] as PluginError).code, "unsigned");
    await sign(path);
    await log.until(2, 1);
    assertEquals(log.versions, [1, 2]);
  }
});

test(
  "watch() tells of a build that lacks what is in use, and waits for the next",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const log = new Log();
    using _watcher = watch(path, log.onPlugin, log);
    const count = log.plugins[0]!.lookup("count", "() => i32");
    await buildTo(path, "version.c", "-DVERSION=2", "-DWIDE");
    await log.until(1, 1);
    const [error] = log.errors as PluginError[];
    assertEquals(error!.code, "contract");
    assert(
      /count +\(\) => i32 +the function \(\) => i64/.test(error!.message),
      error!.message,
    );
    assertEquals(count(), 2);
    await buildTo(path, "version.c", "-DVERSION=3");
    await log.until(2, 1);
    assertEquals(log.versions, [1, 3]);
  },
);

test(
  "watch() checks the symbols that are given, and types them",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const seen: number[] = [];
    const log = new Log();
    using _watcher = watch(path, (plugin) => {
      seen.push(plugin.symbols.version());
      log.onPlugin(plugin as unknown as Plugin);
    }, { ...log, symbols: { version: "() => i32" } });
    // What is not in the contract may change.
    log.plugins[0]!.lookup("count");
    await buildTo(path, "version.c", "-DVERSION=2", "-DWIDE");
    await log.until(2);
    assertEquals(seen, [1, 2]);
  },
);

test(
  "watch() waits for a manifest that is late, and tells when it does not come",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const next = await buildAfresh("version.c", "-DVERSION=2");
    const log = new Log();
    using _watcher = watch(path, log.onPlugin, { ...log, interval: 100 });
    renameSync(next, path);
    await turns(4, 100);
    assertEquals(log.errors, []);
    await log.until(1, 1);
    assertEquals((log.errors[0] as PluginError).code, "wrong_library");
    renameSync(`${next}.json`, `${path}.json`);
    await log.until(2, 1);
    assertEquals(log.versions, [1, 2]);
  },
);

test("watch() waits for as long as it is told", C, async () => {
  const path = await buildAfresh("version.c");
  const next = await buildAfresh("version.c", "-DVERSION=2");
  const [log, hasty] = [new Log(), new Log()];
  using _patient = watch(path, log.onPlugin, { ...log, patience: 600_000 });
  using _hasty = watch(path, hasty.onPlugin, { ...hasty, patience: 0 });
  renameSync(next, path);
  await hasty.until(1, 1);
  await turns(20, 100); // twice as long as without the option
  assertEquals(log.errors, []);
  renameSync(`${next}.json`, `${path}.json`);
  await log.until(2);
  assertEquals(log.errors, []);
});

test("watch() goes on when the library is broken or gone", C, async () => {
  const path = await buildAfresh("version.c");
  const log = new Log();
  using _watcher = watch(path, log.onPlugin, log);
  rmSync(path);
  await log.until(1, 1);
  writeFileSync(path, "not a library");
  await log.until(1, 2);
  await buildTo(path, "version.c", "-DVERSION=2");
  await log.until(2, 2);
  assertEquals(
    (log.errors as PluginError[]).map(({ code }) => code),
    ["not_found", "not_a_library"],
  );
  assertEquals(log.versions, [1, 2]);
});

test("watch() goes on when the whole folder was gone", C, async () => {
  const directory = join(emptyDirectory(), "build");
  const path = join(directory, "version.so");
  mkdirSync(directory);
  await buildTo(path, "version.c");
  const log = new Log();
  using _watcher = watch(path, log.onPlugin, log);
  rmSync(directory, { recursive: true });
  await log.until(1, 1);
  assertEquals((log.errors[0] as PluginError).code, "not_found");
  for (let version = 2; version <= 3; version++) {
    mkdirSync(directory, { recursive: true });
    await buildTo(path, "version.c", `-DVERSION=${version}`);
    await log.until(version, 1);
  }
  assertEquals(log.versions, [1, 2, 3]);
});

test("watch() tells of what onPlugin throws, and goes on", C, async () => {
  const path = await buildAfresh("version.c");
  const log = new Log();
  using _watcher = watch(path, (plugin) => {
    log.onPlugin(plugin);
    if (log.plugins.length === 2) throw new Error("mine");
  }, log);
  await buildTo(path, "version.c", "-DVERSION=2");
  await log.until(2, 1);
  assertEquals((log.errors[0] as Error).message, "mine");
  await buildTo(path, "version.c", "-DVERSION=3");
  await log.until(3, 1);
});

test(
  "watch() tells of what an async onPlugin rejects with, the first time too",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const log = new Log();
    // deno-lint-ignore require-await -- what it throws is to be a rejection
    using _watcher = watch(path, async (plugin) => {
      log.onPlugin(plugin);
      throw new Error(`mine ${log.plugins.length}`);
    }, log);
    await log.until(1, 1);
    await buildTo(path, "version.c", "-DVERSION=2");
    await log.until(2, 2);
    assertEquals(log.errors.map((error) => (error as Error).message), [
      "mine 1",
      "mine 2",
    ]);
  },
);

test("watch() follows a link to where it leads now", C, async () => {
  const one = await buildAfresh("version.c");
  const two = await buildAfresh("version.c", "-DVERSION=2");
  const link = join(emptyDirectory(), "current");
  symlinkSync(dirname(one), link);
  const log = new Log();
  using _watcher = watch(join(link, "version.so"), log.onPlugin, log);
  symlinkSync(dirname(two), `${link}.new`);
  renameSync(`${link}.new`, link);
  await log.until(2);
  assertEquals(log.versions, [1, 2]);
  await buildTo(two, "version.c", "-DVERSION=3");
  await log.until(3);
  assertEquals(log.versions, [1, 2, 3]);
});

test("watch() opens what was replaced since it was opened", C, async () => {
  const path = await buildAfresh("version.c");
  open(path);
  await buildTo(path, "version.c", "-DVERSION=2");
  const spelling = `${dirname(path)}/./version.so`;
  mkdirSync(join(dirname(path), "x"));
  const log = new Log();
  watch(spelling, log.onPlugin, log).close();
  assertEquals(log.versions, [2]);
});

test(
  "watch() tells of a place that cannot be looked at, and looks on",
  C,
  async () => {
    const one = dirname(await buildAfresh("version.c"));
    const link = join(emptyDirectory(), "link");
    symlinkSync(one, link);
    const log = new Log();
    using _watcher = watch(join(link, "version.so"), log.onPlugin, log);
    // A link to itself: no error that says that nothing is there.
    symlinkSync(link, `${link}.new`);
    renameSync(`${link}.new`, link);
    await until(() => log.errors.length > 0);
    await turns(20, 10);
    assertEquals(log.errors.length, 1);
    assertMatch(`${log.errors[0]}`, /ELOOP|symbolic links/);
    await buildTo(join(one, "version.so"), "version.c", "-DVERSION=2");
    symlinkSync(one, `${link}.new`);
    renameSync(`${link}.new`, link);
    await log.until(2, 1);
    assertEquals(log.versions, [1, 2]);
  },
);

test("watch() ends by close(), using and signal", C, async () => {
  const path = await buildAfresh("version.c");
  const log = new Log();
  const stop = new AbortController();
  const options = { ...log, interval: 10 };
  watch(path, log.onPlugin, options).close();
  watch(path, log.onPlugin, { ...options, signal: stop.signal });
  stop.abort();
  {
    using _watcher = watch(path, log.onPlugin, options);
  }
  await buildTo(path, "version.c", "-DVERSION=2");
  await turns(30, 10);
  await log.until(3);
  assertThrows(() => watch(path, log.onPlugin, { signal: stop.signal }));
  await log.until(3);
});

test(
  "watch() throws when there is no plugin, or no such times",
  C,
  async () => {
    const path = await buildAfresh("version.c");
    const none = join(emptyDirectory(), "none.so");
    assertThrows(() => watch(none, () => {}), PluginError, "no such file");
    for (const interval of [0, 9, 60_001, NaN, "100" as unknown as number]) {
      assertThrows(() => watch(path, () => {}, { interval }), RangeError);
    }
    for (const patience of [-1, 600_001, NaN, "0" as unknown as number]) {
      assertThrows(() => watch(path, () => {}, { patience }), RangeError);
    }
  },
);
