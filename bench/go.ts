/**
 * What do the methods, the texts and the structs of a Go package cost, beside
 * JSON in a string that a function of it takes or gives?
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { question, report } from "./report.ts";

/** A part of what bench/go/values exports. */
interface Values {
  Add(a: bigint, b: bigint): bigint;
  NewCounter(): { Add(n: number): number };
  Texts(): string[];
  TextsJSON(): string;
  Items(): unknown[];
  ItemsJSON(): string;
  Count(texts: readonly string[]): number;
  CountJSON(text: string): number;
}

const go = open<Values>(process.argv[2]!).symbols;
const counter = go.NewCounter();
const texts = go.Texts();

question("a method, beside a function (int64, int64)", {
  plugin: () => counter.Add(1),
  function: () => go.Add(1n, 2n),
});
question("1000 texts out", {
  plugin: () => go.Texts(),
  JSON: () => JSON.parse(go.TextsJSON()),
});
question("1000 texts in", {
  plugin: () => go.Count(texts),
  JSON: () => go.CountJSON(JSON.stringify(texts)),
});
question("1000 structs out", {
  plugin: () => go.Items(),
  JSON: () => JSON.parse(go.ItemsJSON()),
});

await report("go", "Values of Go");
