/**
 * The constants in the brackets behind the name of a type: the 64 of
 * `ArrayString<64>`.
 *
 * @module
 */

import type { Env, OwnType, Type } from "./rust_type.ts";
import type { Args, Generics, Impl } from "./rustdoc.ts";

/** An integer as Rust writes one, without what it is of. */
const INTEGER = /^(-?)(0x[\da-f]+|0o[0-7]+|0b[01]+|\d+)$/i;

/** A constant as a wrapper writes it, each in one way; undefined of one that it cannot. */
function literalOf(text: string | null): string | undefined {
  const plain = text?.replace(/^\{\s*|\s*\}$/g, "");
  if (plain === "true" || plain === "false") return plain;
  const [, sign, digits] = INTEGER.exec(
    plain?.replaceAll("_", "").replace(/[iu](?:8|16|32|64|128|size)$/, "") ??
      "",
  ) ?? [];
  return digits && `${sign}${BigInt(digits)}`;
}

/**
 * Reads them.
 *
 * @param generics The type's parameters.
 * @param args What stands in the brackets.
 * @param env What parameters around it stand for.
 * @returns The constants; why they are not known, as a text.
 */
export function constantsOf(
  generics: Generics,
  args: Args | null,
  env: Env,
): string[] | string {
  const given = constantsIn(args);
  const constants: string[] = [];
  for (const { name, kind } of generics.params) {
    if (kind.const === undefined) {
      if (constants.length === 0 || kind.type === undefined) continue;
      return "a type stands behind a constant in its brackets";
    }
    const one = given[constants.length];
    const known = env.get(one?.expr ?? "");
    const value = known?.kind === "constant"
      ? known.value
      : literalOf(one?.expr ?? kind.const.default) ??
        literalOf(one?.value ?? null);
    if (value === undefined) return `nothing is known of the constant ${name}`;
    constants.push(value);
  }
  return constants;
}

/** Whether one of them is a parameter, which may be any constant. */
export function haveParameters(args: Args | null, env: Env): boolean {
  return constantsIn(args).some(({ expr }) => env.has(expr));
}

/**
 * Adds what the constants are that an implementation has parameters for.
 *
 * @param impl An implementation that stands with a type.
 * @param type The type.
 * @param env Is told.
 * @returns Whether it is one for the constants that the type has.
 */
export function tellConstants(
  impl: Impl,
  { consts = [] }: OwnType,
  args: Args | null | undefined,
  env: Map<string, Type>,
): boolean {
  return constantsIn(args ?? null).every(({ expr, value }, i) => {
    const own = consts[i];
    if (own === undefined) return false;
    const isParameter = impl.generics.params.some(({ name, kind }) =>
      kind.const !== undefined && name === expr
    );
    if (isParameter) env.set(expr, { kind: "constant", value: own });
    return isParameter || own === (literalOf(expr) ?? literalOf(value));
  });
}

function constantsIn(args: Args | null) {
  return (args?.angle_bracketed?.args ?? []).flatMap((one) => one.const ?? []);
}
