/**
 * Writes the charts of all results in `bench/results` beside them, and their
 * overview. What a chart shows, and how, is in `chart.ts`. `deno task bench` runs
 * it, where Observable Plot is in reach.
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { chart, overview } from "./chart.ts";
import type { Results } from "./measure.ts";

const directory = new URL("results/", import.meta.url);

/** A package that only this program has. */
const bring = (name: string) => import(name);
const Plot = await bring("@observablehq/plot");
const { parseHTML } = await bring("linkedom");
const { document } = parseHTML("<!doctype html><body></body>");

const all = new Map(
  readdirSync(directory).filter((name) => name.endsWith(".json")).sort()
    .map((name) => [
      name.replace(".json", ""),
      JSON.parse(
        readFileSync(new URL(name, directory), "utf8"),
      ) as readonly Results[],
    ]),
);
for (const [name, results] of all) {
  const path = new URL(`${name}.svg`, directory);
  writeFileSync(path, chart(results, { Plot, document }));
}
writeFileSync(
  new URL("overview.svg", directory),
  overview(all, { Plot, document }),
);
