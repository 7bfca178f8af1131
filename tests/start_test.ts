import { test } from "./helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { basename, join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { run } from "../emit/toolchain/run.ts";
import { identify } from "../ffi/identity/read_identity.ts";
import { NO_CODE } from "../ffi/runtime/generate.ts";
import { emptyDirectory, library } from "./helpers/fixture.ts";
import { unpackPackage } from "./helpers/package.ts";
import {
  DEFERRED_URL,
  START_PROGRAM,
  START_SOURCE,
} from "../tools/start_program.ts";
import { need, RUNTIME, skip } from "./helpers/need.ts";
import { commandLine, FACE, type RunOptions } from "./helpers/program.ts";
import { succeedSilently } from "./helpers/succeed.ts";
import { compile } from "./helpers/shared_library.ts";

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
  await succeedSilently(run(
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
  ));
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

/** Most bytes of a package that an engine reads as code when a program starts. */
const MOST_CODE = 225_000;
/** Most bytes of the file: the rest of it is a text, of which 4 KB take 0.02 ms of a start. */
const MOST_BYTES = 674_000;

test("a start reads no more code than it did", need("npm"), async () => {
  const file = await packedFile();
  const size = readFileSync(file).length;
  const code = codeOf(file);
  assert(
    code > 50_000 && code <= MOST_CODE && size <= MOST_BYTES,
    `a start reads ${code} bytes of code in a file of ${size}, wanted at most ${MOST_CODE} and ${MOST_BYTES}: measure bench/start.ts before there may be more`,
  );
});

test("V8 reads what the first call runs once", need("npm"), async () => {
  const text = readFileSync(await packedFile(), "utf8");
  // What prints code leaves such parentheses out, and nothing else tells of them.
  for (const name of ["open", "openRequested", "bindFunction"]) {
    assert(text.includes(`var ${name}=(function(`), name);
  }
});

test(
  "a plain start makes nothing of what is deferred",
  need("npm", "cc"),
  async () => {
    const file = await packedFile();
    // What is made code goes through \`Function\`.
    const said = await saidBy(
      `let reason = "";
globalThis.Function = new Proxy(Function, {
  construct(made, texts) {
    if (texts.at(-1).includes("${DEFERRED_URL}")) reason += new Error("made").stack;
    return new made(...texts);
  },
});
const { open } = await import(${JSON.stringify(pathToFileURL(file).href)});
const library = ${JSON.stringify(await library(basename(START_SOURCE)))};
${START_PROGRAM}
const plain = reason;
try {
  open("/nowhere/at/all.so");
} catch (error) {
  console.log(JSON.stringify({ plain, code: error.code, isMade: reason !== "" }));
}`,
    );
    // An error takes what is deferred: this test can fail.
    assertEquals(
      JSON.parse(said),
      { plain: "", code: "not_found", isMade: true },
      "take in what a start runs: deno run -A tools/start_functions.ts",
    );
  },
);

test(
  "what is deferred is called as directly as all else, once it is made",
  need("npm", "cc"),
  async () => {
    const file = await packedFile();
    // What stands for a function of the text counts its calls.
    const text = readFileSync(file, "utf8");
    const counting =
      "(globalThis.passed = (globalThis.passed ?? 0) + 1, $later())[";
    writeFileSync(file, text.replace("$later()[", counting));
    const said = await saidBy(
      `import { open } from ${JSON.stringify(pathToFileURL(file).href)};
const plugin = open(${JSON.stringify(await library("records.c"))});
const { move, mid } = plugin.symbols;
const point = new (plugin.type("Point"))({ x: 1, y: 2 });
const act = () => {
  move(point, 1, 1);
  mid(point, { x: 1, y: 1 });
};
act();
const { passed } = globalThis;
for (let round = 0; round < 10; round++) act();
console.log(passed > 0, globalThis.passed - passed);`,
    );
    assertEquals(said, "true 0");
  },
);

test(
  "where no code is made out of text, a package's errors are the same",
  RUNTIME === "Bun" ? skip("Bun has no such flag") : need("npm", "cc"),
  async () => {
    const file = await packedFile();
    const flag = "--disallow-code-generation-from-strings";
    const flags = RUNTIME === "Deno" ? ["-A", `--v8-flags=${flag}`] : [flag];
    const said = await saidBy(
      `import { open } from ${JSON.stringify(pathToFileURL(file).href)};
const path = ${JSON.stringify(await library(basename(START_SOURCE)))};
const plugin = open(path);
for (
  const act of [
    () => open("/nowhere/at/all.so"),
    () => open(path, { frsh: true }),
    () => plugin.lookup("ad"),
    () => plugin.lookup("add", "(i32, i32"),
    () => plugin.lookup("add"),
  ]
) {
  try {
    act();
  } catch ({ name, code, message }) {
    console.log(name, code, message.replaceAll(path, "plain.so"));
  }
}`,
      { flags },
    );
    assertEquals(said.split("\n"), [
      'PluginError not_found Cannot open the plugin "/nowhere/at/all.so": there is no such file',
      'TypeError undefined open(): there is no option "frsh": did you mean "fresh"?',
      'PluginError unknown_symbol Cannot look up "ad" in "plain.so": it is none of the plugin\'s 7 symbols; the nearest are "add", "half", "name"',
      'PluginError bad_type Cannot parse the type "(i32, i32": column 10 has the end, wanted ","',
      `PluginError unsupported Cannot look up "add" in "plain.so": ${NO_CODE}`,
    ]);
  },
);

/** The library of the package. */
async function packedFile(): Promise<string> {
  const directory = emptyDirectory();
  await unpackPackage(directory);
  return join(directory, "node_modules/@native/plugin/mod.js");
}

/** What a program says that ends well and complains of nothing. */
async function saidBy(source: string, options?: RunOptions): Promise<string> {
  const directory = emptyDirectory();
  const host = join(directory, "host.mjs");
  writeFileSync(host, source);
  const [program, ...args] = commandLine(host, options);
  const ran = await succeedSilently(run(program!, args, { cwd: directory }));
  return ran.stdout.trim();
}

/** How much of it is not the text that is made code when it is needed. */
function codeOf(file: string): number {
  // Lines end in the midst of the text, and of whatever is looked for in it.
  const text = readFileSync(file, "utf8").replaceAll("\\\n", "");
  const end = text.indexOf(DEFERRED_URL);
  const start = text.lastIndexOf("} = $shared;", end);
  assert(start >= 0 && start < end, "the package has no text that is deferred");
  return text.length - (end - start);
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
    identify(compile(join(directory, name), text)).isSelfContained;
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
