/**
 * How long `plugin build` takes with a Rust crate, beside cargo's own build of
 * the same: from nothing, and again after a change of the crate alone.
 *
 * `deno run -A bench/rust_build.ts [dependency…]`; without one `regex` is taken.
 * For each a crate is made that depends on it and shows some of its own. Seconds
 * of the clock, and of the processors behind them, which other work on the
 * machine does not lengthen as much.
 *
 * @module
 */

import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { printTook, timed, type Took } from "./processor_time.ts";

const MAIN = fileURLToPath(new URL("../emit/main.ts", import.meta.url));
const RUN = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** What a crate of one's own looks like. */
const SOURCE = `
/// Words, and how often each was seen.
#[derive(Default)]
pub struct Words {
    counts: std::collections::BTreeMap<String, u32>,
}

impl Words {
    pub fn new() -> Words {
        Words::default()
    }

    pub fn add(&mut self, text: &str) -> usize {
        for word in text.split_whitespace() {
            *self.counts.entry(word.to_owned()).or_default() += 1;
        }
        self.counts.len()
    }

    pub fn most(&self) -> Option<(String, u32)> {
        self.counts.iter().max_by_key(|(_, count)| **count).map(|(word, count)| (word.clone(), *count))
    }
}

pub fn upper(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("no text".into()) } else { Ok(text.to_uppercase()) }
}
`;

const directory = mkdtempSync(join(tmpdir(), "plugin-bench-"));
try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : ["regex"]) measure(name);
} finally {
  rmSync(directory, { recursive: true });
}

function measure(dependency: string): void {
  const crate = join(directory, dependency);
  mkdirSync(join(crate, "src"), { recursive: true });
  writeFileSync(
    join(crate, "Cargo.toml"),
    `[package]\nname = "words"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${dependency} = "*"\n\n[workspace]\n`,
  );
  const source = join(crate, "src/lib.rs");
  writeFileSync(source, SOURCE);
  // What is downloaded is no part of it.
  run(crate, "none", ["cargo", "fetch", "--quiet"]);
  const cargo = () =>
    run(crate, "cargo", ["cargo", "build", "--release", "--quiet"]);
  const output = join(crate, "words.so");
  const plugin = () =>
    run(crate, "plugin", [
      process.execPath,
      ...RUN,
      MAIN,
      "build",
      crate,
      "-o",
      output,
    ]);
  tell(dependency, "from nothing", cargo(), plugin());
  appendFileSync(source, "\npub fn twice(n: u32) -> u32 { 2 * n }\n");
  tell(dependency, "after a change", cargo(), plugin());
}

/** Runs a command with a target directory of its own. */
function run(crate: string, target: string, command: string[]): Took {
  const env = { CARGO_TARGET_DIR: join(crate, "target", target) };
  return timed(command, { cwd: crate, env });
}

function tell(name: string, when: string, cargo: Took, plugin: Took): void {
  console.log(
    `${name}, ${when}: cargo build ${printTook(cargo)}, plugin build ${
      printTook(plugin)
    }, ${(plugin.seconds / cargo.seconds).toFixed(2)} times (${
      (plugin.processor / cargo.processor).toFixed(2)
    } of processors)`,
  );
}
