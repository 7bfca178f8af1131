/**
 * Whether libraries for several targets are one plugin to who uses them: the
 * same symbols at the same types, laid out the same.
 *
 * @module
 */

import type {
  HeaderDefinitions,
  Manifest,
  SymbolDefinition,
  Target,
} from "../../ffi/manifest/manifest.ts";
import { commonHeaders, withHeaders } from "./print_headers_file.ts";
import { partsOf } from "./manifest_diff.ts";

/** A library for one target. */
export interface TargetLibrary {
  readonly target: Target;
  readonly manifest: Manifest;
  /** What its headers define besides. */
  readonly headers?: HeaderDefinitions | undefined;
}

/** One thing that is not the same for all targets. */
export interface Disagreement {
  /** What it is about: `"symbol mid"`, `"type Point.x"`. */
  readonly about: string;
  /** What it is, and for which targets; in their order. */
  readonly is: readonly { text: string; targets: readonly Target[] }[];
}

/** What stands for a symbol or a type that a target has not got. */
const MISSING = "missing";

/**
 * Compares what libraries export.
 *
 * Not compared is what nobody sees who calls them: thunks, the names of
 * parameters, comments, and what cannot cross for any target. Nor is whether a
 * variable lies in memory that cannot be written: {@linkcode common} has that.
 *
 * @param members The libraries.
 * @returns What differs, by name; nothing where they are one plugin.
 */
export function disagreements(
  members: readonly TargetLibrary[],
): Disagreement[] {
  const all = members.map(({ target, manifest }) => ({
    target,
    parts: partsOfManifest(manifest),
  }));
  const abouts = new Map(
    all.flatMap(({ parts }) =>
      Array.from(parts, ([about, { symbol }]) => [about, symbol] as const)
    ),
  );
  return [...abouts.keys()].sort().flatMap((about) => {
    const is = new Map<string, Target[]>();
    for (const { target, parts } of all) {
      const text = parts.get(about)?.text ??
        why(abouts.get(about), members, target);
      is.set(text, [...is.get(text) ?? [], target]);
    }
    return is.size === 1
      ? []
      : [{ about, is: [...is].map(([text, targets]) => ({ text, targets })) }];
  });
}

/**
 * What holds for all targets: the manifest of the first, with what its headers
 * define as far as that is the same for all, and with every variable read-only
 * that is so for any.
 *
 * @param members Libraries that are one plugin; at least one.
 */
export function common(members: readonly TargetLibrary[]): Manifest {
  const [{ manifest }] = members as [TargetLibrary];
  const symbols = Object.entries(manifest.symbols).map(([name, symbol]) => {
    const fixed = members.some(({ manifest: { symbols } }) => {
      const each = symbols[name];
      return each?.kind === "variable" && each.const;
    });
    return [
      name,
      fixed && symbol.kind === "variable" ? { ...symbol, const: true } : symbol,
    ];
  });
  return withHeaders(
    { ...manifest, symbols: Object.fromEntries(symbols) },
    commonHeaders(members.map(({ headers }) => headers)),
  );
}

/**
 * Prints what differs, as a table.
 *
 * @param rows What differs.
 * @returns Lines with an indentation; a name, and below it each target's own.
 */
export function printDisagreements(rows: readonly Disagreement[]): string {
  const width = Math.max(
    ...rows.flatMap(({ is }) =>
      is.map(({ targets }) => targets.join(", ").length)
    ),
  );
  return rows.flatMap(({ about, is }) => [
    `  ${about}`,
    ...is.map(({ text, targets }) =>
      `    ${targets.join(", ").padEnd(width)}  ${text}`
    ),
  ]).join("\n");
}

/** Types of C that have a sign on some machines and none on Linux's arm64, by what they are there. */
const SIGNS = [
  {
    type: /\b[iu]8\b/g,
    advice:
      `"char" has a sign on x64 and none on Linux's arm64: write "signed char" or "unsigned char" ("i8" or "u8" for Rust's c_char), or build with: -- -fsigned-char`,
  },
  {
    type: /\b[iu]32\b/g,
    advice:
      `"wchar_t" has a sign on x64 and none on Linux's arm64: write "int32_t"`,
  },
];

/**
 * What can be done about what differs, where the reason is known: the sign of a type
 * is all that does.
 *
 * @param rows What differs.
 * @returns Lines, each with what it says of some of the rows.
 */
export function adviceOn(rows: readonly Disagreement[]): string[] {
  return SIGNS.filter(({ type }) =>
    rows.some(({ is }) =>
      new Set(is.map(({ text }) => text.replaceAll(type, "?"))).size === 1
    )
  ).map(({ advice }) => advice);
}

/** What is compared of a manifest: one line of text. */
interface ComparedPart {
  readonly text: string;
  /** The symbol that it is; undefined for a type. */
  readonly symbol?: string;
}

/** All that is compared of a manifest, by what it is about. */
function partsOfManifest(
  { symbols, types }: Manifest,
): Map<string, ComparedPart> {
  const parts = new Map<string, ComparedPart>();
  for (const [name, symbol] of Object.entries(symbols)) {
    parts.set(`symbol ${name}`, { text: printSymbol(symbol), symbol: name });
  }
  for (const [name, definition] of Object.entries(types)) {
    for (const [part, text] of Object.entries(partsOf(definition))) {
      parts.set(`type ${name}${part}`, { text });
    }
  }
  return parts;
}

function printSymbol(symbol: SymbolDefinition): string {
  if (symbol.kind === "variable") return `variable ${symbol.type}`;
  const calls = (symbol.calls ?? []).map(({ type }) => type).sort();
  return [symbol.type, ...calls].join(" and ");
}

/** Why a target has not got it: where the symbol is there and cannot cross, that is the reason. */
function why(
  symbol: string | undefined,
  members: readonly TargetLibrary[],
  target: Target,
): string {
  const { skipped } = members.find((each) => each.target === target)!.manifest;
  return symbol !== undefined && Object.hasOwn(skipped, symbol)
    ? `cannot cross: ${skipped[symbol]}`
    : MISSING;
}
