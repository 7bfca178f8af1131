/**
 * The packs of `annotations/`, each tried by examples of at most 25 lines:
 * its first line is the command that describes the library.
 *
 * @module
 */

import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { needBreadth, RUNTIME, skip } from "../helpers/need.ts";
import { typeCheck } from "../helpers/type_check.ts";
import {
  FURTHER_EXAMPLES,
  isThere,
  LIBRARY_EXAMPLES,
} from "./helpers/libraries.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const EXAMPLES = fileURLToPath(
  new URL("../../examples/libraries", import.meta.url),
);

for (
  const { name, header, from, prints, args = () => [] } of [
    ...LIBRARY_EXAMPLES,
    ...FURTHER_EXAMPLES,
  ]
) {
  const needs = process.platform === "linux" && isThere(header)
    ? needBreadth("cc")
    : skip(`needs ${from}`);

  test(
    `annotations/${name.split("_")[0]}.json describes it for ${name}.ts`,
    needs,
    async () => {
      const file = `${name}.ts`;
      const [first = "", ...lines] = readFileSync(join(EXAMPLES, file), "utf8")
        .split("\n").filter((line) => line !== "");
      assert(lines.length <= 25, `${name}: ${lines.length} lines`);
      const command = first.replace("// plugin ", "").split(" ");
      await succeedSilently(spawnPlugin(command, { cwd: EXAMPLES }));
      if (RUNTIME === "Deno") {
        // Its types are those of the declarations that were just written.
        await succeedSilently(typeCheck([file], { cwd: EXAMPLES }));
      }
      const ran = await succeedSilently(
        runHost(file, EXAMPLES, ...args(emptyDirectory())),
      );
      assertEquals(ran.stdout, prints);
    },
  );
}
