/**
 * Runs every benchmark on every runtime.
 *
 * Arguments are names of benchmarks; all of them when there are none.
 *
 * @module
 */

import { bring, capture, ROOT, runtimes, show } from "./runtimes.ts";

/** For each question what it opens, and how `plugin` makes that. */
const PLUGINS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  call: ["call.so", "build", "bench/call.c"],
  struct: ["struct.so", "build", "bench/struct.c"],
  text: ["text.so", "build", "bench/text.c"],
  image: ["image.so", "build", "bench/image"],
  sqlite: [
    "sqlite.so.json",
    "emit",
    "libsqlite3.so.0",
    "--header",
    "sqlite3.h",
    "--include",
    "sqlite3_*",
  ],
};

await bring("peers", "koffi", "3.3.4");
await Deno.mkdir(`${ROOT}build/bench`, { recursive: true });
const names = Deno.args.length > 0 ? Deno.args : Object.keys(PLUGINS);
for (const name of names) {
  const made = PLUGINS[name];
  if (made === undefined) {
    console.error(
      `No benchmark "${name}": there are ${Object.keys(PLUGINS).join(", ")}`,
    );
    Deno.exit(2);
  }
  const [file, ...command] = made;
  const path = `build/bench/${file}`;
  const { success, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "emit/main.ts",
    ...command,
    "-o",
    path,
  ]);
  if (!success) {
    console.error(output);
    Deno.exit(1);
  }
  for (const { program, run } of await runtimes()) {
    if (!await show(program, [...run, `bench/${name}.ts`, path])) {
      Deno.exit(1);
    }
  }
}
