/**
 * Programs that use crates as they are, beside the same in Rust.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { run } from "../../emit/toolchain/run.ts";
import { commandLine, ROOT, runProgram } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { crateName, RUST_CRATES, rustLibrary } from "./helpers/rust/crates.ts";
import { succeedSilently } from "../helpers/succeed.ts";

/** A crate with all that it needs is compiled for minutes. */
const SLOW = { ...need("rust>=1.88", "cc", "ar"), timeout: 1_200_000 };

const PROGRAMS = fileURLToPath(
  new URL("./helpers/rust/programs", import.meta.url),
);

for (const crate of RUST_CRATES) {
  const name = crateName(crate);
  if (!existsSync(join(PROGRAMS, `${name}.ts`))) continue;
  test(
    `The crate ${name} does in JavaScript what it does in Rust`,
    SLOW,
    async () => {
      const library = await rustLibrary(crate);
      const program = join(PROGRAMS, `${name}.ts`);
      const [command = "", ...args] = commandLine(program, { args: [library] });
      const ran = spawnSync(command, args, {
        cwd: emptyDirectory(),
        encoding: "utf8",
        timeout: 60_000,
      });
      assertEquals([ran.status, ran.stderr], [0, ""]);
      assertEquals(ran.stdout, await outputInRust(crate));
    },
  );
}

test("What README.md says of the crate regex is so", SLOW, async () => {
  const library = await rustLibrary("regex@1");
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  const [, lines, last, said] =
    /```ts\n(const \{ Regex \}[\s\S]*?\n)(re\..*); \/\/ (.*)\n```/.exec(
      readme,
    )!;
  const { status, stdout, stderr } = runProgram(`type RegexCrate = any;
${lines!.replace('"./regex.so"', JSON.stringify(library))}
console.log(JSON.stringify(${last}));`);
  assertEquals([status, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), JSON.parse(said!));
});

/** What the program in Rust prints. */
async function outputInRust(crate: string): Promise<string> {
  const [name = "", version, ...features] = crate.split(/[@+]/);
  const dependency = `{ version = "${version}", features = ${
    JSON.stringify(features)
  } }`;
  const directory = emptyDirectory();
  mkdirSync(join(directory, "src"));
  writeFileSync(
    join(directory, "Cargo.toml"),
    `[package]\nname = "program"\nversion = "0.0.0"\nedition = "2021"\n\n[dependencies]\n${name} = ${dependency}\n\n[workspace]\n`,
  );
  copyFileSync(join(PROGRAMS, `${name}.rs`), join(directory, "src/main.rs"));
  // What the plugin is built of is there as it is then.
  const args = ["run", "--quiet", "--release"];
  const { stdout } = await succeedSilently(run("cargo", args, {
    cwd: directory,
  }));
  return stdout;
}
