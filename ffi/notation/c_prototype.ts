/**
 * Prototypes of C, which are often given where a type of the notation is wanted:
 * how they are spelled here.
 *
 * @module
 */

/** What one declares: a type, and the name behind it where there is one. */
const WORD = /[A-Za-z_]\w*/g;

/** Words that change nothing of how a value crosses, or only say what a name is of. */
const IGNORED =
  /\b(?:const|volatile|restrict|register|extern|static|inline|struct|union|enum)\b/g;

/** The words that C writes a number with, in any order. */
const OF_NUMBERS =
  /^(?:signed|unsigned|char|short|int|long|float|double|_Bool|bool|void)$/;

const NAMED: Readonly<Record<string, string>> = {
  size_t: "usize",
  ssize_t: "isize",
  ptrdiff_t: "isize",
  intptr_t: "isize",
  uintptr_t: "usize",
  // As they are on the systems with 64 bits that there are plugins for.
  off_t: "i64",
  time_t: "i64",
  pid_t: "i32",
  uid_t: "u32",
  gid_t: "u32",
  socklen_t: "u32",
};

/**
 * Spells a prototype of C in the notation.
 *
 * @param text Anything.
 * @returns Undefined where it is none, or no such simple one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromPrototype } from "./c_prototype.ts";
 *
 * assertEquals(fromPrototype("int add(int a, const char *b);"), "(i32, cstring) => i32");
 * ```
 */
export function fromPrototype(text: string): string | undefined {
  if (text.length > MOST) return undefined;
  // Trimmed first: two stretches of space side by side would take quadratic time.
  const [, declared, list] = /^([\w\s*]+)\((.*)\)\s*;?$/s.exec(text.trim()) ??
    [];
  if (declared === undefined || list === undefined) return undefined;
  return functionOf(declared.trim(), list.trim(), 0);
}

/** No prototype that somebody writes is longer, and each level of it is read once more. */
const MOST = 2000;
const DEEPEST = 4;

/** A function, by what stands before its parameters, and these. */
function functionOf(
  declared: string,
  list: string,
  depth: number,
): string | undefined {
  // A word alone is a name without a type, but for a type without a name.
  if (/^\w+$/.test(declared) && !OF_NUMBERS.test(declared)) return undefined;
  const result = typeOf(declared);
  if (result === undefined || depth > DEEPEST) return undefined;
  const params = list === "" || list === "void"
    ? []
    : listed(list)?.map((one) => parameterOf(one.trim(), depth));
  return params === undefined ||
      params.some((one) => one === undefined || one === "void")
    ? undefined
    : `(${params.join(", ")}) => ${result}`;
}

/** The type of a parameter: `int (*compare)(const void *, const void *)`, too. */
function parameterOf(one: string, depth: number): string | undefined {
  if (one === "...") return one;
  const [, declared, list] =
    /^([\w\s*]+)\(\s*\*\s*\w*\s*\)\s*\((.*)\)$/s.exec(one) ?? [];
  if (declared === undefined || list === undefined) {
    // A pointer to an array, or an array of pointers to functions.
    return one.includes("(") ? undefined : typeOf(one);
  }
  return functionOf(`${declared.trim()} f`, list.trim(), depth + 1);
}

/** What stands between the commas that are in no parentheses; undefined where these are no pairs. */
function listed(list: string): string[] | undefined {
  const all = [""];
  let depth = 0;
  for (const letter of list) {
    if (letter === "(") depth++;
    if (letter === ")" && --depth < 0) return undefined;
    if (letter === "," && depth === 0) all.push("");
    else all[all.length - 1] += letter;
  }
  return depth === 0 ? all : undefined;
}

/** The type of one declaration: `const char *name`. */
function typeOf(declaration: string): string | undefined {
  // A parameter that is an array is a pointer.
  const plain = declaration.replaceAll(IGNORED, " ").replace(
    /\[\w*\]\s*$/,
    "*",
  );
  const stars = plain.split("*").length - 1;
  const words = plain.match(WORD) ?? [];
  const numbers = words.filter((word) => OF_NUMBERS.test(word));
  const [first] = words;
  // At most one name is behind the type.
  const most = numbers.length === 0 ? 2 : numbers.length + 1;
  if (first === undefined || words.length > most) return undefined;
  const base = numbers.length > 0
    ? numberOf(numbers)
    : NAMED[first] ?? first.replace(/^(u?)int(8|16|32|64)_t$/, (_, u, bits) =>
      `${u === "" ? "i" : "u"}${bits}`);
  if (stars === 0) return base;
  if (base === "void") return "*".repeat(stars - 1) + "pointer";
  return numbers.join() === "char"
    ? "*".repeat(stars - 1) + "cstring"
    : base && "*".repeat(stars) + base;
}

/** The scalar that some words of C are; undefined for `long double`. */
function numberOf(words: readonly string[]): string | undefined {
  const has = (word: string) => words.includes(word);
  if (has("void")) return "void";
  if (has("_Bool") || has("bool")) return "bool";
  if (has("float")) return "f32";
  if (has("double")) return has("long") ? undefined : "f64";
  const bits = has("char") ? 8 : has("short") ? 16 : has("long") ? 64 : 32;
  return `${has("unsigned") ? "u" : "i"}${bits}`;
}
