/**
 * Structs, unions and enums of a description: their fields with offsets,
 * alignments, and names.
 *
 * @module
 */

import {
  type CompositeDefinition,
  MAX_ENTRIES,
  MAX_NAME_LENGTH,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { isTypeName } from "../../ffi/notation/parse_type.ts";
import { printType, type Type } from "../../ffi/notation/type.ts";
import type { Budget } from "../bytes/budget.ts";
import {
  type EnumType,
  type Member,
  sizeOf,
  strip,
  type StructType,
} from "../dwarf/c_type.ts";
import { EmitError } from "../error.ts";
import { alignOf } from "./alignment.ts";
import {
  type Bits,
  bitsBehind,
  membersAnywhere,
  whyMisplaced,
} from "./misplaced_bits.ts";
import { whyNotByValue } from "./not_by_value.ts";
import type { NoValue } from "./scalars.ts";
import { type Named, nameTypes, type TypeShape } from "./type_names.ts";

/** A struct, union or enum that the symbols reach. */
export interface Composite extends Named {
  /** What it is called until it has its name. */
  readonly id: string;
  wanted: string;
  /** What it is named after where it has no tag. */
  owner: string;
  /** The struct that the owner is a member of. */
  within: Composite | undefined;
  /** Whether the owner is a typedef of just this type. */
  hasTypedef: boolean;
  readonly type: StructType | EnumType;
  /** What it is, with the types of the fields still to be printed. */
  definition: DraftType | undefined;
}

interface DraftField {
  readonly name: string;
  readonly type: Type;
  readonly offset: number;
  readonly bits?: readonly [start: number, width: number];
}

type DraftType =
  | Exclude<TypeDefinition, CompositeDefinition>
  | (Omit<CompositeDefinition, "fields"> & { fields: DraftField[] });

/** What turns the types of fields into notation. */
interface Table {
  /** How many members may be looked at. */
  readonly members: Budget;
  value(
    type: Member["type"],
    owner: string,
    within: Composite,
  ): Type | NoValue;
  composite(id: string): Composite;
}

/** Deepest nesting of unnamed members. */
const MAX_NESTING = 64;

/**
 * Reads what a composite consists of.
 *
 * @param composite Gets its definition.
 * @param table Writes the types of its fields; learns of further composites.
 */
export function expand(composite: Composite, table: Table): void {
  composite.definition = draftOf(composite, table);
}

/**
 * What a composite looks like.
 *
 * @param composite One that was expanded.
 * @param table Knows the composites that it refs to.
 */
export function shapeOf({ definition }: Composite, table: Table): TypeShape {
  const draft = definition!;
  const refs: Composite[] = [];
  const wanted = (id: string): string => {
    const to = table.composite(id);
    refs.push(to);
    return to.wanted;
  };
  const text = JSON.stringify(
    "fields" in draft
      ? {
        ...draft,
        fields: draft.fields.map((field) => ({
          ...field,
          type: printType(field.type, wanted),
        })),
      }
      : draft,
  );
  return { text, refs };
}

function draftOf(composite: Composite, table: Table): DraftType {
  const { type } = composite;
  if (type.kind === "enum") return enumDraft(type);
  if (type.declaration) return { kind: "opaque" };
  if (type.notByValue !== undefined && type.members.length === 0) {
    return { kind: "opaque" };
  }
  const fields: DraftField[] = [];
  const skipped = new Map<string, string>();
  const seen = new Set<string>();
  let visited = 0;
  const count = () => {
    // A broken file can nest unnamed members so that they multiply.
    if (++visited <= MAX_ENTRIES && table.members.spend(1)) return;
    throw new EmitError(
      "bad_debug_info",
      "Cannot read the debug information: the unnamed members of " +
        `${type.keyword} ${JSON.stringify(composite.wanted)} have members ` +
        "without end",
    );
  };
  const add = (struct: StructType, base: number, nesting: number): void => {
    let before: Bits | undefined;
    const anywhere = membersAnywhere(struct);
    for (const member of struct.members) {
      count();
      const offset = base + member.offset;
      const inner = strip(member.type).type;
      if (member.name === "") {
        // C11: the members of an unnamed member are members of its owner.
        if (inner.kind === "struct" && nesting < MAX_NESTING) {
          add(inner, offset, nesting + 1);
        }
        continue;
      }
      const name = member.name.slice(0, MAX_NAME_LENGTH);
      if (seen.has(name)) continue;
      seen.add(name);
      const notation = fieldType(
        member,
        offset,
        type,
        composite,
        table,
        whyMisplaced(member, anywhere, before),
      );
      if (struct.keyword !== "union") before = bitsBehind(member, before);
      if (notation.kind === "none") {
        skipped.set(name, notation.reason);
      } else {
        const { bits, firstBit = 0 } = member;
        fields.push({
          name,
          type: notation,
          offset,
          ...(bits === undefined ? {} : { bits: [firstBit, bits] }),
        });
      }
    }
  };
  add(type, 0, 0);
  const notByValue = whyNotByValue(type);
  return {
    kind: type.keyword === "union" ? "union" : "struct",
    size: type.size,
    align: alignOf(type),
    fields,
    ...(skipped.size === 0 ? {} : { skipped: Object.fromEntries(skipped) }),
    ...(notByValue === undefined ? {} : { notByValue }),
  };
}

function fieldType(
  member: Member,
  offset: number,
  struct: StructType,
  composite: Composite,
  table: Table,
  misplaced: string | undefined,
): Type | NoValue {
  if (member.bits !== undefined) {
    return bitFieldType(member, offset, struct, composite, table);
  }
  if (misplaced !== undefined) return { kind: "none", reason: misplaced };
  const end = offset + (sizeOf(member.type) ?? 0);
  if (!(offset >= 0 && end <= struct.size)) {
    return { kind: "none", reason: "it lies outside of its struct" };
  }
  const notation = table.value(member.type, member.name, composite);
  return notation.kind === "named" && table.composite(notation.name).open
    ? { kind: "none", reason: "its type is incomplete" }
    : notation;
}

/** The integer that a bit-field is declared with. */
function bitFieldType(
  { name, type, bits = 0, firstBit = 0 }: Member,
  offset: number,
  struct: StructType,
  composite: Composite,
  table: Table,
): Type | NoValue {
  const { type: bare } = strip(type);
  const size = bare.kind === "base" || bare.kind === "enum" ? bare.size : 0;
  const end = offset + Math.ceil((firstBit + bits) / 8);
  if (bits < 1 || bits > Math.min(size * 8, 64) || end > struct.size) {
    return { kind: "none", reason: `it is a bit-field of ${bits} bits` };
  }
  const notation = table.value(type, name, composite);
  const isInteger = bare.kind === "enum" || notation.kind === "basic" &&
      notation.name !== "f32" && notation.name !== "f64";
  // A boolean is one bit, however many it is declared with.
  const isWide = notation.kind === "basic" && notation.name === "bool" &&
    bits > 1;
  return notation.kind === "none" || isInteger && !isWide
    ? notation
    : { kind: "none", reason: `it is a bit-field of ${bits} bits` };
}

function enumDraft(type: EnumType): DraftType {
  const values = type.values.filter(({ name }) =>
    name !== "" && name.length <= MAX_NAME_LENGTH
  ).map(({ name, value }): [string, number | string] => [
    name,
    value >= BigInt(Number.MIN_SAFE_INTEGER) &&
      value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value)
      : String(value),
  ]);
  return {
    kind: "enum",
    type: `${type.signed ? "i" : "u"}${type.size * 8}`,
    values: Object.fromEntries(values),
  };
}

/**
 * Names composites and writes their definitions.
 *
 * @param composites All of them, expanded.
 * @param aliases What else some of them are called. Such a name is left out
 * where it is another type's, or that of two that differ.
 * @returns The definitions by name, sorted, and how to print a type that still
 * has the composites' numbers in it.
 */
export function defineTypes(
  composites: readonly Composite[],
  aliases: ReadonlyMap<string, ReadonlySet<Composite>>,
): {
  types: Record<string, TypeDefinition>;
  print: (type: Type) => string;
} {
  const named = nameTypes(composites);
  const byId = new Map(
    composites.map((composite) => [composite.id, named.get(composite)!]),
  );
  const printed = new Map<Type, string>();
  const print = (type: Type) => {
    let text = printed.get(type);
    if (text === undefined) {
      text = printType(type, (id) => byId.get(id)!.name);
      printed.set(type, text);
    }
    return text;
  };
  const inline = new Inline((id) => byId.get(id)!.type);
  const types = new Map<string, TypeDefinition>();
  for (const { name, type } of named.values()) {
    if (types.has(name)) continue;
    types.set(name, finish(type, inline, print));
  }
  for (const [alias, of] of [...aliases].sort(([a], [b]) => a < b ? -1 : 1)) {
    const targets = new Set([...of].map((each) => named.get(each)!.name));
    if (
      targets.size > 1 || types.has(alias) || types.size >= MAX_ENTRIES ||
      alias.length > MAX_NAME_LENGTH || !isTypeName(alias)
    ) continue;
    types.set(alias, { kind: "alias", type: [...targets][0]! });
  }
  const sorted = [...types].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  return { types: Object.fromEntries(sorted), print };
}

function finish(
  composite: Composite,
  inline: Inline,
  print: (type: Type) => string,
): TypeDefinition {
  const draft = composite.definition!;
  if (!("fields" in draft)) return draft;
  const dropped = inline.check(composite);
  const skipped = {
    ...draft.skipped,
    ...Object.fromEntries(
      [...dropped].map((name) => [name, "it contains its own struct"]),
    ),
  };
  return {
    kind: draft.kind,
    size: draft.size,
    align: draft.align,
    fields: draft.fields.filter(({ name }) => !dropped.has(name)).map((
      { name, type, ...place },
    ) => ({ name, type: print(type), ...place })),
    ...(Object.keys(skipped).length === 0 ? {} : { skipped }),
    ...(draft.notByValue === undefined ? {} : { notByValue: draft.notByValue }),
  };
}

/** Finds structs that contain themselves, which no compiler writes but a broken file can. */
class Inline {
  readonly #of: (id: string) => Composite;
  readonly #dropped = new Map<Composite, ReadonlySet<string>>();
  readonly #open = new Set<Composite>();

  constructor(of: (id: string) => Composite) {
    this.#of = of;
  }

  /** The fields by which a struct contains itself. */
  check(composite: Composite): ReadonlySet<string> {
    const known = this.#dropped.get(composite);
    if (known !== undefined) return known;
    const dropped = new Set<string>();
    this.#open.add(composite);
    const draft = composite.definition!;
    for (const field of "fields" in draft ? draft.fields : []) {
      let { type } = field;
      while (type.kind === "array") type = type.of;
      if (type.kind !== "named") continue;
      const inner = this.#of(type.name);
      if (this.#open.has(inner) || this.#open.size > MAX_INLINE) {
        dropped.add(field.name);
      } else {
        this.check(inner);
      }
    }
    this.#open.delete(composite);
    this.#dropped.set(composite, dropped);
    return dropped;
  }
}

/** Deepest nesting of structs by value. */
const MAX_INLINE = 256;
