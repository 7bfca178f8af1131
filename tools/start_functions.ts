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

/** What has a runtime make no code out of text; Bun has no such flag. */
const NO_CODE = {
  Deno: ["--v8-flags=--disallow-code-generation-from-strings"],
  Bun: [],
  Node: ["--disallow-code-generation-from-strings"],
};

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
  const begin = `import { open } from "./mod.js";`;
  const end = "console.log(JSON.stringify([...started]));";
  const host = `${directory}/host.mjs`;
  const path = JSON.stringify(library);
  await Deno.writeTextFile(
    host,
    `${begin}\nconst library = ${path};\n${START_PROGRAM}\n${end}`,
  );
  // The text is given what is in the file: nothing that runs before all of that
  // is there can lie in the text.
  const nothing = `${directory}/nothing.mjs`;
  await Deno.writeTextFile(nothing, `${begin}\n${end}`);
  const names: Record<string, Set<string>> = {};
  for (const { name, program, run, env } of await runtimes()) {
    for (
      const { args, support } of [
        { args: [host] },
        { args: [host], support: { PLUGIN_SUPPORT: "off" } },
        { args: [...NO_CODE[name], nothing] },
      ]
    ) {
      const own = { ...env, ...support };
      const said = await must(program, [...run, ...args], own);
      for (const index of JSON.parse(said) as number[]) {
        const { module, name } = keyOf(functions[index]!);
        (names[module] ??= new Set()).add(name);
      }
    }
  }
  const sorted = Object.entries(names).map(([module, names]) =>
    [module, [...names].sort()] as const
  ).sort(([one], [other]) => one < other ? -1 : 1);
  const list = `${ROOT}tools/start_functions.json`;
  const text = JSON.stringify(Object.fromEntries(sorted), null, 2);
  await Deno.writeTextFile(list, `${text}\n`);
  await must(Deno.execPath(), ["fmt", "--quiet", list]);
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
