/**
 * The module that an import of a plugin gives.
 *
 * @module
 */

import { isExportable, propertyName } from "../declaration/names.ts";

/** What a module is made of. */
export interface ModuleParts {
  /** Where `open` is imported from. */
  readonly face: string;
  /** The names that the plugin exports. */
  readonly exports: readonly string[];
  /** An expression for the path or the URL of the library. */
  readonly library: string;
  /** Further statements, which come first. */
  readonly head?: string;
}

/**
 * Prints the module: a name for each symbol, and the plugin by default.
 *
 * What a program does not use, a bundler may leave out. What cannot be bound on
 * this runtime fails when it is used: the others are of use without it. No name of the plugin is
 * one of the module's own.
 *
 * @param parts What it is made of.
 */
export function moduleText(
  { face, exports, library, head = "" }: ModuleParts,
): string {
  const names = exports.filter(isExportable);
  return `import { open } from ${JSON.stringify(face)};
${head}const plugin = open(${library});
const symbol = (name) => {
  try {
    return plugin.symbols[name];
  } catch (error) {
    const fail = () => { throw error; };
    return new Proxy(fail, { get: fail, set: fail });
  }
};
${
    names.map((name, index) =>
      `const symbol${index} = /* @__PURE__ */ symbol(${
        JSON.stringify(name)
      });\n`
    ).join("")
  }export {
  plugin as default,
${
    names.map((name, index) => `  symbol${index} as ${propertyName(name)},\n`)
      .join("")
  }};
`;
}
