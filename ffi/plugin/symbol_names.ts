/**
 * The names of what a plugin shows.
 *
 * @module
 */

import { functionsOfClass } from "../manifest/manifest.ts";
import type { Loaded } from "./loaded.ts";

/** The names of what `plugin.symbols` has: symbols that are no members of classes, and classes. */
export function symbolNames({ description }: Loaded): string[] {
  const { types, symbolNames } = description;
  const { classNames = [] } = types;
  if (classNames.length === 0) return [...symbolNames];
  const members = new Set<string>();
  for (const name of classNames) {
    const definition = types.get(name);
    if (definition?.kind !== "class") continue;
    for (const member of functionsOfClass(definition)) members.add(member);
  }
  return [
    ...symbolNames.filter((name) => !members.has(name)),
    ...classNames.filter((name) => !description.has(name)),
  ];
}
