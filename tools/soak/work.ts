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
  const warm = await run(work, plugin, each / 4);
  const first = await run(work, plugin, each * 3 / 8);
  const second = await run(work, plugin, each * 3 / 8);
  // A collector lets memory rise and fall: what never falls to where it once was has grown.
  const before = Math.max(warm.most, first.most);
  const growth = second.least - before;
  grown ||= growth > ALLOWED;
  console.log(
    `${name}: ${
      first.rounds + second.rounds
    } rounds, at most ${before} MB, then ${second.least} MB${
      growth > ALLOWED ? ": it grows" : ""
    }`,
  );
}
process.exit(grown ? 1 : 0);

/** What some milliseconds of work came to. */
interface Run {
  readonly rounds: number;
  /** Least memory of the last quarter, in MB. */
  readonly least: number;
  /** Most memory, in MB. */
  readonly most: number;
}

/** Works for some milliseconds. */
async function run(
  work: (path: string, plugin: Plugin) => void,
  plugin: Plugin,
  time: number,
): Promise<Run> {
  const start = performance.now();
  let rounds = 0;
  let least = Infinity;
  let most = 0;
  for (let past = 0; past < time; past = performance.now() - start) {
    for (let i = 0; i < ROUNDS; i++) work(path, plugin);
    rounds += ROUNDS;
    await new Promise((turned) => setTimeout(turned, 0));
    const memory = process.memoryUsage.rss();
    most = Math.max(most, memory);
    if (past > time * 3 / 4) least = Math.min(least, memory);
  }
  const inMegabytes = (bytes: number) => Math.round(bytes / 2 ** 20);
  return {
    rounds,
    least: inMegabytes(Math.min(least, most)),
    most: inMegabytes(most),
  };
}
