/**
 * Finds out which functions of ours a program runs that opens a library and
 * calls functions of plain types, and writes them to `start_functions.json`:
 * packages have those as code and the rest as a text (`bundle.ts`). What has run
 * on Deno and on Node when the first call ends is in `start_first_call.json`, as
 * V8 can be told of it. To be run when tests/start_test.ts says that a start needs
 * more.
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
import { FIRST_CALL, START_PROGRAM, START_SOURCE } from "./start_program.ts";

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
  const end = "console.log(JSON.stringify({ first, all: [...started] }));";
  const atFirst = "const first = [...started];";
  const host = `${directory}/host.mjs`;
  const path = JSON.stringify(library);
  await Deno.writeTextFile(
    host,
    `${begin}\nconst library = ${path};\n${
      START_PROGRAM.replace(FIRST_CALL, (call) => `${call}\n${atFirst}`)
    }\n${end}`,
  );
  // The text is given what is in the file: nothing that runs before all of that
  // is there can lie in the text.
  const nothing = `${directory}/nothing.mjs`;
  await Deno.writeTextFile(nothing, `${begin}\n${atFirst}\n${end}`);
  const all = new Set<number>();
  let first: ReadonlySet<number> | undefined;
  for (const { name, program, run, env } of await runtimes()) {
    for (
      const { args, support } of [
        { args: [host] },
        { args: [host], support: { PLUGIN_SUPPORT: "off" } },
        { args: [...NO_CODE[name], nothing] },
      ]
    ) {
      const own = { ...env, ...support };
      const said: { first: number[]; all: number[] } = JSON.parse(
        await must(program, [...run, ...args], own),
      );
      for (const index of said.all) all.add(index);
      if (name !== "Bun" && args[0] === host && support === undefined) {
        first = new Set(said.first).intersection(
          first ?? new Set(said.first),
        );
      }
    }
  }
  const write = async (file: string, indices: ReadonlySet<number>) => {
    const keys = [...indices].map((index) => keyOf(functions[index]!));
    const modules = Object.entries(
      Object.groupBy(keys, ({ module }) => module),
    ).map(([module, keys]) =>
      [module, [...new Set(keys!.map(({ name }) => name))].sort()] as const
    ).sort(([one], [other]) => one < other ? -1 : 1);
    const list = `${ROOT}tools/${file}`;
    const text = JSON.stringify(Object.fromEntries(modules), null, 2);
    await Deno.writeTextFile(list, `${text}\n`);
    await must(Deno.execPath(), ["fmt", "--quiet", list]);
  };
  await write("start_functions.json", all);
  await write("start_first_call.json", first!);
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
