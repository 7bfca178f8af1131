/**
 * The names of parameters in declarations. Debug information has them for
 * functions that are defined, and not for those that a header only declares.
 *
 * @module
 */

import { closing, type Head, type Token } from "./tokens.ts";

/**
 * Finds the parameter names of declared functions.
 *
 * @param declarations Those of C after preprocessing.
 * @param wanted The functions.
 * @returns Names by function; `""` for a parameter without one. Functions whose
 * parameters have no names at all are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parameterNames } from "./params.ts";
 * import { heads } from "./tokens.ts";
 *
 * const add = heads("int add(int a, int b);");
 * const names = parameterNames(add, new Set(["add"]));
 * assertEquals(names.get("add"), ["a", "b"]);
 * ```
 */
export function parameterNames(
  declarations: Iterable<Head>,
  wanted: ReadonlySet<string>,
): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const head of declarations) {
    const found = parametersIn(head, (name) => wanted.has(name));
    if (found === undefined || names.has(found.name)) continue;
    const list = found.params.map(nameOf);
    if (list.some((word) => word !== "")) names.set(found.name, list);
  }
  return names;
}

/**
 * The parameters of a declared function.
 *
 * @param head A declaration.
 * @param isWanted Whether it is asked for, by its name.
 * @returns Its name, and its parameters as they are written; undefined where it is
 * another declaration.
 */
export function parametersIn(
  { tokens }: Pick<Head, "tokens">,
  isWanted: (name: string) => boolean,
): { readonly name: string; readonly params: Token[][] } | undefined {
  const at = tokens.findIndex(({ text }, index) =>
    isWanted(text) && opens(tokens, index) !== undefined
  );
  if (at < 0) return undefined;
  const open = opens(tokens, at)!;
  const inside = tokens.slice(open + 1, closing(tokens, open));
  return { name: tokens[at]!.text, params: split(inside) };
}

/** Where the parameters open behind a name: `f(`, or `(f)(`. */
function opens(list: readonly Token[], at: number): number | undefined {
  if (list[at + 1]?.text === "(") return at + 1;
  const wrapped = list[at + 1]?.text === ")" && list[at + 2]?.text === "(";
  return wrapped ? at + 2 : undefined;
}

/**
 * Cuts a list of parameters.
 *
 * @param list What stands in its parentheses.
 * @returns One each; `void` and `...` are none.
 */
export function split(list: readonly Token[]): Token[][] {
  const params: Token[][] = [[]];
  let depth = 0;
  for (const token of list) {
    if (token.text === "(" || token.text === "[") depth++;
    if (token.text === ")" || token.text === "]") depth--;
    if (token.text === "," && depth === 0) params.push([]);
    else params.at(-1)!.push(token);
  }
  return params.filter((param) => {
    const text = param.map((token) => token.text).join(" ");
    return text !== "" && text !== "void" && text !== "...";
  });
}

/** Words that are part of a type, and never its whole. */
const NO_TYPE = new Set([
  "const",
  "volatile",
  "restrict",
  "__restrict",
  "__restrict__",
  "__const",
  "register",
  "struct",
  "union",
  "enum",
]);
/** Words that are a type, and never a name. */
const TYPE =
  /^(?:void|char|short|int|long|float|double|signed|unsigned|_Bool|bool|_Complex|__signed__|__int128)$/;

/** The name of a parameter, as it is written; `""` where it has none. */
export function nameOf(param: readonly Token[]): string {
  const pointer = param.findIndex(({ text }, index) =>
    text === "(" && "*^".includes(param[index + 1]?.text ?? "!")
  );
  if (pointer >= 0) { // int (*name)(void)
    const inside = param.slice(pointer, closing(param, pointer));
    return inside.find(isName)?.text ?? "";
  }
  const bracket = param.findIndex(({ text }) => text === "[" || text === "(");
  const plain = bracket < 0 ? param : param.slice(0, bracket);
  const last = plain.at(-1);
  if (last === undefined || !isName(last)) return "";
  const before = plain.slice(0, -1);
  if (/^(?:struct|union|enum)$/.test(before.at(-1)?.text ?? "")) return "";
  return before.some(({ text }) => !NO_TYPE.has(text)) ? last.text : "";
}

/** Whether a word may be a name, of a type or of what has one. */
export function isName({ kind, text }: Token): boolean {
  return kind === "name" && !TYPE.test(text) && !NO_TYPE.has(text);
}
