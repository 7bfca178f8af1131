import { test } from "../../helpers/test.ts";
import { join } from "@std/path";
import process from "node:process";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needRuntime, skip } from "../../helpers/need.ts";
import { runScript } from "../helpers/program.ts";
import { compile } from "../../helpers/shared_library.ts";

const LINUX = process.platform === "linux" ? need("cc") : skip("Linux only");

/** Pairs of libraries of which the second uses what only the first has, and does not name it. */
function pair(): { first: string; second: string } {
  const directory = emptyDirectory();
  return {
    first: compile(
      join(directory, "first.so"),
      "int only_first(void) { return 5; } int one(void) { return 1; }",
    ),
    second: compile(
      join(directory, "second.so"),
      "int only_first(void); int sum(void) { return only_first() + 1; }",
    ),
  };
}

const ONE = { one: "() => i32" } as const;
const SUM = { sum: "() => i32" } as const;

test(
  "what is loaded later does not find a plugin's symbols, but with global",
  LINUX,
  () => {
    const { first, second } = pair();
    assertEquals(open(first, { symbols: ONE }).symbols.one(), 1);
    const error = assertThrows(
      () => open(second, { symbols: SUM }),
      PluginError,
    );
    assertEquals([error.code, error.symbol], ["missing_symbol", "only_first"]);
    // The library is loaded already: it is shown from now on.
    open(first, { symbols: ONE, global: true });
    assertEquals(open(second, { symbols: SUM }).symbols.sum(), 6);
  },
);

test("global does not go together with fresh or trust", LINUX, () => {
  const { first } = pair();
  for (const options of [{ fresh: true }, { trust: [] }]) {
    const error = assertThrows(
      () => open(first, { symbols: ONE, global: true, ...options }),
      TypeError,
    );
    assertStringIncludes(error.message, "does not go together with");
  }
});

test(
  "global needs the permission to call C's loader, and nothing is loaded without",
  {
    ...needRuntime("permissions for one library", "cc"),
  },
  () => {
    const { first } = pair();
    const { output } = runScript(
      `try { open(${
        JSON.stringify(first)
      }, { symbols: { one: "() => i32" }, global: true }); } catch (error) { console.log(error.code, error.message); }`,
      ["--allow-read", `--allow-ffi=${first}`],
    );
    assertStringIncludes(output, "permission_denied");
    assertStringIncludes(output, "--allow-ffi without a path");
  },
);
