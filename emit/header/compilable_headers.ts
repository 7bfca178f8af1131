/**
 * Which headers compile together, and in which order.
 *
 * @module
 */

import { system } from "../../ffi/system/system.ts";
import type { Image } from "../image/image.ts";
import {
  ccWithAllErrors,
  includesAtFault,
  judging,
  prelude,
  setLines,
} from "./compile_header.ts";

/** Most rounds in which headers are left out: the compiler may stop at the first that is wrong. */
const MOST_ROUNDS = 64;

/** What headers are tried with. */
export interface Probe {
  /** The library, whose machine they are compiled for. */
  readonly image: Image;
  /** The file that includes them. */
  readonly source: string;
}

/**
 * Asks the compiler about a source that it does not compile.
 *
 * @param source The source.
 * @param flags What the compiler is given.
 * @param probe What it is tried with.
 * @returns How it ended, with all that it says.
 */
export function syntaxOf(
  source: string,
  flags: readonly string[],
  probe: Probe,
) {
  system.overwrite(probe.source, source);
  return ccWithAllErrors(
    ["-w", ...flags, ...judging(probe.source)],
    probe,
  );
}

/** Headers, and what the compiler says of them together. */
export interface Compiled {
  readonly headers: string[];
  readonly stderr: string;
}

/**
 * Finds those of some headers that compile together; one that wants others
 * before it comes behind them.
 *
 * @param headers The headers.
 * @param flags What the compiler is given.
 * @param probe What it is tried with.
 * @returns Them, and what the compiler still says of them: nothing where it takes them.
 */
export async function compilable(
  headers: readonly string[],
  flags: readonly string[],
  probe: Probe,
): Promise<Compiled> {
  if (headers.length === 0) return { headers: [], stderr: "" };
  // The same ones are tried again when what came behind them is refused.
  const known = new Map<string, ReturnType<typeof syntaxOf>>();
  const taken = Promise.resolve({ status: 0, stdout: "", stderr: "" });
  const sourceOf = (tried: readonly string[]) => setLines + prelude(tried);
  const compile = (tried: readonly string[]) => {
    const source = sourceOf(tried);
    let said = known.get(source);
    if (said === undefined) {
      said = syntaxOf(source, flags, probe);
      known.set(source, said);
    }
    return said;
  };
  const refused = new Set<string>();
  let tried = [...headers];
  const left: string[] = [];
  // Each is tried twice, at its place and behind all others; one alone stays.
  const rounds = headers.length === 1
    ? 0
    : Math.min(2 * headers.length + 2, MOST_ROUNDS);
  for (let round = 0; round < rounds; round++) {
    const { status, stderr } = await compile(tried);
    if (status === 0) {
      return { headers: await oneByOne(tried, left, compile), stderr: "" };
    }
    const wrong = new Set(
      includesAtFault(stderr).map((index) => tried[index]!),
    );
    if (wrong.size === 0) return { headers: tried, stderr };
    const rest = tried.filter((header) => !wrong.has(header));
    const areLast = tried.slice(rest.length).every((header) =>
      wrong.has(header)
    );
    // All that stands before them has compiled.
    if (areLast) known.set(sourceOf(rest), taken);
    const behind = [...wrong].filter((header) => !refused.has(header));
    left.push(...[...wrong].filter((header) => refused.has(header)));
    for (const header of wrong) refused.add(header);
    tried = [...rest, ...behind];
  }
  const { status, stderr } = await compile(tried);
  return { headers: tried, stderr: status === 0 ? "" : stderr };
}

/**
 * Adds headers that were refused together with others: what one of them does
 * not know may have spoilt the next.
 */
async function oneByOne(
  headers: string[],
  left: readonly string[],
  compile: (tried: readonly string[]) => Promise<{ status: number }>,
): Promise<string[]> {
  let rounds = 0;
  for (let waiting = left; waiting.length > 0;) {
    const still: string[] = [];
    for (const header of waiting) {
      if (rounds++ === MOST_ROUNDS) return headers;
      const { status } = await compile([...headers, header]);
      if (status === 0) headers.push(header);
      else still.push(header);
    }
    if (still.length === waiting.length) break;
    waiting = still;
  }
  return headers;
}
