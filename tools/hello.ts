/**
 * The main job: one plugin, from C and from Go, built, described, and used by
 * the same host on every runtime.
 *
 * @module
 */

import { dirname } from "@std/path";
import { capture, ROOT, type Runtime, runtimes } from "./runtimes.ts";

const HERE = "examples/hello";
const WANTED = "Hello, number 7";

/** The command's exit code when a compiler is not installed; its sentence says which. */
const NO_TOOL = 3;

/** A language of the example, and the tool that must be there for it. */
interface Language {
  readonly name: string;
  readonly source: string;
  readonly library: string;
}

const LANGUAGES: readonly Language[] = [
  {
    name: "C",
    source: `${HERE}/hello.c`,
    library: "build/hello/c/hello.so",
  },
  {
    name: "Go",
    source: `${HERE}/hello.go`,
    library: "build/hello/go/hello.so",
  },
];

if (import.meta.main) Deno.exit(await hello() ? 0 : 1);

/** Whether everything that could be tried here printed what it should. */
async function hello(): Promise<boolean> {
  const all = await runtimes();
  let done = 0;
  let failed = 0;
  for (const language of LANGUAGES) {
    const built = await build(language);
    if (built === "missing") continue;
    if (built === "failed") {
      failed++;
      continue;
    }
    for (const runtime of all) {
      if (await greets(runtime, language)) done++;
      else failed++;
    }
  }
  console.log(
    `\n${done} of ${done + failed} hosts printed ${JSON.stringify(WANTED)}`,
  );
  // What lacks its compiler has said so; on a machine without any, each did.
  return failed === 0;
}

async function build(
  { name, source, library }: Language,
): Promise<"built" | "failed" | "missing"> {
  console.log(`\n${name}: plugin build ${source} -o ${library}`);
  await Deno.mkdir(dirname(ROOT + library), { recursive: true });
  const { success, code, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "emit/main.ts",
    "build",
    source,
    "-o",
    library,
  ], { what: `plugin build ${source}` });
  console.log(indent(output));
  if (success) return "built";
  return code === NO_TOOL ? "missing" : "failed";
}

async function greets(runtime: Runtime, language: Language): Promise<boolean> {
  const { success, output } = await capture(runtime.program, [
    ...runtime.run,
    `${HERE}/host.ts`,
    language.library,
  ], { env: runtime.env, what: `${runtime.name} ${HERE}/host.ts` });
  console.log(indent(`${runtime.name} ${runtime.version}: ${output.trim()}`));
  return success && output.trim() === WANTED;
}

function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, "  ");
}
