/**
 * Calls all functions of a plugin with arguments that are made for them, and
 * counts what came of it.
 *
 * The calls are made in processes of their own. One that ends the process, does
 * not end, or takes the memory of the machine is left out from then on, and does
 * not count; nor does what there was no time for.
 *
 * @module
 */

import { join } from "@std/path";
import type { Known, Line } from "../../tests/reach/helpers/calls/call.ts";
import { ROOT } from "../runtimes.ts";

/** What became of one package. */
export interface Row {
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

/** Milliseconds after which a call does not end, and after which none has begun. */
const [PATIENCE, START] = [10_000, 60_000];
/** Why a call was ended. */
const ENDLESS = "it does not end";
/** Bytes that a process of calls may take, and why the call is ended that takes more. */
const MEMORY = 2e9;
const TOO_LARGE = "it takes more than 2 GB";
/** Milliseconds for all calls of a library: at least so many, and so many for each function; and why others were not made. */
const [ALL, EACH] = [8 * 60_000, 250];
const LATE = "not called: there was no time left after the others";
/** The variant of a call that is made once more, for what it gives. */
const MAKING = -1;
/** How often a call may end the process before it is given up. */
const DEATHS = 3;

/** The share of what could cross that does. */
function share({ ran, opaque, all }: Row): number {
  return (ran - opaque) / (all - opaque);
}

/** All rows as one. */
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

/**
 * Counts what crosses of some functions.
 *
 * @param of What the row is called.
 * @param library The plugin.
 * @param names The functions that count.
 * @param skipped Why the plugin has not got them.
 */
export async function rowOf(
  of: Pick<Row, "path" | "version" | "generic">,
  library: string,
  names: readonly string[],
  skipped: Readonly<Record<string, string>>,
): Promise<Row> {
  const calls = await callAll(library, names.length);
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
      (how === "refused"
        ? "its arguments were refused"
        : calls.isLate
        ? LATE
        : "it is not there");
  }
  return {
    ...of,
    all: names.length,
    ran,
    gave,
    opaque,
    not,
  };
}

/** What became of the calls of one plugin. */
interface Calls {
  /** The best end of each function. */
  readonly ended: Map<string, string>;
  readonly opaque: Set<string>;
  /** Why a function was not called, or what it did to the process. */
  readonly reasons: Map<string, string>;
  /** Whether there was no time for all of them. */
  isLate: boolean;
}

const RANK = ["refused", "panicked", "failed", "gave"];

async function callAll(library: string, count: number): Promise<Calls> {
  const calls: Calls = {
    ended: new Map(),
    opaque: new Set(),
    reasons: new Map(),
    isLate: false,
  };
  const until = Date.now() + Math.max(ALL, EACH * count);
  const gave: Record<string, number> = {};
  const deadly: Record<string, number[]> = {};
  for (;;) {
    const { lines, end } = await callOnce(library, { gave, deadly }, until);
    let begun: { symbol: string; variant: number } | undefined;
    let last: typeof begun;
    for (const line of lines) {
      if ("begins" in line) {
        begun = { symbol: line.begins, variant: line.variant };
      } else if ("makes" in line) {
        begun = { symbol: line.makes, variant: MAKING };
      } else if ("made" in line) begun = undefined;
      else if ("ends" in line) {
        begun = undefined;
        const { ends: symbol, variant, how } = line;
        last = { symbol, variant };
        if (how === "gave") gave[symbol] = variant;
        const best = calls.ended.get(symbol);
        if (best === undefined || RANK.indexOf(how) > RANK.indexOf(best)) {
          calls.ended.set(symbol, how);
        }
      } else if ("opaque" in line) calls.opaque.add(line.opaque);
      else calls.reasons.set(line.lacks, `no value for parameter ${line.type}`);
    }
    if (end === LATE) {
      calls.isLate = true;
      return calls;
    }
    // Between two calls it is what the last one has left behind.
    if (begun === undefined && end !== "") begun = last;
    if (begun === undefined) return calls;
    const { symbol, variant } = begun;
    if (variant !== MAKING) delete gave[symbol];
    const all = deadly[symbol] ??= [];
    all.push(variant);
    if (variant !== MAKING) calls.reasons.set(symbol, end);
    if (all.length >= DEATHS || end === ENDLESS) {
      for (let i = 0; i < 100; i++) all.push(i);
    }
  }
}

async function callOnce(
  library: string,
  known: Known,
  until: number,
): Promise<{ lines: Line[]; end: string }> {
  const directory = await Deno.makeTempDir();
  const journal = join(directory, "journal");
  const work = join(directory, "work");
  try {
    await Deno.mkdir(work);
    await Deno.writeTextFile(join(work, "a.txt"), "a,b\n1,2\n");
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
        join(ROOT, "tests/reach/helpers/calls/call.ts"),
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
      }
      const patience = now === 0 ? START : PATIENCE;
      if (Date.now() > until) end = LATE;
      else if (Date.now() - since > patience) end = ENDLESS;
      else if (memoryOf(child.pid) > MEMORY) end = TOO_LARGE;
      else return;
      clearInterval(watch);
      child.kill("SIGKILL");
    }, 100);
    const { stderr, code, signal } = await child.output();
    clearInterval(watch);
    if (end === "" && (code !== 0 || signal !== null)) {
      const said = new TextDecoder().decode(stderr);
      end = `it ends the process: ${
        signal ?? /^(?:panic|fatal error|SIG).*$/m.exec(said)?.[0] ??
          said.slice(-200)
      }`;
    }
    const lines = (await Deno.readTextFile(journal)).split("\n")
      .filter((line) => line !== "").map((line) => JSON.parse(line));
    return { lines, end };
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Bytes of memory that a process has; 0 where the system does not say. */
function memoryOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return 1024 * Number(/^VmRSS:\s*(\d+)/m.exec(status)?.[1] ?? 0);
  } catch {
    return 0; // it has ended
  }
}

/**
 * Makes the rows of a language, prints them, and writes its table.
 *
 * @param all What there is a row for.
 * @param nameOf What it is called.
 * @param row Makes one.
 * @param document Where the table stands, when all rows are made.
 * @param only Parts of the names of what rows are made for; of all, where there are none.
 * @returns The share that crosses.
 */
export async function reachAll<T>(
  all: readonly T[],
  nameOf: (one: T) => string,
  row: (one: T) => Promise<Row>,
  document: string,
  only: readonly string[],
): Promise<number> {
  const wanted = all.filter((one) =>
    only.length === 0 || only.some((part) => nameOf(one).includes(part))
  );
  const rows: Row[] = [];
  for (const one of wanted) {
    const made = await row(one);
    rows.push(made);
    console.log(printRow(made).join(" | "));
    for (const [name, reason] of Object.entries(made.not)) {
      console.log(`    ${name}: ${reason}`);
    }
  }
  const total = sum(rows);
  console.log(printRow(total).join(" | "));
  await writeTable(document, rows, only.length === 0);
  return share(total);
}

/** A row as cells. */
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

/** A row that a table has. */
function parseRow(line: string): Row | undefined {
  const cells = line.split("|").map((cell) => cell.trim()).slice(1, -1);
  const [name = "", all, , gave, failed, opaque] = cells;
  const [path = "", version] = name.split(" ");
  if (!/^\d+$/.test(all ?? "") || path === "all") return undefined;
  return {
    path,
    version,
    all: Number(all),
    generic: 0,
    ran: Number(gave) + Number(failed),
    gave: Number(gave),
    opaque: Number(opaque),
    not: {},
  };
}

/** Writes a table into a document; rows that were not made now stay, where it is not the whole one. */
async function writeTable(
  document: string,
  made: readonly Row[],
  isWhole: boolean,
): Promise<void> {
  const path = join(ROOT, document);
  const text = await Deno.readTextFile(path);
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const to = text.indexOf(END);
  if (to < from) throw new Error(`${document} has no line ${BEGIN}`);
  const before = isWhole
    ? []
    : text.slice(from, to).split("\n").flatMap((line) => parseRow(line) ?? []);
  const rows = [
    ...before.map((one) => made.find(({ path }) => path === one.path) ?? one),
    ...made.filter(({ path }) => !before.some((one) => one.path === path)),
  ];
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
    ...[...rows, sum(rows)].map(printRow),
  ].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  await Deno.writeTextFile(
    path,
    `${text.slice(0, from)}\n\n${table}\n\n${text.slice(to)}`,
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", path] })
    .output();
}
