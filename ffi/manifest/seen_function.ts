/**
 * What a function of C is to JavaScript, by what is said of it: out-parameters
 * come back as results, addresses are objects, and what only C needs is passed
 * without being given.
 *
 * The binary's own type is never changed: this is the view of it that
 * `lookup(name)`, classes and declarations have.
 *
 * @module
 */

import { parseType } from "../notation/parse_type.ts";
import {
  basic,
  encodingOf,
  type FunctionType,
  isText,
  printType,
  type Type,
} from "../notation/type.ts";
import {
  isAddress,
  isCompatible,
  type Named,
  resolveNames,
} from "./compatible.ts";
import type {
  Annotations,
  ClassDefinition,
  FunctionDefinition,
  Passed,
  TypeDefinition,
} from "./format.ts";
import {
  CALLER,
  NOTHING,
  type ParameterNames,
  positionOf,
  RETURN,
  type Term,
  termsOf,
} from "./parse_annotations.ts";

/** Classes whose objects are addresses, by what those point to. */
export type Handles = ReadonlyMap<string, string>;

/** The types that functions name, and the classes among them. */
export interface SeenTypes extends Named {
  readonly handles?: Handles;
}

/** Nothing. */
export const NOTHING_SAID = { __proto__: null } as Annotations;

/** Says why nothing can be seen as it is said to be. */
export class SeenError extends Error {}

/** A parameter that JavaScript does not give. */
export type Hidden =
  /** Memory for what comes back. */
  | {
    readonly kind: "out";
    readonly of: Type;
    /** The memory of which it says how much was filled: it says before how much there is. */
    readonly fills?: number;
  }
  /** Memory that is filled. */
  | { readonly kind: "fill"; readonly room: Room }
  | { readonly kind: "constant"; readonly value: Passed }
  /** The length of the argument at a position. */
  | { readonly kind: "length"; readonly of: number };

/** How many elements memory has that is made for a call. */
export interface Room {
  /** As the manifest has it. */
  readonly text: string;
  /** Sum of products. */
  readonly terms: readonly Term[];
}

/** What is made of a value of C. */
export type Making =
  | "same"
  | "object"
  /** An object of what C has its caller make the memory for. */
  | "made"
  | "struct"
  | "list"
  | "bytes"
  | "text"
  /** Of an integer: whether it is not 0. */
  | "flag";

/** How long what comes out is: a sum of products, what the function gives, or a function of the same arguments. */
export type Length = readonly Term[] | typeof RETURN | { readonly by: string };

/** One result as JavaScript has it. */
export interface SeenResult {
  /** The position of the out-parameter; undefined for what the function gives. */
  readonly position: number | undefined;
  /** What lies there. */
  readonly raw: Type;
  /** What JavaScript has. */
  readonly type: Type;
  readonly making: Making;
  /** Whether it is never null. */
  readonly isNonnull: boolean;
  readonly length?: Length | undefined;
  /** Whether it is memory that was made for the call. */
  readonly isFilled?: boolean;
}

/** A parameter as JavaScript sees it. */
export interface GivenParameter {
  readonly name: string;
  readonly position: number;
  /** What the binary has. */
  readonly raw: Type;
  /** What JavaScript gives, or, where memory is made of that, gives as well. */
  readonly type: Type;
  readonly making: Making;
  readonly isNonnull: boolean;
}

/** A function as JavaScript sees it. */
export interface Seen {
  readonly type: FunctionType;
  /** Its parameters. */
  readonly given: readonly GivenParameter[];
  /** The binary's type, with objects in the place of addresses. */
  readonly call: FunctionType;
  /** What is made of each argument of the binary's. */
  readonly makings: readonly Making[];
  readonly hidden: ReadonlyMap<number, Hidden>;
  readonly outcomes: readonly SeenResult[];
  readonly said: Annotations;
  /** Positions of the parameters that it frees. */
  readonly consumed: readonly number[];
  /** Positions of the parameters that an object goes on using. */
  readonly kept: readonly number[];
  /** Positions of those that it no longer uses. */
  readonly released: readonly number[];
  /** Whose the objects are that it gives: the caller's, those of a parameter, or as it is with most. */
  readonly owner: typeof CALLER | number | undefined;
}

/**
 * The classes whose objects are addresses.
 *
 * @param types The types of a manifest; not validated.
 */
export function handlesOf(types: Readonly<Record<string, unknown>>): Handles {
  const handles = new Map<string, string>();
  for (const [name, type] of Object.entries(types)) {
    const { kind, of } = (type ?? {}) as { kind?: unknown; of?: unknown };
    if (kind === "class" && typeof of === "string") handles.set(of, name);
  }
  return handles;
}

/** The types of a manifest that was read whole, as {@linkcode seenOf} wants them. */
export function seenTypesOf(
  types: Readonly<Record<string, TypeDefinition>>,
): SeenTypes {
  return {
    get: (name) => Object.hasOwn(types, name) ? types[name] : undefined,
    handles: handlesOf(types),
  };
}

/** Whether what one notation says can be handled as what another one says. */
export function isSameNotation(
  is: string,
  as: string,
  types: Readonly<Record<string, TypeDefinition>>,
): boolean {
  return isCompatible(parseType(is), parseType(as), seenTypesOf(types));
}

const BOOL = basic("bool");
const BUFFER = basic("buffer");
const BYTES = basic("bytes");

/** Annotations that make a function another one to JavaScript. */
const SAID = [
  "out",
  "pass",
  "as",
  "error",
  "done",
  "owner",
  "keep",
  "release",
  "consume",
] as const;

/**
 * What JavaScript sees of a function.
 *
 * @param definition The function.
 * @param types The types that its type names.
 * @param symbol Its name: a class knows the function that frees its objects.
 * @returns Undefined where that is the function as it is.
 * @throws {SeenError} When what is said of it cannot be.
 */
export function seenOf(
  definition: FunctionDefinition,
  types: SeenTypes,
  symbol: string,
): Seen | undefined {
  const { annotations: said = NOTHING_SAID } = definition;
  const own = parseType(definition.type) as FunctionType;
  const isSaid = SAID.some((field) => said[field] !== undefined) ||
    (said.lengths !== undefined && Object.hasOwn(said.lengths, RETURN));
  const hasHandle = types.handles !== undefined && types.handles.size > 0 &&
    [...own.params, ...own.results].some((type) =>
      classOf(type, types) !== undefined
    );
  const reads = definition.const !== undefined && !own.variadic;
  if (!isSaid && !hasHandle && !reads) return undefined;
  if (own.variadic) {
    if (!isSaid) return undefined;
    throw new SeenError("it takes a variable number of arguments");
  }
  return seenBuilder(definition, own, types, symbol).seen();
}

/** A function of its own, so that a program which sees none does without the class. */
function seenBuilder(
  ...view: ConstructorParameters<typeof SeenBuilder>
): SeenBuilder {
  return new SeenBuilder(...view);
}

/** The class whose objects are the addresses of a type. */
function classOf(type: Type, types: SeenTypes): string | undefined {
  const pointer = resolveNames(type, types);
  return pointer.kind === "pointer" ? classIn(pointer.to, types) : undefined;
}

/** The class whose objects are addresses of such values. */
function classIn(type: Type, types: SeenTypes): string | undefined {
  const of = resolveNames(type, types);
  return of.kind === "named" ? types.handles?.get(of.name) : undefined;
}

class SeenBuilder {
  readonly #own: FunctionType;
  readonly #types: SeenTypes;
  readonly #said: Annotations;
  readonly #names: readonly string[];
  /** Parameters through which structs are only read. */
  readonly #read: readonly string[];
  readonly #symbol: string;

  constructor(
    { params = [], annotations = NOTHING_SAID, const: read = [] }:
      FunctionDefinition,
    own: FunctionType,
    types: SeenTypes,
    symbol: string,
  ) {
    this.#own = own;
    this.#types = types;
    this.#said = annotations;
    this.#names = params;
    this.#read = read;
    this.#symbol = symbol;
  }

  seen(): Seen {
    const said = this.#said;
    const own = this.#own;
    const hidden = this.#hidden();
    const parts = own.params.map((type, position) =>
      hidden.has(position)
        ? { type, making: "same" as const }
        : this.#argument(type, position)
    );
    const outcomes = this.#outcomes(hidden);
    const given = own.params.flatMap((_, position) =>
      hidden.has(position) ? [] : [position]
    );
    const results = outcomes.map(({ type, isNonnull }) =>
      // Where there is nothing more, there is no value.
      said.done === undefined || type.kind === "optional" ||
        !isNonnull && isAddress(resolveNames(type, this.#types))
        ? type
        : { kind: "optional" as const, of: type }
    );
    if (said.done !== undefined) results.push(BOOL);
    const { keep = [], release = [], consume = [] } = said;
    for (const name of [...keep, ...release, ...consume]) {
      if (hidden.has(this.#position(name))) {
        throw new SeenError(`"${name}" is not given`);
      }
    }
    return {
      type: {
        kind: "function",
        params: given.map((position) => parts[position]!.type),
        results,
        variadic: false,
      },
      given: given.map((position) => ({
        name: this.#names.at(position) ?? "",
        position,
        raw: own.params[position]!,
        ...parts[position]!,
        isNonnull: this.#isNonnull(position),
      })),
      call: {
        ...own,
        params: parts.map(({ type, making }, position) =>
          making === "object" || making === "same"
            ? type
            : making === "bytes" || making === "text"
            ? BUFFER
            : own.params[position]!
        ),
      },
      makings: parts.map(({ making }) => making),
      hidden,
      outcomes,
      said,
      consumed: this.#consumed(parts.at(0)),
      kept: keep.map((name) => this.#position(name)),
      released: release.map((name) => this.#position(name)),
      owner: said.owner === undefined || said.owner === CALLER
        ? said.owner
        : this.#position(said.owner),
    };
  }

  get #parameters(): ParameterNames {
    return { names: this.#names, count: this.#own.params.length };
  }

  #position(name: string): number {
    return positionOf(name, this.#parameters)!;
  }

  /** What is said of the parameter at a position, in a record of names. */
  #of<T>(
    record: Readonly<Record<string, T>> | undefined,
    position: number | undefined,
  ): T | undefined {
    for (const [name, value] of Object.entries(record ?? {})) {
      const at = name === RETURN ? undefined : this.#position(name);
      if (at === position) return value;
    }
    return undefined;
  }

  #isNonnull(position: number | undefined): boolean {
    return (this.#said.nonnull ?? []).some((name) =>
      (name === RETURN ? undefined : this.#position(name)) === position
    );
  }

  #hidden(): Map<number, Hidden> {
    const hidden = new Map<number, Hidden>();
    const { out = [], pass = {} } = this.#said;
    for (const name of out) {
      const position = this.#position(name);
      const type = resolveNames(this.#own.params[position]!, this.#types);
      if (this.#isFilled(type, position)) {
        hidden.set(position, { kind: "fill", room: this.#room(position) });
        continue;
      }
      if (type.kind !== "pointer") {
        throw new SeenError(
          `"${name}" is ${printType(type)}, through which no result comes` +
            (isAddress(type)
              ? ', unless "lengths" or "room" says how much'
              : ""),
        );
      }
      hidden.set(position, { kind: "out", of: type.to });
    }
    for (const [name, value] of Object.entries(pass)) {
      const position = this.#position(name);
      if (hidden.has(position)) {
        throw new SeenError(`"${name}" is an out-parameter, and passed too`);
      }
      hidden.set(position, this.#passed(name, position, value));
    }
    for (const [position, part] of hidden) {
      if (part.kind === "fill") this.#checkRoom(part.room, hidden);
      const of = part.kind === "length" ? hidden.get(part.of) : undefined;
      if (of !== undefined && of.kind !== "fill") {
        throw new SeenError(
          `the length of an argument is passed that is not given: ${
            position + 1
          }`,
        );
      }
      if (part.kind !== "fill") continue;
      for (const at of positionsIn(this.#lengthOf(position))) {
        const said = hidden.get(at);
        if (said?.kind === "out") hidden.set(at, { ...said, fills: position });
      }
    }
    return hidden;
  }

  /** Whether what comes out lies in memory that is made for it, and not at an address that is written there. */
  #isFilled(type: Type, position: number): boolean {
    const { lengths, room } = this.#said;
    const isSized = this.#of(room, position) !== undefined ||
      this.#of(lengths, position) !== undefined;
    return isSized && isAddress(type) &&
      (type.kind !== "pointer" ||
        !isAddress(resolveNames(type.to, this.#types)));
  }

  /** How much memory is made for a parameter. */
  #room(position: number): Room {
    const { lengths, room } = this.#said;
    const length = this.#of(room, position) ?? this.#of(lengths, position)!;
    const terms = termsOf(length, this.#parameters);
    if (terms !== undefined) return { text: `${length}`, terms };
    throw new SeenError(
      `"${length}" says only after the call how much memory is made for "${
        this.#name(position)
      }": "room" says it before`,
    );
  }

  #checkRoom({ terms }: Room, hidden: ReadonlyMap<number, Hidden>): void {
    for (const position of terms.flatMap(({ positions }) => positions)) {
      const part = hidden.get(position);
      const type = resolveNames(this.#own.params[position]!, this.#types);
      const isKnown = part === undefined || part.kind === "constant" ||
        part.kind === "length" && hidden.get(part.of)?.kind !== "fill";
      if (isKnown && isInteger(type)) continue;
      throw new SeenError(
        `"${this.#name(position)}" is not known before the call`,
      );
    }
  }

  #name(position: number): string {
    return this.#names[position] || `${position + 1}`;
  }

  #passed(name: string, position: number, value: Passed): Hidden {
    const type = resolveNames(this.#own.params[position]!, this.#types);
    const wrong = (wanted: string) =>
      new SeenError(
        `"${name}" is ${printType(type)}, for which ${wanted} is passed`,
      );
    if (typeof value === "object" && value !== null && "length" in value) {
      if (!isInteger(type)) throw wrong("a length");
      return { kind: "length", of: this.#position(value.length) };
    }
    const isNumber = isInteger(type) ||
      type.kind === "basic" && /^f\d+$/.test(type.name);
    const fits = value === null ||
        typeof value === "object" && value.type === "pointer"
      ? isAddress(type)
      : typeof value === "boolean"
      ? type.kind === "basic" && type.name === "bool"
      : isNumber;
    if (!fits) throw wrong(JSON.stringify(value));
    return { kind: "constant", value };
  }

  /** What is given for a parameter. */
  #argument(type: Type, position: number): { type: Type; making: Making } {
    const as = this.#of(this.#said.as, position);
    if (as !== undefined) {
      const wanted = parseType(as);
      const making = this.#making(type, wanted, "in", false);
      if (making !== undefined) return { type: wanted, making };
      throw this.#mismatch(
        this.#names.at(position) ?? `${position + 1}`,
        type,
        as,
      );
    }
    const name = classOf(type, this.#types);
    if (name !== undefined) {
      return { type: { kind: "named", name }, making: "object" };
    }
    const pointer = resolveNames(type, this.#types);
    const isRead = pointer.kind === "pointer" &&
      isStruct(pointer.to, this.#types) &&
      this.#read.some((name) => this.#position(name) === position);
    return isRead
      ? { type: pointer.to, making: "struct" }
      : { type, making: "same" };
  }

  #outcomes(hidden: ReadonlyMap<number, Hidden>): SeenResult[] {
    const { error, done } = this.#said;
    const outs = [...hidden].sort(([a], [b]) => a - b).flatMap((
      [position, part],
    ) =>
      part.kind === "out"
        ? [this.#outcome(part.of, position)]
        : part.kind === "fill"
        ? [this.#filled(position)]
        : []
    );
    const [result, ...more] = this.#own.results;
    if (more.length > 0) throw new SeenError("it gives several results");
    const isAsked = error?.of !== undefined;
    if (error !== undefined && !isAsked || done !== undefined) {
      this.#checkStatus(result);
    }
    const isStatus = done !== undefined ||
      this.#said.as?.[RETURN] === NOTHING ||
      outs.some(({ length }) => length === RETURN) ||
      error !== undefined && !isAsked && error.when !== "null" &&
        (outs.length > 0 || error.when === "nonzero");
    const all = result === undefined || isStatus
      ? outs
      : [this.#outcome(result, undefined), ...outs];
    // What says how long another one is is no result of its own.
    const lengths = new Set(all.flatMap(({ length }) => positionsIn(length)));
    return all.filter(({ position }) =>
      position === undefined || !lengths.has(position)
    );
  }

  /** Makes sure that a result says what it is said to say. */
  #checkStatus(result: Type | undefined): void {
    const { error } = this.#said;
    const type = result && resolveNames(result, this.#types);
    const text = result === undefined ? "nothing" : printType(result);
    const isInteger = type?.kind === "basic" &&
      /^(?:[iu](?:\d+|size)|bool)$/.test(type.name);
    const fits = error?.when === "null"
      ? type !== undefined && isAddress(type)
      : error?.when === "negative"
      ? isInteger && type.name.startsWith("i")
      : isInteger;
    if (!fits) {
      throw new SeenError(
        `it gives ${text}, which is never ${
          error?.when ?? "a number that says there is no more"
        }`,
      );
    }
  }

  /** What a function fills. */
  #filled(position: number): SeenResult {
    const raw = this.#own.params[position]!;
    const type = resolveNames(raw, this.#types);
    const target = type.kind === "pointer" ? type.to : undefined;
    const said = this.#of(this.#said.as, position);
    const as = said !== undefined
      ? parseType(said)
      : target === undefined
      ? BYTES
      : { kind: "slice" as const, of: target };
    const making = this.#fillMaking(raw, as);
    if (making === undefined) {
      throw this.#mismatch(this.#name(position), raw, said ?? printType(as));
    }
    const isNonnull = true;
    const length = this.#lengthOf(position);
    const isFilled = true;
    return { position, raw, type: as, making, isNonnull, length, isFilled };
  }

  #fillMaking(raw: Type, as: Type): Making | undefined {
    const isEncoded = encodingOf(as) !== undefined;
    if (isText(as)) {
      return !isEncoded || isCompatible(raw, as, this.#types)
        ? "text"
        : undefined;
    }
    return this.#making(raw, as, "out", true);
  }

  #outcome(raw: Type, position: number | undefined): SeenResult {
    const text = position === undefined ? RETURN : this.#name(position);
    const as = this.#of(this.#said.as, position);
    const length = this.#lengthOf(position);
    const isNonnull = this.#isNonnull(position) ||
      position === undefined && this.#said.error?.when === "null";
    if (as !== undefined) {
      const type = parseType(as);
      const making = this.#making(raw, type, "out", length !== undefined);
      if (making === undefined) throw this.#mismatch(text, raw, as);
      return { position, raw, type, making, isNonnull, length };
    }
    const own = position === undefined ? undefined : classIn(raw, this.#types);
    if (own !== undefined) {
      const type: Type = { kind: "named", name: own };
      return { position, raw, type, making: "made", isNonnull: true };
    }
    const name = classOf(raw, this.#types);
    if (name === undefined) {
      const making = "same";
      return { position, raw, type: raw, making, isNonnull, length };
    }
    const { error } = this.#said;
    const isThere = isNonnull ||
      (position === undefined
        ? error?.when === "null" || error?.of !== undefined
        : error !== undefined);
    const one: Type = { kind: "named", name };
    return {
      position,
      raw,
      type: isThere ? one : { kind: "optional", of: one },
      making: "object",
      isNonnull: isThere,
    };
  }

  /** How long what comes out is. */
  #lengthOf(position: number | undefined): Length | undefined {
    const length = this.#of(this.#said.lengths, position);
    if (length === undefined || length === RETURN) return length;
    return termsOf(length, this.#parameters) ?? { by: `${length}` };
  }

  /** What is made of a value of one type, that another one is said of; undefined where that cannot be. */
  #making(
    raw: Type,
    as: Type,
    way: "in" | "out",
    hasLength: boolean,
  ): Making | undefined {
    const types = this.#types;
    const name = classOf(raw, types);
    const one = as.kind === "optional" ? as.of : as;
    if (one.kind === "named" && one.name === name) return "object";
    const pointer = resolveNames(raw, types);
    const plain = way === "in" ? one : as;
    if (
      plain.kind === "basic" &&
      (plain.name === "bytes" || plain.name === "string")
    ) {
      const making = plain.name === "string" ? "text" : "bytes";
      return (way === "in" || hasLength) && isAddress(pointer) &&
          pointer.kind !== "function"
        ? making
        : undefined;
    }
    if (
      pointer.kind === "basic" && pointer.name === "pointer" &&
      one.kind === "named" && isHandle(types.get(one.name))
    ) return "object";
    if (as.kind === "slice") return this.#list(pointer, as.of, way, hasLength);
    if (
      pointer.kind === "pointer" && one.kind === "named" &&
      isStruct(one, types) && isCompatible(pointer.to, one, types)
    ) return "struct";
    if (
      way === "out" && hasLength && encodingOf(as) !== undefined &&
      isCompatible(raw, as, types)
    ) return "text";
    if (
      way === "out" && as.kind === "basic" && as.name === "bool" &&
      isInteger(pointer)
    ) return "flag";
    return as.kind !== "optional" && isCompatible(raw, as, types)
      ? "same"
      : undefined;
  }

  /** Of a list: of texts, structs and numbers. */
  #list(
    pointer: Type,
    of: Type,
    way: "in" | "out",
    hasLength: boolean,
  ): Making | undefined {
    if (pointer.kind !== "pointer") return undefined;
    const types = this.#types;
    const element = resolveNames(pointer.to, types);
    // Texts of which some may be null.
    if (of.kind === "optional") {
      return isText(of.of) && isCompatible(element, of.of, types) &&
          (way === "in" || hasLength)
        ? "list"
        : undefined;
    }
    if (!isCompatible(element, of, types)) return undefined;
    if (isText(of)) return "list"; // without a length, a null ends it
    if (isStruct(of, types)) {
      return way === "in" || hasLength ? "list" : undefined;
    }
    const isNumber = element.kind === "basic" && !isAddress(element);
    return (way === "in" || hasLength) && isNumber ? "list" : undefined;
  }

  #mismatch(name: string, raw: Type, as: string): SeenError {
    return new SeenError(
      `"${name}" is ${printType(raw)}, which cannot be seen as ${as}`,
    );
  }

  /** The parameters that are freed: what is said, and where this is what a class frees its objects by. */
  #consumed(first: { type: Type; making: Making } | undefined): number[] {
    const { consume = [] } = this.#said;
    const own = consume.map((name) => this.#position(name));
    const definition = first?.making === "object" && first.type.kind === "named"
      ? this.#types.get(first.type.name)
      : undefined;
    return definition?.kind === "class" && definition.free === this.#symbol
      ? [...new Set([0, ...own])]
      : own;
  }
}

/** The parameters that a length is made of. */
function positionsIn(length: Length | undefined): number[] {
  return Array.isArray(length)
    ? (length as readonly Term[]).flatMap(({ positions }) => positions)
    : [];
}

/** Whether a type is a class of addresses of which the library does not say what lies there. */
function isHandle(definition: unknown): boolean {
  const { kind, handle, of } = (definition ?? {}) as Partial<ClassDefinition>;
  return kind === "class" && handle === "pointer" && of === undefined;
}

function isInteger(type: Type): boolean {
  return type.kind === "basic" && /^[iu](?:\d+|size)$/.test(type.name);
}

/** Whether a type is a struct or a union. */
function isStruct(type: Type, types: Named): boolean {
  const resolved = resolveNames(type, types);
  const kind = resolved.kind === "named"
    ? types.get(resolved.name)?.kind
    : undefined;
  return kind === "struct" || kind === "union";
}
