/**
 * What do the methods, the texts and the structs of a Go package cost, beside
 * JSON in a string that a function of it takes or gives, hashicorp/go-plugin by
 * gRPC, and Go's own plugin?
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import process from "node:process";
import { open } from "@native/plugin";
import { question, report } from "./measure.ts";

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
  Price(items: readonly unknown[]): number;
  PriceJSON(text: string): number;
}

const path = process.argv[2]!;
const go = open<Values>(path).symbols;
/** What programs in Go beside the library say that calls cost. */
const said = (program: string, ...args: string[]) =>
  JSON.parse(
    execFileSync(`${dirname(path)}/${program}`, args, { encoding: "utf8" }),
  );
const own = said("go_host", `${dirname(path)}/go_plugin.so`);
const grpc = said("go_grpc");
const counter = go.NewCounter();
const texts = go.Texts();
const items = go.Items();

question(
  "a method, beside a function (int64, int64)",
  {
    plugin: () => counter.Add(1),
    function: () => go.Add(1n, 2n),
  },
  1,
  { "go-plugin (gRPC)": grpc.add, "Go's plugin": own.call },
);
question(
  "1000 texts out",
  {
    plugin: () => go.Texts(),
    JSON: () => JSON.parse(go.TextsJSON()),
  },
  1,
  { "go-plugin (gRPC)": grpc.texts },
);
question(
  "1000 texts in",
  {
    plugin: () => go.Count(texts),
    JSON: () => go.CountJSON(JSON.stringify(texts)),
  },
  1,
  { "go-plugin (gRPC)": grpc.count },
);
question("1000 structs out", {
  plugin: () => go.Items(),
  JSON: () => JSON.parse(go.ItemsJSON()),
});
question("1000 structs in", {
  plugin: () => go.Price(items),
  JSON: () => go.PriceJSON(JSON.stringify(items)),
});

await report("go", "Values of Go");
