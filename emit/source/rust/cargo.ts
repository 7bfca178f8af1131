/**
 * What cargo and rustdoc make of a crate: its API and its `rlib`.
 *
 * @module
 */

import { exists, system, textAt } from "../../../ffi/system/system.ts";
import { basename, dirname, extname, join } from "../../../ffi/system/path.ts";
import { EmitError } from "../../error.ts";
import type { Ran } from "../../toolchain/run.ts";
import type { BuildRequest } from "../source.ts";
import { type Crate, inRust } from "./crate.ts";
import { JSON_CRATE, SERDE } from "./rust_type.ts";
import { lackingCrates, linkCrates } from "./linked_crates.ts";
import { recordedDoc } from "./recorded.ts";
import { FORMATS, JSON_FLAGS, type Rustdoc } from "./rustdoc.ts";
import type { BuiltCrate, TokioLibrary } from "./wrapper_library.ts";

/** A crate that is built. */
export interface RustSource {
  /** What the user named. */
  readonly input: string;
  /** The crate, or the one from which cargo builds {@linkcode package}. */
  readonly crate: Crate;
  /** Of a crate of crates.io, its name there. */
  readonly package?: string;
}

/** Runs cargo. */
type Cargo = (
  args: readonly string[],
  cwd: string,
  env?: Readonly<Record<string, string>>,
) => Promise<Ran>;

/** A crate's public API. */
export interface ReadApi {
  readonly doc: Rustdoc;
  /** The packages of the other crates in it, by the names of their libraries. */
  readonly packages: ReadonlyMap<string, string>;
}

/**
 * The profile of everything: build scripts and macros are compiled once for
 * what is read of the crate and for what is built of it.
 */
const RELEASE = "--release";

/** What cargo's own words about a failure become. */
export function cargoFailed(input: string, { stderr }: Ran): EmitError {
  return new EmitError(
    "compile_failed",
    `Cannot build "${basename(input)}": cargo says\n${stderr.trim()}`,
    { path: input },
  );
}

/**
 * Reads the public API of a crate.
 *
 * rustdoc prints it in a format that only nightly compilers show, unless
 * RUSTC_BOOTSTRAP is set. It is set for rustdoc alone, as build scripts look
 * at it.
 *
 * @param compiled What cargo said when it compiled the crate, if it has written down
 * how: then rustdoc needs nothing compiled.
 * @returns The API; or why there is none, which a crate with symbols of C can do without.
 * @throws {EmitError} `compile_failed` when the crate does not compile.
 */
export async function readApi(
  source: RustSource,
  { work, flags }: BuildRequest,
  cargo: Cargo,
  compiled = "",
): Promise<ReadApi | { doc: undefined; why: EmitError }> {
  const wrapper = join(work, "rustdoc");
  system.write(
    wrapper,
    `#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec rustdoc "$@"\n`,
    0o755,
  );
  const too = (why: string) => ({
    doc: undefined,
    why: new EmitError(
      "no_tool",
      `Cannot read the public API of "${basename(source.input)}": ${why}`,
      { path: source.input },
    ),
  });
  let doc = await recordedIn(
    compiled,
    (_, owner) => packageIn(owner) === source.package,
  );
  if (doc === undefined) {
    const ran = await cargo(
      [
        "rustdoc",
        "--quiet",
        "--lib",
        RELEASE,
        ...source.package === undefined ? [] : [`--package=${source.package}`],
        ...flags,
        "--",
        ...JSON_FLAGS,
      ],
      source.crate.directory,
      { RUSTDOC: wrapper },
    );
    if (ran.status !== 0) {
      if (/unknown.*option|output-format|unstable/i.test(ran.stderr)) {
        return too(`this rustdoc cannot print it: Rust 1.88 or later can`);
      }
      throw cargoFailed(source.input, ran);
    }
    const { name, target } = source.crate;
    const library = source.package === undefined
      ? name
      : inRust(source.package);
    const file = join(target, "doc", `${library}.json`);
    if (!exists(file)) return too(`rustdoc wrote no ${basename(file)}`);
    doc = JSON.parse(textAt(file)) as Rustdoc;
  }
  const { format_version } = doc;
  if (format_version < FORMATS.least || format_version > FORMATS.most) {
    return too(
      `its rustdoc prints format ${format_version}, and ${FORMATS.least} to ${FORMATS.most} are read: Rust 1.88 to 1.97 print those`,
    );
  }
  return await withOthers(doc, source, flags, wrapper, cargo, compiled);
}

/** How often it is asked what crates lack: one may show another's of another's. */
const ROUNDS = 3;

/**
 * Adds the crates of which a crate shows something. Where one cannot be read,
 * its types do not cross.
 */
async function withOthers(
  doc: Rustdoc,
  { crate: { directory, target } }: RustSource,
  flags: readonly string[],
  wrapper: string,
  cargo: Cargo,
  compiled: string,
): Promise<ReadApi> {
  const packages = new Map<string, string>();
  const docs: Rustdoc[] = [];
  const asked = new Set<string>([nameOf(doc)]);
  let linked = doc;
  let graph: Graph | undefined;
  for (let round = 0; round < ROUNDS; round++) {
    const names = [...lackingCrates(linked)].filter((name) => !asked.has(name));
    if (names.length === 0) break;
    for (const name of names) asked.add(name);
    graph ??= await graphOf(directory, flags, cargo);
    const { root, packages: all } = graph;
    const found = names.flatMap((name) => {
      const id = all.get(name);
      return id === undefined ? [] : [{ name, id }];
    });
    if (found.length === 0) break;
    const recorded = await Promise.all(
      found.map(({ id }) => recordedIn(compiled, (_, owner) => owner === id)),
    );
    const left = found.filter((_, i) => recorded[i] === undefined);
    if (left.length > 0) {
      await cargo(
        [
          "doc",
          "--quiet",
          "--no-deps",
          "--lib",
          RELEASE,
          ...left.map(({ id }) => `--package=${id}`),
          // The features that flags name are those of the crate itself.
          ...flags.length > 0 && root !== null ? [`--package=${root}`] : [],
          ...flags,
        ],
        directory,
        { RUSTDOC: wrapper, RUSTDOCFLAGS: JSON_FLAGS.join(" ") },
      );
    }
    for (const [i, { name, id }] of found.entries()) {
      const file = join(target, "doc", `${name}.json`);
      const other = recorded[i] ??
        (exists(file) ? JSON.parse(textAt(file)) : undefined);
      if (other === undefined) continue;
      docs.push(other);
      packages.set(name, id);
    }
    linked = linkCrates(doc, docs);
  }
  return { doc: linked, packages };
}

/** What a crate is built with. */
interface Graph {
  /** Its own package. */
  readonly root: string | null;
  /** All packages, by the names of their libraries. */
  readonly packages: ReadonlyMap<string, string>;
}

async function graphOf(
  directory: string,
  flags: readonly string[],
  cargo: Cargo,
): Promise<Graph> {
  const ran = await cargo(
    ["metadata", "--format-version=1", "--quiet", ...featuresIn(flags)],
    directory,
  );
  if (ran.status !== 0) return { root: null, packages: new Map() };
  const { packages, resolve }: {
    packages: {
      id: string;
      targets: { name: string; kind: string[] }[];
    }[];
    resolve: {
      root: string | null;
      nodes: {
        id: string;
        deps: { pkg: string }[];
      }[];
    };
  } = JSON.parse(ran.stdout);
  // Who depends on a crate may call it by another name than it has.
  const names = new Map(packages.flatMap(({ id, targets }) => {
    const library = targets.find(({ kind }) =>
      kind.some((one) => /lib|proc-macro/.test(one))
    );
    return library === undefined ? [] : [[id, inRust(library.name)]];
  }));
  const found = new Map<string, string>();
  // What the crate itself depends on counts before what that depends on.
  const nodes = new Map(resolve.nodes.map((one) => [one.id, one]));
  const queue = resolve.root === null ? [...nodes.keys()] : [resolve.root];
  const seen = new Set(queue);
  for (const id of queue) {
    for (const { pkg } of nodes.get(id)?.deps ?? []) {
      const name = names.get(pkg);
      if (name !== undefined && !found.has(name)) found.set(name, pkg);
      if (!seen.has(pkg)) {
        seen.add(pkg);
        queue.push(pkg);
      }
    }
  }
  return { root: resolve.root, packages: found };
}

/** The flags that say which features a crate is built with. */
export function featuresIn(flags: readonly string[]): string[] {
  const isBefore = (flag = "") => flag === "--features" || flag === "-F";
  return flags.filter((flag, i) =>
    isBefore(flag) || isBefore(flags[i - 1]) ||
    /^(?:--features=|-F|--all-features$|--no-default-features$)/.test(flag)
  );
}

/** What a crate is called in Rust. */
export function nameOf(doc: Rustdoc): string {
  return doc.index[doc.root]!.name!;
}

/**
 * Compiles a crate as Rust's own libraries are.
 *
 * @param flags cargo's.
 * @param own rustc's, for a crate that lies here: it may have symbols of C.
 * @param env Variables for cargo.
 * @throws {EmitError} `compile_failed` with cargo's own words.
 */
export async function compileLibrary(
  { crate, input, package: named }: RustSource,
  flags: readonly string[],
  own: readonly string[],
  cargo: Cargo,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const ran = await cargo(
    [
      ...named !== undefined
        ? ["build", RELEASE]
        : ["rustc", RELEASE, "--lib", "--crate-type=rlib"],
      "--quiet",
      "--message-format=json-render-diagnostics",
      ...flags,
      ...named !== undefined ? [] : ["--", ...own],
    ],
    crate.directory,
    env,
  );
  if (ran.status !== 0) throw cargoFailed(input, ran);
  return ran;
}

/**
 * What cargo has compiled.
 *
 * @param compiled What it said.
 * @throws {EmitError} `compile_failed` when it has made no library.
 */
export function builtCrate(
  { crate, input, package: named }: RustSource,
  { doc, packages }: ReadApi,
  compiled: Ran,
): BuiltCrate {
  const { directory } = crate;
  const isNamed = named !== undefined;
  const name = nameOf(doc);
  const isIt = isNamed
    ? (target: CargoTarget) => inRust(target.name) === name
    : isOf(crate);
  const path = artifactOf(compiled.stdout, isIt, [".rlib"]);
  if (path === undefined) {
    throw new EmitError(
      "compile_failed",
      `Cannot build "${basename(input)}": cargo made no library of it`,
      { path: input },
    );
  }
  const others: Record<string, string> = {};
  const addOther = (name: string, isIt: IsIt) => {
    const path = artifactOf(compiled.stdout, isIt, [".rlib"]);
    if (path !== undefined) others[name] = path;
  };
  for (const [other, id] of packages) {
    addOther(other, (_, owner) => owner === id);
  }
  if (name !== JSON_CRATE && others[JSON_CRATE] === undefined) {
    addOther(JSON_CRATE, ({ name }) => name === JSON_CRATE);
  }
  // The traits are those of serde_core, where there is one.
  const [serde] = SERDE.flatMap((one) =>
    artifactOf(compiled.stdout, ({ name }) => name === one, [".rlib"]) ?? []
  );
  return {
    name,
    path,
    directory,
    others,
    serde,
    tokio: tokioIn(compiled.stdout),
    searched: searchedBy(compiled.stdout, path),
    // That of cargo's own profile, where it does not say.
    optimized: makingOf(compiled.stdout, path)?.profile.opt_level ?? "3",
  };
}

/** The API of a library that cargo says it has made, if it has written down how. */
async function recordedIn(
  compiled: string,
  isIt: IsIt,
): Promise<Rustdoc | undefined> {
  let owner: string | undefined;
  const library = artifactOf(compiled, (target, id) => {
    const isOwn = isIt(target, id);
    if (isOwn) owner = id;
    return isOwn;
  }, [".rlib"]);
  if (library === undefined) return undefined;
  const env: Record<string, string> = {};
  for (const message of messagesIn(compiled)) {
    if (
      message.reason === "build-script-executed" && message.package_id === owner
    ) Object.assign(env, Object.fromEntries(message.env as [string, string][]));
  }
  return await recordedDoc(library, env);
}

/** The name of a package in what cargo calls it: `registry+URL#csv@1.3.0`, `path+file:///csv#1.3.0`. */
function packageIn(id: string): string | undefined {
  return /#([^@]+)@[^#]*$/.exec(id)?.[1] ?? /([^/]+)#[^#]*$/.exec(id)?.[1];
}

/** tokio, where the crate is built with a runtime of it. */
function tokioIn(stdout: string): TokioLibrary | undefined {
  const path = artifactOf(stdout, ({ name }) => name === "tokio", [".rlib"]);
  const features = path === undefined
    ? []
    : makingOf(stdout, path)?.features ?? [];
  if (path === undefined || !features.includes("rt")) return undefined;
  return { path, hasThreads: features.includes("rt-multi-thread") };
}

/** Messages of cargo, one for each line. */
function* messagesIn(stdout: string): Generator<Record<string, unknown>> {
  for (const line of stdout.split("\n")) {
    if (line.startsWith("{")) yield JSON.parse(line);
  }
}

/** What cargo says of what it has made something of. */
export interface CargoTarget {
  readonly name: string;
  readonly src_path: string;
}

/** What cargo says when it has made something. */
interface Artifact {
  readonly target: CargoTarget;
  readonly package_id: string;
  readonly filenames: readonly string[];
  readonly features: readonly string[];
  readonly profile: { readonly opt_level: string };
}

/** Whether something that cargo has made, of a package, is what is wanted. */
type IsIt = (target: CargoTarget, owner: string) => boolean;

/** Whether something is the library of a crate. */
export function isOf({ root }: Crate): IsIt {
  return ({ src_path }) => src_path === root;
}

/** The file that cargo says it made of a library: the last one, as what is built follows what it needs. */
export function artifactOf(
  stdout: string,
  isIt: IsIt,
  extensions: readonly string[],
): string | undefined {
  let found: string | undefined;
  for (const message of messagesIn(stdout)) {
    if (message.reason !== "compiler-artifact") continue;
    const { target, package_id, filenames } = message as unknown as Artifact;
    if (!isIt(target, package_id)) continue;
    found = filenames.find((file) => extensions.includes(extname(file))) ??
      found;
  }
  return found;
}

/** What cargo says of a file when it has made it. */
function makingOf(
  stdout: string,
  path: string,
): Pick<Artifact, "features" | "profile"> | undefined {
  for (const message of messagesIn(stdout)) {
    if (message.reason !== "compiler-artifact") continue;
    const made = message as unknown as Artifact;
    if (made.filenames.includes(path)) return made;
  }
  return undefined;
}

/** Where rustc finds what a library needs. */
function searchedBy(stdout: string, path: string): string[] {
  const searched = [
    `dependency=${join(dirname(path), "deps")}`,
    `dependency=${dirname(path)}`,
  ];
  for (const message of messagesIn(stdout)) {
    if (message.reason !== "build-script-executed") continue;
    for (const one of message.linked_paths as string[]) {
      searched.push(one.includes("=") ? one : `native=${one}`);
    }
  }
  return searched;
}
