/**
 * Classes of what has no class of its own in the crate, and is held by a type of
 * the wrapper: iterators, functions, objects of traits, and places.
 *
 * @module
 */

import type { ClassDefinition } from "../../../ffi/manifest/manifest.ts";
import { boundsOf } from "./bounds.ts";
import { memberName } from "./crate_classes.ts";
import type { Describing } from "./describing.ts";
import { classCode, dynCode } from "./object_code.ts";
import type { UsedHolder } from "./own_types.ts";
import type { Properties } from "./property.ts";
import type { Protocols } from "./protocol.ts";
import {
  type DynType,
  type FunctionType,
  std,
  type Type,
} from "./rust_type.ts";
import { docOf, type FunctionItem } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";

/** Describes what is held. */
export class Holders {
  readonly #to: Describing;
  readonly #protocols: Protocols;
  readonly #properties: Properties;

  constructor(to: Describing, protocols: Protocols, properties: Properties) {
    this.#to = to;
    this.#protocols = protocols;
    this.#properties = properties;
  }

  sequence(one: UsedHolder): void {
    const { name, rust, of } = one;
    this.#hold(one, `Box<dyn Iterator<Item = ${this.#to.own.spell(of)}>>`);
    this.#to.types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      ...this.#protocols.next(name, rust, of, ".0.next()"),
    };
  }

  /** What a function gives that is called: an object that is one. */
  called(one: UsedHolder): void {
    const { name } = one;
    const of = one.of as FunctionType;
    this.#hold(one, this.#to.own.spell(of));
    const symbol = `${name}.call`;
    const isThere = this.#to.trying(
      symbol,
      () => this.#to.wrapping.call(one, of),
    );
    this.#to.types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      ...isThere ? { call: symbol } : {},
    };
  }

  /** Objects of a trait have its methods; whatever has the trait is one. */
  dyn(one: UsedHolder & { readonly of: DynType }): void {
    const { name, rust, of } = one;
    this.#hold(one, this.#to.own.spell(of));
    if (of.pointer === "Box") {
      this.#to.code.set(
        `${name} among other values`,
        dynCode(
          this.#to.own.spell(of),
          rust,
          this.#to.own.inward.readsDyns(of),
        ),
      );
    }
    const { pointer: _, ...self } = of;
    const { item } = of.trait;
    const trait = this.#to.path(of.trait);
    const path = `<${this.#to.own.spell(self)} as ${trait}>`;
    const methods: Record<string, string> = {};
    for (const id of item.inner.trait!.items) {
      const { name: method, docs, inner } = this.#to.doc.index[id] ?? {};
      const isMethod = inner?.function?.sig.inputs[0]?.[0] === "self";
      if (!isMethod) continue;
      const symbol = `${name}.${method}`;
      const own = `${path}::${identifier(method!)}`;
      const env = new Map<string, Type>([["Self", self]]);
      if (this.#to.add(symbol, own, inner!.function!, env, { docs: docs! })) {
        methods[memberName(method!, true)] = symbol;
      }
    }
    this.#to.types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods,
      accepts: this.#to.own.implementorsOf(of).map((one) =>
        this.#to.own.classOf(one)
      ),
      ...this.#fromFunction(one),
      ...docOf(item.docs),
    };
  }

  /** What makes an object of a trait of a function, where functions that take what it says have the trait. */
  #fromFunction(
    { name, of }: UsedHolder & { readonly of: DynType },
  ): Partial<ClassDefinition> {
    if (of.pointer !== "Box") return {};
    for (const impl of this.#to.resolver.implsOf(of.trait.item.id)) {
      const type = impl.for.generic === undefined
        ? undefined
        : this.#to.resolver.ofBounds(
          boundsOf(impl.generics, impl.for.generic),
          new Map(),
        );
      if (type?.kind !== "function") continue;
      const env = new Map<string, Type>([
        ["Given", { ...type, by: "box" }],
        ["Made", of],
      ]);
      const symbol = `${name}.of_function`;
      const made: FunctionItem = {
        sig: {
          inputs: [["call", { generic: "Given" }]],
          output: { generic: "Made" },
        },
        generics: { params: [], where_predicates: [] },
        header: { is_unsafe: false, is_async: false, abi: "Rust" },
      };
      const path = `std::convert::identity::<${this.#to.own.spell(of)}>`;
      if (this.#to.add(symbol, path, made, env, { docs: null })) {
        return { from: { call: symbol } };
      }
    }
    return {};
  }

  /** Where a `&mut` leads to: its `value` is read and written. */
  place(one: UsedHolder): void {
    const { name, of } = one;
    this.#hold(one, `&'static mut ${this.#to.own.spell(of)}`);
    const symbol = `${name}.value`;
    const given: Type = of.kind === "primitive"
      ? of
      : { kind: "ref", isMutable: false, of };
    const read = `${of.kind === "primitive" ? "" : "&"}*p0.kept().0`;
    const isThere = this.#properties.reader(one, symbol, given, read, null);
    const set = `${symbol}=`;
    const isSlice = of.kind === "slice";
    const taken = isSlice ? std("Vec", "std::vec::Vec", of.of) : of;
    const write = (value: string) =>
      isSlice
        ? `let value = ${value}; let all = &mut *p0.get().0; ` +
          "if value.len() != all.len() { return frame::out_of_range(" +
          'format!("wanted {} elements, got {}", all.len(), value.len())); } ' +
          "all.clone_from_slice(&value);"
        : `*p0.get().0 = ${value};`;
    const isWritten = isThere &&
      this.#properties.writer(one, set, taken, write);
    this.#to.types[name] = {
      kind: "class",
      handle: "slot",
      free: "plugin_release",
      methods: {},
      accessors: isThere
        ? { value: { get: symbol, ...isWritten ? { set } : {} } }
        : {},
      doc: "What a &mut leads to.",
    };
  }

  /** Writes the type that holds what comes out. */
  #hold({ name, rust }: UsedHolder, held: string): void {
    this.#to.code.set(
      name,
      `pub struct ${rust}(pub ${held});\n${classCode(rust, name, false)}`,
    );
  }
}
