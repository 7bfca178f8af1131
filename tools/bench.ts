/**
 * Runs every benchmark on every runtime.
 *
 * @module
 */

import { bring, capture, ROOT, runtimes, show } from "./runtimes.ts";

await bring("peers", "koffi", "3.3.4");
const names = Deno.args.length > 0 ? Deno.args : ["call", "struct", "text"];
for (const name of names) {
  const library = `build/bench/${name}.so`;
  await Deno.mkdir(`${ROOT}build/bench`, { recursive: true });
  const { success, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "emit/main.ts",
    "build",
    `bench/${name}.c`,
    "-o",
    library,
  ]);
  if (!success) {
    console.error(output);
    Deno.exit(1);
  }
  for (const { program, run } of await runtimes()) {
    if (!await show(program, [...run, `bench/${name}.ts`, library])) {
      Deno.exit(1);
    }
  }
}
