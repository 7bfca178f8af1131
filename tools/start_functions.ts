/**
 * Finds out which functions of ours a program runs that opens a library and
 * calls functions of plain types, and writes them to `start_functions.json`:
 * packages have those as code and the rest as a text (`bundle.ts`). To be run
 * when tests/start_test.ts says that a start needs more.
 *
 * ```sh
 * deno run -A tools/start_functions.ts
 * ```
 *
 * @module
 */

import { isFunction, keyOf, readUnits } from "./bundle.ts";
import { OPTIONS } from "./npm.ts";
import { capture, ROOT, runtimes } from "./runtimes.ts";
import { START_PROGRAM, START_SOURCE } from "./start_program.ts";

if (import.meta.main) {
  // Where it lies is what an installed package asks.
  const directory = `${ROOT}build/start/node_modules/@native/plugin`;
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/package.json`, `{"type":"module"}`);
  const library = `${directory}/plain.so`;
  const build = ["run", "-A", "emit/main.ts", "build", START_SOURCE];
  await must(Deno.execPath(), [...build, "-o", library]);
  const { units, exported } = await readUnits("mod.ts", OPTIONS);
  const functions = units.filter(isFunction);
  // Each says that it has begun.
  const code = units.map((unit) => {
    const text = unit.node.getText();
    if (!isFunction(unit)) return text;
    const { body } = unit.node as
      & { body: { getStart(): number } }
      & typeof unit.node;
    const at = body.getStart() - unit.node.getStart() + 1;
    const note = `started.add(${functions.indexOf(unit)});`;
    return text.slice(0, at) + note + text.slice(at);
  });
  await Deno.writeTextFile(
    `${directory}/mod.js`,
    `const started = globalThis.started = new Set();\n${
      code.join("\n")
    }\nexport { ${exported.join()} };`,
  );
  await Deno.writeTextFile(
    `${directory}/host.mjs`,
    `import { open } from "./mod.js";
const library = ${JSON.stringify(library)};
${START_PROGRAM}
console.log(JSON.stringify([...started]));`,
  );
  const names: Record<string, Set<string>> = {};
  for (const { program, run, env } of await runtimes()) {
    for (const support of [{}, { PLUGIN_SUPPORT: "off" }]) {
      const args = [...run, `${directory}/host.mjs`];
      const said = await must(program, args, { ...env, ...support });
      for (const index of JSON.parse(said) as number[]) {
        const { module, name } = keyOf(functions[index]!);
        (names[module] ??= new Set()).add(name);
      }
    }
  }
  const sorted = Object.entries(names).map(([module, names]) =>
    [module, [...names].sort()] as const
  ).sort(([one], [other]) => one < other ? -1 : 1);
  const path = `${ROOT}tools/start_functions.json`;
  const text = JSON.stringify(Object.fromEntries(sorted), null, 2);
  await Deno.writeTextFile(path, `${text}\n`);
  await must(Deno.execPath(), ["fmt", "--quiet", path]);
}

async function must(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { success, stdout, output } = await capture(program, args, { env });
  if (!success) throw new Error(output);
  return stdout;
}
