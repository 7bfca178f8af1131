/**
 * Structs of the standard library of which JavaScript gets what they tell: plain
 * objects, which come out and do not go in.
 *
 * @module
 */

import type { TypeDefinition } from "../../../ffi/manifest/manifest.ts";
import { recordCode } from "./data_code.ts";

/** A property: its type in the notation and in Rust, and the expression for it. */
interface StdMember {
  readonly type: string;
  readonly rust: string;
  readonly of: string;
}

interface StdRecord {
  readonly path: string;
  readonly members: Readonly<Record<string, StdMember>>;
  readonly doc: string;
}

const bool = (name: string): StdMember => ({
  type: "bool",
  rust: "bool",
  of: `it.${name}()`,
});

const time = (name: string): StdMember => ({
  type: "?date",
  rust: "Option<std::time::SystemTime>",
  of: `it.${name}().ok()`,
});

const KIND = {
  is_dir: bool("is_dir"),
  is_file: bool("is_file"),
  is_symlink: bool("is_symlink"),
};

const ALL: Readonly<Record<string, StdRecord>> = {
  FileType: {
    path: "std::fs::FileType",
    members: KIND,
    doc: "What lies at a path.",
  },
  Metadata: {
    path: "std::fs::Metadata",
    members: {
      len: { type: "u64", rust: "u64", of: "it.len()" },
      ...KIND,
      readonly: {
        type: "bool",
        rust: "bool",
        of: "it.permissions().readonly()",
      },
      modified: time("modified"),
      accessed: time("accessed"),
      created: time("created"),
    },
    doc: "What is known of a file; null where the system does not say.",
  },
};

/** Such a struct in a manifest, and the code for it. */
interface MadeRecord {
  readonly definition: TypeDefinition;
  readonly code: string;
  /** What the wrapper makes of one. */
  readonly use: (value: string) => string;
}

/**
 * What such a struct is in a manifest, and the code for it.
 *
 * @param path Where it is; undefined is given for another one.
 */
export function stdRecord(path: string): MadeRecord | undefined {
  const name = Object.keys(ALL).find((one) => ALL[one]!.path === path);
  if (name === undefined) return undefined;
  const { members, doc } = ALL[name]!;
  const all = Object.entries(members);
  const rust = `Told${name}`;
  const fields = all.map(([name, { rust }]) => ({ name, rust }));
  return {
    definition: {
      kind: "record",
      members: all.map(([name, { type }]) => ({ name, type })),
      doc,
    },
    code: `pub struct ${rust} { ${
      fields.map(({ name, rust }) => `pub ${name}: ${rust}`).join(", ")
    } }
impl ${rust} {
    fn of(it: ${path}) -> Self {
        ${rust} { ${all.map(([name, { of }]) => `${name}: ${of}`).join(", ")} }
    }
}
${recordCode(rust, fields)}`,
    use: (value) => `${rust}::of(${value})`,
  };
}
