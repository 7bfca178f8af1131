/**
 * What do methods, lists of texts and lists of structs of C cost, out of
 * annotations alone? Beside koffi, an addon of napi-rs, and JSON in a string.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { koffi, napiRs } from "./peers.ts";
import { question, report } from "./measure.ts";

interface Item {
  readonly id: number;
  readonly price: number;
  readonly name: string;
}

/** What bench/objects.c shows. */
interface Objects {
  add(a: number, b: number): number;
  Counter: new (count: number) => { add(n: number): number } & Disposable;
  all_texts(): string[];
  all_texts_json(): string;
  all_items(): Item[];
  all_items_json(): string;
  measure(texts: readonly string[]): number;
  measure_json(text: string): number;
  total(list: readonly Item[]): number;
  total_json(text: string): number;
}

const path = process.argv[2]!;
const c = open<Objects>(path).symbols;
const counter = new c.Counter(1);
const texts = c.all_texts();
const items = c.all_items();

const library = koffi.load(path);
koffi.struct("item", { id: "int32_t", price: "double", name: "const char *" });
koffi.opaque("counter");
const their = {
  new: library.func("counter *counter_new(int32_t count)"),
  add: library.func("int32_t counter_add(counter *counter, int32_t n)"),
  texts: library.func("const char **all_texts(_Out_ int32_t *count)"),
  items: library.func("const item *all_items(_Out_ int32_t *count)"),
  measure: library.func("size_t measure(const char **texts, int32_t count)"),
  total: library.func("double total(const item *list, int32_t count)"),
};
const theirs = their.new(1);
const count = [0];

/** What is left to the engine of 1000 texts, when native code has put them into one block. */
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoded = encoder.encode(texts.join(""));
const lengths = Uint32Array.from(texts, ({ length }) => length);

function cut(block: string): string[] {
  const texts = new Array<string>(lengths.length);
  let at = 0;
  for (let i = 0; i < lengths.length; i++) {
    texts[i] = block.substring(at, at += lengths[i]!);
  }
  return texts;
}

question("a method, beside a function (i32, i32)", {
  plugin: () => counter.add(1),
  function: () => c.add(1, 2),
  koffi: () => their.add(theirs, 1),
  ...napiRs((addon) => {
    const counter = new addon.Counter(0);
    return () => counter.add(1);
  }),
});
question("an object made and given back", {
  plugin: () => new c.Counter(1)[Symbol.dispose](),
  ...napiRs((addon) => () => new addon.Counter(0)),
});
question("1000 texts out", {
  plugin: () => c.all_texts(),
  JSON: () => JSON.parse(c.all_texts_json()),
  "the engine alone": () => cut(decoder.decode(encoded)),
  koffi: () => koffi.decode(their.texts(count), "const char *", count[0]),
});
question("1000 texts in", {
  plugin: () => c.measure(texts),
  JSON: () => c.measure_json(JSON.stringify(texts)),
  "the engine alone": () => encoder.encode(JSON.stringify(texts)),
  koffi: () => their.measure(texts, texts.length),
});
question("1000 structs out", {
  plugin: () => c.all_items(),
  JSON: () => JSON.parse(c.all_items_json()),
  koffi: () => koffi.decode(their.items(count), "item", count[0]),
  ...napiRs((addon) => () => addon.items(1000)),
});
question("1000 structs in", {
  plugin: () => c.total(items),
  JSON: () => c.total_json(JSON.stringify(items)),
  koffi: () => their.total(items, items.length),
  ...napiRs((addon) => {
    const items = addon.items(1000);
    return () => addon.total(items);
  }),
});

await report("objects", "Objects and lists of C");
