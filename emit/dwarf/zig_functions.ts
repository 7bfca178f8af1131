/**
 * Types of functions in Zig. Its debug information says of one what the
 * machine passes: of a struct its address, and of a result in memory that it
 * is `void`. What the source says is only in the name of a pointer to it.
 *
 * @module
 */

import {
  DW_AT_name,
  DW_AT_type,
  DW_TAG_formal_parameter,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import type { CType, FunctionType, Parameter, UnknownType } from "./c_type.ts";

/** What Zig's types are read with. */
export interface ZigReader {
  readonly info: DebugInfo;
  /** Gives the type that an entry's `DW_AT_type` refers to. */
  of(entry: Entry): CType;
}

/** What the name of a pointer to a function says. */
interface Prototype {
  readonly params: readonly string[];
  readonly variadic: boolean;
  /** Undefined where it is C's. */
  readonly convention: string | undefined;
  readonly result: string;
}

/** A type as debug information has it, with its name. */
interface Lowered {
  readonly name: string;
  readonly type: CType;
}

const PARAMETER: ReadonlySet<number> = new Set([DW_TAG_formal_parameter]);

/** What stands before the parameters in the name of a pointer to a function. */
const POINTER_TO_FUNCTION =
  /^\??\*(?:(?:const|volatile|allowzero|align\([^)]*\)) )*fn \(/;

/**
 * The type of a function as the source has it.
 *
 * @param reader Reads the types of its parameters.
 * @param name The name of a pointer to it: `*const fn (a.Big, u8) callconv(.c) a.Big`.
 * @param pointer The pointer's entry.
 * @param plain What debug information says of the function.
 * @returns The type; an unknown one where the two do not go together.
 */
export function readFunction(
  reader: ZigReader,
  name: string,
  pointer: Entry,
  plain: FunctionType,
): FunctionType | UnknownType {
  const prototype = parsePrototype(name);
  const offset = pointer.reference(DW_AT_type);
  if (prototype === undefined || offset === undefined) return unclear(name);
  const entry = reader.info.entry(offset);
  const lowered = [...reader.info.children(entry, PARAMETER)].map((child) =>
    readLowered(reader, child)
  );
  let { result } = plain;
  if (result.kind === "void" && !isNothing(prototype.result)) {
    const place = lowered.shift();
    const stored = place && asSaid(place, prototype.result);
    if (stored === undefined || stored === place!.type) return unclear(name);
    result = stored;
  }
  if (lowered.length !== prototype.params.length) return unclear(name);
  const params: Parameter[] = [];
  for (const [index, said] of prototype.params.entries()) {
    const type = asSaid(lowered[index]!, said);
    if (type === undefined) return unclear(name);
    params.push({ name: "", type });
  }
  const { convention, variadic } = prototype;
  return {
    kind: "function",
    params,
    result,
    variadic,
    ...(convention !== undefined && { convention }),
  };
}

function readLowered(reader: ZigReader, child: Entry): Lowered {
  const offset = child.reference(DW_AT_type);
  const entry = offset === undefined ? undefined : reader.info.entry(offset);
  return {
    name: entry?.string(DW_AT_name) ?? "",
    type: reader.of(child),
  };
}

/** The type itself, or what it points to where only the address is passed. */
function asSaid({ name, type }: Lowered, said: string): CType | undefined {
  if (name === said) return type;
  const isAddress = name === `*${said}` || name === `*const ${said}`;
  return isAddress && type.kind === "pointer" ? type.to : undefined;
}

function isNothing(name: string): boolean {
  return name === "void" || name === "noreturn";
}

function unclear(name: string): UnknownType {
  return {
    kind: "unknown",
    name,
    reason: `${name} is not what Zig's debug information says of it`,
  };
}

/** Takes the name of a pointer to a function apart. */
function parsePrototype(name: string): Prototype | undefined {
  const start = POINTER_TO_FUNCTION.exec(name)?.[0].length;
  if (start === undefined) return undefined;
  const [params, end] = parseList(name, start);
  let rest = name.slice(end).trimStart();
  let convention: string | undefined = "Zig's own";
  for (
    let found;
    (found = /^(callconv|align|addrspace|linksection)\(/.exec(rest)) !== null;
  ) {
    const [, close] = parseList(rest, found[0].length);
    if (found[1] === "callconv") {
      const [, word] = /(\w+)/.exec(rest.slice(found[0].length, close)) ?? [];
      convention = word === "c" || word === "C" ? undefined : word ?? "unknown";
    }
    rest = rest.slice(close).trimStart();
  }
  return {
    params: params.filter((param) => param !== "...").map((param) =>
      param.replace(/^noalias /, "")
    ),
    variadic: params.includes("..."),
    convention,
    result: rest,
  };
}

/**
 * Reads what stands between brackets.
 *
 * @param text Where it is.
 * @param start What is behind the first bracket.
 * @returns What commas divide, and where the text goes on.
 */
function parseList(text: string, start: number): [string[], number] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"') at = endOfQuoted(text, at);
    else if ("([{".includes(character)) depth++;
    else if (depth > 0 && ")]}".includes(character)) depth--;
    else if (depth === 0 && (character === "," || character === ")")) {
      const part = text.slice(from, at).trim();
      if (part !== "") parts.push(part);
      if (character === ")") return [parts, at + 1];
      from = at + 1;
    }
  }
  return [parts, text.length];
}

/** Where the quotation mark is that ends a name such as `@"a,b"`. */
function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
