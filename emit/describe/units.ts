/**
 * What the units say about themselves: language, compiler, and whether they
 * have types at all.
 *
 * @module
 */

import {
  DW_AT_producer,
  DW_AT_prototyped,
  DW_AT_type,
  DW_TAG_subprogram,
} from "../dwarf/dw_constants.ts";
import type { DebugInfo } from "../dwarf/debug_info.ts";
import type { Entry } from "../dwarf/entry.ts";
import { languageOf } from "../dwarf/language.ts";
import type { DescribingEntry } from "../dwarf/search.ts";
import type { Unit } from "../dwarf/unit.ts";

interface Facts {
  readonly language: string | undefined;
  readonly compiler: string | undefined;
  /** Whether the compiler was told to leave types out; undefined where it does not say what it was told. */
  readonly g1: boolean | undefined;
}

/** Where the described symbols come from. */
export class Origins {
  /** Number of symbols that were described. */
  described = 0;
  /** Number of symbols whose units have no types. */
  untyped = 0;
  readonly #info: DebugInfo;
  readonly #facts = new Map<Unit, Facts>();
  readonly #languages = new Map<string, number>();
  readonly #compilers = new Map<string, number>();

  /** @param info Where the units are. */
  constructor(info: DebugInfo) {
    this.#info = info;
  }

  /** Counts a symbol for the language and the compiler of its unit. */
  count(entry: Entry): void {
    const { language, compiler } = this.#of(entry.unit);
    this.described++;
    if (language !== undefined) add(this.#languages, language);
    if (compiler !== undefined) add(this.#compilers, compiler);
  }

  /**
   * Whether the entries of a symbol say nothing of its type.
   *
   * With `-g1`, GCC writes `int f(int)` just as `void f()`.
   */
  withoutTypes({ entry, origin }: DescribingEntry): boolean {
    for (const each of [entry, origin]) {
      if (each.has(DW_AT_type) || each.flag(DW_AT_prototyped)) return false;
    }
    const { g1, compiler } = this.#of(entry.unit);
    const without = g1 ??
      (entry.tag !== DW_TAG_subprogram && /^GNU/.test(compiler ?? ""));
    if (without) this.untyped++;
    return without;
  }

  /** The language and the compiler of most symbols. */
  summary(): { language?: string; compiler?: string } {
    const language = most(this.#languages);
    const compiler = most(this.#compilers);
    return {
      ...(language === undefined ? {} : { language }),
      ...(compiler === undefined ? {} : { compiler }),
    };
  }

  #of(unit: Unit): Facts {
    let facts = this.#facts.get(unit);
    if (facts === undefined) {
      const root = this.#info.root(unit);
      const producer = root?.string(DW_AT_producer);
      facts = {
        language: languageOf(root),
        compiler: producer === undefined ? undefined : shorten(producer),
        g1: saysG1(producer ?? ""),
      };
      this.#facts.set(unit, facts);
    }
    return facts;
  }
}

/** Whether the switches that GCC records ask for `-g1`; the last of them counts. */
function saysG1(producer: string): boolean | undefined {
  const levels = producer.match(/\s-g(?:gdb|dwarf)?\d?(?=\s|$)/g);
  if (levels === null) return /\s-/.test(producer) ? false : undefined;
  return levels.at(-1)!.trim() === "-g1";
}

/**
 * The name and version of a compiler, without its switches, so that no path
 * and no commit is in it.
 *
 * @param producer `DW_AT_producer`.
 * @returns `"GNU C17 12.2.0"`, `"Debian clang version 14.0.6"`, `"rustc 1.75.0"`.
 */
export function shorten(producer: string): string | undefined {
  const rustc = /rustc version ([^\s()]+)/.exec(producer);
  if (rustc !== null) return `rustc ${rustc[1]}`;
  const text = producer.replace(/\s+[-(/].*$/s, "").trim();
  return text === "" || text.includes("/") ? undefined : text.slice(0, 100);
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function most(counts: ReadonlyMap<string, number>): string | undefined {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .at(0)?.[0];
}
