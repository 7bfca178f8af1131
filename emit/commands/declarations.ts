/**
 * The declarations that a command writes, and the map to their source.
 *
 * @module
 */

import { exists, system } from "../../ffi/system/system.ts";
import type { Manifest } from "../../ffi/manifest/manifest.ts";
import { plainName } from "../csource/doc.ts";
import { mapDeclaration } from "../declaration/map_declaration.ts";
import { declareAll } from "../declaration/print_declaration.ts";
import type { DeclarationSite } from "../describe/description.ts";
import type { OutputFile } from "../files/write_files.ts";

/**
 * Prints the declarations of a plugin.
 *
 * @param path Where to.
 * @param manifest The plugin's manifest.
 * @param places Where its source declares what, where that is known.
 * @returns The declarations, and their map where there is one.
 */
export function declarations(
  path: string,
  manifest: Manifest,
  places: ReadonlyMap<string, DeclarationSite> | undefined,
): OutputFile[] {
  const printed = declareAll(manifest);
  const lines = new Map<string, readonly string[]>();
  const linesOf = (path: string): readonly string[] => {
    let all = lines.get(path);
    if (all === undefined) {
      all = exists(path) ? system.readText(path).split("\n") : [];
      lines.set(path, all);
    }
    return all;
  };
  const mapped = places && mapDeclaration(
    printed,
    (name) => {
      const place = places.get(name) ?? places.get(plainMember(name));
      return place !== undefined && linesOf(place.path).length >= place.line
        ? place
        : undefined;
    },
    path,
    (place) => linesOf(place.path)[place.line - 1]!,
  );
  return mapped === undefined ? [{ path, data: printed.text }] : [
    { path, data: mapped.text },
    { path: mapPath(path), data: mapped.map },
  ];
}

/** Where the map of declarations lies. */
export function mapPath(declarations: string): string {
  return `${declarations}.map`;
}

/** A name, or a member, without C++'s namespaces. */
function plainMember(name: string): string {
  const at = name.lastIndexOf(".");
  return at < 0
    ? plainName(name)
    : `${plainName(name.slice(0, at))}${name.slice(at)}`;
}
