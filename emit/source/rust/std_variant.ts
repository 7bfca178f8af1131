/**
 * Enums of the standard library that cross as those of a crate do: tagged unions.
 *
 * @module
 */

import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { type VariantCase, variantCode } from "./data_code.ts";

/** An enum, by its path and what lies in its variants. */
interface StdVariant {
  readonly path: string;
  readonly cases: Readonly<Record<string, string>>;
  readonly doc: string;
}

const ALL: Readonly<Record<string, StdVariant>> = {
  SeekFrom: {
    path: "std::io::SeekFrom",
    cases: { Start: "u64", End: "i64", Current: "i64" },
    doc:
      "A place in what is read: so many bytes behind its beginning, behind its end, or behind where one is.",
  },
};

/**
 * What such an enum is in a manifest, and the code for it.
 *
 * @param name Its name; undefined is given for another one.
 */
export function stdVariant(
  name: string,
): { definition: TypeDefinition; code: string } | undefined {
  if (!Object.hasOwn(ALL, name)) return undefined;
  const { path, cases, doc } = ALL[name]!;
  const variants = Object.entries(cases).map(([name, rust]): VariantCase => ({
    name,
    kind: "tuple",
    fields: [{ name: "0", rust }],
  }));
  return {
    definition: { kind: "variant", cases, doc },
    code: variantCode(path, variants),
  };
}
