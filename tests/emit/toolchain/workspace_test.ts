/**
 * The directory of a command, and what ends it.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { EmitError } from "../../../emit/error.ts";
import { withWorkspace } from "../../../emit/toolchain/workspace.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { commandLine } from "../../helpers/program.ts";
import { withVariable } from "../../helpers/variable.ts";

const MODULE = new URL(
  "../../../emit/toolchain/workspace.ts",
  import.meta.url,
).href;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  test(`a command that ${signal} ends leaves no directory behind`, async () => {
    const place = emptyDirectory();
    const program = join(emptyDirectory(), "program.ts");
    writeFileSync(
      program,
      `import { withWorkspace } from ${JSON.stringify(MODULE)};
await withWorkspace(async ({ directory }) => {
  console.log(directory);
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});`,
    );
    const [runtime, ...args] = commandLine(program);
    const child = spawn(runtime!, args, {
      env: { ...process.env, TMPDIR: place },
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    assertEquals(readdirSync(place).length, 1);
    child.kill(signal);
    assertEquals(await once(child, "exit"), [null, signal]);
    assertEquals(readdirSync(place), []);
  });
}

test("where there is no place for temporary files, TMPDIR is named", async () => {
  const missing = join(emptyDirectory(), "missing");
  await withVariable("TMPDIR", missing, async () => {
    await assertRejects(
      () => withWorkspace(async ({ directory }) => await directory),
      EmitError,
      `Cannot make a directory of temporary files in "${missing}", which TMPDIR names`,
    );
  });
});
