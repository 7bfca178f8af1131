/**
 * Projects that `plugin new` makes: made, built and tried as their README says.
 *
 * @module
 */

import {
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { basename, dirname, join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { TemplateName } from "../../../emit/commands/new.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { shellWord } from "../../../emit/toolchain/shell_word.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needBreadth, type Needs, RUNTIME } from "../../helpers/need.ts";
import { npmPackage } from "../../helpers/package.ts";
import { plugin } from "./cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** What each project needs. */
export const NEEDS: Readonly<Record<TemplateName, readonly string[]>> = {
  c: ["cc"],
  cpp: ["c++", "cc"],
  go: ["go", "cc"],
  rust: ["rust>=1.88", "cc"],
  zig: ["zig", "cc"],
};

/** What the README of a project says to do. */
const STEPS = {
  Deno: ["deno task build", "deno task test", "deno task start"],
  Bun: ["bun install", "bun run build", "bun test", "bun host.ts"],
  Node: ["npm install", "npm run build", "node --test", "node host.ts"],
}[RUNTIME];

const SAID = "version 1\n2 + 3 = 5\nthe mean of 1, 2 and 6 is 3\n";

/** Options of a test that makes and tries a project; on each runtime at least C's. */
export function needProject(language: TemplateName): Needs {
  const needs = language === "c" ? need : needBreadth;
  return needs(...NEEDS[language], ...(RUNTIME === "Node" ? ["npm"] : []));
}

/** Where projects lie: what Deno has checked there once is not new to the next one. */
let place: string | undefined;

/** Makes a project of a name, and does what its README says. */
export async function passes(
  language: TemplateName,
  name: string,
): Promise<void> {
  const directory = join(place ??= emptyDirectory(), name);
  rmSync(directory, { recursive: true, force: true });
  await succeedSilently(
    plugin("new", language, directory, "--link", ROOT),
  );
  const readme = readFileSync(join(directory, "README.md"), "utf8");
  // Node takes no clone, which is TypeScript, but the package made of it.
  const clones = join(ROOT, "build/npm.tgz");
  const steps = RUNTIME === "Node"
    ? STEPS.with(0, `npm install ${shellWord(clones)}`)
    : STEPS;
  let last = "";
  for (const step of steps) {
    assertStringIncludes(readme, step);
    const own = RUNTIME === "Node" && step.includes(clones)
      ? `npm install ${shellWord(await npmPackage())}`
      : step;
    const ran = await run("sh", ["-c", own], {
      cwd: directory,
      env: {
        NO_COLOR: "1",
        NODE_OPTIONS: "",
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      },
    });
    assertEquals(ran.status, 0, `${step}: ${ran.stdout}${ran.stderr}`);
    last = ran.stdout;
  }
  assertEquals(last, SAID);
  await isTyped(directory);
}

/** A program of Bun's that is one file, whose imports Deno does not know. */
const EMBEDDING = ["bun.ts", "main.ts", "words.d.so.ts"];

/** Checks the types of a project, as its README says. */
async function isTyped(directory: string): Promise<void> {
  if (RUNTIME !== "Deno") {
    const own = (text: string) =>
      text.replaceAll("words.", `${basename(directory)}.`);
    for (const file of EMBEDDING) {
      const text = readFileSync(join(ROOT, "examples/binary", file), "utf8");
      writeFileSync(join(directory, own(file)), own(text));
    }
    // What "npm install --save-dev typescript @types/node" brings.
    const types = join(directory, "node_modules/@types/node");
    mkdirSync(dirname(types), { recursive: true });
    symlinkSync(join(ROOT, "node_modules/@types/node"), types);
  }
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const check = RUNTIME === "Deno"
    ? ["check", "host.ts", "host_test.ts"]
    : [tsc, "-p", "."];
  const ran = await run(process.execPath, check, {
    cwd: directory,
    env: { NO_COLOR: "1", NODE_OPTIONS: "" },
  });
  assertEquals([ran.status, ran.stdout], [0, ""], ran.stderr);
}
