/**
 * What Zig leaves out of the debug information of functions: a result that is
 * given in memory, which it calls `void`, and the calling convention.
 *
 * Both are in what it hands to LLVM. So that is what is compiled in the end,
 * with the debug information of each function made whole, and marked as
 * prototyped: what is not marked is not known to be whole.
 *
 * @module
 */

/** A function: `define internal win64cc void @a.f(ptr sret(%a.Big) %0) !dbg !7 {`. */
const FUNCTION = /^define (?<head>.*?)@.*?!dbg !(?<subprogram>\d+) \{$/gm;
/** An entry of debug information: `!7 = distinct !DISubprogram(…)`. */
const ENTRY = /^!(\d+) = (.*)$/gm;

/** Calling conventions that are not C's, of which debug information knows the name. */
const CONVENTIONS: ReadonlyMap<string, string> = new Map([
  ["win64cc", "DW_CC_LLVM_Win64"],
  ["x86_64_sysvcc", "DW_CC_LLVM_X86_64SysV"],
  ["x86_vectorcallcc", "DW_CC_LLVM_vectorcall"],
  ["x86_regcallcc", "DW_CC_LLVM_X86RegCall"],
  ["preserve_mostcc", "DW_CC_LLVM_PreserveMost"],
  ["preserve_allcc", "DW_CC_LLVM_PreserveAll"],
  ["preserve_nonecc", "DW_CC_LLVM_PreserveNone"],
  ["swiftcc", "DW_CC_LLVM_Swift"],
  ["swifttailcc", "DW_CC_LLVM_SwiftTail"],
]);

/**
 * Completes the debug information of functions.
 *
 * @param module What Zig hands to LLVM, as `-femit-llvm-ir` writes it.
 * @returns The same with whole prototypes.
 */
export function completePrototypes(module: string): string {
  const entries = new Map<number, string>();
  let last = 0;
  for (const [, number, text] of module.matchAll(ENTRY)) {
    last = Number(number);
    entries.set(last, text!);
  }
  const added: string[] = [];
  const add = (text: string) => {
    added.push(`!${++last} = ${text}\n`);
    return last;
  };
  const completed = new Map<number, string>();
  for (const { 0: line, groups } of module.matchAll(FUNCTION)) {
    const { head, subprogram } = groups!;
    const convention = conventionOf(head!);
    if (convention === "fastcc") continue; // Zig's own, of what is not exported
    const type = referred(entries, Number(subprogram), "type");
    let types = referred(entries, type, "types");
    const given = elements(entries, types);
    let [result] = given;
    if (/[ (]sret\(/.test(line)) {
      const stored = referred(entries, numberOf(given[1]), "baseType");
      if (stored === undefined) continue;
      result = `!${stored}`;
    }
    // Parameters are described by themselves; null at the end is for more of them.
    const isVariadic = /[(,] ?\.\.\.\)/.test(line);
    if (result !== given[0] || isVariadic) {
      types = add(`!{${result}${isVariadic ? ", null" : ""}}`);
    }
    if (types === undefined) continue;
    const cc = convention === undefined
      ? ""
      : `cc: ${CONVENTIONS.get(convention) ?? "DW_CC_nocall"}, `;
    const whole = add(`!DISubroutineType(${cc}types: !${types})`);
    completed.set(
      Number(subprogram),
      marked(entries.get(Number(subprogram))!)
        .replace(/, type: !\d+/, `, type: !${whole}`),
    );
  }
  const body = module.replace(ENTRY, (line: string, number: string) => {
    const text = completed.get(Number(number));
    return text === undefined ? line : `!${number} = ${text}`;
  });
  return `${body.trimEnd()}\n${added.join("")}`;
}

/** The word for a calling convention, undefined for C's. */
function conventionOf(head: string): string | undefined {
  const [word] = /\b(?:\w+cc|cc ?\d+)\b/.exec(head) ?? [];
  return word === "ccc" ? undefined : word;
}

/** `type: !7`: the number of what an entry refers to. */
function referred(
  entries: ReadonlyMap<number, string>,
  entry: number | undefined,
  name: string,
): number | undefined {
  const text = entry === undefined ? undefined : entries.get(entry);
  const [, to] = new RegExp(`[(,] ?${name}: !(\\d+)`).exec(text ?? "") ?? [];
  return to === undefined ? undefined : Number(to);
}

/** `!{!7, null}`: what is in a list. */
function elements(
  entries: ReadonlyMap<number, string>,
  list: number | undefined,
): string[] {
  const text = list === undefined ? "" : entries.get(list) ?? "";
  return text.slice(2, -1).split(", ");
}

function numberOf(element = ""): number | undefined {
  return element.startsWith("!") ? Number(element.slice(1)) : undefined;
}

function marked(subprogram: string): string {
  return subprogram.includes(", flags: ")
    ? subprogram.replace(", flags: ", ", flags: DIFlagPrototyped | ")
    : subprogram.replace(", spFlags: ", ", flags: DIFlagPrototyped, spFlags: ");
}
