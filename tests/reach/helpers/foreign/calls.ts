/**
 * Calls all functions of a random program and says which value is wrong.
 * Arguments: the library, the seed, how many functions there are, how often
 * each is called, and `async` or `isolated`.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { differenceOf, type Named, programOf } from "./program.ts";
import { makePointersBy } from "./types.ts";

const [path = "", seed, count, rounds, how] = process.argv.slice(2);
const program = programOf(Number(seed), Number(count), how !== "sync");
const plugin = open(path, { isolated: how === "isolated" });
const lookup = plugin.lookup as unknown as (
  name: string,
  type?: string,
) => unknown;
type Call = ((...list: unknown[]) => unknown) & {
  async(...list: unknown[]): Promise<unknown>;
};
const seen = lookup.call(plugin, "what_was_seen") as () => string;
const forget = lookup.call(plugin, "forget") as () => void;
const named = ((name: string) => plugin.type(name)) as unknown as Named;

let calls = 0;
const wrong = new Map<string, string>();
const skipped: string[] = [];

makePointersBy(
  lookup.call(plugin, "pointer_to") as (address: bigint) => unknown,
);
for (const { name, at, params, result } of program.functions) {
  let call: Call;
  try {
    call = (at === undefined
      ? lookup.call(plugin, name)
      : lookup.call(plugin, name, at)) as Call;
  } catch (error) {
    skipped.push(`${name}: ${(error as Error).message}`);
    continue;
  }
  for (let round = 0; round < Number(rounds); round++) {
    try {
      const given = params.map(({ make }) => make(named));
      forget();
      const list = given.map(({ js }) => js);
      const got = how === "async" ? await call.async(...list) : call(...list);
      calls++;
      const different = differenceOf(
        seen(),
        given.map(({ text }) => text).join(""),
      ) ??
        given.map(({ after }) => after?.()).find((one) => one !== undefined) ??
        (result === undefined
          ? undefined
          : differenceOf(result.type.read(got), result.value.text));
      if (different !== undefined) throw new Error(different);
    } catch (error) {
      // Clang loses bit-fields of packed structs: those are not members.
      if (/no thunk can be made|it has no member/.test(String(error))) {
        skipped.push(`${name}: ${error}`);
        break;
      }
      wrong.set(name, `round ${round}: ${error}`);
      break;
    }
  }
}
for (const { name, type, value } of program.variables) {
  try {
    const variable = lookup.call(plugin, name) as { value: unknown };
    for (let round = 0; round < Number(rounds); round++) {
      (lookup.call(plugin, `set_${name}`) as () => void)();
      const out = differenceOf(type.read(variable.value), value.text);
      if (out !== undefined) throw new Error(`out: ${out}`);
      const other = type.value();
      variable.value = other.js;
      forget();
      (lookup.call(plugin, `see_${name}`) as () => void)();
      const into = differenceOf(seen(), other.text) ??
        differenceOf(type.read(variable.value), other.text);
      if (into !== undefined) throw new Error(`into: ${into}`);
      calls++;
    }
  } catch (error) {
    wrong.set(name, String(error));
  }
}
console.log(`${calls} calls, ${skipped.length} skipped, ${wrong.size} wrong`);
for (const line of skipped) console.log("skipped", line);
for (const [name, what] of wrong) console.log("wrong", name, what);
process.exit(wrong.size === 0 ? 0 : 1);
