/**
 * Does the same things over and over on every runtime, and looks whether memory
 * stays what it was: ten minutes in all, or as many seconds as the argument says.
 *
 * `deno task soak objects` makes ten million objects of C and of Go instead, and
 * `deno task soak crashes` ends ten thousand processes of an isolated plugin,
 * `deno task soak openings` opens and closes two thousand of them, and
 * `deno task soak workers` two hundred Workers that hold objects of Go; or as many as
 * the argument behind it says.
 *
 * @module
 */

import { capture, ROOT, runtimes, show } from "./runtimes.ts";

/** What runs on each runtime. */
interface Work {
  readonly source: readonly string[];
  readonly library: string;
  readonly program: string;
  readonly args: readonly string[];
}

const [first = "600", many] = Deno.args;
const all = await runtimes();
const works = first === "objects"
  ? objects(Number(many ?? 10_000_000))
  : first === "crashes"
  ? [ends("crashes", Number(many ?? 10_000))]
  : first === "openings"
  ? [ends("openings", Number(many ?? 2000))]
  : first === "workers"
  ? [workers(Number(many ?? 200))]
  : [over(Number(first) / all.length)];
await Deno.mkdir(`${ROOT}build/soak`, { recursive: true });
let isFlat = true;
for (const { source, library, program, args } of works) {
  const built = await capture(Deno.execPath(), [
    ...["run", "-A", "emit/main.ts", "build", ...source, "-o", library],
  ]);
  if (!built.success) {
    console.error(built.output);
    Deno.exit(1);
  }
  for (const { name, program: runtime, run, env } of all) {
    console.log(`\n=== ${name}`);
    const given = [...run, program, library, ...args];
    isFlat = await show(runtime, given, env) && isFlat;
  }
}
if (!isFlat) {
  console.error(
    first === "crashes" || first === "openings"
      ? "\nSomething is left"
      : "\nMemory grows",
  );
  Deno.exit(1);
}

/** The same over and over, so many seconds on each runtime. */
function over(seconds: number): Work {
  return {
    source: ["tests/fixtures/soak.c"],
    library: "build/soak/soak.so",
    program: "tools/soak/work.ts",
    args: [String(wanted("seconds", seconds))],
  };
}

/** Many objects, of C and of Go. */
function objects(count: number): Work[] {
  const rest = String(wanted("objects", count));
  const program = "tools/soak/objects.ts";
  return [{
    source: ["bench/objects.c", "--annotate", "bench/objects.json"],
    library: "build/soak/objects.so",
    program,
    args: ["Counter", rest],
  }, {
    source: ["tests/fixtures/go/objects"],
    library: "build/soak/go_objects.so",
    program,
    args: ["NewCounter", rest],
  }];
}

/** Many ends of an isolated plugin's process, by crashes or by who closes it. */
function ends(what: "crashes" | "openings", count: number): Work {
  return {
    source: ["tests/fixtures/ends.c", "--errno", "failing"],
    library: "build/soak/ends.so",
    program: `tools/soak/${what}.ts`,
    args: [String(wanted(what, count))],
  };
}

/** Many Workers that are ended. */
function workers(count: number): Work {
  return {
    source: ["tests/fixtures/go/objects"],
    library: "build/soak/go_objects.so",
    program: "tools/soak/workers.ts",
    args: [String(wanted("Workers", count))],
  };
}

function wanted(what: string, number: number): number {
  if (number > 0) return number;
  console.error(`wanted a number of ${what}, got ${Deno.args.join(" ")}`);
  Deno.exit(2);
}
