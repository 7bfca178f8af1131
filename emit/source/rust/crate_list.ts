/**
 * The crates that a library is made of, written into it as `cargo auditable`
 * does: JSON, by zlib, in a section that `cargo audit`, Trivy, Syft and
 * `plugin pack --npm` read.
 *
 * @module
 */

import { system } from "../../../ffi/system/system.ts";
import { join } from "../../../ffi/system/path.ts";
import { stored } from "../../bytes/stored.ts";
import type { Ran } from "../../toolchain/run.ts";

/** A crate as that section has it. */
interface ListedCrate {
  readonly name: string;
  readonly version: string;
  readonly source: "crates.io" | "git" | "local" | "registry";
  readonly root?: true;
}

/** The crates whose code is in the library: no macros, and nothing that only builds or tests. */
const TREE = ["tree", "--quiet", "--edges=normal,no-proc-macro"];

const FORMAT = ["--prefix=none", "--format={p}"];

/** What {@linkcode FORMAT} prints: `serde v1.0.229`, with where it is from unless that is crates.io. */
const LINE = /^(?<name>\S+) v(?<version>\S+)(?: \((?<place>[^*)][^)]*)\))?/;

/** Runs a tool of Rust's where the crate lies. */
type Run = (args: readonly string[]) => Promise<Ran>;

/**
 * Compiles the list of a library's crates to what is linked into it.
 *
 * @param work The build's own directory.
 * @param tree Which crate, with which features and for which machine, as cargo's arguments.
 * @param isNamed Whether it is somebody else's, which counts as one of those in the library.
 * @param machine The machine, as rustc's arguments.
 * @param isMacho Whether the library is one of macOS.
 * @param cargo Runs cargo.
 * @param rustc Runs rustc.
 * @returns rustc's arguments for the library, and what its user has to know
 * where the list cannot be made: that is no reason for having no library.
 */
export async function listCrates(
  { work, tree, isNamed, machine, isMacho }: {
    work: string;
    tree: readonly string[];
    isNamed: boolean;
    machine: readonly string[];
    isMacho: boolean;
  },
  cargo: Run,
  rustc: Run,
): Promise<{ flags: readonly string[]; warnings: string }> {
  const without = ({ stderr }: Ran) => ({
    flags: [],
    warnings:
      `the library does not name the crates that it is made of: ${stderr.trim()}\n`,
  });
  const listed = await cargo([...TREE, ...FORMAT, ...tree]);
  if (listed.status !== 0) return without(listed);
  const list = join(work, "crates.bin");
  const source = join(work, "crates.rs");
  const object = join(work, "crates.o");
  system.overwrite(list, stored(printList(listed.stdout, isNamed)));
  const section = isMacho ? "__DATA,.dep-v0" : ".dep-v0";
  system.overwrite(
    source,
    `#![no_std]
#[used]
#[no_mangle]
#[link_section = "${section}"]
pub static ${CRATE_LIST}: [u8; include_bytes!("crates.bin").len()] = *include_bytes!("crates.bin");
`,
  );
  const compiled = await rustc([
    ...["--crate-type=lib", "--crate-name=crates", "--edition=2021"],
    ...["--emit=obj", `--remap-path-prefix=${work}=.`],
    ...[...machine, "-o", object, source],
  ]);
  if (compiled.status !== 0) return without(compiled);
  // Nothing refers to it: the linker has to be told that it stays.
  const symbol = isMacho ? `_${CRATE_LIST}` : CRATE_LIST;
  return {
    flags: [`-Clink-arg=${object}`, `-Clink-arg=-Wl,-u,${symbol}`],
    warnings: "",
  };
}

/** The symbol of the list, as `cargo auditable` calls it. */
export const CRATE_LIST = "AUDITABLE_VERSION_INFO";

function printList(tree: string, isNamed: boolean): Uint8Array {
  const crates = new Map<string, ListedCrate>();
  for (const line of tree.split("\n")) {
    const { name, version, place } = LINE.exec(line)?.groups ?? {};
    if (name === undefined || version === undefined) continue;
    const one: ListedCrate = { name, version, source: sourceOf(place) };
    const key = JSON.stringify(one);
    if (crates.has(key)) continue;
    const isRoot = crates.size === 0 && !isNamed;
    crates.set(key, isRoot ? { ...one, root: true } : one);
  }
  const packages = [...crates.values()].sort((a, b) =>
    key(a) < key(b) ? -1 : 1
  );
  return new TextEncoder().encode(JSON.stringify({ packages }));
}

function key({ name, version, source }: ListedCrate): string {
  return [name, version, source].join(" ");
}

function sourceOf(place: string | undefined): ListedCrate["source"] {
  if (place === undefined) return "crates.io";
  if (place.startsWith("registry ")) return "registry";
  return /^(?:https?|ssh|git|file):/.test(place) ? "git" : "local";
}
