/**
 * The runtimes on this machine: the Deno that runs this, and a Bun and a Node
 * of known versions from npm.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import { withProgress } from "../emit/progress.ts";

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
  readonly output: string;
}

/**
 * Runs a program in the checkout and collects both its outputs, in the order
 * they came where it matters.
 *
 * @param options Where to run it, its variables, and what a terminal shows
 * where it takes longer than a second.
 */
export async function capture(
  program: string,
  args: readonly string[],
  { cwd = ROOT, env = {}, what }: {
    cwd?: string;
    env?: Readonly<Record<string, string>>;
    what?: string;
  } = {},
): Promise<Ran> {
  const command = new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1", ...env },
  });
  const { success, code, stdout, stderr } = what === undefined
    ? await command.output()
    : await withProgress(what, () => command.output());
  const decoder = new TextDecoder();
  return {
    success,
    code,
    output: decoder.decode(stdout) + decoder.decode(stderr),
  };
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
  const deno: Runtime = {
    name: "Deno",
    version: Deno.version.deno,
    program: Deno.execPath(),
    run: ["run", "-A"],
    env: {},
  };
  const others = [await bun(), await node()];
  return [deno, ...others.filter((other) => other !== undefined)];
}

/** Whether the newest that npm has are tested, and not the oldest that are supported. */
const IS_NEWEST = Deno.env.get("PLUGIN_RUNTIMES") === "newest";
/** The Bun that the tests run on. */
const BUN = IS_NEWEST ? "latest" : "1.4.5";
/** The Node that the tests run on: the oldest that has what we need. */
const NODE = IS_NEWEST ? "latest" : "26.10.0";

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
  runtime: "Bun" | "Node",
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
export const leftOut = new Map<"Bun" | "Node", string>();

/** Says why a runtime is left out, or fails where it must not be. */
function refuse(runtime: "Bun" | "Node", why: string): void {
  const required = Deno.env.get("PLUGIN_REQUIRE")?.split(",") ?? [];
  if (required.includes(runtime.toLowerCase())) throw new Error(why);
  leftOut.set(runtime, why);
  console.error(why);
}

/**
 * The program of a runtime, installed first if need be.
 *
 * @param runtime Its name; `PLUGIN_BUN` and `PLUGIN_NODE` name other programs.
 * @param name Its package on npm, whose `bin` the program is in.
 */
async function programOf(
  runtime: "Bun" | "Node",
  name: string,
  version: string,
): Promise<string | undefined> {
  const word = runtime.toLowerCase();
  // Not NODE: npx sets it, to the Node that npx itself runs on.
  const variable = `PLUGIN_${word.toUpperCase()}`;
  const own = Deno.env.get(variable);
  if (own !== undefined) return own;
  const where = IS_NEWEST ? `newest/${today()}/${word}` : `runtimes/${word}`;
  const directory = await bring(where, { [name]: version });
  const path = `${directory}/node_modules/${name}/bin/${word}`;
  if (await isFile(path)) return path;
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
