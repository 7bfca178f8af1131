/**
 * What is implemented for a type: by itself, by other crates, and as for all
 * types that fit.
 *
 * @module
 */

import { boundsOf } from "./bounds.ts";
import type { Resolver } from "./resolve_type.ts";
import { lastOf, type OwnType, type Type } from "./rust_type.ts";
import {
  type Bound,
  type Impl,
  isAllPublic,
  type Item,
  type Rustdoc,
  typesIn,
} from "./rustdoc.ts";

/** Finds the implementations of types. */
export class TypeImpls {
  readonly #doc: Rustdoc;
  readonly #resolver: Resolver;
  readonly #impls = new Map<number, readonly Impl[]>();
  readonly #elsewhere: ReadonlyMap<number, readonly number[]>;

  constructor(doc: Rustdoc, resolver: Resolver) {
    this.#doc = doc;
    this.#resolver = resolver;
    this.#elsewhere = this.#implsElsewhere();
  }

  /** Whether a type has Clone; what is derived asks for it of what stands for its parameters. */
  isClone({ item, args }: OwnType): boolean {
    return this.of(item).some(({ trait, for: of, generics }) =>
      lastOf(trait?.path ?? "") === "Clone" &&
      typesIn(of.resolved_path?.args).every(({ generic }, i) =>
        generic === undefined || args[i] === undefined ||
        !boundsOf(generics, generic).some(isCloneBound) ||
        this.#canClone(args[i])
      )
    );
  }

  #canClone(type: Type): boolean {
    switch (type.kind) {
      case "own":
        return this.isClone(type);
      case "ref":
        return !type.isMutable;
      case "array":
        return this.#canClone(type.of);
      case "tuple":
        return type.of.every((one) => this.#canClone(one));
      case "std":
        return POINTERS_THAT_SHARE.has(type.name) ||
          !NEVER_CLONED.test(type.name) &&
            type.args.every((one) => this.#canClone(one));
      case "function":
      case "dyn":
        return false;
      default:
        return true;
    }
  }

  /**
   * Whether a type has no size of its own, `struct Utf8Path(str)`, and is only
   * ever borrowed or in a box: it lacks what all types have that have one.
   */
  isUnsized({ inner }: Item): boolean {
    const { generics, impls = [] } = inner.struct ?? {};
    if (generics?.params.some(({ kind }) => kind.type !== undefined)) {
      return false;
    }
    const ofAll = impls.flatMap((id) => {
      const impl = this.#doc.index[id]?.inner.impl;
      return impl === undefined || impl.blanket_impl === null
        ? []
        : [lastOf(impl.trait?.path ?? "")];
    });
    return ofAll.includes("Any") && !ofAll.includes("Into");
  }

  /** What is implemented for a type by hand or by derive. */
  of({ id, inner }: Item): readonly Impl[] {
    let known = this.#impls.get(id);
    if (known === undefined) {
      const { impls } = (inner.struct ?? inner.enum)!;
      const all = new Set([...impls, ...this.#elsewhere.get(id) ?? []]);
      known = [...all].flatMap((id) => {
        const impl = this.#doc.index[id]?.inner.impl;
        return impl !== undefined && isByHand(impl) ? [impl] : [];
      });
      this.#impls.set(id, known);
    }
    return known;
  }

  /** Whether a trait is implemented for a type by hand or by derive. */
  has(item: Item, name: string): boolean {
    return this.of(item).some(({ trait }) =>
      lastOf(trait?.path ?? "") === name
    );
  }

  /** What a type has as all types have that fit: of traits that the crate shows. */
  blanketsOf({ inner }: Item): Impl[] {
    const { impls } = (inner.struct ?? inner.enum)!;
    return impls.flatMap((id) => {
      const impl = this.#doc.index[id]?.inner.impl;
      return impl?.blanket_impl?.generic !== undefined && impl.trait !== null &&
          this.#resolver.publicItem(impl.trait.id) !== undefined
        ? [impl]
        : [];
    });
  }

  /** What is implemented for types where their own crates do not know of it. */
  #implsElsewhere(): Map<number, number[]> {
    const found = new Map<number, number[]>();
    if (this.#doc.others === undefined) return found;
    for (const item of Object.values(this.#doc.index)) {
      const { impl } = item.inner;
      const id = impl?.for.resolved_path?.id;
      if (impl === undefined || id === undefined || !isByHand(impl)) continue;
      found.set(id, [...found.get(id) ?? [], item.id]);
    }
    return found;
  }

  /**
   * Whether a type has a function of its own that gives one, or public fields
   * alone. That an iterator has a default says nothing: it is an empty one.
   */
  canBeMade(item: Item): boolean {
    const { struct } = item.inner;
    if (struct === undefined || isAllPublic(this.#doc, struct)) return true;
    const isIterator = this.has(item, "Iterator");
    return this.of(item).some(({ trait, items }) =>
      trait === null
        ? items.some((id) => {
          const { visibility, inner } = this.#doc.index[id] ?? {};
          const { inputs, output = null } = inner?.function?.sig ?? {};
          return visibility === "public" && inputs !== undefined &&
            inputs[0]?.[0] !== "self" && output !== null;
        })
        : MAKING.test(lastOf(trait.path)) &&
          !(isIterator && lastOf(trait.path) === "Default")
    );
  }

  /** Whether it has methods of its own that take it. */
  hasMethods(item: Item): boolean {
    return this.of(item).some((impl) =>
      impl.trait === null &&
      impl.items.some((id) =>
        this.#doc.index[id]?.visibility === "public" &&
        this.#doc.index[id]?.inner.function?.sig.inputs[0]?.[0] === "self"
      )
    );
  }
}

/** Traits by which a type is made of something else, or of nothing. */
const MAKING = /^(?:Default|From(?:Iterator|Str)?|TryFrom)$/;

/** What can be cloned whatever it leads to. */
const POINTERS_THAT_SHARE: ReadonlySet<string> = new Set(["Arc", "Rc"]);

/** What nobody can clone, whatever it holds: a file, a lock, what counts for several threads. */
const NEVER_CLONED =
  /^(?:File|Buf(?:Reader|Writer)|LineWriter|Std(?:in|out|err)(?:Lock)?|Child\w*|Tcp\w+|Unix\w+|UdpSocket|Mutex\w*|RwLock\w*|Condvar|Barrier|Atomic\w+|Receiver|JoinHandle|UnsafeCell|OnceLock|LazyLock|ReadDir|Error)$/;

function isCloneBound({ trait_bound }: Bound): boolean {
  return /^(?:Clone|Copy)$/.test(lastOf(trait_bound?.trait.path ?? ""));
}

/** Whether somebody wrote it for this very type. */
export function isByHand(impl: Impl): boolean {
  return !impl.is_synthetic && !impl.is_negative && impl.blanket_impl === null;
}
