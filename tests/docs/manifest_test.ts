/**
 * docs/manifest.md shows what the command writes.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { plugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { blocksOf } from "./helpers/guide.ts";
import { succeed } from "../helpers/succeed.ts";

const GUIDE = fileURLToPath(new URL("../../docs/manifest.md", import.meta.url));
const SCHEMA = fileURLToPath(
  new URL("../../docs/manifest.schema.json", import.meta.url),
);
const text = readFileSync(GUIDE, "utf8");

test(
  "docs/manifest.md shows the manifest of its example",
  need("cc"),
  async () => {
    const [source, manifest] = blocksOf(text);
    const directory = emptyDirectory();
    const path = join(directory, "hello.c");
    writeFileSync(path, source!.text);
    await succeed(plugin("build", path, "-o", join(directory, "hello.so")));
    const written = readFileSync(join(directory, "hello.so.json"), "utf8");
    assertEquals(anywhere(written), anywhere(manifest!.text));
  },
);

/** Without what another compiler or another machine has otherwise. */
function anywhere(manifest: string): unknown {
  const json = JSON.parse(manifest);
  const { library: { file, language }, ...rest } = json;
  return { ...rest, library: { file, language } };
}

test("docs/manifest.md names every member that the schema has", () => {
  const names = new Set<string>();
  const visit = (schema: unknown): void => {
    if (typeof schema !== "object" || schema === null) return;
    for (const [key, value] of Object.entries(schema)) {
      if (key === "properties") {
        for (const name of Object.keys(value)) names.add(name);
      }
      visit(value);
    }
  };
  visit(JSON.parse(readFileSync(SCHEMA, "utf8")));
  for (const inSignature of ["algorithm", "key", "value"]) {
    names.delete(inSignature);
  }
  assert(names.size > 40, `${names.size}`);
  const missing = [...names].filter((name) => !text.includes(`\`${name}\``));
  assertEquals(missing, []);
});
