/**
 * The runtimes on this machine: the Deno that runs this, and a Bun of a known
 * version from npm.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";

/** A runtime, and how it runs things. */
export interface Runtime {
  readonly name: "Deno" | "Bun";
  readonly version: string;
  readonly program: string;
  /** Arguments before a script's path. */
  readonly run: readonly string[];
}

/** Root of the checkout. */
export const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** What a child process said. */
export interface Ran {
  readonly success: boolean;
  readonly code: number;
  readonly output: string;
}

/** Runs a program in the checkout and collects both its outputs, in the order they came where it matters. */
export async function capture(
  program: string,
  args: readonly string[],
  cwd = ROOT,
): Promise<Ran> {
  const { success, code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
  }).output();
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
 * @returns Deno, and Bun where npm has a build of it for this machine.
 */
export async function runtimes(): Promise<Runtime[]> {
  const deno: Runtime = {
    name: "Deno",
    version: Deno.version.deno,
    program: Deno.execPath(),
    run: ["run", "-A"],
  };
  const program = await bun();
  if (program === undefined) {
    const missing =
      `There is no Bun for ${Deno.build.os} on ${Deno.build.arch} on npm; set BUN to the path of one`;
    if (Deno.env.get("PLUGIN_REQUIRE")?.split(",").includes("bun")) {
      throw new Error(missing);
    }
    console.error(missing);
    return [deno];
  }
  const { output } = await capture(program, ["--version"]);
  return [deno, { name: "Bun", version: output.trim(), program, run: ["run"] }];
}

/** The Bun that the tests run on. */
const BUN = "1.4.5";

/** The path of a Bun, installed first if need be. */
async function bun(): Promise<string | undefined> {
  const own = Deno.env.get("BUN");
  if (own !== undefined) return own;
  // The package of this one platform: npm's "bun" brings several, and an
  // install script to choose among them.
  const arch = Deno.build.arch === "aarch64" ? "aarch64" : "x64";
  const name = `@oven/bun-${Deno.build.os}-${arch}`;
  const directory = await bring("runtimes", name, BUN);
  const path = `${directory}/node_modules/${name}/bin/bun`;
  return await isFile(path) ? path : undefined;
}

/**
 * Brings a package from npm into a directory of its own below `build`, so that
 * nobody else has to install it.
 *
 * @param where Name of the directory.
 * @returns Its path; the package is in its `node_modules` unless npm has none.
 */
export async function bring(
  where: string,
  name: string,
  version: string,
): Promise<string> {
  const directory = `${ROOT}build/${where}`;
  const there = `${directory}/node_modules/${name}/package.json`;
  if (await isFile(there)) return directory;
  await Deno.mkdir(directory, { recursive: true });
  const manifest = {
    nodeModulesDir: "auto",
    imports: { it: `npm:${name}@${version}` },
  };
  await Deno.writeTextFile(`${directory}/deno.json`, JSON.stringify(manifest));
  await Deno.writeTextFile(`${directory}/package.json`, "{}");
  const { output } = await capture(
    Deno.execPath(),
    ["install", "--quiet"],
    directory,
  );
  if (!await isFile(there)) console.error(output.trim());
  return directory;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
