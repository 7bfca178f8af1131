/**
 * What a crate shows: its items by the paths that others name them by.
 *
 * @module
 */

import type { Item, Rustdoc } from "./rustdoc.ts";

/** An item, and how it is named from outside. */
export interface PublicItem {
  readonly item: Item;
  /** Its path behind the name of the crate: `["bytes", "Regex"]`. */
  readonly path: readonly string[];
  /** Whether the crate shows it as its own: what lies in another crate that it names is not. */
  readonly isApi: boolean;
  /** Of an item that only another crate names, what that is called in Rust. */
  readonly crate?: string;
}

/**
 * Walks a crate from its root through what it uses.
 *
 * @param doc The crate.
 * @param root Where its walk begins; that of another crate for its items.
 * @param lack Is told what a public `use` names that is not there.
 * @returns Items that are no modules, each once and by its shortest path;
 * those nearer to the root come first.
 */
export function publicItems(
  doc: Rustdoc,
  root = doc.root,
  lack: (id: number) => void = () => {},
): PublicItem[] {
  const found = new Map<number, PublicItem>();
  const seen = new Set<string>();
  const roots = new Set(Object.values(doc.others ?? {}));
  let level: PublicItem[] = [
    { item: doc.index[root]!, path: [], isApi: true },
  ];
  while (level.length > 0) {
    const next: PublicItem[] = [];
    for (const one of level) {
      const { item, path } = one;
      const key = `${item.id} ${path.join("::")}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const member of membersOf(doc, item, path, lack)) {
        const isApi = one.isApi && !roots.has(member.item.id);
        const own = { ...member, isApi };
        const { id } = member.item;
        if (member.item.inner.module !== undefined) {
          if (member.path.length < MAX_DEPTH) next.push(own);
        } else if (!found.has(id) || isBetter(own, found.get(id)!)) {
          found.set(id, own);
        }
      }
    }
    level = next;
  }
  return [...found.values()];
}

/** Items that a crate does not show itself, where its types or functions tell of them. */
export function othersItems(
  doc: Rustdoc,
  own: readonly PublicItem[],
): PublicItem[] {
  const known = new Set(own.map(({ item }) => item.id));
  return Object.entries(doc.others ?? {}).flatMap(([crate, root]) =>
    publicItems(doc, root).flatMap((one) => {
      if (known.has(one.item.id)) return [];
      known.add(one.item.id);
      return [{ ...one, isApi: false, crate }];
    })
  );
}

/** How deep modules are followed: two may use each other. */
const MAX_DEPTH = 8;

/** Whether another path to the same item is the one to name it by. */
function isBetter(one: PublicItem, before: PublicItem): boolean {
  return one.isApi && !before.isApi ||
    one.isApi === before.isApi && before.path.includes("prelude");
}

/** The public items of a module; a use stands for what it uses. */
function membersOf(
  doc: Rustdoc,
  { inner }: Item,
  path: readonly string[],
  lack: (id: number) => void,
  through: readonly number[] = [],
): Omit<PublicItem, "isApi">[] {
  return (inner.module?.items ?? []).flatMap((id) => {
    const item = doc.index[id];
    if (item === undefined || item.visibility !== "public") return [];
    const { use } = item.inner;
    if (use === undefined) return [{ item, path: [...path, item.name!] }];
    if (use.id === null) return [];
    const used = doc.index[use.id];
    if (used === undefined) {
      lack(use.id);
      return [];
    }
    if (!use.is_glob) return [{ item: used, path: [...path, use.name] }];
    // What a glob brings lies in this module too.
    return used.inner.module === undefined || through.includes(used.id)
      ? []
      : membersOf(doc, used, path, lack, [...through, used.id]);
  });
}
