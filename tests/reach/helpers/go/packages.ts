/**
 * The Go packages by which it is told how much of Go crosses, and the plugins
 * that are built of them.
 *
 * @module
 */

import { createHash } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { buildLibrary } from "../../../../emit/commands/build_library.ts";

/** A package. */
export interface GoPackage {
  /** What it is imported as. */
  readonly path: string;
  /** The version of its module; none in the standard library. */
  readonly version?: string;
}

/** The packages of the table, in its order. */
export const GO_PACKAGES: readonly GoPackage[] = [
  ..."regexp strings strconv net/url time encoding/json compress/gzip archive/zip crypto/sha256 text/template html go/format math/big path/filepath sort unicode"
    .split(" ").map((path) => ({ path })),
  { path: "github.com/yuin/goldmark", version: "v1.8.7" },
  { path: "github.com/alecthomas/chroma/v2", version: "v2.27.0" },
  { path: "github.com/blevesearch/bleve/v2", version: "v2.6.3" },
  { path: "gopkg.in/yaml.v3", version: "v3.0.1" },
  { path: "github.com/google/uuid", version: "v1.6.0" },
  { path: "github.com/tidwall/gjson", version: "v1.20.2" },
  { path: "github.com/xuri/excelize/v2", version: "v2.11.1" },
  { path: "github.com/go-git/go-git/v5", version: "v5.19.3" },
  { path: "github.com/dustin/go-humanize", version: "v1.1.0" },
  { path: "github.com/robfig/cron/v3", version: "v3.0.1" },
  { path: "github.com/Masterminds/semver/v3", version: "v3.5.0" },
  { path: "github.com/BurntSushi/toml", version: "v1.6.0" },
  { path: "github.com/PuerkitoBio/goquery", version: "v1.13.0" },
  { path: "github.com/dlclark/regexp2", version: "v1.12.0" },
  { path: "gonum.org/v1/gonum/floats", version: "v0.17.0" },
];

/** The name of a package in the names of files. */
export function fileName({ path }: GoPackage): string {
  return path.replace(/\/v\d+$/, "").replaceAll("/", "_");
}

const ROOT = fileURLToPath(new URL("../../../..", import.meta.url));

/** Where the plugins of packages are. */
export const GO_REACH: string = join(ROOT, "build/reach/go");

/** What a plugin hangs on: what builds it. */
const builder = createHash("sha256");
for (
  const path of globSync("{emit,ffi/manifest,ffi/notation}/**/*.{ts,go}", {
    cwd: ROOT,
  }).sort()
) builder.update(path).update(readFileSync(join(ROOT, path)));
const BUILDER = builder.digest("hex").slice(0, 16);

/**
 * Builds the plugin of a package, where that was not done.
 *
 * @returns The path of the library.
 */
export async function goLibrary(from: GoPackage): Promise<string> {
  const { path, version } = from;
  const name = [fileName(from), version, BUILDER].filter(Boolean).join("-");
  const library = join(GO_REACH, name, "plugin.so");
  if (existsSync(library)) return library;
  // Several tests may build it at once: it is there whole, or not at all.
  const own = join(GO_REACH, `${name}.${process.pid}`);
  mkdirSync(own, { recursive: true });
  await buildLibrary({
    inputs: [`go:${path}${version === undefined ? "" : `@${version}`}`],
    output: join(own, "plugin.so"),
    flags: [],
    json: false,
    verbose: false,
  });
  try {
    renameSync(own, join(GO_REACH, name));
  } catch (error) {
    if (!existsSync(library)) throw error;
  }
  return library;
}
