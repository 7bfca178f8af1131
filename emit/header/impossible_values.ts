/**
 * Macros that stand for no value, as far as their text alone says so: what the
 * compiler is sure to refuse it is not asked about, for with one refusal all the
 * others have to be asked again.
 *
 * @module
 */

import type { Token } from "../csource/tokens.ts";
import { type Macro, withoutLiterals } from "./list_macros.ts";

/** Words that begin no expression. */
const NO_BEGINNING = new Set(
  ("extern static inline __inline __inline__ typedef register restrict " +
    "__restrict __restrict__ _Noreturn _Thread_local __thread __declspec " +
    "__attribute__ __attribute const volatile __const __volatile__ void int " +
    "char short long float double signed unsigned struct union enum _Bool " +
    "_Complex goto if for while do return case default break continue else " +
    "switch").split(" "),
);

/** What begins none either. */
const NO_MARK = /^(?:[<>=,/%^|?:\])}]|\.(?!\d))/;

/** A name and nothing else. */
const NAME = /^[A-Za-z_]\w*$/;

/** Names that the compiler knows without a declaration. */
const BUILT_IN = /^(?:true|false|nullptr|__[A-Z_].*)$/;

/**
 * Leaves out macros that can be no constants.
 *
 * @param names Macros without parameters.
 * @param macros All macros.
 * @param code What the headers declare.
 * @param restored Macros that are not what their text is.
 * @returns The others.
 */
export function withoutImpossible(
  names: readonly string[],
  macros: ReadonlyMap<string, Macro>,
  code: readonly Token[],
  restored: ReadonlySet<string>,
): string[] {
  const ends = new Map<string, string>();
  const known = restored.size === 0
    ? macros
    : new Map([...macros].filter(([name]) => !restored.has(name)));
  const left = names.filter((name) => {
    const text = followed(name, known);
    if (restored.has(/^\w*/.exec(text)![0])) return true;
    if (NAME.test(text)) ends.set(name, text);
    return text !== "" && !NO_MARK.test(text) && !isList(text) &&
      !isCall(text, known) && mayBegin(text, known);
  });
  const values = withValues(new Set(ends.values()), code);
  return left.filter((name) => {
    const end = ends.get(name);
    return end === undefined || values.has(end) || BUILT_IN.test(end);
  });
}

/** What is left of a text once the macros at its beginning are replaced, as far as they take no parameters. */
function followed(text: string, macros: ReadonlyMap<string, Macro>): string {
  const seen = new Set<string>();
  for (;;) {
    const word = /^[A-Za-z_]\w*/.exec(text)?.[0];
    const macro = word === undefined ? undefined : macros.get(word);
    if (macro === undefined || seen.has(word!)) return text;
    seen.add(word!);
    const rest = text.slice(word!.length).trimStart();
    if (macro.params === undefined) {
      text = `${macro.body.trim()} ${rest}`.trim();
      continue;
    }
    const pasted = pastedBy(macro, rest);
    if (pasted === undefined) return text;
    text = pasted;
  }
}

/** Whether an expression may begin so, where a macro with parameters begins it too. */
function mayBegin(text: string, macros: ReadonlyMap<string, Macro>): boolean {
  const seen = new Set<string>();
  for (;;) {
    const [, word = "", bracket] = /^(\w+)\s*(\(?)/.exec(text) ?? [];
    if (NO_BEGINNING.has(word)) return false;
    const { params, body = "" } = macros.get(word) ?? {};
    if (params === undefined || bracket === "" || seen.has(word)) return true;
    seen.add(word);
    const isParam = (text: string) =>
      params.includes(/^\w+/.exec(text)?.[0] ?? "");
    text = body.trim();
    // A parameter is no macro, whatever else is called so.
    if (isParam(text)) return true;
    text = followed(text, macros);
    if (isParam(text)) return true;
  }
}

/** Whether a text begins with a call, whose result nobody knows yet. */
function isCall(text: string, macros: ReadonlyMap<string, Macro>): boolean {
  const name = /^([A-Za-z]\w*)\s*\(/.exec(text)?.[1];
  return name !== undefined && !macros.has(name) &&
    !/^(?:sizeof|typeof|alignof|offsetof)$/.test(name);
}

/**
 * The name that a macro makes of words, where it does nothing else: `__gmpz_abs`
 * of `__MPN(abs)`. What stands beside `##` is taken as it is written.
 *
 * @param macro The macro.
 * @param args What follows its name.
 */
export function pastedBy(
  { params = [], body }: Macro,
  args: string,
): string | undefined {
  const given = /^\(([\w\s,]*)\)$/.exec(args)?.[1]?.split(",")
    .map((each) => each.trim());
  const parts = body.split("##").map((part) => part.trim());
  if (
    given?.length !== params.length || parts.length < 2 ||
    params.some((param) => param.endsWith("...")) ||
    !parts.every((part) => /^\w+$/.test(part))
  ) return undefined;
  const name = parts.map((part) => given[params.indexOf(part)] ?? part)
    .join("");
  return NAME.test(name) ? name : undefined;
}

/** Whether a comma stands outside of parentheses: then it is several things. */
function isList(text: string): boolean {
  let open = 0;
  for (const character of withoutLiterals(text)) {
    if (character === "(" || character === "[") open++;
    if (character === ")" || character === "]") open--;
    if (character === "," && open === 0) return true;
  }
  return false;
}

/** Those of some names that may have a value: an enum lists them, or they are given one. */
function withValues(
  names: ReadonlySet<string>,
  code: readonly Token[],
): Set<string> {
  const values = new Set<string>();
  /** The brackets that the name is in. */
  const open: string[] = [];
  let [before, name] = ["", ""];
  for (const { kind, text } of code) {
    if (kind === "comment" || kind === "directive") continue;
    if (/^[({[]$/.test(name)) open.push(name);
    if (/^[)}\]]$/.test(name)) open.pop();
    if (names.has(name)) {
      // Attributes may stand behind either.
      const isListed = (before === "{" || before === ",") &&
        open.at(-1) === "{" && /^[,}[]$/.test(text);
      if (isListed || text === "=" || text === "__attribute__") {
        values.add(name);
      }
    }
    [before, name] = [name, text];
  }
  return values;
}
