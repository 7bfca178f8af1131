/**
 * The runtimes on this machine: the Deno that runs this, and a Bun and a Node
 * of known versions from npm.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { withProgress } from "../emit/terminal/progress.ts";

/** A runtime, and how it runs things. */
export interface Runtime {
  readonly name: "Deno" | "Bun" | "Node";
  readonly version: string;
  readonly program: string;
  /** Arguments before a script's path. */
  readonly run: readonly string[];
  /** Variables that it needs, and that the processes it starts need. */
  readonly env: Readonly<Record<string, string>>;
}

/** Root of the checkout. */
export const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** What a child process said. */
export interface Ran {
  readonly success: boolean;
  readonly code: number;
  readonly stdout: string;
  /** That, and then what it wrote to stderr. */
  readonly output: string;
}

/**
 * Runs a program in the checkout and collects both its outputs, in the order
 * they came where it matters.
 *
 * @param options Where to run it, its variables, what is said where it takes
 * long, and how it is started.
 */
export async function capture(
  program: string,
  args: readonly string[],
  { cwd = ROOT, env = {}, what, start = output }: {
    cwd?: string;
    env?: Readonly<Record<string, string>>;
    what?: string;
    start?: typeof output;
  } = {},
): Promise<Ran> {
  const run = () =>
    start(program, {
      args: [...args],
      cwd,
      clearEnv: true,
      env: { ...withoutColours(), ...env },
    });
  const { success, code, stdout, stderr } = what === undefined
    ? await run()
    : await told(what, run);
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout);
  return {
    success,
    code,
    stdout: said,
    output: said + decoder.decode(stderr),
  };
}

function output(
  program: string,
  options: Deno.CommandOptions,
): Promise<Deno.CommandOutput> {
  return new Deno.Command(program, options).output();
}

/** Milliseconds before others than a terminal are told what goes on, once. */
const PATIENCE = 5000;

/** Runs something, and says what that is where it takes long. */
async function told<T>(what: string, run: () => Promise<T>): Promise<T> {
  if (Deno.stderr.isTerminal()) return await withProgress(what, run);
  const timer = setTimeout(() => console.error(`${what} ...`), PATIENCE);
  try {
    return await run();
  } finally {
    clearTimeout(timer);
  }
}

/** The variables of this process, but of those for colours the one for none. */
function withoutColours(): Record<string, string> {
  const { FORCE_COLOR: _, CLICOLOR_FORCE: _too, ...others } = Deno.env
    .toObject();
  return { ...others, NO_COLOR: "1" };
}

/** Runs a program in the checkout, its outputs shown as they come. */
export async function show(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const { success } = await new Deno.Command(program, {
    args: [...args],
    cwd: ROOT,
    env: { ...env },
    stdin: "null",
    stdout: "inherit",
    stderr: "inherit",
  }).output();
  return success;
}

/**
 * All runtimes in scope.
 *
 * @returns Deno, and Bun and Node where npm has a build of them for this machine.
 */
export async function runtimes(): Promise<Runtime[]> {
  const all = [await deno(), await bun(), await node()];
  return all.filter((one) => one !== undefined);
}

/** Which versions are tested: `oldest` or `newest`; without it those of every day. */
const WHICH = Deno.env.get("PLUGIN_RUNTIMES");
const IS_NEWEST = WHICH === "newest";

/** The versions of the runtimes; without a Deno, the one that runs this. */
const { deno: DENO, bun: BUN, node: NODE } = await versions();

async function versions(): Promise<
  { deno?: string; bun: string; node: string }
> {
  if (IS_NEWEST) return { bun: "latest", node: "latest" };
  const { engines } = JSON.parse(
    await Deno.readTextFile(`${ROOT}package.json`),
  );
  const oldest = (range: string) =>
    range.replace(">=", "").replace(/^\d+\.\d+$/, "$&.0");
  const node = oldest(engines.node);
  return WHICH === "oldest"
    ? { deno: oldest(engines.deno), bun: oldest(engines.bun), node }
    : { bun: "1.4.5", node };
}

async function deno(): Promise<Runtime | undefined> {
  let program = Deno.execPath();
  let version = Deno.version.deno;
  let env = {};
  if (DENO !== undefined || Deno.env.has("PLUGIN_DENO")) {
    const { arch, os } = Deno.build;
    const name = `@deno/${os}-${arch === "aarch64" ? "arm64" : "x64"}` +
      (os === "linux" ? "-glibc" : "");
    const own = await programOf("Deno", name, DENO ?? version);
    if (own === undefined) return undefined;
    program = own;
    const said = /\d[\d.]*/.exec(await versionOf("Deno", own) ?? "")?.[0];
    if (said === undefined) return undefined;
    version = said;
    // One version takes away the caches that another one has, and may be using.
    env = { DENO_DIR: `${ROOT}build/cache/deno-${version}` };
  }
  return { name: "Deno", version, program, run: ["run", "-A"], env };
}

async function bun(): Promise<Runtime | undefined> {
  const arch = Deno.build.arch === "aarch64" ? "aarch64" : "x64";
  // The package of this one platform: npm's "bun" brings several, and an
  // install script to choose among them.
  const name = `@oven/bun-${Deno.build.os}-${arch}`;
  const program = await programOf("Bun", name, BUN);
  if (program === undefined) return undefined;
  const version = await versionOf("Bun", program);
  if (version === undefined) return undefined;
  return { name: "Bun", version, program, run: ["run"], env: {} };
}

/** A Node, if npm has it. */
async function node(): Promise<Runtime | undefined> {
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const name = `node-${Deno.build.os}-${arch}`;
  const program = await programOf("Node", name, NODE);
  if (program === undefined) return undefined;
  const version = (await versionOf("Node", program))?.slice(1);
  if (version === undefined) return undefined;
  // What it starts is Node again, and knows the import map as well.
  // As a URL: its words are divided at spaces.
  const imports = new URL("imports.ts", import.meta.url).href;
  const env = { NODE_OPTIONS: `--import=${imports}` };
  return { name: "Node", version, program, run: [], env };
}

/** The version of a runtime, if it starts here at all. */
async function versionOf(
  runtime: Runtime["name"],
  program: string,
): Promise<string | undefined> {
  const { success, output } = await capture(program, ["--version"]);
  if (success) return output.trim();
  const [, library] = /(lib\w+)\.so/.exec(output) ?? [];
  const remedy = library === "libatomic"
    ? ' ("apt install libatomic1" on Debian; a C compiler brings it too)'
    : "";
  refuse(runtime, `${runtime} does not start here${remedy}: ${output.trim()}`);
  return undefined;
}

/** The runtimes that are left out, and why. */
export const leftOut = new Map<Runtime["name"], string>();

/** Says why a runtime is left out, or fails where it must not be. */
function refuse(runtime: Runtime["name"], why: string): void {
  const required = Deno.env.get("PLUGIN_REQUIRE")?.split(",") ?? [];
  if (required.includes(runtime.toLowerCase())) throw new Error(why);
  leftOut.set(runtime, why);
  console.error(why);
}

/**
 * The program of a runtime, installed first if need be.
 *
 * @param runtime Its name; `PLUGIN_DENO`, `PLUGIN_BUN` and `PLUGIN_NODE` name
 * other programs.
 * @param name Its package on npm, whose `bin` the program is in, or Deno's.
 */
async function programOf(
  runtime: Runtime["name"],
  name: string,
  version: string,
): Promise<string | undefined> {
  const word = runtime.toLowerCase();
  // Not NODE: npx sets it, to the Node that npx itself runs on.
  const variable = `PLUGIN_${word.toUpperCase()}`;
  const own = Deno.env.get(variable);
  if (own !== undefined) return own;
  const where = IS_NEWEST
    ? `newest/${today()}/${word}`
    : `${WHICH === "oldest" ? "oldest" : "runtimes"}/${word}`;
  const directory = await bring(where, { [name]: version });
  for (const place of [`bin/${word}`, word]) {
    const path = `${directory}/node_modules/${name}/${place}`;
    if (await isFile(path)) return path;
  }
  refuse(
    runtime,
    `There is no ${runtime} for ${Deno.build.os} on ${Deno.build.arch} on npm; set ${variable} to the path of one`,
  );
  return undefined;
}

/** What is the newest is asked once a day. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/**
 * Brings packages from npm into a directory of their own below `build`, so that
 * nobody else has to install them.
 *
 * @param where Name of the directory.
 * @param packages The version of each.
 * @returns Its path; the packages are in its `node_modules` unless npm has none.
 */
export async function bring(
  where: string,
  packages: Readonly<Record<string, string>>,
): Promise<string> {
  const directory = `${ROOT}build/${where}`;
  const manifest = {
    nodeModulesDir: "auto",
    imports: Object.fromEntries(
      Object.entries(packages).map(([name, version]) => [
        name,
        `npm:${name}@${version}`,
      ]),
    ),
  };
  const text = JSON.stringify(manifest);
  const there = () =>
    Promise.all(
      Object.keys(packages).map((name) =>
        isFile(`${directory}/node_modules/${name}/package.json`)
      ),
    ).then((found) => found.every((isThere) => isThere));
  const before = await Deno.readTextFile(`${directory}/deno.json`)
    .catch(() => undefined);
  if (before === text && await there()) return directory;
  await Deno.mkdir(directory, { recursive: true });
  await Deno.writeTextFile(`${directory}/deno.json`, text);
  await Deno.writeTextFile(`${directory}/package.json`, "{}");
  const names = Object.keys(packages).join(", ");
  const { output } = await capture(
    Deno.execPath(),
    ["install", "--quiet"],
    { cwd: directory, what: `bringing ${names} from npm` },
  );
  if (!await there()) console.error(output.trim());
  return directory;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
