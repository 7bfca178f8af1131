/**
 * Which headers are a package's, where nobody has named them.
 *
 * @module
 */

import { basename, join } from "../../ffi/system/path.ts";
import { isFile, namesAt, statusAt, system } from "../../ffi/system/system.ts";
import type { Image } from "../image/image.ts";
import { insteadIn, prelude } from "./compile_header.ts";
import { compilable, type Probe, syntaxOf } from "./compilable_headers.ts";
import { cc } from "../toolchain/cc.ts";
import { filesOf, packageWith } from "../toolchain/debian.ts";
import { type Package, pkgConfig } from "../toolchain/pkg_config.ts";
import { targetBeside } from "../toolchain/compiler_target.ts";

/** Most headers of a package that are looked into. */
const MAX_HEADERS = 4000;
/** How deep they lie below a directory that the compiler looks in. */
const MAX_DEPTH = 3;

/** Headers, and how they are compiled. */
export interface FoundHeaders {
  /** As `#include` names them. */
  readonly headers: readonly string[];
  /** What the compiler is given. */
  readonly flags: readonly string[];
}

/** What some headers take for granted: `jpeglib.h` has a `FILE *` and a `size_t`. */
const BEFORE = ["-include", "stdio.h"];

/**
 * Finds the headers of a package: the one that is called as the package or its
 * library is, or else all that mention what the library exports.
 *
 * @param found The package.
 * @param image Its library.
 * @param work An empty directory.
 * @returns The headers; none where there is nothing to go by.
 */
export async function headersOf(
  found: Package,
  image: Image,
  work: string,
): Promise<FoundHeaders> {
  const { name, libraries, directories, includeDirectory } = found;
  const probe = { image, source: join(work, "probe.c") };
  const places = [
    ...directories,
    ...includeDirectory === undefined ? [] : [
      includeDirectory,
      // Where the headers for one machine lie: /usr/include/x86_64-linux-gnu
      ...(await searched(probe)).filter((directory) =>
        directory.startsWith(`${includeDirectory}/`)
      ),
    ],
  ];
  const words = [name, ...libraries].flatMap(variantsOf);
  const exports = wordsOf(image);
  for (const word of words) {
    for (const place of places) {
      const header = called(word, place);
      if (header === undefined) continue;
      const { text, instead } = await preprocessed(header, found.flags, probe);
      if (text === undefined || mentions(text, exports)) {
        return { headers: [instead ?? header], flags: found.flags };
      }
    }
  }
  const all = mentioning(exports, await installed(found), places);
  const flags = [...found.flags, ...BEFORE];
  const { headers, stderr } = await compilable(all, flags, probe);
  const missing = [
    ...new Set(Array.from(stderr.matchAll(UNKNOWN), ([, name]) => name!)),
  ];
  const before = missing.length === 0
    ? undefined
    : await declaring(found, missing, headers, flags, places, probe);
  return {
    headers,
    flags: before === undefined ? flags : [...flags, "-include", before],
  };
}

/** The directories that the compiler looks in by itself. */
async function searched({ image, source }: Probe): Promise<string[]> {
  system.overwrite(source, "");
  const { stderr } = await cc(["-E", "-v", source], targetBeside(image));
  const [, list = ""] =
    /^#include <\.\.\.> search starts here:\n((?: .*\n)*)/m.exec(stderr) ?? [];
  return list.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** Types that the compiler does not know, as gcc and clang say it. */
const UNKNOWN = /unknown type name ['\u2018](\w+)/g;

/**
 * The header of what a package requires that declares what its own take for
 * granted: `Xvlib.h` has the `Display` of `Xlib.h`.
 *
 * @param missing The types that the compiler does not know.
 * @returns Undefined where it is not found.
 */
async function declaring(
  { name }: Package,
  missing: readonly string[],
  headers: readonly string[],
  flags: readonly string[],
  places: readonly string[],
  probe: Probe,
): Promise<string | undefined> {
  const required = await pkgConfig("--print-requires-private", name);
  const known: (readonly [number, string])[] = [];
  for (const each of required) {
    const [other = ""] = each.split(" ");
    for (const path of await installed({ name: other, directories: [] })) {
      const text = system.readText(path);
      const count = missing.filter((type) =>
        new RegExp(
          `#\\s*define\\s+${type}\\b|typedef\\b[^;{]*\\b${type}\\s*;|\\}[\\s*]*${type}\\s*;`,
        ).test(text)
      ).length;
      if (count > 0) known.push([count, includedAs(path, places)]);
    }
  }
  known.sort(([a], [b]) => b - a);
  const source = prelude(headers);
  for (const [, header] of known.slice(0, MOST_TRIED)) {
    const { status } = await syntaxOf(source, [
      ...flags,
      "-include",
      header,
    ], probe);
    if (status === 0) return header;
  }
  return undefined;
}

/** Most headers that are tried before others. */
const MOST_TRIED = 4;

/**
 * What a header includes; nothing where it wants something before it, of which
 * the compiler says more. `instead` is the header that one names which is not
 * to be included by itself.
 */
async function preprocessed(
  header: string,
  flags: readonly string[],
  { image, source }: Probe,
): Promise<{ text?: string; instead?: string | undefined }> {
  system.overwrite(source, prelude([header]));
  const { status, stdout, stderr } = await cc(
    ["-E", "-w", ...flags, source],
    targetBeside(image),
  );
  return status === 0 ? { text: stdout } : { instead: insteadIn(stderr) };
}

/** What a header of it may be called: `libfoo-2.0` is `libfoo`, `foo-2.0`, `foo`; `barw`, for wide characters, `bar`. */
function variantsOf(name: string): string[] {
  const plain = name.toLowerCase();
  const forms = [
    plain,
    plain.replace(/-?[\d.]+$/, ""),
    plain.replace(/w$/, ""),
  ];
  return [
    ...new Set([
      ...forms,
      ...forms.map((form) => form.replace(/^lib/, "")),
      ...forms.map((form) => `lib${form}`),
    ]),
  ].filter((form) => form !== "");
}

/** A header of that name in a directory, or in one of that name there. */
function called(word: string, place: string): string | undefined {
  const file = like(place, `${word}.h`);
  if (file !== undefined && isFile(join(place, file))) return file;
  const directory = like(place, word);
  if (directory === undefined) return undefined;
  const inner = like(join(place, directory), `${word}.h`);
  return inner === undefined ? undefined : `${directory}/${inner}`;
}

/** What is called so in a directory, but for upper and lower case. */
function like(directory: string, name: string): string | undefined {
  const names = namesAt(directory);
  return names.find((each) => each === name) ??
    names.sort().find((each) => each.toLowerCase() === name);
}

/** The headers that came with a package, by the system's own list, or else those in its directories. */
async function installed(
  { name, directories }: Pick<Package, "name" | "directories">,
): Promise<string[]> {
  const [place] = await pkgConfig("--variable=pcfiledir", name);
  const debian = place === undefined
    ? undefined
    : await packageWith(join(place, `${name}.pc`));
  const listed = debian === undefined ? [] : await filesOf(debian);
  const headers = listed.filter((path) => path.endsWith(".h"));
  return headers.length > 0
    ? headers
    : directories.flatMap((directory) => headersIn(directory, 0));
}

function headersIn(directory: string, depth: number): string[] {
  if (depth > MAX_DEPTH || !statusAt(directory)?.isDirectory) return [];
  return system.list(directory).flatMap(({ name, isDirectory }) => {
    const path = join(directory, name);
    if (isDirectory) return headersIn(path, depth + 1);
    return name.endsWith(".h") ? [path] : [];
  });
}

/** The headers with a word in them that the library exports, shortest names first. */
function mentioning(
  exports: ReadonlySet<string>,
  paths: readonly string[],
  places: readonly string[],
): string[] {
  return paths.slice(0, MAX_HEADERS).filter((path) =>
    // What is private, or for others to include, does not compile alone.
    !/(?:private|internal|-inl|_priv)\.h$/.test(basename(path)) &&
    isFile(path) && mentions(system.readText(path), exports)
  ).map((path) => includedAs(path, places)).sort();
}

function mentions(text: string, exports: ReadonlySet<string>): boolean {
  return (text.match(/[A-Za-z_]\w{2,}/g) ?? [])
    .some((word) => exports.has(word));
}

/** The names that a library exports, also without the release at the end of some: `ucol_open_72`. */
function wordsOf({ exports }: Image): Set<string> {
  return new Set(
    exports.flatMap(({ name }) => [name, name.replace(/_\d+$/, "")]),
  );
}

function includedAs(path: string, places: readonly string[]): string {
  const place = places.filter((place) => path.startsWith(`${place}/`))
    .sort((a, b) => b.length - a.length)[0];
  return place === undefined ? path : path.slice(place.length + 1);
}
