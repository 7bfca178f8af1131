/**
 * How long `plugin build` takes with a Go package: the first time, with a cache
 * of Go's that is empty, again with nothing changed, and after a change of a
 * package of one's own.
 *
 * `deno run -A bench/go_build.ts [package…]`; without one `regexp` is taken. What
 * is downloaded is no part of it.
 *
 * @module
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { printTook, timed, type Took } from "./processor_time.ts";

const MAIN = fileURLToPath(new URL("../emit/main.ts", import.meta.url));
const RUN = "Deno" in globalThis ? ["run", "-A"] : ["run"];

/** A package of one's own. */
const SOURCE = `package words

import "strings"

// Words counts words.
type Words struct{ counts map[string]int }

// New makes one.
func New() *Words { return &Words{map[string]int{}} }

// Add adds the words of a text.
func (w *Words) Add(text string) int {
	for _, word := range strings.Fields(text) {
		w.counts[word]++
	}
	return len(w.counts)
}
`;

const directory = mkdtempSync(join(tmpdir(), "plugin-bench-"));
try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : ["regexp"]) {
    const build = builder(name, `go:${name}`);
    tell(name, "the first time", build());
    tell(name, "again", build());
  }
  const own = join(directory, "words");
  mkdirSync(own);
  writeFileSync(join(own, "go.mod"), "module words\n\ngo 1.21\n");
  const source = join(own, "words.go");
  writeFileSync(source, SOURCE);
  const build = builder("words", own);
  tell("a package of one's own", "the first time", build());
  tell("a package of one's own", "again", build());
  writeFileSync(
    source,
    `${SOURCE}\n// Twice is twice n.\nfunc Twice(n int) int { return 2 * n }\n`,
  );
  tell("a package of one's own", "after a change", build());
} finally {
  rmSync(directory, { recursive: true });
}

/** Builds a package, with a cache of its own. */
function builder(name: string, input: string): () => Took {
  const cache = join(directory, `cache-${name.replaceAll("/", "-")}`);
  return () =>
    timed([
      process.execPath,
      ...RUN,
      MAIN,
      "build",
      input,
      "-o",
      join(directory, "built.so"),
    ], { cwd: directory, env: { GOCACHE: cache } });
}

function tell(name: string, when: string, took: Took): void {
  console.log(`${name}, ${when}: plugin build ${printTook(took)}`);
}
