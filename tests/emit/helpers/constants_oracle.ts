/**
 * The compiler's own word for what was read out of headers.
 *
 * @module
 */

import type {
  Constant,
  HeaderDefinitions,
  TypeDefinition,
} from "../../../ffi/manifest/manifest.ts";

/**
 * Prints a C program that says which constants are not as they were described,
 * and does not compile where a struct is not.
 *
 * @param includes The lines that include the headers.
 * @param defined What they define.
 * @param spell How C spells a type; undefined for one that has no name there.
 */
export function assertionsOf(
  includes: string,
  { types, constants }: HeaderDefinitions,
  spell: (name: string) => string | undefined,
): string {
  return [
    includes,
    "#include <stddef.h>",
    "#include <stdio.h>",
    ...namesIn(types).filter((name) => !Object.hasOwn(constants, name))
      .map((name) => `#undef ${name}`),
    ...Object.entries(types).flatMap(([name, type]) => {
      const spelling = spell(name);
      return spelling === undefined ? [] : layoutAssertions(spelling, type);
    }),
    "int main(void) {",
    ...Object.entries(constants).map(([name, constant]) =>
      `if (!(${isConstant(name, constant)})) puts("${name}");`
    ),
    "return 0; }",
    "",
  ].join("\n");
}

/** What structs and their members are called: a macro of that name stands for something else. */
function namesIn(types: HeaderDefinitions["types"]): string[] {
  return [
    ...new Set(
      Object.entries(types).flatMap(([name, type]) =>
        type.kind === "struct" || type.kind === "union"
          ? [name, ...type.fields.map(({ name }) => name)]
          : []
      ),
    ),
  ].filter((name) =>
    // The preprocessor's own word may be a member's, as in Xlib, and no macro's.
    /^[A-Za-z_]\w*$/.test(name) && name !== "defined"
  );
}

/** That a constant is what it was read as, of that sign, to the last bit. */
function isConstant(name: string, constant: Constant): string {
  if (typeof constant === "string") {
    const { length } = new TextEncoder().encode(constant);
    return `sizeof(${name}) == ${length + 1} && ` +
      `__builtin_memcmp(${name}, ${textOf(constant)}, ${length + 1}) == 0`;
  }
  if (typeof constant === "number") {
    // A double by its digits; what is whole, and less than that, as an integer.
    const value = Number.isSafeInteger(constant)
      ? `${constant}ll`
      : constant.toExponential(17);
    return `(${name}) == ${value} && ((${name}) < 0) == ${+(constant < 0)}`;
  }
  switch (constant.type) {
    case "u64":
    case "i64":
      return `(unsigned long long) (${name}) == ${
        BigInt.asUintN(64, BigInt(constant.value))
      }ull && ((${name}) < 0) == ${+(constant.type === "i64")}`;
    case "pointer":
      return `(unsigned long long) (${name}) == ${
        BigInt.asUintN(64, BigInt(constant.value))
      }ull`;
    case "f64":
      return "1"; // an infinity, a zero that is negative, or no number
  }
}

/** A text as C writes it, byte by byte. */
function textOf(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return `"${
    bytes.map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
  }"`;
}

/** The size, alignment and members of a struct, and the values of an enum. */
export function layoutAssertions(
  spelling: string,
  type: TypeDefinition,
): string[] {
  const equal = (what: string, value: number | string) =>
    `_Static_assert(${what} == ${value}, "${what}");`;
  switch (type.kind) {
    case "struct":
    case "union":
      return [
        equal(`sizeof(${spelling})`, type.size),
        equal(`_Alignof(${spelling})`, type.align),
        ...type.fields.filter(({ bits }) => bits === undefined).map((
          { name, offset },
        ) => equal(`offsetof(${spelling}, ${name})`, offset)),
      ];
    case "enum":
      return [
        equal(`sizeof(${spelling})`, Number(type.type.slice(1)) / 8),
        ...Object.entries(type.values).map(([name, value]) =>
          equal(name, String(value))
        ),
      ];
    default:
      return [];
  }
}

/** How C spells a type that a preprocessed text defines. */
export function spellingIn(
  text: string,
): (name: string) => string | undefined {
  return (name) => {
    const tag = new RegExp(`\\b(struct|union|enum)\\s+${name}\\s*\\{`);
    const keyword = tag.exec(text)?.[1];
    if (keyword !== undefined) return `${keyword} ${name}`;
    return new RegExp(`\\}\\s*${name}\\s*;`).test(text) ? name : undefined;
  };
}

/** Runs a C compiler on a source from its input; its status and what it prints, of each error. */
export type RunsC = (
  args: readonly string[],
  source: string,
) => {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/**
 * Finds the constants that C knows and a description does not, by nothing that
 * made the description: a macro is one where C takes what it stands for as the
 * first value of a variable, an enumerator is what an enum lists.
 *
 * @param cc The compiler, with the flags that the headers want.
 * @param includes The lines that include the headers.
 * @param known The names that are described.
 * @param isOwn Whether a file is the library's, by its path.
 */
export function constantsMissing(
  cc: RunsC,
  includes: string,
  known: ReadonlySet<string>,
  isOwn: (path: string) => boolean,
): string[] {
  const macros = new Map<string, boolean>();
  let file = "";
  for (const line of cc(["-E", "-dD"], includes).stdout.split("\n")) {
    file = /^# \d+ "([^"]*)"/.exec(line)?.[1] ?? file;
    const [, word, name, params, body = ""] =
      /^#(define|undef) (\w+)(\()?(.*)$/.exec(line) ?? [];
    if (name === undefined) continue;
    const is = word === "define" && params === undefined && body.trim() !== "";
    macros.set(name, is && isOwn(file));
  }
  const asked = [...macros].filter(([name, is]) => is && !known.has(name))
    .map(([name]) => name);
  const expanded = cc(
    ["-E", "-P"],
    includes +
      asked.map((name, at) => `\nplugin_at ${at} ${name} plugin_end`).join(""),
  ).stdout;
  const values = new Map<string, string>();
  for (
    const [, at, text] of expanded.matchAll(
      /plugin_at (\d+) ([\s\S]*?)plugin_end/g,
    )
  ) {
    const value = text!.trim().replaceAll(/\s+/g, " ");
    // What ends what stands around it, is nothing, says where it stands, or has
    // bytes that are no UTF-8.
    if (value === "" || /[{};#]|<stdin>|\\[23]\d\d/.test(value)) continue;
    const name = asked[Number(at)]!;
    if (!/LINE$/.test(name) && isClosed(value)) values.set(name, value);
  }
  const numbers = accepted(
    cc,
    includes,
    values,
    (value, is) =>
      `static const unsigned char ${is}[sizeof(${value}) <= 8 ? 1 : -1] = ` +
      `{ (unsigned char) (unsigned long long) (${value}) };`,
  );
  const texts = accepted(
    cc,
    includes,
    new Map([...values].filter(([name]) => !numbers.has(name))),
    (value, is) => `static const char ${is}[] = ${value};`,
  );
  const found = [...values.keys()].filter((name) =>
    numbers.has(name) || texts.has(name)
  );
  const listed = enumeratorsIn(cc(["-E"], includes).stdout, isOwn);
  return [...found, ...listed.filter((name) => !known.has(name))];
}

/** Whether a value is one thing, which opens and ends nothing of what stands around it; `1L, 2L` are several. */
function isClosed(value: string): boolean {
  const code = value.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "0");
  let open = 0;
  for (const mark of code.match(/[()[\],]/g) ?? []) {
    if (mark !== ",") open += mark === "(" || mark === "[" ? 1 : -1;
    if (open < 0 || mark === "," && open === 0) return false;
  }
  return open === 0;
}

/** The names of those values that the compiler takes in a line, each in one of its own. */
function accepted(
  cc: RunsC,
  includes: string,
  values: ReadonlyMap<string, string>,
  lineOf: (value: string, is: string) => string,
): Set<string> {
  let left = [...values];
  for (;;) {
    const lines = left.map(([, value], at) => lineOf(value, `plugin_is_${at}`));
    const { status, stderr } = cc(
      ["-fsyntax-only"],
      `${includes}#line 1 "plugin:asked"\n${lines.join("\n")}\n`,
    );
    if (status === 0) return new Set(left.map(([name]) => name));
    const wrong = new Set(
      Array.from(
        stderr.matchAll(/^plugin:asked:(\d+):(?:\d+:)? error:/gm),
        ([, line]) => Number(line) - 1,
      ),
    );
    if (wrong.size === 0) throw new Error(stderr.slice(0, 1000));
    // Behind an error the compiler may pass over the next one.
    left = left.filter((_, at) => !wrong.has(at));
  }
}

/** The names that the enums of a preprocessed text list, in files that count. */
function enumeratorsIn(
  text: string,
  isOwn: (path: string) => boolean,
): string[] {
  // A mark in the place of each line that says which file follows.
  const files: string[] = [];
  const marked = text.replaceAll(
    /^# \d+ "([^"]*)".*$/gm,
    (_, path) => `@${files.push(path) - 1}@`,
  ).replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, "0");
  const enums =
    /\benum\b(?:\s|@\d+@|__attribute__\s*\(\([^)]*\)\)|\b\w+\b)*\{([^}]*)\}/g;
  return Array.from(marked.matchAll(enums)).flatMap((match) => {
    const before = marked.slice(0, match.index + match[0].indexOf("{"));
    const mark = /@(\d+)@[^@]*$/.exec(
      before.slice(before.lastIndexOf("@", before.lastIndexOf("@") - 1)),
    );
    if (mark === null || !isOwn(files[Number(mark[1])]!)) return [];
    return outerCommas(match[1]!.replaceAll(/@\d+@/g, " "))
      .flatMap((part) => /^\s*([A-Za-z_]\w*)/.exec(part)?.[1] ?? []);
  });
}

/** A list without what stands in parentheses, cut at its commas. */
function outerCommas(list: string): string[] {
  let flat = list;
  for (let before = ""; before !== flat;) {
    before = flat;
    flat = flat.replaceAll(/\([^()]*\)/g, "0");
  }
  return flat.split(",");
}
