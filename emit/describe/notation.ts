/**
 * From the types of debug information to the notation of manifests.
 *
 * @module
 */

import {
  MAX_ENTRIES,
  MAX_TYPE_SIZE,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import {
  basic,
  type FunctionType as FunctionNotation,
  MAX_ARRAY_LENGTH,
  MAX_PARAMS,
  MAX_TYPE_DEPTH,
  MAX_TYPE_LENGTH,
  printType,
  type Type,
} from "../../ffi/notation/type.ts";
import { Budget } from "../bytes/budget.ts";
import { type Composite, defineTypes, expand, shapeOf } from "./composites.ts";
import { whyNotPassed } from "./not_by_value.ts";
import { reachedFrom } from "./reached.ts";
import type { TypeShape } from "./type_names.ts";
import {
  integer,
  meaningOf,
  type NoValue,
  noValue,
  scalarOf,
} from "./scalars.ts";
import {
  type ArrayType,
  type BaseType,
  type CType,
  type EnumType,
  type FunctionType,
  strip,
  type StructType,
} from "../dwarf/c_type.ts";
import {
  DW_ATE_boolean,
  DW_ATE_signed,
  DW_ATE_signed_char,
  DW_ATE_unsigned,
  DW_ATE_unsigned_char,
  DW_ATE_UTF,
} from "../dwarf/dw_constants.ts";

/** Where in the notation a type stands: what an unnamed struct there is named after. */
interface TypePosition {
  /** The name of the owner: a field's struct and the field, a function and the parameter. */
  readonly owner: string;
  /** The struct that the owner is a member of, whose name may still change. */
  readonly within?: Composite | undefined;
  /** Whether the owner is a typedef of just this type. */
  readonly typedef: boolean;
  readonly depth: number;
}

/** The reason of a struct that is only declared. */
const INCOMPLETE: NoValue = { kind: "none", reason: "its type is incomplete" };

/** Most types that one symbol's or field's type is written with. */
const MAX_PARTS = 4096;

/** Most members of all structs, those of unnamed members as often as they are reached. */
const MAX_MEMBERS = 2_000_000;

/**
 * Writes types in the notation and collects the named types that they reach.
 *
 * Until {@linkcode TypeTable.finish} has seen all of them, the named types
 * stand in the notation under numbers of this table.
 */
export class TypeTable {
  readonly #composites = new Map<StructType | EnumType, Composite>();
  /** C's typedefs of composites, by their names. */
  readonly #aliases = new Map<string, Set<Composite>>();
  /** What {@linkcode TypeTable.value} gave: hundreds of members are of one type. */
  readonly #values = new Map<CType, Type | NoValue>();
  /** How many members may be looked at. */
  readonly members = new Budget(MAX_MEMBERS);
  #parts = 0;
  /** The composites that were there when what follows began to be told of apart. */
  #marked: readonly Composite[] | undefined;

  /**
   * The notation of the type of a variable, field, parameter or result.
   *
   * @param type The type.
   * @param owner What an unnamed struct in it is named after.
   * @param within The struct that has the owner as a member, if one does.
   * @returns The notation, or why there is none.
   */
  value(type: CType, owner: string, within?: Composite): Type | NoValue {
    let value = this.#values.get(type);
    if (value === undefined) {
      this.#parts = 0;
      value = this.#checked(
        this.#convert(type, { owner, within, typedef: false, depth: 0 }),
      );
      this.#values.set(type, value);
    }
    return value;
  }

  /**
   * The notation of a function.
   *
   * @param type The function's type.
   * @param name The function's name.
   * @returns The notation, or why there is none.
   */
  function(type: FunctionType, name: string): FunctionNotation | NoValue {
    this.#parts = 0;
    const place = { owner: name, typedef: false, depth: 0 };
    return this.#checked(this.#function(type, place));
  }

  /** Tells of the types that are reached from now on apart from those before. */
  mark(): void {
    this.#expand();
    this.#marked = [...this.#composites.values()];
  }

  /**
   * Defines all named types that were reached.
   *
   * @param typedefs Further names of types that may have been reached.
   * @returns The definitions by name, sorted, those apart that were reached
   * after {@linkcode TypeTable.mark}; and how to print what
   * {@linkcode TypeTable.value} and {@linkcode TypeTable.function} gave.
   */
  finish(typedefs: Iterable<CType> = []): {
    types: Record<string, TypeDefinition>;
    more?: Record<string, TypeDefinition>;
    print: (type: Type) => string;
  } {
    this.#expand();
    for (const typedef of typedefs) {
      const { type } = strip(typedef);
      if (type.kind !== "struct" && type.kind !== "enum") continue;
      const composite = this.#composites.get(type);
      if (composite !== undefined) this.#learn(composite, typedef);
    }
    // A struct is reached before what its unnamed members are named after.
    for (const composite of this.#composites.values()) {
      const { within, owner, type } = composite;
      composite.wanted = type.name ?? inFull(within, owner);
    }
    const { types, print } = defineTypes(
      [...this.#composites.values()],
      this.#aliases,
    );
    if (this.#marked === undefined) return { types, print };
    const marked = this.#marked.map(({ id }) =>
      print({ kind: "named", name: id })
    );
    return { ...reachedFrom(marked, types), print };
  }

  #expand(): void {
    // Members reach further types; the list grows while it is walked.
    for (const composite of this.#composites.values()) {
      if (composite.definition === undefined) expand(composite, this);
    }
  }

  #checked<T extends Type>(type: T | NoValue): T | NoValue {
    // A part is printed in fewer than 64 characters.
    if (type.kind === "none" || this.#parts < MAX_TYPE_LENGTH / 128) {
      return type;
    }
    return printType(type).length > MAX_TYPE_LENGTH / 2
      ? noValue("a type too long to write")
      : type;
  }

  #convert(declared: CType, place: TypePosition): Type | NoValue {
    if (++this.#parts > MAX_PARTS || place.depth > MAX_TYPE_DEPTH - 2) {
      return noValue("a type nested too deeply");
    }
    let type = declared;
    while (type.kind === "typedef" || type.kind === "qualified") {
      if (type.kind === "typedef") {
        const meaning = meaningOf(type.name, type.of);
        if (meaning !== undefined) return meaning;
        if (VA_LIST.has(type.name)) return noValue("va_list");
        place = {
          ...place,
          owner: type.name,
          within: undefined,
          typedef: true,
        };
      }
      type = type.of;
    }
    switch (type.kind) {
      case "void":
        return noValue("void");
      case "base":
        return scalarOf(type);
      case "pointer":
        if (type.size !== 8) return noValue(`a pointer of ${type.size} bytes`);
        return this.#pointer(type.to, inside(place, "target"));
      case "array":
        return this.#array(type, inside(place, "element"));
      case "function":
        return noValue("a function by value");
      case "struct":
        // C++ compilers leave classes out of units that do not make them.
        if (type.notByValue !== undefined) {
          return { kind: "none", reason: type.notByValue };
        }
        return type.declaration
          ? INCOMPLETE
          : this.#composite(type, place, declared);
      case "enum":
        // Only the tag is known, and that an enum is some integer.
        return type.declaration
          ? integer({ size: type.size }, "u")
          : this.#composite(type, place, declared);
      case "unknown":
        return type.reason === undefined
          ? noValue(type.name)
          : { kind: "none", reason: type.reason };
    }
  }

  /** An address can always cross; what has no notation is an address of no type. */
  #pointer(to: CType, place: TypePosition): Type | NoValue {
    const { type, isConst, isVolatile } = strip(to);
    switch (type.kind) {
      case "void":
      case "unknown":
        return basic("pointer");
      case "base":
        if (isByte(type)) {
          return type.name === "char" && isConst && !isVolatile
            ? basic("cstring")
            : basic("buffer");
        }
        break;
      case "function": {
        const named = typedefOf(to);
        const owner = named === undefined
          ? place
          : { ...place, owner: named, within: undefined, typedef: true };
        // Whoever passes one says what it is.
        if (type.isOpen || type.convention !== undefined) {
          return basic("pointer");
        }
        const notation = this.#function(type, owner);
        return notation.kind === "none" ? basic("pointer") : notation;
      }
      case "array":
        // An array of open length is met through its first element.
        if (type.length === undefined && !type.vector) {
          return this.#pointer(type.of, place);
        }
        break;
      case "struct":
        if (VA_LIST.has(type.name ?? "")) return noValue("va_list");
        if (type.declaration || type.notByValue !== undefined) {
          return this.#addressOf(type, place, to);
        }
    }
    const target = this.#convert(to, place);
    return target.kind === "none"
      ? basic("pointer")
      : { kind: "pointer", to: target };
  }

  /** The address of a struct whose values cannot cross, or are not known. */
  #addressOf(type: StructType, place: TypePosition, declared: CType): Type {
    const to = this.#composite(type, place, declared);
    return to.kind === "none" ? basic("pointer") : { kind: "pointer", to };
  }

  #array(type: ArrayType, place: TypePosition): Type | NoValue {
    if (type.vector) return noValue("a vector");
    const of = this.#convert(type.of, place);
    if (of.kind === "none") return of;
    // Open at the end of a struct: as many as the struct's owner has put there.
    const length = type.length ?? 0;
    return length > MAX_ARRAY_LENGTH || !Number.isSafeInteger(length)
      ? noValue(`an array of ${length} elements`)
      : { kind: "array", length, of };
  }

  #function(
    type: FunctionType,
    place: TypePosition,
  ): FunctionNotation | NoValue {
    const count = type.params.length;
    if (count > MAX_PARAMS) {
      return { kind: "none", reason: `it has ${count} parameters` };
    }
    const params: Type[] = [];
    for (let index = 0; index < count; index++) {
      const param = type.params[index]!;
      const notation = this.#passed(decay(param.type), {
        owner: `${place.owner}_${param.name || index + 1}`,
        within: place.within,
        typedef: false,
        depth: place.depth + 1,
      });
      if (notation.kind === "none") {
        const name = param.name === "" ? "" : ` (${param.name})`;
        return {
          kind: "none",
          reason: `parameter ${index + 1}${name}: ${notation.reason}`,
        };
      }
      params.push(notation);
    }
    const results: Type[] = [];
    if (strip(type.result).type.kind !== "void") {
      const notation = this.#passed(type.result, {
        owner: `${place.owner}_result`,
        within: place.within,
        typedef: false,
        depth: place.depth + 1,
      });
      if (notation.kind === "none") {
        return { kind: "none", reason: `result: ${notation.reason}` };
      }
      results.push(notation);
    }
    return { kind: "function", params, results, variadic: type.variadic };
  }

  /** What a function takes or gives by value. */
  #passed(type: CType, place: TypePosition): Type | NoValue {
    const reason = whyNotPassed(type);
    return reason === undefined
      ? this.#convert(type, place)
      : { kind: "none", reason };
  }

  #composite(
    type: StructType | EnumType,
    place: TypePosition,
    declared: CType,
  ): Type | NoValue {
    if (VA_LIST.has(type.name ?? "")) return noValue("va_list");
    let composite = this.#composites.get(type);
    if (composite === undefined) {
      const problem = problemOf(type);
      if (problem !== undefined) return noValue(problem);
      let shape: TypeShape | undefined;
      const made: Composite = composite = {
        id: `T${this.#composites.size}`,
        type,
        wanted: type.name ?? inFull(place.within, place.owner),
        owner: place.owner,
        within: place.within,
        hasTypedef: false,
        rank: rankOf(type),
        open: type.declaration,
        shape: () => shape ??= shapeOf(made, this),
        definition: undefined,
      };
      this.#composites.set(type, composite);
    }
    this.#learn(composite, declared);
    return { kind: "named", name: composite.id };
  }

  /**
   * Keeps the names that a declaration has for a composite. One without a tag
   * is called by the first typedef of it that is met, never by one of a
   * pointer to it while there is such a typedef.
   */
  #learn(composite: Composite, declared: CType): void {
    let nearest: string | undefined;
    for (
      let type = declared;
      type.kind === "typedef" || type.kind === "qualified";
      type = type.of
    ) {
      if (type.kind !== "typedef") continue;
      nearest = type.name;
      if (!type.isC) continue;
      let named = this.#aliases.get(type.name);
      if (named === undefined) this.#aliases.set(type.name, named = new Set());
      named.add(composite);
    }
    if (nearest === undefined || composite.hasTypedef) return;
    composite.hasTypedef = true;
    composite.owner = nearest;
    composite.within = undefined;
  }

  /** Whether a value of this type has no size, as far as is known. */
  isOpen(type: Type): boolean {
    while (type.kind === "array") type = type.of;
    return type.kind === "named" && this.composite(type.name).open;
  }

  /** The named type that a number of this table stands for. */
  composite(id: string): Composite {
    this.#byId ??= new Map();
    if (this.#byId.size < this.#composites.size) {
      for (const composite of this.#composites.values()) {
        this.#byId.set(composite.id, composite);
      }
    }
    return this.#byId.get(id)!;
  }
  #byId: Map<string, Composite> | undefined;
}

/** The types of C's variable argument lists: only C code can make one. */
const VA_LIST: ReadonlySet<string> = new Set([
  "va_list",
  "__gnuc_va_list",
  "__builtin_va_list",
  "__va_list_tag",
  "__va_list",
]);

/** Whether a parameter is a `va_list`: an array of structs, a pointer to one, or a struct. */
export function isVaList(param: CType): boolean {
  let type = param;
  while (type.kind === "typedef" || type.kind === "qualified") {
    if (type.kind === "typedef" && VA_LIST.has(type.name)) return true;
    type = type.of;
  }
  const to = type.kind === "pointer" ? strip(type.to).type : type;
  return to.kind === "struct" && VA_LIST.has(to.name ?? "");
}

/** A pointer to such bytes is a `buffer`. */
function isByte(type: BaseType): boolean {
  if (type.size !== 1) return false;
  switch (type.encoding) {
    case DW_ATE_signed:
    case DW_ATE_signed_char:
    case DW_ATE_unsigned:
    case DW_ATE_unsigned_char:
    case DW_ATE_UTF:
      return true;
    case DW_ATE_boolean:
    default:
      return false;
  }
}

/** An array as a parameter is a pointer, and so is a function. */
function decay(param: CType): CType {
  const { type } = strip(param);
  if (type.kind === "array" && !type.vector) {
    return { kind: "pointer", to: type.of, size: 8 };
  }
  return type.kind === "function"
    ? { kind: "pointer", to: param, size: 8 }
    : param;
}

function typedefOf(type: CType): string | undefined {
  while (type.kind === "qualified") type = type.of;
  return type.kind === "typedef" ? type.name : undefined;
}

function inFull(within: Composite | undefined, owner: string): string {
  return within === undefined ? owner : `${within.wanted}_${owner}`;
}

/** What a typedef of a pointer or array names is not the struct behind it. */
function inside(place: TypePosition, part: string): TypePosition {
  return {
    owner: place.typedef ? `${place.owner}_${part}` : place.owner,
    within: place.within,
    typedef: false,
    depth: place.depth + 1,
  };
}

/** Of a tag and a typedef of one name, the tag comes first; then by kind. */
function rankOf(type: StructType | EnumType): number {
  const kind = type.kind === "enum" ? 2 : type.keyword === "union" ? 1 : 0;
  return type.name === undefined ? kind + 3 : kind;
}

function problemOf(type: StructType | EnumType): string | undefined {
  const what = type.kind === "enum" ? "an enum" : `a ${type.keyword}`;
  if (!(type.size <= MAX_TYPE_SIZE)) return `${what} of ${type.size} bytes`;
  if (type.kind === "enum") {
    const stored = integer(type, "u");
    if (stored.kind === "none") return `an enum of ${type.size} bytes`;
  }
  const count = type.kind === "enum"
    ? type.values.length
    : type.declaration
    ? 0
    : type.members.length;
  return count > MAX_ENTRIES ? `${what} with ${count} members` : undefined;
}
