/**
 * Prints the declarations of a plugin that is imported: `hello.d.c.ts`, the types
 * of `import { add } from "./hello.c"`.
 *
 * @module
 */

import type { Manifest } from "../../ffi/manifest/manifest.ts";
import { escapeText } from "../../ffi/error.ts";
import {
  exportedNames,
  interfacesOf,
  printDeclaration,
} from "./print_declaration.ts";
import { docComment } from "./comments.ts";
import { isExportable, isIdentifier, propertyName } from "./names.ts";

/**
 * Prints the declarations of a module.
 *
 * @param manifest The plugin's manifest.
 * @returns What {@linkcode printDeclaration} prints, and an export for each name.
 */
export function printModule(manifest: Manifest): string {
  const names = exportedNames(manifest).filter(({ name }) =>
    isExportable(name)
  );
  const interfaces = interfacesOf(manifest);
  const [type] = interfaces;
  const taken = new Set(names.map(({ name }) => name));
  const fresh = (name: string): string => {
    while (taken.has(name)) name += "_";
    taken.add(name);
    return name;
  };
  const plugin = fresh("plugin");
  return printDeclaration(manifest) + escapeText([
    `declare const ${plugin}: import("@native/plugin").Plugin<${
      interfaces.join(", ")
    }>;`,
    `export default ${plugin};`,
    ...names.flatMap(({ name, doc, isClass }) => {
      if (isClass) return [];
      const what = `${type}[${JSON.stringify(name)}]`;
      if (isIdentifier(name)) {
        return [...docComment(doc, ""), `export const ${name}: ${what};`];
      }
      const own = fresh("symbol");
      return [
        `declare const ${own}: ${what};`,
        `export { ${own} as ${propertyName(name)} };`,
      ];
    }),
    "",
  ].join("\n"));
}
