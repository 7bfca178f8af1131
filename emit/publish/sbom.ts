/**
 * What is in a package, in the words of CycloneDX.
 *
 * @module
 */

import type { Manifest } from "../../ffi/manifest/manifest.ts";
import type { LibraryPart } from "./part.ts";

/** The package that is described. */
interface Package {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * Prints the bill of materials of a package with one library.
 *
 * @param own The package.
 * @param manifest The library's manifest.
 * @param parts What the library is made of.
 * @returns JSON. The same for the same library: no dates, and no number of its own.
 */
export function printSbom(
  { name, version, license }: Package,
  manifest: Manifest,
  parts: readonly LibraryPart[],
): string {
  const { library, thunks, bundled = [] } = manifest;
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const file = (file: string, sha256: string, properties = {}) => ({
    type: "file",
    "bom-ref": file,
    name: file,
    hashes: [{ alg: "SHA-256", content: sha256 }],
    ...properties,
  });
  const made = [
    ["plugin:language", library.language],
    ["plugin:compiler", library.compiler],
    ["plugin:buildId", library.buildId],
  ].flatMap(([name, value]) => value === undefined ? [] : [{ name, value }]);
  const bundledNames = new Set(bundled.map(({ file }) => file));
  const needs = library.needs.filter((need) => !bundledNames.has(need));
  const linked = parts.map(({ name, version, purl, sha256 }) => ({
    type: "library",
    "bom-ref": purl ?? `${name}@${version}`,
    name,
    version,
    ...purl === undefined ? {} : { purl },
    ...sha256 === undefined
      ? {}
      : { hashes: [{ alg: "SHA-256", content: sha256 }] },
  }));
  const bom = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "library",
        "bom-ref": purl,
        name,
        version,
        purl,
        ...license === undefined ? {} : { licenses: [licenceOf(license)] },
      },
    },
    components: [
      file(library.file, library.sha256, { properties: made }),
      ...thunks === undefined ? [] : [file(thunks.file, thunks.sha256)],
      ...bundled.map(({ file: name, sha256 }) => file(name, sha256)),
      ...linked,
      // The machine's own: needed, and not brought. What is "excluded" would not
      // be called at all, and CycloneDX 1.6 has no word for it.
      ...needs.map((name) => ({
        type: "library",
        "bom-ref": name,
        name,
        scope: "required",
        properties: [{ name: "plugin:broughtBy", value: "the machine" }],
      })),
    ],
    dependencies: [
      { ref: purl, dependsOn: [library.file] },
      {
        ref: library.file,
        dependsOn: [
          ...thunks === undefined ? [] : [thunks.file],
          ...library.needs,
          ...linked.map((part) => part["bom-ref"]),
        ],
      },
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** A licence as CycloneDX has it: what is no expression of SPDX is a name. */
function licenceOf(text: string): { expression: string } | {
  license: { name: string };
} {
  const word = "\\(*[A-Za-z0-9][\\w.:+-]*\\)*";
  const expression = new RegExp(`^${word}(?: (?:AND|OR|WITH) ${word})*$`);
  const isClosed = text.split("(").length === text.split(")").length;
  return expression.test(text) && isClosed && text !== "UNLICENSED"
    ? { expression: text }
    : { license: { name: text } };
}
