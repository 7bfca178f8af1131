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
}

/**
 * Walks a crate from its root through what it uses.
 *
 * @param doc The crate.
 * @returns Items that are no modules, each once and by its shortest path;
 * those nearer to the root come first.
 */
export function publicItems(doc: Rustdoc): PublicItem[] {
  const found = new Map<number, PublicItem>();
  const seen = new Set<string>();
  let level: PublicItem[] = [{ item: doc.index[doc.root]!, path: [] }];
  while (level.length > 0) {
    const next: PublicItem[] = [];
    for (const { item, path } of level) {
      const key = `${item.id} ${path.join("::")}`;
      if (seen.has(key)) continue;
      seen.add(key);
      for (const one of membersOf(doc, item, path)) {
        if (one.item.inner.module !== undefined) {
          if (one.path.length < MAX_DEPTH) next.push(one);
        } else if (
          !found.has(one.item.id) || isPrelude(found.get(one.item.id)!.path)
        ) found.set(one.item.id, one);
      }
    }
    level = next;
  }
  return [...found.values()];
}

/** How deep modules are followed: two may use each other. */
const MAX_DEPTH = 8;

function isPrelude(path: readonly string[]): boolean {
  return path.includes("prelude");
}

/** The public items of a module; a use stands for what it uses. */
function membersOf(
  doc: Rustdoc,
  { inner }: Item,
  path: readonly string[],
): PublicItem[] {
  return (inner.module?.items ?? []).flatMap((id): PublicItem[] => {
    const item = doc.index[id];
    if (item === undefined || item.visibility !== "public") return [];
    const { use } = item.inner;
    if (use === undefined) return [{ item, path: [...path, item.name!] }];
    const used = use.id === null ? undefined : doc.index[use.id];
    if (used === undefined) return [];
    if (!use.is_glob) return [{ item: used, path: [...path, use.name] }];
    // What a glob brings lies in this module too.
    return used.inner.module === undefined ? [] : membersOf(doc, used, path);
  });
}
