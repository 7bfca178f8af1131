/**
 * `examples/trace`, with OpenTelemetry's packages from npm.
 *
 * @module
 */

import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { plugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { need } from "../helpers/need.ts";
import { FACE, runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/trace", import.meta.url));

test("calls are spans of OpenTelemetry", need("cc", "npm"), async () => {
  const directory = emptyDirectory();
  cpSync(EXAMPLE, directory, { recursive: true });
  const built = await plugin("build", join(directory, "primes.c"));
  assertEquals([built.status, built.stderr], [0, ""]);
  const host = join(directory, "host.ts");
  const text = readFileSync(host, "utf8")
    .replace('from "@native/plugin"', `from ${FACE}`);
  writeFileSync(host, text);
  writeFileSync(join(directory, "package.json"), `{ "type": "module" }`);
  const packages = ["@opentelemetry/api", "@opentelemetry/sdk-trace-base"];
  const installed = await run("npm", ["install", ...packages], {
    cwd: directory,
    env: { NODE_OPTIONS: "" },
  });
  assertEquals(installed.status, 0, installed.stderr);
  const { status, stdout, stderr } = await runHost(host, directory);
  assertEquals([status, stderr], [0, ""]);
  assertEquals(stdout, readFileSync(join(directory, "expected.txt"), "utf8"));
});
