/**
 * Thunks: inside a library that `plugin build` makes, and beside one that
 * `plugin emit --thunks` describes.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { constants } from "node:os";
import { lastError, open, PluginError } from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const C = need("cc");
const SIGNATURES = [
  "--thunk",
  "sum_of (i32, f64, f64) => f64",
  "--thunk",
  "sum_of (i32, f64) => f64",
  "--thunk",
  "format (buffer, usize, cstring, i32, cstring, f64) => i32",
  "--errno",
  "open_*",
];

async function run(...argv: string[]): Promise<void> {
  await succeedSilently(command(...argv));
}

/** Builds the library with its thunks inside. */
async function built(): Promise<string> {
  const path = join(emptyDirectory(), "system.so");
  await run("build", fixture("system.c"), "-o", path, ...SIGNATURES);
  return path;
}

/** Builds the library without thunks, then describes it with a companion. */
async function emitted(): Promise<string> {
  const path = join(emptyDirectory(), "system.so");
  await run("build", fixture("system.c"), "-o", path);
  await run("emit", path, "--thunks", ...SIGNATURES);
  return path;
}

for (const [where, make] of Object.entries({ built, emitted })) {
  test(`errno is that of the call, through ${where} thunks`, C, async () => {
    const openNothing = open(await make()).lookup("open_nothing");
    assertEquals(openNothing(1), -1);
    const { errno, name } = lastError(openNothing)!;
    assertEquals([errno, name], [2, "ENOENT"]);
    assertEquals(openNothing(0), 0);
    assertEquals(lastError(openNothing), undefined);
    const failing = open(await make()).lookup("open_failing");
    const named = ["EAGAIN", "ENOTSUP"].map((name) => {
      const { errno: { [name]: number } } = constants as {
        errno: Record<string, number>;
      };
      failing(number!);
      return lastError(failing)!.name;
    });
    assertEquals(named, ["EAGAIN", "ENOTSUP"]); // not EWOULDBLOCK, EOPNOTSUPP
  });

  test(
    `a variadic function is called at its signatures, through ${where} thunks`,
    C,
    async () => {
      const plugin = open(await make());
      const two = plugin.lookup("sum_of", "(i32, f64, f64) => f64");
      assertEquals(two(2, 0.5, 1.25), 1.75);
      const one = plugin.lookup("sum_of", "(i32, f64) => f64");
      assertEquals(one(1, 0.5), 0.5);
      const format = plugin.lookup(
        "format",
        "(buffer, usize, cstring, i32, cstring, f64) => i32",
      );
      const to = new Uint8Array(64);
      const length = format(to, 64, "%d %s %.2f", -7, "grüß", 1.5);
      assertEquals(
        new TextDecoder().decode(to.subarray(0, length)),
        "-7 grüß 1.50",
      );
      assertThrows(
        () => plugin.lookup("sum_of", "(i32, i32) => f64"),
        PluginError,
        "it is the function (i32, ...) => f64, wanted (i32, i32) => f64; " +
          `arguments behind "..." take a thunk: plugin emit --thunk 'sum_of ` +
          "(i32, i32) => f64' ",
      );
      assertThrows(
        () => plugin.lookup("sum_of"),
        PluginError,
        "(i32, ...) => f64 has a variable number of arguments",
      );
    },
  );

  test(`a struct crosses by value, through ${where} thunks`, C, async () => {
    const twice = open(await make()).lookup("twice");
    assertEquals({ ...twice({ x: 1, y: 2 }) }, { x: 2, y: 4 });
  });
}

test(
  "a companion that is missing or another is refused by lookup",
  C,
  async () => {
    const path = await emitted();
    const companion = `${path}.thunks.so`;
    renameSync(companion, `${companion}.away`);
    const plugin = open(path);
    assertThrows(
      () => plugin.lookup("twice"),
      PluginError,
      `Cannot open the library of thunks "${companion}": there is no such file`,
    );
    renameSync(`${companion}.away`, companion);
    assertEquals({ ...plugin.lookup("twice")({ x: 1, y: 2 }) }, { x: 2, y: 4 });

    const other = await emitted();
    const json = JSON.parse(readFileSync(`${other}.json`, "utf8"));
    json.thunks.buildId = "00ff";
    writeFileSync(`${other}.json`, JSON.stringify(json));
    assertThrows(
      () => open(other).lookup("twice"),
      PluginError,
      "the manifest describes 00ff; write the manifest anew",
    );
  },
);
