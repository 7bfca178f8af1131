/**
 * The module of a package that depends on one package for each machine.
 *
 * @module
 */

import { isExportable, propertyName } from "../declaration/names.ts";

/** What the module is made of. */
export interface IndexParts {
  /** The package. */
  readonly name: string;
  /** The manifest in each package, by the machine without its C library: `"linux-x64"`. */
  readonly manifests: Readonly<Record<string, readonly string[]>>;
  /** The names that the plugin exports. */
  readonly exports: readonly string[];
}

/**
 * Prints the module: it opens what is installed for this machine.
 *
 * Registries lose the field that tells C libraries apart, so that both packages
 * of a machine may be there: `open` refuses the one for another before it loads
 * anything.
 *
 * @param parts What it is made of.
 */
export function printIndex({ name, manifests, exports }: IndexParts): string {
  return `// Written by "plugin pack --npm". Do not edit.
import process from "node:process";
import { open } from "@native/plugin";

/** The manifest in the package for each machine. */
const manifests = ${JSON.stringify(manifests, null, 2)};

function openInstalled() {
  const machine = \`\${process.platform}-\${process.arch}\`;
  const wanted = manifests[machine] ?? [];
  let refused;
  for (const manifest of wanted) {
    let url;
    try {
      url = new URL(import.meta.resolve(manifest));
    } catch {
      continue; // not installed
    }
    try {
      return open(url);
    } catch (error) {
      if (error.code !== "wrong_target" && error.code !== "not_found") throw error;
      refused = error;
    }
  }
  throw new Error(
    \`Cannot open ${name} on \${machine}: \${
      wanted.length === 0
        ? \`it is for \${Object.keys(manifests).join(", ")}\`
        : \`\${
          wanted.map((path) => path.split("/").slice(0, -1).join("/")).join(" or ")
        } is not installed for this process: install with optional dependencies (npm install --include=optional), on the machine that it runs on\`
    }\`,
    { cause: refused },
  );
}

const plugin = openInstalled();
${printExports(exports)}`;
}

/**
 * Prints what a module exports that has opened its plugin as `plugin`.
 *
 * @param exports The names that the plugin exports.
 */
export function printExports(exports: readonly string[]): string {
  const names = exports.filter(isExportable);
  return `${
    names.map((name, index) =>
      `const symbol${index} = plugin.symbols[${JSON.stringify(name)}];\n`
    ).join("")
  }export {
  plugin as default,
${
    names.map((name, index) => `  symbol${index} as ${propertyName(name)},\n`)
      .join("")
  }};
`;
}
