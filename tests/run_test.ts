/**
 * `deno task test`, ended from outside.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { join, relative } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning } from "./ffi/helpers/runners.ts";
import { emptyDirectory } from "./helpers/fixture.ts";
import { need, skip } from "./helpers/need.ts";
import { ROOT } from "./helpers/program.ts";
import { test } from "./helpers/test.ts";
import { until } from "./helpers/wait.ts";

/** Starts what would go on for ever, and says which process that is, and where the run is. */
const ENDLESS = (into: string) =>
  `import { writeFileSync } from "node:fs";
Deno.test("for ever", async () => {
  const child = new Deno.Command("sleep", { args: ["1000"] }).spawn();
  const { PLUGIN_BUILT, GOTMPDIR } = Deno.env.toObject();
  writeFileSync(${
    JSON.stringify(into)
  }, [child.pid, PLUGIN_BUILT, GOTMPDIR].join(" "));
  await child.status;
});
`;

for (const [signal, code] of [["SIGTERM", 143], ["SIGINT", 130]] as const) {
  test(
    `deno task test that gets ${signal} ends what it has started, and leaves nothing`,
    "Deno" in globalThis && process.platform === "linux"
      ? need()
      : skip("a task of Deno's, and processes as Linux shows them"),
    async () => {
      const directory = emptyDirectory();
      const said = join(directory, "said");
      const file = join(directory, "endless_test.ts");
      writeFileSync(file, ENDLESS(said));
      const child = spawn(process.execPath, [
        ...["run", "-A", join(ROOT, "tools/test.ts"), "--deno"],
        relative(ROOT, file),
      ], { cwd: ROOT });
      let output = "";
      child.stdout.on("data", (bytes) => output += bytes);
      await until(() =>
        existsSync(said) && readFileSync(said, "utf8").includes(" ")
      );
      const [pid, built, go] = readFileSync(said, "utf8").split(" ");
      assert(isRunning(Number(pid)));
      assertEquals(go, join(built!, "go"));
      // As a terminal does not: it tells all of its group.
      child.kill(signal);
      // Deno's module takes such a code for the signal that it stands for.
      const [ended, by] = await once(child, "exit");
      assertEquals(ended ?? 128 + constants.signals[by as "SIGINT"], code);
      assertStringIncludes(output, "Ended after 0 of 1 file");
      assertEquals([isRunning(Number(pid)), existsSync(built!)], [
        false,
        false,
      ]);
    },
  );
}
