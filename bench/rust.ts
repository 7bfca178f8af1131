/**
 * What does an ordinary Rust crate cost, beside the same one with the
 * attributes of napi-rs?
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { napiRs } from "./peers.ts";
import { question, report } from "./measure.ts";

/** An item of bench/rust. */
interface Item {
  readonly id: number;
  readonly name: string;
  readonly price: number;
}

/** What bench/rust shows. */
interface Values {
  add(a: number, b: number): number;
  same(text: string): string;
  doubled(values: readonly number[] | Float64Array): Float64Array;
  items(count: number): Item[];
  total(items: readonly Item[]): number;
  Counter: new (count: number) => { add(n: number): number };
  each(count: number, f: (n: number) => number): number;
  later(n: number): Promise<number>;
}

/** Calls back in one call; what the call itself costs is lost among them. */
const CALLS = 1000;

const rust = open<Values>(process.argv[2]!).symbols;
const counter = new rust.Counter(0);
const numbers = Array.from({ length: 1000 }, (_, i) => i + 0.5);
const typed = new Float64Array(numbers);
const items = rust.items(100);
const next = (n: number) => n + 1;
// A compiler would know one function of several sides better.
const theirNext = (n: number) => n + 1;

question("fn(i32, i32)", {
  plugin: () => rust.add(1, 2),
  ...napiRs((addon) => () => addon.add_i32(1, 2)),
});
for (const length of [11, 1000]) {
  const text = "x".repeat(length);
  question(`&str in, String out, ${length} characters`, {
    plugin: () => rust.same(text),
    ...napiRs((addon) => () => addon.same(text)),
  });
}
question("Vec<f64> of 1000 both ways, arrays", {
  plugin: () => rust.doubled(numbers),
  ...napiRs((addon) => () => addon.doubled(numbers)),
});
question("the same, typed arrays", {
  plugin: () => rust.doubled(typed),
  ...napiRs((addon) => () => addon.doubled_typed(typed)),
});
question("100 structs out", {
  plugin: () => rust.items(100),
  ...napiRs((addon) => () => addon.items(100)),
});
question("100 structs in", {
  plugin: () => rust.total(items),
  ...napiRs((addon) => () => addon.total(items)),
});
question("a method", {
  plugin: () => counter.add(1),
  ...napiRs((addon) => {
    const theirs = new addon.Counter(0);
    return () => theirs.add(1);
  }),
});
question("a callback", {
  plugin: () => rust.each(CALLS, next),
  ...napiRs((addon) => () => addon.each(CALLS, theirNext)),
}, CALLS);
question("an async fn", {
  plugin: () => rust.later(1),
  ...napiRs((addon) => () => addon.later(1)),
});

await report("rust", "An ordinary crate of Rust");
process.exit(); // napi-rs's threads may keep the event loop turning
