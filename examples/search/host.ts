// A search engine in Go, as its authors wrote it, over this project's documents.
import console from "node:console";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";
import { open } from "@native/plugin";
import type { Bleve } from "./bleve.so.d.ts";

const bleve = open<Bleve>(new URL("./bleve.so", import.meta.url)).symbols;
const docs = new URL("../../docs/", import.meta.url);

using mapping = bleve.NewIndexMapping();
using index = bleve.NewMemOnly(mapping)!;
using batch = index.NewBatch()!;
for (const file of readdirSync(docs).filter((file) => file.endsWith(".md"))) {
  batch.Index(file, { text: readFileSync(new URL(file, docs), "utf8") });
}
index.Batch(batch);
console.log(`${index.DocCount()} documents`);

for (const words of process.argv.slice(2)) {
  using query = bleve.NewMatchQuery(words);
  using request = bleve.NewSearchRequest(query);
  using result = index.Search(request)!;
  const hits = Array.from(result.Hits, (hit) => hit!.ID);
  console.log(
    `${words}: ${result.Total}, first ${hits.slice(0, 3).join(", ")}`,
  );
}
