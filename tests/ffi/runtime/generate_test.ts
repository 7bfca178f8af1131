/**
 * Where no code may be made of text.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { library } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { runScript } from "../helpers/program.ts";

test(
  "a process that makes no code out of text is told by which flag",
  RUNTIME === "Bun" ? skip("Bun has no such flag") : need("cc"),
  async () => {
    const path = await library("records.c");
    const { output } = runScript(
      `const plugin = open(${JSON.stringify(path)});
for (const act of [() => plugin.lookup("move"), () => plugin.type("Point")]) {
  try {
    act();
  } catch ({ name, code, symbol, message }) {
    console.log(name, code, symbol, message);
  }
}`,
      ["-A"],
      ["--disallow-code-generation-from-strings"],
    );
    const why = "calls and checks are code that is made for each type, and " +
      "this process makes no code out of text; start it without " +
      "--disallow-code-generation-from-strings";
    assertEquals(output.split("\n"), [
      `PluginError unsupported move Cannot look up "move" in "${path}": ${why}`,
      `PluginError unsupported undefined Cannot make the code of a type: ${why}`,
    ]);
  },
);
