/**
 * Symbols on their way into a description.
 *
 * @module
 */

import {
  MAX_NAME_LENGTH,
  RETURN,
  type SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import type { Type } from "../../ffi/notation/type.ts";
import type { NoValue } from "./scalars.ts";
import {
  type CType,
  type FunctionType,
  sizeOf,
  strip,
} from "../dwarf/c_type.ts";
import { isVaList, TypeTable } from "./notation.ts";
import { DW_TAG_subprogram } from "../dwarf/dw_constants.ts";
import type { DescribingEntry } from "../dwarf/search.ts";
import type { Export } from "../image/library.ts";
import type { Description } from "./description.ts";

type DraftSymbol =
  & Omit<Extract<SymbolDefinition, { kind: "function" | "variable" }>, "type">
  & { type: Type };

/** Symbols that await the names of their types. */
export class Draft {
  readonly #table = new TypeTable();
  readonly #symbols = new Map<string, DraftSymbol>();
  readonly #skipped = new Map<string, string>();

  /** Says why a name is not described. */
  skip(name: string, reason: string): void {
    this.#skipped.set(name, reason);
  }

  /** Adds a symbol under its own name, or under that of the source. */
  add(
    symbol: Export,
    { entry }: DescribingEntry,
    type: CType,
    key = symbol.name,
  ): void {
    const linked = key === symbol.name ? undefined : symbol.name;
    if (type.kind === "function" && entry.tag === DW_TAG_subprogram) {
      this.function(key, type, linked);
    } else {
      this.variable(key, type, symbol, linked);
    }
  }

  /**
   * Adds a function; `linked` is the linker's name of it, where that is another.
   * One that ends in a `va_list` is described as its wrapper is, with `...`,
   * where there is to be one; undefined where there can be none.
   */
  function(
    name: string,
    declared: FunctionType,
    linked?: string,
    isToBeWrapped?: boolean,
  ): void {
    const endsSo = endsInList(declared);
    const takesList = isToBeWrapped === true && endsSo;
    const type = takesList ? withRest(declared) : declared;
    const why = uncallable(type);
    if (why !== undefined) return this.skip(name, why);
    const notation = this.#table.function(type, name);
    if (notation.kind === "none") {
      const remedy = isToBeWrapped === false && endsSo
        ? ": --thunks compiles a wrapper"
        : "";
      return this.skip(name, notation.reason + remedy);
    }
    const params = type.params.map(nameOf);
    const nonnull = nonnullOf(type);
    const read = readOf(type, notation.params);
    this.#symbols.set(name, {
      kind: "function",
      type: notation,
      ...(linked === undefined ? {} : { symbol: linked }),
      ...(takesList ? { wrapped: "va_list" } : {}),
      ...(params.some((param) => param !== "") ? { params } : {}),
      ...(nonnull.length > 0 ? { nonnull } : {}),
      ...(read.length > 0 ? { const: read } : {}),
    });
  }

  /** Adds a variable; `symbol` says how long it is and whether it is read-only. */
  variable(
    name: string,
    declared: CType,
    symbol: Export | undefined,
    linked?: string,
  ): void {
    const type = close(declared, symbol?.size);
    const notation = type === undefined
      ? noLength
      : this.#table.value(type, name);
    if (notation.kind === "none") return this.skip(name, notation.reason);
    if (this.#table.isOpen(notation)) {
      return this.skip(name, "its type is incomplete");
    }
    const isConst = symbol?.readonly || isConstant(declared);
    this.#symbols.set(name, {
      kind: "variable",
      type: notation,
      ...(linked === undefined ? {} : { symbol: linked }),
      ...(isConst ? { const: true } : {}),
    });
  }

  /** Adds a type, though no symbol may use it. */
  type(type: CType, name: string): void {
    this.#table.value(type, name);
  }

  /** What is added from now on is told of apart, where nothing before uses it. */
  begin(): void {
    this.#table.mark();
  }

  /** What was added, with all types that it uses; `typedefs` are further names of some. */
  finish(typedefs: Iterable<CType> = []): Description {
    const { types, print, more } = this.#table.finish(typedefs);
    const symbols = [...this.#symbols].map((
      [name, symbol],
    ): [string, SymbolDefinition] => [
      name,
      { ...symbol, type: print(symbol.type) } as SymbolDefinition,
    ]);
    return {
      types,
      symbols: Object.fromEntries(symbols),
      skipped: Object.fromEntries(this.#skipped),
      ...more && { defined: { types: more, constants: {} } },
    };
  }
}

/** Whether a wrapper with `...` can call a function: C needs a parameter before that. */
function endsInList({ params, variadic }: FunctionType): boolean {
  const last = params.at(-1);
  return last !== undefined && params.length > 1 && !variadic &&
    isVaList(last.type);
}

function withRest(type: FunctionType): FunctionType {
  return { ...type, params: type.params.slice(0, -1), variadic: true };
}

/** Why nobody can call a function, whatever its parameters. */
function uncallable({ isOpen, convention }: FunctionType): string | undefined {
  if (convention !== undefined) return foreignConvention(convention);
  return isOpen
    ? 'it is declared with "()", which before C23 says nothing of its ' +
      "parameters: name a header as well that declares them"
    : undefined;
}

/** Why a function of another calling convention is not described. */
export function foreignConvention(convention: string): string {
  return `its calling convention is ${convention}, which no runtime calls`;
}

/** The parameters that cannot be null, as a manifest names them, and the result. */
function nonnullOf({ params, result }: FunctionType): string[] {
  const nonnull = namesOf(params, ({ type }) => isNonnull(type));
  return isNonnull(result) ? [...nonnull, RETURN] : nonnull;
}

/** The parameters through which structs are only read, as a manifest names them. */
function readOf(
  { params }: FunctionType,
  notations: readonly Type[],
): string[] {
  return namesOf(params, ({ type: declared }, index) => {
    const notation = notations[index]!;
    if (notation.kind !== "pointer" || notation.to.kind !== "named") {
      return false;
    }
    const { type } = strip(declared);
    if (type.kind !== "pointer") return false;
    const to = strip(type.to);
    return to.isConst && to.type.kind === "struct" && !to.type.declaration;
  });
}

/** A name that no manifest may have is none. */
function nameOf({ name }: FunctionType["params"][number]): string {
  return name.length > MAX_NAME_LENGTH ? "" : name;
}

/** The parameters of which something is true: their names, or their numbers where they have none of their own. */
function namesOf(
  params: FunctionType["params"],
  isOne: (param: FunctionType["params"][number], index: number) => boolean,
): string[] {
  const names = params.map(nameOf);
  return params.flatMap((param, index) =>
    !isOne(param, index) ? [] : [
      names[index] === "" || names.indexOf(names[index]!) !== index
        ? `${index + 1}`
        : names[index]!,
    ]
  );
}

function isNonnull(declared: CType): boolean {
  const { type } = strip(declared);
  return type.kind === "pointer" && type.nonnull === true;
}

const noLength: NoValue = {
  kind: "none",
  reason: "its declaration leaves the length of the array open",
};

/** The type with the length that the symbol's size gives an open array; undefined where nothing does. */
function close(declared: CType, size = 0): CType | undefined {
  const { type } = strip(declared);
  if (type.kind !== "array" || type.length !== undefined) return declared;
  const element = sizeOf(type.of);
  return element === undefined || element === 0 || size === 0
    ? undefined
    : { ...type, length: Math.floor(size / element) };
}

/** Whether a variable of that type cannot be written. */
function isConstant(declared: CType): boolean {
  for (let type = declared;;) {
    const stripped = strip(type);
    if (stripped.isConst) return true;
    if (stripped.type.kind !== "array") return false;
    type = stripped.type.of;
  }
}
