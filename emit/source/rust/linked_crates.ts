/**
 * One description of several crates: of one, and of those whose items it shows.
 *
 * Each crate numbers its items anew. Here those of the others are moved up, and
 * what one crate says of another's item is said of that item itself.
 *
 * @module
 */

import { publicItems } from "./public_items.ts";
import { isJsonPath } from "./rust_type.ts";
import { type Impl, isStd, type Item, type Rustdoc } from "./rustdoc.ts";

/** What stands between the numbers of two crates: rustdoc's have 32 bits. */
const APART = 2 ** 32;

/** Members of rustdoc's JSON that are numbers of items, or lists of them. */
const IDS: ReadonlySet<string> = new Set([
  "fields",
  "id",
  "implementations",
  "impls",
  "items",
  "tuple",
  "variants",
]);

/** Members that nobody reads, in which numbers are something else. */
const UNREAD: ReadonlySet<string> = new Set(["links", "span"]);

/** What an item of another crate can be that this one shows. */
const KINDS: ReadonlySet<string> = new Set([
  "constant",
  "enum",
  "function",
  "module",
  "static",
  "struct",
  "trait",
  "type_alias",
]);

/**
 * Puts crates into one.
 *
 * @param doc The crate whose public items count.
 * @param others Crates that it shows something of; they may show something of each other.
 * @returns The first, in which items of the others are there.
 */
export function linkCrates(doc: Rustdoc, others: readonly Rustdoc[]): Rustdoc {
  if (others.length === 0) return doc;
  const docs = [doc, ...others];
  const known = new Map<string, number>();
  for (const [at, { index, paths }] of docs.entries()) {
    for (const [id, { crate_id, kind, path }] of Object.entries(paths)) {
      if (crate_id !== 0 || index[id] === undefined) continue;
      known.set(`${kind} ${path.join("::")}`, Number(id) + at * APART);
    }
  }
  // What is in none of them, `std::hash::BuildHasher`, has the number that it had first.
  const foreign = new Map<string, number>();
  const linked = {
    ...doc,
    index: {} as Record<string, Item>,
    paths: {} as Record<string, Rustdoc["paths"][string]>,
    others: {} as Record<string, number>,
  };
  for (const [at, { index, paths, root }] of docs.entries()) {
    const idOf = (id: number): number => {
      const said = paths[id];
      const own = id + at * APART;
      if (said === undefined || said.crate_id === 0) return own;
      const key = `${said.kind} ${said.path.join("::")}`;
      const first = known.get(key) ?? foreign.get(key);
      if (first === undefined) foreign.set(key, own);
      return first ?? own;
    };
    for (const [id, said] of Object.entries(paths)) {
      linked.paths[idOf(Number(id))] ??= said;
    }
    for (const [id, item] of Object.entries(index)) {
      const own = Number(id) + at * APART;
      linked.index[own] = numbered(item, idOf) as Item;
    }
    if (at > 0) linked.others[index[root]!.name!] = root + at * APART;
  }
  return linked;
}

/** A part of a description with other numbers. */
function numbered(value: unknown, idOf: (id: number) => number): unknown {
  if (Array.isArray(value)) return value.map((one) => numbered(one, idOf));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (UNREAD.has(key)) return [key, undefined];
      if (!IDS.has(key)) return [key, numbered(inner, idOf)];
      if (typeof inner === "number") return [key, idOf(inner)];
      return [
        key,
        Array.isArray(inner)
          ? inner.map((one) =>
            typeof one === "number" ? idOf(one) : numbered(one, idOf)
          )
          : numbered(inner, idOf),
      ];
    }),
  );
}

/**
 * The crates of which a crate shows something that is not there: types in its
 * signatures, and what it gives out as its own.
 *
 * @param doc The crate, with those that are linked already.
 */
export function lackingCrates(doc: Rustdoc): Set<string> {
  const lacking = new Set<string>();
  const seen = new Set<number>();
  const look = (id: number) => {
    const { type_alias, struct, enum: enum_ } = doc.index[id]?.inner ?? {};
    // What stands for parameters that nobody names may be of yet another crate.
    if (id >= APART && !seen.has(id)) {
      seen.add(id);
      walk(type_alias?.type);
      for (const { kind } of (struct ?? enum_)?.generics.params ?? []) {
        walk(kind.type?.default);
      }
    }
    const said = doc.index[id] === undefined ? doc.paths[id] : undefined;
    if (said === undefined || !KINDS.has(said.kind)) return;
    const [crate = ""] = said.path;
    if (!isStd(crate) && !isJsonPath(said.path)) lacking.add(crate);
  };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== "object" || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === "resolved_path") look((inner as { id: number }).id);
      walk(inner);
    }
  };
  for (const [id, item] of Object.entries(doc.index)) {
    if (Number(id) < APART && item.crate_id === 0) walk(item.inner);
  }
  for (const { item } of publicItems(doc, doc.root, look)) {
    if (item.id < APART) continue;
    walk(item.inner);
    const functions = [
      ...item.inner.trait?.items ?? [],
      ...implsOf(doc, item).flatMap(({ trait, items }) =>
        trait === null ? items : []
      ),
    ];
    for (const id of functions) walk(doc.index[id]?.inner);
  }
  return lacking;
}

function implsOf(doc: Rustdoc, { inner }: Item): Impl[] {
  return (inner.struct ?? inner.enum)?.impls
    .flatMap((id) => doc.index[id]?.inner.impl ?? []) ?? [];
}
