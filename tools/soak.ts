/**
 * Does the same things over and over on every runtime, and looks whether memory
 * stays what it was: ten minutes in all, or as many seconds as the argument says.
 *
 * @module
 */

import { capture, ROOT, runtimes, show } from "./runtimes.ts";

const seconds = Number(Deno.args[0] ?? 600);
if (!(seconds > 0)) {
  console.error(`wanted a number of seconds, got ${Deno.args[0]}`);
  Deno.exit(2);
}
await Deno.mkdir(`${ROOT}build/soak`, { recursive: true });
const library = "build/soak/soak.so";
const built = await capture(Deno.execPath(), [
  ...["run", "-A", "emit/main.ts"],
  ...["build", "tests/fixtures/soak.c", "-o", library],
]);
if (!built.success) {
  console.error(built.output);
  Deno.exit(1);
}
const all = await runtimes();
let isFlat = true;
for (const { name, program, run, env } of all) {
  console.log(`\n=== ${name}`);
  const args = [...run, "tools/soak/work.ts", library];
  const share = String(seconds / all.length);
  isFlat = await show(program, [...args, share], env) && isFlat;
}
if (!isFlat) {
  console.error("\nMemory grows");
  Deno.exit(1);
}
