/**
 * The classes of a crate: the functions of its types as methods and statics,
 * their constants, and what lies in their objects.
 *
 * @module
 */

import type { ClassDefinition } from "../../../ffi/manifest/manifest.ts";
import { boundsOf } from "./bounds.ts";
import type { Describing } from "./describing.ts";
import { EnumObjects } from "./enum_object.ts";
import type { Implementations } from "./implementation.ts";
import { lifetimesIn } from "./kept.ts";
import { isKnownTrait, takenBy } from "./known_traits.ts";
import { classCode, unsizedCode } from "./object_code.ts";
import type { UsedClass } from "./own_types.ts";
import type { Properties } from "./property.ts";
import type { Protocols } from "./protocol.ts";
import {
  canBorrow,
  type Env,
  lastOf,
  type OwnType,
  UNIT,
} from "./rust_type.ts";
import { docOf, type FunctionItem, type Impl, typesIn } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";
import { addStream } from "./stream.ts";
import { literalOf } from "./struct_literal.ts";
import type { Wrapped } from "./wrap.ts";

/** The members of a class, by name: the symbols that they are. */
export interface Members {
  readonly methods: Record<string, string>;
  readonly statics: Record<string, string>;
  /** Undefined of what is no class: there they are variables. */
  readonly constants?: Record<string, string>;
}

/** What makes objects of a class of something else: `From`, or `TryFrom`. */
interface Making {
  readonly symbol: string;
  readonly isTried: boolean;
  /** Whether others are asked first: it takes what they do, and means something else. */
  readonly isLast: boolean;
}

/** Describes classes. */
export class Classes {
  readonly #to: Describing;
  readonly #implementations: Implementations;
  readonly #protocols: Protocols;
  readonly #properties: Properties;
  readonly #enums: EnumObjects;
  /** What makes objects of others, by the classes' names: their `From`, and `TryFrom`. */
  readonly #made = new Map<string, Making[]>();
  /** Statics that were described with another class of the same type. */
  readonly #elsewhere = new Set<string>();

  constructor(
    to: Describing,
    implementations: Implementations,
    protocols: Protocols,
    properties: Properties,
  ) {
    this.#to = to;
    this.#implementations = implementations;
    this.#protocols = protocols;
    this.#properties = properties;
    this.#enums = new EnumObjects(to, properties);
  }

  describe({ name, type }: UsedClass): void {
    const rust = this.#to.own.spell(type);
    const holder = this.#to.own.unsizedIn(type);
    this.#to.code.set(
      name,
      holder === undefined
        ? classCode(rust, name, this.#to.own.isClone(type))
        : unsizedCode(rust, holder) + classCode(holder, name, false),
    );
    const methods: Record<string, string> = {};
    const statics: Record<string, string> = {};
    const constants: Record<string, string> = {};
    const more = this.members(type, { methods, statics, constants });
    const accessors = holder !== undefined ? {} : {
      ...this.#properties.fields(type, methods),
      ...this.#enums.variants(type, methods, statics),
    };
    const literal = statics.new === undefined && holder === undefined
      ? this.#properties.literal(type)
      : undefined;
    // A constructor promises nothing: such a function is a static of that name.
    const made = isPromised(this.#to.functions.get(statics.new ?? ""))
      ? undefined
      : statics.new ?? literal;
    const data = statics.new === undefined && holder === undefined
      ? literalOf(this.#to, type)
      : undefined;
    const { new: promised, ...others } = statics;
    this.#to.types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      ...made === undefined ? {} : { new: made },
      methods,
      statics: made === promised ? others : statics,
      ...Object.keys(constants).length === 0 ? {} : { constants },
      accessors,
      ...data === undefined ? {} : { from: { data } },
      ...more,
      ...docOf(type.item.docs),
    };
  }

  /** The functions of a type; what takes none is a static. */
  members(type: OwnType, to: Members): Partial<ClassDefinition> {
    const { methods, statics } = to;
    const of = this.#to.own.nameOf(type);
    const rust = this.#to.own.spell(type);
    let more: Partial<ClassDefinition> = {};
    const impls = this.#to.impls.of(type.item);
    const inherent = impls.filter((one) => one.trait === null);
    const ofTraits = impls.filter((one) => one.trait !== null)
      .sort((one, other) => takenBy(one) - takenBy(other));
    const ofAll = this.#to.impls.blanketsOf(type.item);
    for (const impl of [...inherent, ...ofTraits, ...ofAll]) {
      // A reference that is written to is no object: who takes one has its traits.
      if (impl.for.borrowed_ref?.is_mutable === true) continue;
      const env = this.#implementations.envOf(impl, type);
      if (env === undefined) {
        this.#staticsOfOther(impl, type, statics);
        continue;
      }
      const lifetimes = new Set(
        impl.generics.params.flatMap(({ name, kind }) =>
          kind.lifetime === undefined ? [] : [name]
        ),
      );
      // Of what has its methods only where it is there for ever.
      const asking = impl.generics.params.flatMap(({ name }) =>
        canBorrow(env.get(name) ?? UNIT) ? boundsOf(impl.generics, name) : []
      );
      if (
        canBorrow(type) && lifetimesIn([impl.for, asking]).has("'static")
      ) lifetimes.add("'static");
      const trait = impl.trait === null ? undefined : lastOf(impl.trait.path);
      if (trait === "Display" || trait === "Iterator") {
        more = { ...more, ...this.#protocols.special(trait, type, env) };
        continue;
      }
      if (impl.trait === null) this.#constantsOf(impl, type, env, to);
      else addStream(this.#to, impl, type, env, methods);
      const functions = this.#implementations.functionsOf(impl, type);
      const suffix = this.#implementations.suffixOf(impl, type);
      const ofTrait = this.#implementations.envOfTrait(impl, env);
      for (const item of functions) {
        const { id, name, docs, inner } = item;
        const isMethod = inner.function!.sig.inputs[0]?.[0] === "self";
        const members = isMethod ? methods : statics;
        const around = impl.items.includes(id) ? env : ofTrait;
        const key = memberName(name!, isMethod) + suffix;
        if (Object.hasOwn(members, key)) continue;
        const path = impl.trait === null
          ? `<${rust}>::${identifier(name!)}`
          : `<${this.#to.own.spell(env.get("Self")!)} as ${
            this.#implementations.traitPath(impl, env)
          }>::${identifier(name!)}`;
        const symbol = `${of}.${name}${suffix}`;
        const adaptor = this.#implementations.adaptorOf(impl, item);
        if (adaptor !== undefined) {
          this.#to.skipped[symbol] = `it puts the object into a ${adaptor}`;
          continue;
        }
        if (
          this.#to.add(
            symbol,
            path,
            around === env
              ? ofReference(inner.function!, impl)
              : inner.function!,
            around,
            { docs },
            lifetimes,
            {
              generics: impl.generics,
              also: (suffix) => members[key + suffix] = symbol + suffix,
            },
          ) ||
          this.#elsewhere.has(symbol)
        ) {
          members[key] = symbol;
          if ((trait === "From" || trait === "TryFrom") && !isMethod) {
            const [given] = typesIn(impl.trait!.args);
            const made: Making = {
              symbol,
              isTried: trait === "TryFrom",
              // A text of one letter is a text, where either is taken.
              isLast: /^(?:char|f32|f64)$/.test(given?.primitive ?? ""),
            };
            this.#made.set(of, [...this.#made.get(of) ?? [], made]);
          }
          this.#to.isForRust ||= !isKnownTrait(trait ?? "");
        }
      }
    }
    return more;
  }

  /**
   * What makes objects of a class of something else, where functions take that
   * too: those of numbers with a point last, which take all numbers, and those of
   * letters behind those of texts.
   */
  madeBy({ name, type }: UsedClass): readonly string[] {
    const { wantedInto, wantedTryInto } = this.#to.arguments;
    if (!wantedInto.has(type.item)) return [];
    const mayFail = wantedTryInto.has(type.item);
    const typeOf = (symbol: string) =>
      this.#to.functions.get(symbol)!.definition.type;
    return (this.#made.get(name) ?? [])
      .filter(({ isTried }) => !isTried || mayFail)
      // An object of the class itself is one.
      .filter(({ symbol }) => !typeOf(symbol).startsWith(`(${name})`))
      .toSorted((one, other) => Number(one.isLast) - Number(other.isLast))
      .map(({ symbol }) => symbol);
  }

  /**
   * What a type says of itself with other arguments, `DateTime<Utc>::now`, is
   * had of the class of any: statics, which need no object.
   */
  #staticsOfOther(
    impl: Impl,
    type: OwnType,
    statics: Record<string, string>,
  ): void {
    if (impl.trait !== null) return;
    const env = this.#to.arguments.choose(impl.generics, new Map());
    const other = this.#to.resolver.resolve(impl.for, env);
    if (other.kind !== "own" || other.item !== type.item) return;
    const rust = this.#to.spellIfKnown(other);
    if (rust === "_") return;
    const own = new Map(env).set("Self", other);
    for (
      const { name, docs, inner } of this.#implementations.functionsOf(
        impl,
        other,
      )
    ) {
      const isMethod = inner.function!.sig.inputs[0]?.[0] === "self";
      const key = memberName(name!, false);
      if (isMethod || Object.hasOwn(statics, key)) continue;
      const path = `<${rust}>::${identifier(name!)}`;
      const symbol = `${this.#to.own.nameOf(other)}.${name}`;
      if (
        this.#to.functions.has(symbol) ||
        this.#to.add(symbol, path, inner.function!, own, { docs })
      ) {
        statics[key] = symbol;
        this.#elsewhere.add(symbol);
        this.#to.isForRust = true;
      }
    }
  }

  /** Constants that stand with a type. */
  #constantsOf(
    impl: Impl,
    type: OwnType,
    env: Env,
    { constants }: Members,
  ): void {
    const rust = this.#to.own.spell(type);
    for (const id of impl.items) {
      const { name, visibility, docs, inner } = this.#to.doc.index[id] ?? {};
      if (inner?.assoc_const === undefined || visibility !== "public") continue;
      const symbol = `${this.#to.own.nameOf(type)}.${name}`;
      const given = this.#to.resolver.resolve(inner.assoc_const.type, env);
      const value = `<${rust}>::${identifier(name!)}`;
      const isThere = this.#to.trying(
        symbol,
        () =>
          constants === undefined
            ? this.#to.wrapping.variable(symbol, given, value, docs!)
            : this.#to.wrapping.constant(symbol, given, value, docs!),
      );
      if (isThere && constants !== undefined) constants[name!] = symbol;
    }
  }
}

/** A method, which has a reference for its object where that is what its trait is implemented for. */
function ofReference(method: FunctionItem, { for: of }: Impl): FunctionItem {
  const { sig } = method;
  const [[name, self] = [], ...others] = sig.inputs;
  const isWhole = of.borrowed_ref !== undefined && self?.generic === "Self";
  return isWhole
    ? { ...method, sig: { ...sig, inputs: [[name!, of], ...others] } }
    : method;
}

/** What a member of a class is called that JavaScript means something else by. */
export function memberName(name: string, isMethod: boolean): string {
  return name === (isMethod ? "constructor" : "prototype") ? `${name}_` : name;
}

/** Whether what a function gives is a promise. */
function isPromised(of: Wrapped | undefined): boolean {
  return of?.definition.kind === "function" &&
    of.definition.annotations?.nonblocking === true;
}
