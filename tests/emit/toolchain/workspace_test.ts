/**
 * The directory of a command, and what ends it.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
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

/** Starts a command that has a directory in `place`, and is then so busy that nothing else of it runs. */
async function startBusy(place: string): Promise<ChildProcess> {
  const program = join(emptyDirectory(), "program.ts");
  writeFileSync(
    program,
    `import { writeSync } from "node:fs";
import { withWorkspace } from ${JSON.stringify(MODULE)};
await withWorkspace(async ({ directory }) => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  writeSync(1, directory);
  for (const end = Date.now() + 60_000; Date.now() < end;);
});`,
  );
  const [runtime, ...args] = commandLine(program);
  const child = spawn(runtime!, args, {
    env: { ...process.env, TMPDIR: place },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) {
  test(`${signal} ends a command that is busy`, async () => {
    const place = emptyDirectory();
    const child = await startBusy(place);
    child.kill(signal);
    assertEquals(await once(child, "exit"), [null, signal]);
  });
}

test("what a command that was killed has left, the next one removes", async () => {
  const place = emptyDirectory();
  const child = await startBusy(place);
  const busy = await startBusy(place);
  const ofBusy = readdirSync(place)
    .filter((name) => name.includes(`-${busy.pid}-`));
  assertEquals([ofBusy.length, readdirSync(place).length], [1, 2]);
  child.kill("SIGKILL");
  await once(child, "exit");
  await withVariable("TMPDIR", place, async () => {
    await withWorkspace(async ({ directory }) => {
      assertEquals(
        readdirSync(place).sort(),
        [...ofBusy, basename(await directory)].sort(),
      );
    });
  });
  busy.kill("SIGKILL");
  await once(busy, "exit");
});

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
