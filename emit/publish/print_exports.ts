/**
 * What a module exports that has opened its plugin: of an import, of a package
 * for npm and of one for JSR alike.
 *
 * @module
 */

import { isExportable, propertyName } from "../declaration/names.ts";

/**
 * Prints the exports of a module that has opened its plugin as `plugin`: a name
 * for each symbol, and the plugin by default.
 *
 * What a program does not use, a bundler may leave out. What cannot be bound on
 * this runtime, or is not permitted, fails when it is used: the others are of use
 * without it. No name of the plugin is one of the module's own.
 *
 * @param exports The names that the plugin exports.
 */
export function printExports(exports: readonly string[]): string {
  const names = exports.filter(isExportable);
  return `const symbol = (name) => {
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
