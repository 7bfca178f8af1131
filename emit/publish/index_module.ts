/**
 * The module of a package that depends on one package for each machine.
 *
 * @module
 */

import { printExports } from "./print_exports.ts";

/** What the module is made of. */
export interface IndexParts {
  /** The package. */
  readonly name: string;
  /** Its version, which those for the machines have too. */
  readonly version: string;
  /** The manifest in each package, by the machine without its C library: `"linux-x64"`. */
  readonly manifests: Readonly<Record<string, readonly string[]>>;
  /** The names that the plugin exports. */
  readonly exports: readonly string[];
}

/** What the module begins with: what bundles it knows it by that. */
const HEAD = `// Written by "plugin pack --npm". Do not edit.\n`;

/**
 * Prints the module: it opens what is installed for this machine.
 *
 * Registries lose the field that tells C libraries apart, so that both packages
 * of a machine may be there: `open` refuses the one for another before it loads
 * anything. One of another version would have other functions.
 *
 * @param parts What it is made of.
 */
export function printIndex(
  { name, version, manifests, exports }: IndexParts,
): string {
  return `${HEAD}import { readFileSync } from "node:fs";
import process from "node:process";
import { open } from "@native/plugin";

/** The version of this package, and of the others. */
const version = ${JSON.stringify(version)};

/** The manifest in the package for each machine. */
const manifests = ${JSON.stringify(manifests, null, 2)};

function openInstalled() {
  const machine = \`\${process.platform}-\${process.arch}\`;
  const wanted = manifests[machine] ?? [];
  const missing = [];
  const others = [];
  let refused;
  for (const manifest of wanted) {
    const name = manifest.split("/").slice(0, -1).join("/");
    let url;
    try {
      url = new URL(import.meta.resolve(manifest));
    } catch {
      missing.push(name);
      continue;
    }
    const own = JSON.parse(readFileSync(new URL("package.json", url), "utf8"));
    if (own.version !== version) {
      others.push(\`\${name} of \${own.version}\`);
      continue;
    }
    try {
      return open(url);
    } catch (error) {
      if (error.code !== "wrong_target" && error.code !== "not_found") throw error;
      refused = error;
    }
  }
  const why = wanted.length === 0
    ? \`it is for \${Object.keys(manifests).join(", ")}\`
    : others.length > 0
    ? \`it is of version \${version}, and \${others.join(" and ")}: install them anew, in one version\`
    : missing.length === 0
    ? \`of its packages none is for this process: \${refused.message}\`
    : \`\${
      missing.join(" or ")
    } is not installed for this process: install with optional dependencies (npm install --include=optional), on the machine that it runs on; a bundle leaves ${name} external, or has it by a plugin of @native/plugin/bundlers\`;
  throw new Error(\`Cannot open ${name} on \${machine}: \${why}\`, { cause: refused });
}

const plugin = openInstalled();
${printExports(exports)}`;
}

/**
 * Reads which packages a module opens that {@linkcode printIndex} has printed.
 *
 * @param text A module.
 * @returns As {@linkcode IndexParts} has them; nothing for other modules.
 */
export function readIndex(
  text: string,
): Pick<IndexParts, "manifests" | "version"> | undefined {
  if (!text.startsWith(HEAD)) return undefined;
  const manifests = /^const manifests = (\{$.*?^\});$/ms.exec(text)?.[1];
  const version = /^const version = (".*");$/m.exec(text)?.[1];
  return manifests === undefined || version === undefined
    ? undefined
    : { manifests: JSON.parse(manifests), version: JSON.parse(version) };
}
