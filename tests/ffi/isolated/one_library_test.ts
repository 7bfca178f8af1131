/**
 * Isolated plugins where Deno permits some libraries only: the plugin, and the
 * support library that starts its process.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import process from "node:process";
import { basename, dirname, join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { withVariable } from "../../helpers/variable.ts";
import { runScript } from "../helpers/program.ts";

await withSupport();

const NEEDS = RUNTIME === "Deno" && process.platform === "linux"
  ? need("cc")
  : skip("only Deno has permissions");

/** Runs a program that may load some libraries; `say` prints what a call gives. */
async function permitted(
  body: string,
  libraries: (plugin: string, support: string) => string[],
  // A checkout may lie in a directory that others may write in.
  flags: readonly string[] = ["--allow-sys=uid"],
): Promise<string[]> {
  const path = await library("ends.c");
  const { output } = runScript(
    `const say = (call) => {
  try {
    console.log(JSON.stringify(call()));
  } catch ({ code, message }) {
    console.log(code, message.replace(/.*: /, "").replaceAll(${
      JSON.stringify(path)
    }, "ends.so").replaceAll(${
      JSON.stringify(process.env.PLUGIN_SUPPORT)
    }, "support.so"));
  }
};
let plugin;
say(() => (plugin = open(${
      JSON.stringify(path)
    }, { isolated: { restart: "next" } })).has("next"));
if (plugin !== undefined) {
  const { symbols } = plugin;
${body}
}`,
    [
      ...flags,
      "--allow-read",
      "--allow-env=PLUGIN_SUPPORT",
      `--allow-ffi=${libraries(path, process.env.PLUGIN_SUPPORT!)}`,
    ],
  );
  return output.split("\n");
}

test("with one library permitted, what is copied works", NEEDS, async () => {
  const lines = await permitted(
    `say(() => symbols.next());
say(() => symbols.middle({ x: 0, y: 0 }, { x: 2, y: 4 }));
say(() => [symbols.text_of(5), symbols.text_of(9000).length]);
say(() => {
  const bytes = new Uint8Array(1_000_000);
  return [symbols.fill(bytes, 1_000_000), bytes[999_999]];
});
say(() => {
  const point = new (plugin.type("Point"))({ x: 1, y: 2 });
  symbols.move(point, 3);
  return [point.x, point.y];
});
say(() => {
  symbols.ratio.value = 3;
  return [symbols.half_of_ratio(), symbols.title.value, symbols.corner.value.y];
});
say(() => [...symbols.list().view(1)]);
say(() => symbols.give_up());
say(() => symbols.next());`,
    (...both) => both,
  );
  assertEquals(lines, [
    "true",
    "1",
    '{"x":1,"y":2}',
    '["xxxxx",9000]',
    "[1000000,120]",
    "[4,5]",
    '[1.5,"none",2]',
    "[1]",
    "crashed SIGABRT",
    "1",
  ]);
});

test("what looks at memory names the flag", NEEDS, async () => {
  const lines = await permitted(
    `say(() => plugin.buffer(4));
say(() => symbols.next.async());
say(() => symbols.floor_by(Math.floor, 7.9));
say(() => callback("(f64) => i32", Math.floor));
say(() => symbols.next());`,
    (...both) => both,
  );
  const flag =
    "permission_denied permission denied, run with --allow-ffi without a path";
  assertEquals(lines, ["true", flag, flag, flag, flag, "1"]);
});

test("the plugin is to be permitted, and what starts it", NEEDS, async () => {
  assertEquals(await permitted("", (_, support) => [support]), [
    "permission_denied permission denied, run with --allow-ffi=ends.so",
  ]);
  assertEquals(await permitted("", (plugin) => [plugin]), [
    "unsupported run with --allow-ffi=support.so",
  ]);
});

test(
  "where anybody may put files, who this is has to be known",
  NEEDS,
  async () => {
    const shared = join(emptyDirectory(), "shared");
    const own = process.env.PLUGIN_SUPPORT!;
    const there = join(shared, "own", basename(own));
    mkdirSync(dirname(there), { recursive: true });
    chmodSync(shared, 0o1777);
    copyFileSync(own, there);
    await withVariable("PLUGIN_SUPPORT", there, async () => {
      assertEquals(await permitted("", (...both) => both, []), [
        "unsupported run with --allow-sys=uid",
      ]);
      assertEquals(await permitted("", (...both) => both), ["true"]);
    });
  },
);
