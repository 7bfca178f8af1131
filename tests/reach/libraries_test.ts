/**
 * The libraries of `libraries.txt`, as far as they are installed, by what
 * pkg-config says of them alone: all that their headers define is there, and is
 * what the compiler says, with gcc and with clang; TypeScript takes the
 * declarations, and a function can be called.
 *
 * `PLUGIN_LIBRARIES="zlib gio-2.0"` chooses some. With
 * `PLUGIN_LIBRARIES_DIRECTORY=DIR` what was made and what passed is kept there, and
 * a run that was ended goes on with the next library: a directory for each state
 * of the sources. `RUNTIME.txt` there says how much that is.
 *
 * @module
 */

import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdirSync, readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { withPackage } from "../../emit/commands/pkg_config_library.ts";
import { libraryOptionsOf } from "../../emit/commands/described_library.ts";
import { Arguments } from "../../emit/arguments/arguments.ts";
import { filesOf, packageWith } from "../../emit/toolchain/debian.ts";
import { withWorkspace } from "../../emit/toolchain/workspace.ts";
import type {
  HeaderDefinitions,
  Manifest,
} from "../../ffi/manifest/manifest.ts";
import {
  assertionsOf,
  constantsMissing,
  spellingIn,
} from "../emit/helpers/constants_oracle.ts";
import { plugin, readManifest } from "../emit/helpers/cli.ts";
import { complaintsOf } from "../emit/helpers/strict.ts";
import { withCompiler } from "../emit/helpers/headers.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { need, needRuntime, RUNTIME, skip } from "../helpers/need.ts";
import { test, withToolsNow } from "../helpers/test.ts";
import { callOf } from "./helpers/library_calls.ts";
import {
  type Figures,
  figuresOf,
  LibraryRecords,
} from "./helpers/library_records.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const CHOSEN = process.env.PLUGIN_LIBRARIES?.split(/[\s,]+/);
const LIBRARIES = readFileSync(
  new URL("./libraries.txt", import.meta.url),
  "utf8",
).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split(" ")[1]!)
  .filter((name) => CHOSEN?.includes(name) ?? true);

const TOOLS = ["pkg-config", "dpkg", "dpkg-query", "gcc", "clang", "cc"];

/** What debug information does not tell: that a struct is packed whose members lie as if it were not, and by clang that a member is a bit-field of all the bits of its type. */
const UNTOLD: ReadonlySet<string> = new Set([
  "SDL_AudioCVT",
  "_GDate",
  "libusb_control_setup",
  "snd_seq_ev_ext",
]);

/** The directory of everything, so that TypeScript is started once. */
const root = process.env.PLUGIN_LIBRARIES_DIRECTORY ?? emptyDirectory();
mkdirSync(root, { recursive: true });
const records = new LibraryRecords(root);
const compilers = RUNTIME === "Deno" ? ["gcc", "clang"] : ["gcc"];

/** Those that are there. */
const installed = new Set<string>();
withToolsNow(["pkg-config"], () => {
  for (const name of LIBRARIES) {
    const { status } = spawnSync("pkg-config", ["--exists", name]);
    if (status === 0) installed.add(name);
  }
});

for (const name of LIBRARIES) {
  if (!installed.has(name)) {
    test(`${name} by pkg-config`, skip("it is not installed"), () => {});
    continue;
  }
  if (records.has(name)) continue;
  test(
    `${name} by pkg-config: constants, structs, a call`,
    { ...need(...TOOLS), timeout: 600_000 },
    async () => {
      const compared: Record<string, Figures> = {};
      let path = "";
      for (const compiler of compilers) {
        path = records.manifestOf(name, compiler);
        await withCompiler(compiler, () => describe(name, path));
        const before = records.comparedAs(name, compiler);
        compared[compiler] = before ??
          await withCompiler(compiler, () => agrees(name, path, compiler));
      }
      records.write(name, { compared, calls: callOf(name, path) });
    },
  );
}

async function describe(name: string, path: string): Promise<void> {
  await succeedSilently(plugin("emit", "--pkg-config", name, "-o", path));
}

/** The compiler takes a file in which everything is asserted; how much that is. */
async function agrees(
  name: string,
  path: string,
  compiler: string,
): Promise<Figures> {
  const asked = libraryOptionsOf(
    new Arguments("emit", new Map([["pkg-config", [name]]]), [], []),
  );
  const { headers, flags } = await withWorkspace((work) =>
    withPackage(asked, work)
  );
  const includes = headers.map((header) => `#include "${header}"\n`).join("");
  const all = compiler === "clang" ? ["-ferror-limit=0"] : [];
  const said = new Map<string, SpawnSyncReturns<string>>();
  const cc = (args: readonly string[], input: string) => {
    const key = JSON.stringify([args, input]);
    const before = said.get(key);
    if (before !== undefined) return before;
    const now = spawnSync(
      compiler,
      [...flags, ...all, "-w", "-x", "c", ...args, "-"],
      { input, encoding: "utf8", maxBuffer: 2 ** 28 },
    );
    said.set(key, now);
    return now;
  };
  const text = cc(["-E", "-P"], includes).stdout;
  const spell = spellingIn(text);
  const manifest = readManifest(path);
  const own = await packageFiles(headers, cc(["-E"], includes).stdout);
  const missing = constantsMissing(
    cc,
    includes,
    new Set([
      ...Object.keys(definedIn(manifest, path).constants),
      ...Object.keys(manifest.symbols),
      // What a macro renames is a function.
      ...Object.keys(manifest.skipped),
    ]),
    (file) => own.has(realOf(file)),
  );
  assertEquals(missing, []);
  const source = assertionsOf(
    includes,
    definedIn(manifest, path),
    (type) => UNTOLD.has(type) ? undefined : spell(type),
  );
  const program = join(root, "asserts");
  const { status, stderr } = cc(["-O0", "-o", program], source);
  assertEquals([status, stderr.slice(0, 3000)], [0, ""]);
  const ran = spawnSync(program, [], { encoding: "utf8" });
  assertEquals([ran.status, ran.stdout], [0, ""]);
  return figuresOf(
    Object.values(manifest.symbols).filter(({ kind }) => kind === "function")
      .length,
    definedIn(manifest, path),
    cc(["-E", "-dD"], includes).stdout,
  );
}

/** The files that came with the packages of headers, which a preprocessed text names. */
async function packageFiles(
  headers: readonly string[],
  text: string,
): Promise<Set<string>> {
  const paths = new Set(
    Array.from(text.matchAll(/^# \d+ "([^"<]*)"/gm), ([, path]) => path!),
  );
  const named = [...paths].filter((path) =>
    headers.some((header) => path === header || path.endsWith(`/${header}`))
  );
  const packages = await Promise.all(
    named.map((path) => packageWith(realOf(path))),
  );
  const known = new Set(packages.filter((name) => name !== undefined));
  const files = (await Promise.all([...known].map(filesOf))).flat();
  return new Set(files.filter((path) => path.endsWith(".h")).map(realOf));
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** What the headers define, the types of the manifest too. */
function definedIn(manifest: Manifest, path: string): HeaderDefinitions {
  if (manifest.headers === undefined) {
    return { types: manifest.types, constants: {} };
  }
  const text = readFileSync(path.replace(/json$/, "headers.json"), "utf8");
  const { types, constants } = JSON.parse(text) as HeaderDefinitions;
  return { types: { ...types, ...manifest.types }, constants };
}

test(
  "TypeScript takes the declarations of all of them, tsc as strict as it can be told",
  { ...needRuntime("type checking"), timeout: 600_000 },
  async () => {
    const passed = LIBRARIES.filter((name) => records.has(name));
    assert(passed.length > 0);
    const declared = passed.flatMap((name) =>
      compilers.map((compiler) =>
        records.manifestOf(name, compiler).replace(/json$/, "d.ts")
      )
    );
    const checked = await run(process.execPath, [
      "check",
      "--quiet",
      ...declared,
    ], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
    });
    assertEquals([checked.status, checked.stderr.slice(-3000)], [0, ""]);
    assertEquals((await complaintsOf(declared)).slice(0, 20), []);
  },
);
