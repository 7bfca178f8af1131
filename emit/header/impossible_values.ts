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
    "switch auto __asm __asm__ __signed __signed__ _Atomic _Alignas " +
    "_Static_assert").split(" "),
);

/** Those that some standards of C leave to names, which nothing calls. */
const NO_CALL = new Set(["asm", "alignas", "static_assert"]);

/** What begins none either: a version of three numbers is no number. */
const NO_MARK =
  /^(?:[<>=,/%^|?:\])}]|\.(?!\d)|\d+\.\d+\.\d|\*\s*(?:$|\*|(?:const|volatile|restrict|__restrict\w*)\b))/;

/** What ends none. */
const NO_END = /(?:->|[-+*/%&|^=<>!~,?:])$/;

/** What in a text with `->` shows that it may ask where a member lies, or of what size it is. */
const PLACE = /^(?:\d|NULL$|nullptr$|sizeof$|typeof$|alignof$|_)/;

/** Whether a text reads a member of what lies at an address, by which nothing but the library can mean something. */
function isMember(text: string, macros: ReadonlyMap<string, Macro>): boolean {
  const code = withoutLiterals(text);
  return code.includes("->") && !/&\s*[A-Za-z_]/.test(code) &&
    !code.match(/\w+/g)?.some((word) => PLACE.test(word) || macros.has(word));
}

/** A name and nothing else. */
const NAME = /^[A-Za-z_]\w*$/;

/** Names that the compiler knows without a declaration. */
const BUILT_IN = /^(?:true|false|nullptr|__[A-Z_].*)$/;

/** What is known of headers. */
export interface Known {
  /** All macros. */
  readonly macros: ReadonlyMap<string, Macro>;
  /** What the headers declare. */
  readonly code: readonly Token[];
  /** Macros that are not what their text is. */
  readonly restored: ReadonlySet<string>;
  /** What macros become, where their text does not say it. */
  readonly expanded: ReadonlyMap<string, string>;
}

/**
 * Leaves out macros that can be no constants.
 *
 * @param names Macros without parameters.
 * @param known What is known of their headers.
 * @returns The others.
 */
export function withoutImpossible(
  names: readonly string[],
  { macros, code, restored, expanded }: Known,
): string[] {
  const ends = new Map<string, string>();
  const known = restored.size === 0
    ? macros
    : new Map([...macros].filter(([name]) => !restored.has(name)));
  const left = names.filter((name) => {
    const text = expanded.get(name) ?? followed(name, known);
    // `(NAME)` is what NAME is.
    const bare = withoutPragmas(
      followed(text.replace(/^[(\s]+|[)\s]+$/g, ""), known),
      known,
    );
    if (
      restored.size > 0 &&
      text.match(/\w+/g)?.some((word) => restored.has(word))
    ) return true;
    if (NAME.test(bare)) ends.set(name, bare);
    const may = text !== "" && !NO_MARK.test(text) && !NO_END.test(text) &&
      !NO_OPERAND.test(text) &&
      !isMember(text, known) && !isList(text) && mayBegin(text, known);
    if (typeof may === "object") ends.set(name, may.of);
    return may !== false;
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
    if (rest.startsWith("##")) return text; // a part of another name
    if (macro.params === undefined) {
      text = `${macro.body.trim()} ${rest}`.trim();
      continue;
    }
    const pasted = pastedBy(macro, rest);
    if (pasted === undefined) return text;
    text = pasted;
  }
}

/** A whole name, and a bracket behind it. */
const WORD = /^(\w+)(?![\w$\u0080-\uffff])\s*(\(?)/;

/** A variable of which a part is read: it is a value where the headers say what is in it. */
interface Part {
  readonly of: string;
}

/** Whether an expression may begin so, where a macro with parameters begins it too. */
function mayBegin(
  text: string,
  macros: ReadonlyMap<string, Macro>,
): boolean | Part {
  const seen = new Set<string>();
  let isFollowed = false;
  let isParam = (_: string) => false;
  for (;;) {
    const [, word = "", bracket] = WORD.exec(text) ?? [];
    if (word === "_Pragma") {
      text = behindCall(text);
      if (text === "") return isFollowed;
      continue;
    }
    if (/^\w+\s*##/.test(text)) return true;
    if (
      NO_BEGINNING.has(word) || bracket !== "" && NO_CALL.has(word) ||
      isTypeWithMore(text, macros)
    ) return false;
    const uncast = text.replace(CAST, "");
    if (uncast !== text && TEXT.test(withoutLiterals(uncast))) return false;
    const inner = uncast.replace(/^[(\s]+/, "");
    if (isOfCall(inner, macros)) return false;
    if (FUNCTION.test(inner)) return false;
    if (!isParam(inner)) {
      const unknown = unknownIn(followed(inner, macros), macros, isParam);
      if (unknown !== undefined) return unknown;
    }
    const { params, body = "" } = macros.get(word) ?? {};
    if (params === undefined || bracket === "" || seen.has(word)) return true;
    seen.add(word);
    if (behindCall(text) !== "") isFollowed = true;
    isParam = (text) => params.includes(/^\w+/.exec(text)?.[0] ?? "");
    text = body.trim();
    // A parameter is no macro, whatever else is called so.
    if (isParam(text)) return true;
    text = followed(text, macros);
    if (isParam(text)) return true;
  }
}

/** A name without what a macro behind it says to the compiler alone: `g_dirname`, `GLIB_DEPRECATED_MACRO_IN_2_26_FOR(…)`. */
function withoutPragmas(
  text: string,
  macros: ReadonlyMap<string, Macro>,
): string {
  const [, name, behind] = /^([A-Za-z_]\w*)\s+([A-Za-z_].*)$/s.exec(text) ?? [];
  return name !== undefined && isPragma(behind!, macros) ? name : text;
}

/** Most macros that are followed to a pragma: one may stand for itself. */
const MOST_STEPS = 16;

/** Whether pragmas are all that becomes of a text, or nothing. */
function isPragma(text: string, macros: ReadonlyMap<string, Macro>): boolean {
  for (let step = 0; step < MOST_STEPS; step++) {
    text = followed(text, macros);
    if (text === "") return true;
    const [, word = "", bracket] = WORD.exec(text) ?? [];
    const { params, body } = macros.get(word) ?? {};
    if (bracket !== "(") return false;
    if (word === "_Pragma") text = behindCall(text);
    else if (params === undefined) return false;
    else text = `${body!.trim()} ${behindCall(text)}`.trim();
  }
  return false;
}

/** Whether a name stands before another word: `json_t __attribute__((…))`. */
function isTypeWithMore(
  text: string,
  macros: ReadonlyMap<string, Macro>,
): boolean {
  const [, name, next] = /^([A-Za-z_]\w*)\s+([A-Za-z_]\w*)/.exec(text) ?? [];
  return name !== undefined && !macros.has(name) && !macros.has(next!) &&
    !OPERATOR.test(name);
}

/** What stands behind the brackets that follow the first word of a text. */
function behindCall(text: string): string {
  const code = withoutLiterals(text);
  let open = 0;
  for (let at = 0; at < code.length; at++) {
    if (code[at] === "(") open++;
    if (code[at] === ")" && --open === 0) return code.slice(at + 1).trim();
  }
  return "";
}

/** What a function gives, a variable has in it, or lies at; a bracket that begins `(*)(int)`, or `(CALL *)(int)`, is that of a type. */
const UNKNOWN =
  /^(&\s*)?([A-Za-z_]\w*)\s*(\((?!\s*(?:[\w\s]|\(+[\w\s,]*\)+)*[*^][\w\s*]*\)\s*\()|\[|->|\.)?/;

/** What stands before brackets and calls nothing that the library has, as compilers name it; who calls functions `__name` names them otherwise. */
const OPERATOR =
  /^(?:sizeof|typeof|alignof|offsetof|__(?:builtin_|is_|has_)\w*|__\w*(?:__|of)|__(?:real|imag)|_[A-Z]\w*)$/;

/** A cast of nothing. */
const NO_OPERAND = /^\(\s*\w[\w\s]*\*[\s*]*\)$/;

/** What stands behind an address where nothing is made of it: `marks[2]`, `pair.x)`. */
const ALONE = /^[\w\s.()]*$/;

/** A text without what stands in square brackets: whichever element it is, it lies somewhere. */
function withoutIndices(text: string): string {
  let code = withoutLiterals(text);
  for (let before = ""; before !== code;) {
    before = code;
    code = code.replace(/\[[^[\]]*\]/g, "");
  }
  return code;
}

/** Texts, once they are 0, with the brackets around them. */
const TEXT = /^[0\s)]+$/;

/** A cast to an address of something: of a text, or of what lies somewhere. */
const CAST = /^\(*\s*\([\w\s]+\*\s*\)\s*\(*\s*(?="|&\s*[A-Za-z_]|__)/;

/** The name of the function that something stands in: there is none here. */
const FUNCTION = /^__(?:func|FUNCTION|PRETTY_FUNCTION)__/;

/** Whether a text reads what lies where a function says: `*(__xmlParserVersion())`. */
function isOfCall(
  text: string,
  macros: ReadonlyMap<string, Macro>,
): boolean {
  const [, name] = /^\*[*(\s]*([A-Za-z_]\w*)\s*\(/.exec(text) ?? [];
  return name !== undefined && !macros.has(name) && !OPERATOR.test(name) &&
    !NO_BEGINNING.has(name);
}

/**
 * Whether a text begins with such a thing: false where it is no value whatever the
 * headers say; undefined where it may be one.
 */
function unknownIn(
  text: string,
  macros: ReadonlyMap<string, Macro>,
  isParam: (text: string) => boolean,
): false | Part | undefined {
  const [, of, name, mark] = UNKNOWN.exec(text) ?? [];
  if (
    name === undefined || macros.has(name) || isParam(name) ||
    NO_BEGINNING.has(name)
  ) return undefined;
  if (of !== undefined) {
    return ALONE.test(withoutIndices(text.slice(of.length)))
      ? false
      : undefined;
  }
  if (mark === "(") {
    return OPERATOR.test(name) ? undefined : false;
  }
  if (mark === "->") return false;
  return mark === undefined ? undefined : { of: name };
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

/** What stands between a name and its value. */
const GIVEN = /^(?:=|__attribute__|__asm__|asm)$/;

/** Those of some names that may have a value: an enum lists them, or they are given one. */
function withValues(
  names: ReadonlySet<string>,
  code: readonly Token[],
): Set<string> {
  const values = new Set<string>();
  /** The brackets that the name is in. */
  const open: string[] = [];
  /** A name behind which there were only brackets, `x[2]`, and how many those are in. */
  let [array, depth] = ["", 0];
  let [before, name] = ["", ""];
  for (const { kind, text } of code) {
    if (kind === "comment" || kind === "directive") continue;
    if (name === "(" || name === "{" || name === "[") open.push(name);
    else if (name === ")" || name === "}" || name === "]") open.pop();
    else if (names.has(name)) {
      // Attributes may stand behind either.
      const isListed = (before === "{" || before === ",") &&
        open.at(-1) === "{" && /^[,}[]$/.test(text);
      if (isListed || GIVEN.test(text)) values.add(name);
      else if (text === "[") [array, depth] = [name, open.length];
    }
    if (array !== "" && open.length === depth && name !== array) {
      if (GIVEN.test(text)) values.add(array);
      if (text !== "[") array = "";
    }
    before = name;
    name = text;
  }
  return values;
}
