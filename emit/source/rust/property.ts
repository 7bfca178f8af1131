/**
 * What lies in an object: public fields as properties, and what makes an object
 * of all that lies in it.
 *
 * @module
 */

import type {
  Accessor,
  ClassDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { FOR_CALL, type Term } from "./argument.ts";
import type { Describing } from "./describing.ts";
import { HANDLE } from "./frame_value.ts";
import { isForEver, lifetimesIn } from "./kept.ts";
import type { UsedHolder } from "./own_types.ts";
import {
  canBorrow,
  type Env,
  type OwnType,
  type Type,
  Uncrossable,
} from "./rust_type.ts";
import { docOf, fieldsOf, isAllPublic, isOpen, type Item } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";
import { KEEPING, spread, taking } from "./wrap.ts";

/** Describes what lies in objects. */
export class Properties {
  readonly #to: Describing;

  constructor(to: Describing) {
    this.#to = to;
  }

  /** Public fields are properties. */
  fields(
    type: OwnType,
    methods: Readonly<Record<string, string>>,
  ): NonNullable<ClassDefinition["accessors"]> {
    const accessors: Record<string, Accessor> = {};
    const { struct } = type.item.inner;
    if (struct === undefined) return {};
    const env = envOfType(type);
    for (const id of fieldsOf(struct)) {
      const field = id === null ? undefined : this.#to.doc.index[id];
      if (
        field?.visibility !== "public" || Object.hasOwn(methods, field.name!)
      ) {
        continue;
      }
      const accessor = this.#field(type, field, env);
      if (accessor !== undefined) accessors[field.name!] = accessor;
    }
    return accessors;
  }

  /** A struct without `new` whose fields are all public is made of them. */
  literal(type: OwnType): string | undefined {
    const { struct } = type.item.inner;
    if (struct === undefined || isOpen(type.item)) return undefined;
    const isWhole = isAllPublic(this.#to.doc, struct);
    const symbol = `${this.#to.own.nameOf(type)}.new`;
    if (!isWhole || Object.hasOwn(this.#to.skipped, symbol)) return undefined;
    return this.maker(type, symbol, "Of", fieldsOf(struct), null)
      ? symbol
      : undefined;
  }

  /** What makes an object of all that lies in it; the names of what it takes. */
  maker(
    type: OwnType,
    symbol: string,
    path: string,
    fields: readonly (number | null)[],
    docs: string | null,
  ): boolean {
    const items = fields.map((id) =>
      id === null ? undefined : this.#to.doc.index[id]
    );
    if (
      items.some((item) => item?.inner.struct_field === undefined)
    ) return false;
    const isThere = this.#to.add(
      symbol,
      path,
      {
        sig: {
          inputs: items.map((item) => [
            /^\d/.test(item!.name!) ? "value" : item!.name!,
            item!.inner.struct_field!,
          ]),
          output: { generic: "Self" },
        },
        generics: { params: [], where_predicates: [] },
        header: { is_unsafe: false, is_async: false, abi: "Rust" },
        made: items.map((item) => identifier(item!.name!)),
      },
      envOfType(type),
      { docs },
      undefined,
      { of: this.#to.own.spell(type) },
    );
    // It is no function of the crate's, whose absence would have to be told.
    if (!isThere) delete this.#to.skipped[symbol];
    return isThere;
  }

  /** The functions that read and write a field. */
  #field(type: OwnType, field: Item, env: Env): Accessor | undefined {
    const symbol = `${this.#to.own.nameOf(type)}.${field.name}`;
    if (this.#to.functions.has(symbol)) return undefined;
    const rust = this.#to.own.spell(type);
    const place = `.${identifier(field.name!)}`;
    const resolved = this.#to.resolver.resolve(field.inner.struct_field!, env);
    const isPlain = resolved.kind === "primitive";
    const held = { name: this.#to.own.nameOf(type), rust };
    if (
      !this.reader(
        held,
        symbol,
        isPlain ? resolved : { kind: "ref", isMutable: false, of: resolved },
        `${isPlain ? "" : "&"}p0.kept()${place}`,
        field.docs,
      )
    ) return undefined;
    const set = `${symbol}=`;
    const write = (value: string) => `p0.get()${place} = ${value};`;
    const given = field.inner.struct_field!;
    const borrows = canBorrow(resolved);
    const named = lifetimesIn([given, this.#to.resolver.aliasesIn(given)]);
    const isKept = borrows && canBorrow(type) && !named.has("'static");
    const term = {
      isKept,
      inside: borrows && !isKept ? "'p1" : "'static",
      isForEver: isForEver(this.#to.resolver.withoutAlias(given)),
    };
    return this.writer(held, set, resolved, write, term)
      ? { get: symbol, set }
      : { get: symbol };
  }

  /** Adds what reads something of an object, and tells whether that crosses. */
  reader(
    { name, rust }: Pick<UsedHolder, "name" | "rust">,
    symbol: string,
    given: Type,
    value: string,
    docs: string | null,
  ): boolean {
    try {
      const outs = spread(given);
      const results = outs.parts.map((one) =>
        this.#to.own.outward.outgoing(one)
      );
      const gives = results.map((out, i) =>
        `frame.r${i} = ${out.give(outs.at(i))};`
      );
      this.#to.functions.set(
        symbol,
        this.#to.wrapping.print(
          symbol,
          [{ ...HANDLE, notation: name }],
          results.map(({ notation, slot }) => ({ notation, ...slot })),
          [
            `type Of = ${rust};`,
            `let p0 = object::Shared::<Of>::of(frame.p0)?;`,
            "let mut keeps = object::Keeps::default(); p0.keep(&mut keeps);",
            `let r = ${value};`,
            KEEPING,
            ...gives,
          ],
          { params: ["this"], ...docOf(docs) },
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#to.skipped[symbol] = error.message;
      return false;
    }
  }

  /** Adds what writes something of an object, and tells whether that crosses. */
  writer(
    { name, rust }: Pick<UsedHolder, "name" | "rust">,
    symbol: string,
    type: Type,
    write: (value: string) => string,
    term: Term = { ...FOR_CALL, isKept: canBorrow(type) },
  ): boolean {
    try {
      const into = this.#to.own.inward.incoming(type);
      const { isKept } = term;
      this.#to.functions.set(
        symbol,
        this.#to.wrapping.print(
          symbol,
          [{ ...HANDLE, notation: name }, {
            notation: into.notation,
            ...into.slot,
          }],
          [],
          [
            `let mut p0 = object::Exclusive::<${rust}>::of(frame.p0)?;`,
            ...isKept ? ["let mut keeps = object::Keeps::default();"] : [],
            taking(1, into.take("frame.p1", "p1", term)),
            ...isKept ? ["p0.store(keeps)?;"] : [],
            write(into.value("p1", term)),
          ],
          { params: ["this", "value"] },
        ),
      );
      return true;
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      return false;
    }
  }
}

/** What the parameters of a type stand for in it. */
export function envOfType(type: OwnType): Env {
  const { generics } = (type.item.inner.struct ?? type.item.inner.enum)!;
  const env = new Map<string, Type>([["Self", type]]);
  const args = [...type.args];
  const consts = [...type.consts ?? []];
  for (const { name, kind } of generics.params) {
    if (kind.type !== undefined) env.set(name, args.shift()!);
    const value = kind.const && consts.shift();
    if (value !== undefined) env.set(name, { kind: "constant", value });
  }
  return env;
}

/** The fields of a struct; null for those that cannot be seen. */
