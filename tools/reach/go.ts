/**
 * How much of Go crosses: calls all that some packages export with arguments
 * made for it, and writes the table of docs/go.md.
 *
 * The calls are made in processes of their own. One that ends the process, or
 * does not end, is left out from then on, and does not count.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { dirname, join } from "@std/path";
import type { Known, Line } from "../../tests/reach/go/call.ts";
import {
  GO_PACKAGES,
  GO_REACH,
  goLibrary,
  type GoPackage,
} from "../../tests/reach/go/packages.ts";
import { ROOT } from "../runtimes.ts";

/** What became of one package. */
interface Row {
  readonly path: string;
  readonly version: string | undefined;
  /** Exported functions and methods, without generic ones. */
  readonly all: number;
  readonly generic: number;
  /** A generated call of them ran. */
  readonly ran: number;
  /** Of these, as many as gave something, and no error. */
  readonly gave: number;
  /** They only hand on objects of which nothing can be asked. */
  readonly opaque: number;
  /** Why others do not count, by name. */
  readonly not: Readonly<Record<string, string>>;
}

/** Least share that has to cross. */
const WANTED = 0.97;
/** Milliseconds after which a call does not end. */
const PATIENCE = 10_000;
/** How often a call may end the process before it is given up. */
const DEATHS = 3;

/**
 * Calls what the packages export.
 *
 * @param only Names of packages, or parts of them; all where there are none.
 * @returns Whether enough crosses.
 */
export async function reachGo(only: readonly string[] = []): Promise<boolean> {
  const packages = GO_PACKAGES.filter(({ path }) =>
    only.length === 0 || only.some((part) => path.includes(part))
  );
  await Deno.mkdir(GO_REACH, { recursive: true });
  const rows: Row[] = [];
  for (const one of packages) {
    const row = await reach(one);
    rows.push(row);
    console.log(printRow(row).join(" | "));
    for (const [name, reason] of Object.entries(row.not)) {
      console.log(`    ${name}: ${reason}`);
    }
  }
  const total = sum(rows);
  console.log(printRow(total).join(" | "));
  if (only.length === 0) await writeTable([...rows, total]);
  return share(total) >= WANTED;
}

function share({ ran, opaque, all }: Row): number {
  return (ran - opaque) / (all - opaque);
}

function sum(rows: readonly Row[]): Row {
  const of = (key: "all" | "generic" | "ran" | "gave" | "opaque") =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    path: "all",
    version: undefined,
    all: of("all"),
    generic: of("generic"),
    ran: of("ran"),
    gave: of("gave"),
    opaque: of("opaque"),
    not: {},
  };
}

/** What the rows hang on beside their libraries. */
const CALLER = createHash("sha256");
for (
  const file of [
    "tools/reach/go.ts",
    "tests/reach/go/call.ts",
    "tests/reach/go/values.ts",
  ]
) {
  CALLER.update(await Deno.readTextFile(ROOT + file));
}
const ROW = `row-${CALLER.digest("hex").slice(0, 16)}.json`;

/** The row of a package; the one that was found before where nothing has changed. */
async function reach(one: GoPackage): Promise<Row> {
  const library = await goLibrary(one);
  const path = join(dirname(library), ROW);
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const row = await reachNow(one, library);
  await Deno.writeTextFile(path, JSON.stringify(row));
  return row;
}

async function reachNow(one: GoPackage, library: string): Promise<Row> {
  const exported = await exportsOf(one);
  const names = exported.filter(({ generic }) => !generic)
    .map(({ name }) => name);
  const { skipped } = JSON.parse(await Deno.readTextFile(`${library}.json`));
  const calls = await callAll(library);
  const not: Record<string, string> = {};
  let ran = 0;
  let gave = 0;
  let opaque = 0;
  for (const name of names) {
    const how = calls.ended.get(name);
    if (how !== undefined && how !== "refused") {
      ran++;
      if (how === "gave") gave++;
      if (calls.opaque.has(name)) opaque++;
      continue;
    }
    not[name] = skipped[name] ?? calls.reasons.get(name) ??
      (how === "refused" ? "its arguments were refused" : "it is not there");
  }
  return {
    path: one.path,
    version: one.version,
    all: names.length,
    generic: exported.length - names.length,
    ran,
    gave,
    opaque,
    not,
  };
}

/** What a package exports, as Go itself says it. */
async function exportsOf(
  { path, version }: GoPackage,
): Promise<{ name: string; generic: boolean }[]> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.copyFile(
      join(ROOT, "tests/reach/go/exports.go"),
      join(directory, "main.go"),
    );
    await Deno.writeTextFile(
      join(directory, "go.mod"),
      "module exports\n\ngo 1.23\n",
    );
    await Deno.writeTextFile(
      join(directory, "uses.go"),
      `package main\n\nimport _ ${JSON.stringify(path)}\n`,
    );
    if (version !== undefined) await go(directory, "get", `${path}@${version}`);
    return JSON.parse(await go(directory, "run", ".", path));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function go(cwd: string, ...args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command("go", {
    args,
    cwd,
    env: { GOWORK: "off" },
  }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(text.decode(stderr));
  return text.decode(stdout);
}

/** What became of the calls of one plugin. */
interface Calls {
  /** The best end of each function. */
  readonly ended: Map<string, string>;
  readonly opaque: Set<string>;
  /** Why a function was not called, or what it did to the process. */
  readonly reasons: Map<string, string>;
}

const RANK = ["refused", "panicked", "failed", "gave"];

async function callAll(library: string): Promise<Calls> {
  const calls: Calls = {
    ended: new Map(),
    opaque: new Set(),
    reasons: new Map(),
  };
  const gave: Record<string, number> = {};
  const deadly: Record<string, number[]> = {};
  for (;;) {
    const { lines, end } = await callOnce(library, { gave, deadly });
    let begun: { symbol: string; variant: number } | undefined;
    for (const line of lines) {
      if ("begins" in line) {
        begun = { symbol: line.begins, variant: line.variant };
      } else if ("ends" in line) {
        begun = undefined;
        const { ends: symbol, variant, how } = line;
        if (how === "gave") gave[symbol] = variant;
        const best = calls.ended.get(symbol);
        if (best === undefined || RANK.indexOf(how) > RANK.indexOf(best)) {
          calls.ended.set(symbol, how);
        }
      } else if ("opaque" in line) calls.opaque.add(line.opaque);
      else calls.reasons.set(line.lacks, `no value for parameter ${line.type}`);
    }
    if (begun === undefined) return calls;
    const { symbol, variant } = begun;
    delete gave[symbol];
    const all = deadly[symbol] ??= [];
    all.push(variant);
    calls.reasons.set(symbol, end);
    if (all.length >= DEATHS) {
      for (let i = 0; i < 100; i++) all.push(i);
    }
  }
}

async function callOnce(
  library: string,
  known: Known,
): Promise<{ lines: Line[]; end: string }> {
  const directory = await Deno.makeTempDir();
  const journal = join(directory, "journal");
  const work = join(directory, "work");
  try {
    await Deno.mkdir(work);
    await Deno.writeTextFile(journal, "");
    await Deno.writeTextFile(
      join(directory, "known"),
      JSON.stringify(known),
    );
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        `--config=${ROOT}deno.json`,
        join(ROOT, "tests/reach/go/call.ts"),
        library,
        journal,
        join(directory, "known"),
      ],
      cwd: work,
      env: { HOME: work },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    let end = "";
    let size = 0;
    let since = Date.now();
    const watch = setInterval(() => {
      const now = Deno.statSync(journal).size;
      if (now !== size) {
        size = now;
        since = Date.now();
      } else if (Date.now() - since > PATIENCE) {
        end = "it does not end";
        clearInterval(watch);
        child.kill("SIGKILL");
      }
    }, 100);
    const { stderr, code, signal } = await child.output();
    clearInterval(watch);
    if (end === "" && (code !== 0 || signal !== null)) {
      const said = new TextDecoder().decode(stderr);
      end = `it ends the process: ${
        /^(?:panic|fatal error|SIG).*$/m.exec(said)?.[0] ?? said.slice(-200)
      }`;
    }
    const lines = (await Deno.readTextFile(journal)).split("\n")
      .filter((line) => line !== "").map((line) => JSON.parse(line));
    return { lines, end };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function printRow(row: Row): string[] {
  const { path, version, all, ran, gave, opaque } = row;
  return [
    [path, version].filter(Boolean).join(" "),
    `${all}`,
    `${(100 * share(row)).toFixed(1)} %`,
    `${gave}`,
    `${ran - gave}`,
    `${opaque}`,
  ];
}

/** The lines between which the table stands. */
const [BEGIN, END] = ["<!-- deno task reach -->", "<!-- end of reach -->"];

async function writeTable(rows: readonly Row[]): Promise<void> {
  const path = join(ROOT, "docs/go.md");
  const text = await Deno.readTextFile(path);
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END);
  if (to < from) throw new Error(`docs/go.md has no line ${BEGIN}`);
  const table = [
    [
      "package",
      "functions and methods",
      "cross",
      "gave a value",
      "failed or panicked",
      "opaque",
    ],
    ["-", "-:", "-:", "-:", "-:", "-:"],
    ...rows.map(printRow),
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  await Deno.writeTextFile(
    path,
    `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`,
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", path] })
    .output();
}

if (import.meta.main) Deno.exit(await reachGo(Deno.args) ? 0 : 1);
