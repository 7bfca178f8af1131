/**
 * What a program does with plugins over hours, for some seconds: a program for
 * each runtime, which ends with 1 when its memory grows.
 *
 * Arguments: the library of tests/fixtures/soak.c, and how many seconds.
 *
 * @module
 */

import process from "node:process";
import { callback, open, type Plugin, variable } from "@native/plugin";

/** Megabytes that the second half of the time may add to the first: engines give memory back when they like. */
const ALLOWED = 48;
/** Rounds between two looks at the clock. */
const ROUNDS = 200;

/** The things that are done, each for itself. */
const WORK: Readonly<Record<string, (path: string, plugin: Plugin) => void>> = {
  "opens and lookups"(path) {
    const plugin = open(path);
    plugin.lookup("twice")(1);
    plugin.lookup("twice", "(i32) => i32")(1);
    plugin.type("point");
  },
  "callback handles"(_path, plugin) {
    using handle = callback("(i32) => i32", (x) => x + 1);
    plugin.lookup("call")(handle, 1);
  },
  "callbacks of other types"(_path, plugin) {
    using handle = callback("(cstring, f64) => pointer", () => null);
    plugin.lookup("chosen")()(1);
    handle.pointer.equals(null);
  },
  "out-parameters"(_path, plugin) {
    const [to, count] = [variable("pointer"), variable("usize")];
    plugin.lookup("out")(to, count);
    const { value } = to;
    to.value = value;
    variable("i32", to.value!).value;
    variable("[3]cstring");
    variable("(i32) => i32").value = null;
  },
  "structs and unions"(_path, plugin) {
    const Point = plugin.type("point");
    const made = new Point({ x: 1, name: "a" });
    made.name = "b";
    plugin.lookup("moved")(made);
    plugin.lookup("moved")({ x: 1, y: 2, name: "c" });
    plugin.lookup("same")({ text: "d" }).integer = 1n;
  },
  variables(_path, plugin) {
    const origin = plugin.lookup("origin");
    origin.value.name = "e";
    origin.value = { x: 1, y: 2, name: "f" };
  },
  "wrong calls"(_path, plugin) {
    try {
      plugin.lookup("moved")({ x: 1 });
    } catch {
      plugin.lookup("sum")(BigInt64Array.of(1n, 2n), 2);
    }
  },
};

const [path = "", seconds = "10"] = process.argv.slice(2);
const each = Number(seconds) * 1000 / Object.keys(WORK).length;
let grown = false;
for (const [name, work] of Object.entries(WORK)) {
  const plugin = open(path);
  // What the runtime keeps for itself is there before it is measured.
  await run(work, plugin, each / 4);
  const [first, rounds] = await run(work, plugin, each * 3 / 8);
  const [second, more] = await run(work, plugin, each * 3 / 8);
  const growth = second - first;
  grown ||= growth > ALLOWED;
  console.log(
    `${name}: ${rounds + more} rounds, ${first} MB, then ${second} MB${
      growth > ALLOWED ? ": it grows" : ""
    }`,
  );
}
process.exit(grown ? 1 : 0);

/** Works for some milliseconds; gives the least memory of the last quarter, in MB, and the number of rounds. */
async function run(
  work: (path: string, plugin: Plugin) => void,
  plugin: Plugin,
  time: number,
): Promise<[memory: number, rounds: number]> {
  const start = performance.now();
  let rounds = 0;
  let least = Infinity;
  for (let past = 0; past < time; past = performance.now() - start) {
    for (let i = 0; i < ROUNDS; i++) work(path, plugin);
    rounds += ROUNDS;
    await new Promise((turned) => setTimeout(turned, 0));
    if (past > time * 3 / 4) least = Math.min(least, process.memoryUsage.rss());
  }
  if (least === Infinity) least = process.memoryUsage.rss();
  return [Math.round(least / 2 ** 20), rounds];
}
