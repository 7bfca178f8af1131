/**
 * Tests that are run, ended from outside.
 *
 * @module
 */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { constants } from "node:os";
import process from "node:process";
import { join, relative } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { isRunning } from "./ffi/helpers/runners.ts";
import { emptyDirectory } from "./helpers/fixture.ts";
import { need, skip } from "./helpers/need.ts";
import { commandLine, ROOT } from "./helpers/program.ts";
import { test } from "./helpers/test.ts";
import { withVariable } from "./helpers/variable.ts";
import { until } from "./helpers/wait.ts";

const ON_LINUX = "Deno" in globalThis && process.platform === "linux"
  ? need()
  : skip("a task of Deno's, and processes as Linux shows them");

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
    ON_LINUX,
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

for (
  const [when, ends] of [["once", [0, true]], ["always", [1, false]]] as const
) {
  test(
    `what fails ${when} is run once more, alone, and is told`,
    ON_LINUX,
    () => {
      const directory = emptyDirectory();
      const times = join(directory, "times");
      const file = join(directory, "unsteady_test.ts");
      const path = relative(ROOT, file);
      writeFileSync(
        file,
        `import { appendFileSync, statSync } from "node:fs";
Deno.test("unsteady", () => {
  appendFileSync(${JSON.stringify(times)}, "x");
  if (${when === "always"} || statSync(${
          JSON.stringify(times)
        }).size === 1) throw new Error("not now");
});
`,
      );
      const { status, stdout } = spawnSync(process.execPath, [
        ...["run", "-A", join(ROOT, "tools/test.ts"), "--deno", path],
      ], { cwd: ROOT, encoding: "utf8" });
      assertStringIncludes(stdout, "not now");
      assertEquals(readFileSync(times, "utf8"), "xx");
      assertEquals(
        [status, stdout.includes(`UNSTEADY: ${path} on Deno`)],
        [...ends],
      );
    },
  );
}

test(
  "a Deno that is another one has caches of its own",
  ON_LINUX,
  () => {
    const file = join(emptyDirectory(), "caches_test.ts");
    writeFileSync(
      file,
      `Deno.test("caches", () => {
  const place = \`/build/cache/deno-\${Deno.version.deno}\`;
  if (!Deno.env.get("DENO_DIR")?.endsWith(place)) throw new Error(place);
});
`,
    );
    const { status, stdout } = spawnSync(process.execPath, [
      ...["run", "-A", join(ROOT, "tools/test.ts"), "--deno"],
      relative(ROOT, file),
    ], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, PLUGIN_DENO: process.execPath },
    });
    assertEquals(status, 0, stdout);
  },
);

test(
  "a run takes away what a killed one has left, and follows no link",
  ON_LINUX,
  async () => {
    const { directoryOfRun } = await import("../tools/testing/interrupted.ts");
    const [place, kept, taken] = [
      emptyDirectory(),
      emptyDirectory(),
      emptyDirectory(),
    ];
    const lists = join(kept, "directories");
    // No process has that number.
    const left = join(place, "plugin-built-999999999-left");
    const link = join(place, "plugin-built-999999999-link");
    mkdirSync(left);
    writeFileSync(join(left, "directories"), `${taken}\n`);
    writeFileSync(lists, `${kept}\n`);
    symlinkSync(kept, link);
    for (const path of [left, kept]) utimesSync(path, 1000, 1000);
    const built = await withVariable("TMPDIR", place, directoryOfRun);
    assertEquals([left, taken, lists].map((path) => existsSync(path)), [
      false,
      false,
      true,
    ]);
    assertStringIncludes(built, `${place}/plugin-built-${process.pid}-`);
  },
);

test(
  "who runs a file of tests and ends nothing itself is in one group with them, which a terminal tells",
  ON_LINUX,
  async () => {
    const directory = emptyDirectory();
    const said = join(directory, "said");
    const file = join(directory, "endless_test.ts");
    writeFileSync(file, ENDLESS(said));
    const program = join(directory, "program.ts");
    const path = relative(ROOT, file);
    writeFileSync(
      program,
      `import { runFile } from ${
        JSON.stringify(join(ROOT, "tools/testing/run_file.ts"))
      };
const deno = { name: "Deno", version: "", program: Deno.execPath(), env: {} };
await runFile(deno, ${JSON.stringify(path)});
`,
    );
    const [runtime, ...line] = commandLine(program);
    const child = spawn(runtime!, line, { cwd: ROOT, detached: true });
    await until(() =>
      existsSync(said) && readFileSync(said, "utf8").includes(" ")
    );
    const [pid] = readFileSync(said, "utf8").split(" ");
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const [, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      assertEquals(Number(group), child.pid);
    } finally {
      // It leaves nothing behind when its tests are through.
      process.kill(Number(pid), "SIGKILL");
      await once(child, "exit");
    }
  },
);
