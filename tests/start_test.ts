import { test } from "./helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { run } from "../emit/toolchain/run.ts";
import { identify } from "../ffi/identity/read_identity.ts";
import { compile } from "./ffi/helpers/compile.ts";
import { emptyDirectory, library } from "./helpers/fixture.ts";
import { DEFERRED } from "../tools/deferred.ts";
import { need, RUNTIME, skip } from "./helpers/need.ts";
import { commandLine, FACE } from "./helpers/program.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const ON_DENO = RUNTIME === "Deno"
  ? need("cc")
  : skip("only Deno loads its copies of Node's modules");

const ON_LINUX = process.platform === "linux" ? need("cc") : skip("Linux only");

/** The names of the engine's own modules that a program had compiled. */
async function builtinsOf(...program: string[]): Promise<string[]> {
  const log = join(emptyDirectory(), "v8.log");
  const flags =
    `--log-function-events,--no-logfile-per-isolate,--logfile=${log}`;
  const ran = await run(
    process.execPath,
    [
      "run",
      "--quiet",
      "-A",
      "--no-check",
      "--config",
      `${ROOT}deno.json`,
      `--v8-flags=${flags}`,
      ...program,
    ],
    { cwd: ROOT },
  );
  assertEquals([ran.status, ran.stderr], [0, ""]);
  const scripts = readFileSync(log, "utf8").matchAll(
    /^script-details,\d+,((?:ext|node):[^,]+)/gm,
  );
  return [...new Set([...scripts].map(([, name]) => name!))];
}

/** Those of them that a program which does nothing does without. */
async function loaded(...program: string[]): Promise<string[]> {
  const empty = join(emptyDirectory(), "empty.ts");
  writeFileSync(empty, "");
  const always = new Set(await builtinsOf(empty));
  assert(always.size > 0);
  return (await builtinsOf(...program)).filter((name) => !always.has(name));
}

test("opening a plugin loads nothing of Node's", ON_DENO, async () => {
  const host = join(emptyDirectory(), "host.ts");
  const path = JSON.stringify(await library("calls.c"));
  writeFileSync(
    host,
    `import { open } from "@native/plugin";\nopen(${path});\n`,
  );
  assertEquals(await loaded(host), []);
});

/** Most modules of ours that a start may read on Deno, each 0.1 to 0.2 ms of it, but for those that packages defer. */
const MOST_MODULES = 156;
/** Most bytes of source in them. */
const MOST_BYTES = 785_000;

test("a start reads no more modules than it did", ON_DENO, async () => {
  const { stdout } = await run(
    process.execPath,
    ["info", "--json", "--config", `${ROOT}deno.json`, `${ROOT}mod.ts`],
    { cwd: ROOT },
  );
  const { roots, modules } = JSON.parse(stdout) as {
    roots: string[];
    modules: Module[];
  };
  const all = new Map(modules.map((module) => [module.specifier, module]));
  const read = new Set(roots);
  const deferred = new Set(
    DEFERRED.map((module) => new URL(`../${module}`, import.meta.url).href),
  );
  for (const specifier of read) {
    for (const { code, isDynamic } of all.get(specifier)?.dependencies ?? []) {
      const wanted = code?.specifier;
      if (wanted === undefined || isDynamic || deferred.has(wanted)) continue;
      read.add(wanted);
    }
  }
  // A package brings modules of its own, which are not counted here.
  assertEquals([...read].filter((read) => !read.startsWith("file:")), []);
  const sizes = [...read].map((specifier) => all.get(specifier)!.size ?? 0);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  assert(
    read.size > 100 && read.size <= MOST_MODULES && bytes <= MOST_BYTES,
    `opening a plugin reads ${read.size} modules of ${bytes} bytes, wanted at most ${MOST_MODULES} of ${MOST_BYTES}: measure bench/start.ts before there may be more`,
  );
});

/** What is used here of what \`deno info --json\` says of a module. */
interface Module {
  readonly specifier: string;
  readonly size?: number;
  readonly dependencies?: {
    /** Missing where only its types are imported. */
    readonly code?: { readonly specifier?: string };
    readonly isDynamic?: boolean;
  }[];
}

/** What opening a library asks for; everything else costs milliseconds. */
const ASKED = {
  Bun: ["bun:ffi", "node:fs"],
  Node: ["node:ffi", "node:fs"],
  Deno: [],
}[RUNTIME];

test(
  "opening a plugin asks the runtime for few modules",
  need("cc"),
  async () => {
    const path = JSON.stringify(await library("calls.c"));
    const host = join(emptyDirectory(), "host.mjs");
    // A static import would come before what listens.
    writeFileSync(
      host,
      `const asked = new Set();
const { getBuiltinModule } = process;
process.getBuiltinModule = (name) => {
  asked.add(name);
  return getBuiltinModule.call(process, name);
};
const { open } = await import(${FACE});
open(${path});
console.log(JSON.stringify([...asked].sort()));
`,
    );
    const [program, ...args] = commandLine(host);
    const { status, stdout } = await run(program!, args, { cwd: ROOT });
    assertEquals([status, JSON.parse(stdout)], [0, ASKED]);
  },
);

test("the runtime's symbols are read for few libraries", ON_LINUX, () => {
  const directory = emptyDirectory();
  const isSelfContained = (name: string, text: string) =>
    identify(compile(directory, name, text)).isSelfContained;
  const one = "int one(void) { return 1; }";
  assertEquals(isSelfContained("one.so", one), true);
  // What it exports and uses itself may be the runtime's.
  const two = "int two(void) { return one() + 1; }";
  assertEquals(isSelfContained("two.so", `${one} ${two}`), false);
});

test("plugin emit loads nothing of Node's", ON_DENO, async () => {
  const output = join(emptyDirectory(), "manifest.json");
  const path = await library("calls.c");
  assertEquals(await loaded("emit/main.ts", "emit", path, "-o", output), []);
  // What makes keys needs them: this test can fail.
  const made = await loaded("emit/main.ts", "keygen", "-o", `${output}.pem`);
  assert(made.some((name) => name.includes("crypto")));
});
