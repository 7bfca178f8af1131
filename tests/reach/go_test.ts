/**
 * Programs that use Go packages as they are, beside the same in Go.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { run } from "../../emit/toolchain/run.ts";
import { commandLine } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import {
  fileName,
  GO_PACKAGES,
  goLibrary,
  type GoPackage,
} from "./helpers/go/packages.ts";
import { succeedSilently } from "../helpers/succeed.ts";

/** A package with all that it needs is compiled for minutes. */
const SLOW = { ...need("go", "cc"), timeout: 1_200_000 };

const PROGRAMS = fileURLToPath(
  new URL("./helpers/go/programs", import.meta.url),
);

for (const one of GO_PACKAGES) {
  test(
    `Go's ${one.path} does in JavaScript what it does in Go`,
    SLOW,
    async () => {
      const library = await goLibrary(one);
      const program = join(PROGRAMS, `${fileName(one)}.ts`);
      const [command = "", ...args] = commandLine(program, { args: [library] });
      const ran = spawnSync(command, args, {
        cwd: emptyDirectory(),
        encoding: "utf8",
        timeout: 60_000,
      });
      assertEquals([ran.status, ran.stderr], [0, ""]);
      assertEquals(ran.stdout, await outputInGo(one));
    },
  );
}

/** What the program in Go prints. */
async function outputInGo(one: GoPackage): Promise<string> {
  const { path, version } = one;
  const directory = emptyDirectory();
  writeFileSync(join(directory, "go.mod"), "module program\n\ngo 1.24\n");
  copyFileSync(
    join(PROGRAMS, `${fileName(one)}.go`),
    join(directory, "main.go"),
  );
  const options = { cwd: directory, env: { GOWORK: "off" } };
  if (version !== undefined) {
    await run("go", ["get", `${path}@${version}`], options);
  }
  const { stdout } = await succeedSilently(run("go", ["run", "."], options));
  return stdout;
}
