/**
 * `plugin doctor`: what this machine has for plugins, what it lacks, and what
 * brings that.
 *
 * @module
 */

import { ownLibc } from "../../ffi/identity/executable.ts";
import { isOlder } from "../../ffi/manifest/manifest.ts";
import { isNoexec } from "../../ffi/system/mounts.ts";
import { OLDEST_NODE } from "../../ffi/system/node_version.ts";
import { dirname, fromFileUrl, join } from "../../ffi/system/path.ts";
import { isPermitted } from "../../ffi/system/process_secret.ts";
import { exists, system } from "../../ffi/system/system.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { quote } from "../../ffi/error.ts";
import { EmitError, isNotPermitted } from "../error.ts";
import { cachedSupport } from "../support/compile_support.ts";
import { readLibrary } from "../image/library_file.ts";
import { type BroughtTool, installCommand } from "../toolchain/install.ts";
import { ownRuntime } from "../toolchain/own_runtime.ts";
import { ANSWER_TIME, run } from "../toolchain/run.ts";
import { findZig, wordsOf } from "../toolchain/tool.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import { VERSION } from "../publish/version.ts";
import { buildLibrary } from "./build_library.ts";

/** `plugin doctor`. */
export const command = defineCommand({
  name: "doctor",
  options: {},
  runsCompiler: true,
  parse(given): Reporting {
    given.onlyOptions();
    return reportingOf(given);
  },
  async run(asked: Reporting): Promise<CommandOutcome> {
    const findings = await examine();
    const text = asked.json
      ? `${JSON.stringify({ version: VERSION, findings }, null, 2)}\n`
      : print(findings);
    return { text, negative: findings.some(({ state }) => state === "wrong") };
  },
  help:
    `Says what this machine has for plugins, what it lacks, and what brings that.

Usage: plugin doctor [options]

Examples:
  plugin doctor          compilers, runtimes, permissions, places; builds a plugin
  plugin doctor --json   the same, for programs

"-" is missing, and something does not work without it; "!" is wrong: the exit
code is 1, and nothing can be built or opened until it is mended.

Options:
      --json           print the findings for programs
  -h, --help           print this
`,
});

/** How it is with a thing. */
type State = "fine" | "missing" | "wrong";

/** One thing that was looked at. */
interface Finding {
  readonly part: "compilers" | "runtimes" | "this machine";
  readonly name: string;
  readonly state: State;
  /** A version, a path, or what is wrong. */
  readonly found?: string;
  /** What it is for. */
  readonly purpose?: string;
  /** What to do. */
  readonly remedy?: string;
}

async function examine(): Promise<Finding[]> {
  const compilers = await Promise.all(COMPILERS.map(examineCompiler));
  const runtimes = await Promise.all(RUNTIMES.map(examineRuntime));
  const built = compilers[0]!.state === "fine" ? [await tryBuild()] : [];
  return [...compilers, ...runtimes, ...built, ...examineMachine()];
}

interface Compiler {
  readonly tool: BroughtTool;
  readonly purpose: string;
  /** The command that prints its version, where no variable names another. */
  readonly ask: () => readonly string[] | Promise<readonly string[]>;
  /** The variable that names another. */
  readonly variable?: string;
  /** The oldest that will do. */
  readonly least?: string;
  /** From which version on it can do something more. */
  readonly whole?: { readonly from: string; readonly what: string };
  /** Whether nothing can be built without it. */
  readonly isNeeded?: true;
}

const COMPILERS: readonly Compiler[] = [
  {
    tool: "cc",
    purpose: "C plugins, --header, thunks; Go and Rust link with it",
    ask: () => ["cc", "--version"],
    variable: "CC",
    isNeeded: true,
  },
  {
    tool: "c++",
    purpose: "C++ plugins",
    ask: () => ["c++", "--version"],
    variable: "CXX",
  },
  {
    tool: "go",
    purpose: "Go plugins",
    ask: () => ["go", "version"],
    least: "1.18",
  },
  {
    tool: "rust",
    purpose: "Rust plugins",
    ask: () => ["cargo", "--version"],
    whole: { from: "1.88", what: "crates as they are" },
  },
  {
    tool: "zig",
    purpose: "Zig plugins; C and C++ for other machines (--target)",
    ask: async () => [...await findZig() ?? ["zig"], "version"],
  },
];

async function examineCompiler(
  { tool, purpose, ask, variable, least, whole, isNeeded }: Compiler,
): Promise<Finding> {
  const about = { part: "compilers", name: tool, purpose } as const;
  const named = variable === undefined ? [] : wordsOf(variable);
  const { version, says, isRefused } = await answerOf(
    named.length > 0 ? [...named, "--version"] : await ask(),
  );
  if (version !== undefined && !isTooOld(version, least)) {
    return whole === undefined || !isTooOld(version, whole.from)
      ? { ...about, state: "fine", found: version }
      : {
        ...about,
        state: "missing",
        found: `${version}, and ${whole.what} take ${whole.from}`,
        remedy: installCommand(tool),
      };
  }
  const state = isNeeded ? "wrong" : "missing";
  if (isRefused) return { ...about, state, ...NOT_STARTED };
  if (named.length > 0) {
    const what = `${variable} names ${quote(named.join(" "))}, which `;
    return {
      ...about,
      state,
      found: what + (says === undefined ? "is not there" : `fails: ${says}`),
      remedy: `unset ${variable}, or name another`,
    };
  }
  return {
    ...about,
    state,
    found: version !== undefined
      ? `${version}, and it takes ${least}`
      : says ?? "not there",
    // It is there, and was never told which of its toolchains it is to take.
    remedy: tool === "rust" && says?.includes("rustup")
      ? "rustup default stable"
      : installCommand(tool),
  };
}

/** What a command answers that is asked for its version. */
interface Answer {
  /** The first number that it says. */
  readonly version?: string;
  /** Whether Deno has answered: it does so for a `node` that is not there. */
  readonly isOfDeno?: boolean;
  /** The first line that it says where it fails. */
  readonly says?: string;
  /** Nobody knows: it may not be started. */
  readonly isRefused?: boolean;
}

/** What is said of a program that this process may not start. */
const NOT_STARTED = {
  found: "not known: this process may not start it",
  remedy: ownRuntime().tool === "node"
    ? "node --allow-child-process"
    : "deno run --allow-run",
};

/** What a command answers; nothing where there is none. */
export async function answerOf(
  [program, ...args]: readonly string[],
): Promise<Answer> {
  // This Node's options are not for another one.
  const ran = await run(program!, args, {
    env: { NODE_OPTIONS: "" },
    timeout: ANSWER_TIME,
  }).catch((error: Error) => error);
  if (ran instanceof Error) {
    return { isRefused: [ran, ran.cause].some(isNotPermitted) };
  }
  if (ran.status !== 0) {
    const [says = ""] = ran.stderr.trim().split("\n");
    return { says: says || `it ends with ${ran.status}` };
  }
  const version = /\d+(?:\.\d+)+/.exec(ran.stdout)?.[0];
  return {
    version: version ?? "of an unknown version",
    isOfDeno: ran.stdout.startsWith("deno "),
  };
}

/** Whether a tool is too old; a pre-release of one has what its release has. */
function isTooOld(version: string, least = "0"): boolean {
  return isOlder(version.split("-", 1)[0]!, least);
}

/** The runtimes, and the oldest of each: `engines` of `package.json`. */
export const RUNTIMES = [
  { tool: "deno", name: "Deno", least: "2.9" },
  { tool: "bun", name: "Bun", least: "1.4.4" },
  { tool: "node", name: "Node", least: OLDEST_NODE },
] as const;

async function examineRuntime(
  { tool, name, least }: typeof RUNTIMES[number],
): Promise<Finding> {
  const about = { part: "runtimes", name } as const;
  const own = ownRuntime();
  const remedy = installCommand(tool);
  if (own.tool === tool) {
    const found = `${own.version}, this one`;
    return isTooOld(own.version, least)
      ? { ...about, state: "wrong", found: tooOld(found, least), remedy }
      : { ...about, state: "fine", found };
  }
  let old: string | undefined;
  for (const { program, where } of placesOf(tool)) {
    const { version, isOfDeno, isRefused } = await answerOf([
      ...program,
      "--version",
    ]);
    if (isRefused) return { ...about, state: "missing", ...NOT_STARTED };
    if (version === undefined || isOfDeno !== (tool === "deno")) continue;
    if (!isTooOld(version, least)) {
      return { ...about, state: "fine", found: `${version}${where}` };
    }
    old ??= `${version}${where}`;
  }
  const found = old === undefined ? "not there" : tooOld(old, least);
  return { ...about, state: "missing", found, remedy };
}

function tooOld(found: string, least: string): string {
  return `${found}, and it takes ${least}`;
}

/**
 * Where a runtime can be: what npm has brought is on no PATH.
 *
 * @param self This module, which a registry's need not be a file.
 */
export function placesOf(
  tool: typeof RUNTIMES[number]["tool"],
  self = new URL(import.meta.url),
): { program: readonly string[]; where: string }[] {
  const { os, arch } = system;
  const inPackage = {
    deno: `@deno/${os}-${arch}${os === "linux" ? "-glibc" : ""}/deno`,
    bun: `@oven/bun-${os}-${arch === "arm64" ? "aarch64" : arch}/bin/bun`,
    node: `node-${os}-${arch}/bin/node`,
  };
  // A checkout's tests bring their own: tools/runtimes.ts.
  const brought = self.protocol === "file:"
    ? join(
      fromFileUrl(new URL("../..", self)),
      `build/runtimes/${tool}/node_modules/${inPackage[tool]}`,
    )
    : undefined;
  return [
    { program: [tool], where: "" },
    {
      program: ["npx", "--offline", "--yes", tool],
      where: `, by npx -y ${tool}`,
    },
    ...brought !== undefined && exists(brought)
      ? [{ program: [brought], where: `, that of the tests: ${brought}` }]
      : [],
  ];
}

const SOURCE = "/** One. */\nint one(void) { return 1; }\n";

/** Builds a plugin of one function. */
async function tryBuild(): Promise<Finding> {
  const about = { part: "this machine", name: "plugin build" } as const;
  try {
    await withWorkspace(async ({ directory }) => {
      const source = join(directory, "one.c");
      system.write(source, SOURCE, 0o600);
      const output = join(directory, "one.so");
      await buildLibrary({
        inputs: [source],
        output,
        flags: [],
        json: false,
        verbose: false,
      });
    });
  } catch (error) {
    if (!(error instanceof EmitError)) throw error;
    return { ...about, state: "wrong", found: error.message };
  }
  return { ...about, state: "fine", found: "built a plugin in C" };
}

function examineMachine(): Finding[] {
  const part = "this machine" as const;
  const places = [system.cwd(), temporary(), dirname(supportPath() ?? "/")];
  const noexec = [...new Set(places)].filter((place) => isNoexec(place));
  const isSupported = system.os === "linux" || system.os === "darwin";
  return [
    {
      part,
      name: "system",
      state: isSupported ? "fine" : "wrong",
      found: [system.os, system.arch, ownLibc()].filter(Boolean).join(" ") +
        (isSupported ? "" : ": Linux and macOS only"),
    },
    {
      part,
      name: "places",
      state: noexec.length === 0 ? "fine" : "wrong",
      found: noexec.length === 0
        ? "code is loaded from the working directory, temporary files and the cache"
        : `${
          noexec.join(", ")
        }: mounted noexec, no library is loaded from there`,
      ...noexec.length > 0 && {
        remedy: "build elsewhere, and set TMPDIR and XDG_CACHE_HOME",
      },
    },
    {
      part,
      name: "permissions",
      ...mayLoad() ? { state: "fine", found: "libraries may be loaded" } : {
        state: "missing",
        found: "this process may load no library",
        remedy: ownRuntime().tool === "node"
          ? "node --allow-ffi"
          : "deno run --allow-ffi --allow-read",
      },
    },
    {
      part,
      name: "support library",
      purpose: ".async side by side, threads, isolated; calls on Node",
      ...examineSupport(),
    },
  ];
}

/** Whether Deno, or Node where it was given permissions, lets this process load libraries. */
function mayLoad(): boolean {
  const { process } = globalThis as unknown as {
    process: { permission?: { has(name: string): boolean } };
  };
  return isPermitted(["ffi"]) && process.permission?.has("ffi") !== false;
}

function temporary(): string {
  return system.env("TMPDIR") ?? "/tmp";
}

/** The variable that names the support library. */
const SUPPORT = "PLUGIN_SUPPORT";

/** What the support library exports. */
const SUPPORT_SYMBOL = "plugin_support_version";

/** The support library that programs take: the one that the variable names, or the user's. */
function examineSupport(): Pick<Finding, "state" | "found" | "remedy"> {
  const path = supportPath();
  if (path !== undefined && isSupport(path)) {
    return { state: "fine", found: path };
  }
  const state = "missing";
  const named = system.env(SUPPORT);
  if (named) {
    const found = named === "off"
      ? `left aside: ${SUPPORT}=off`
      : `${SUPPORT} names ${quote(named)}, which is ${
        exists(named) ? "none" : "not there"
      }`;
    return { state, found, remedy: `unset ${SUPPORT}` };
  }
  return {
    state,
    found: "not kept for this user",
    remedy: 'plugin support, or the npm package; "plugin build" brings it',
  };
}

/** Whether a file is a support library. */
function isSupport(path: string): boolean {
  try {
    return readLibrary(path).image.exports.some(({ name }) =>
      name === SUPPORT_SYMBOL
    );
  } catch {
    return false;
  }
}

/** Where the support library is, or would be kept; nowhere where it is left aside. */
function supportPath(): string | undefined {
  const named = system.env(SUPPORT);
  if (named) return named === "off" ? undefined : named;
  try {
    return cachedSupport();
  } catch (error) {
    if (error instanceof EmitError) return undefined;
    throw error;
  }
}

const SIGNS: Readonly<Record<State, string>> = {
  fine: "ok",
  missing: "-",
  wrong: "!",
};

function print(findings: readonly Finding[]): string {
  const lines: string[] = [];
  let part: string | undefined;
  for (const finding of findings) {
    if (finding.part !== part) {
      part = finding.part;
      lines.push(`${lines.length > 0 ? "\n" : ""}${part}`);
    }
    const { state, name, found = "", purpose, remedy } = finding;
    lines.push(`  ${SIGNS[state].padEnd(2)} ${name.padEnd(16)} ${found}`);
    if (state !== "fine" && purpose !== undefined) {
      lines.push(`${" ".repeat(22)}for ${purpose}`);
    }
    if (remedy !== undefined) lines.push(`${" ".repeat(22)}${remedy}`);
  }
  return `${lines.join("\n")}\n`;
}
