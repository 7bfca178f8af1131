/**
 * Prints what a library is, for people.
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import { escapeControls } from "../../ffi/error.ts";
import { annotationLines } from "../annotate/print_annotations.ts";
import type { InspectedSymbol, Inspection } from "./inspection.ts";

/** Most symbols that are printed without `--verbose`. */
const MAX_SYMBOLS = 40;

/**
 * Prints what a library is.
 *
 * @param inspection What it is.
 * @param verbose Whether to print every name.
 * @returns Text that ends with a newline.
 */
export function printInspection(
  inspection: Inspection,
  verbose: boolean,
): string {
  const { format, os, arch, libc, size, parts, symbols, thunks } = inspection;
  const target = [os, arch, libc].filter((word) => word !== undefined);
  const shown = verbose ? symbols : symbols.slice(0, MAX_SYMBOLS);
  const rest = symbols.length - shown.length;
  return [
    row("library", inspection.library),
    row("manifest", inspection.manifest ?? "none"),
    ...signed(inspection),
    row("format", format === "elf" ? "ELF" : "Mach-O"),
    row("target", target.join(" ")),
    row("build id", inspection.buildId ?? "none"),
    row(
      "made by",
      [inspection.language, inspection.compiler].filter(Boolean).join(", ") ||
        "unknown",
    ),
    row("size", `${size} bytes`),
    ...parts.filter(({ bytes }) => bytes > 0).map(({ name, bytes }) =>
      `  ${String(bytes).padStart(10)}  ${name}`
    ),
    ...needs(inspection),
    ...collisions(inspection, verbose),
    ...asks(inspection, verbose),
    ...startup(inspection),
    row("types", `from ${inspection.types}`),
    row(
      "exports",
      `${symbols.length}${
        thunks === 0 ? "" : `, and ${many(thunks, "thunk")}`
      }`,
    ),
    ...shown.flatMap(symbol),
    ...(rest > 0 ? [`  ... and ${rest} more: --verbose prints them`] : []),
    "",
  ].map(escapeControls).join("\n");
}

function row(name: string, value: string): string {
  return `${name.padEnd(9)} ${value}`;
}

function signed(
  { manifest, signed, called, bundled = [] }: Inspection,
): string[] {
  if (manifest === undefined) return [];
  const since = signed?.fits === false ? ", and changed since" : "";
  return [
    row("signed", signed === undefined ? "no" : `by ${signed.key}${since}`),
    ...(called === undefined ? [] : [
      row(
        "called",
        [called.name, called.version].filter((word) => word !== undefined)
          .join(" "),
      ),
    ]),
    ...(bundled.length === 0 ? [] : [row("brings", bundled.join(", "))]),
  ];
}

/** Each library with the versions that it has to have, the newest last. */
function needs({ needs, versions }: Inspection): string[] {
  if (needs.length === 0) return [row("needs", "nothing")];
  return [
    row(
      "needs",
      `${needs.length} ${needs.length === 1 ? "library" : "libraries"}`,
    ),
    ...needs.map((library) => {
      const wanted = versions.filter((need) => need.library === library)
        .map(({ version }) => version).sort(byNumber);
      return `  ${library}${
        wanted.length === 0 ? "" : `: ${wanted.join(", ")}`
      }`;
    }),
  ];
}

/** Most symbols that are printed of a library that the runtime has too, without `--verbose`. */
const MAX_COLLISIONS = 3;

/** What this runtime exports as well, for each library that uses it. */
function collisions(
  { collisions }: Inspection,
  verbose: boolean,
): string[] {
  if (collisions.length === 0) return [];
  return [
    row("collides", "with this runtime, which has the same symbols"),
    ...collisions.map(({ library, symbols }) =>
      `  ${basename(library)}: ${
        listed(symbols, verbose ? Infinity : MAX_COLLISIONS)
      }`
    ),
  ];
}

/** Most functions that are printed of what asks for something, without `--verbose`. */
const MAX_ASKING = 5;

/** What an isolated plugin would have to be permitted. */
function asks(
  { asks, format, language }: Inspection,
  verbose: boolean,
): string[] {
  if (format !== "elf") return [];
  const asked = Map.groupBy(asks, ({ permission }) => permission);
  const itself = language === "Go" || asked.has("anything")
    ? ["  anything: it asks the kernel itself, which no import tells"]
    : [];
  asked.delete("anything");
  const own = asked.get("comes with the language");
  asked.delete("comes with the language");
  if (own !== undefined) {
    const names = own.flatMap(({ symbols }) => symbols).join(", ");
    itself.unshift(
      `  every library in ${language} imports, whether it calls it or not: ${names}`,
    );
  }
  if (asked.size + itself.length === 0) {
    return [row("asks for", "no permission, as far as its imports tell")];
  }
  return [
    row("asks for", "permissions, as far as its imports tell"),
    ...[...asked].map(([permission, each]) => {
      const symbols = [...new Set(each.flatMap(({ symbols }) => symbols))];
      return `  ${permission}: ${
        listed(symbols, verbose ? Infinity : MAX_ASKING)
      }`;
    }),
    ...itself,
  ];
}

/** The first of some names, and how many others there are. */
function listed(names: readonly string[], most: number): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(", ")}${
    rest > 0 ? ` and ${rest} more` : ""
  }`;
}

/** `GLIBC_2.4` comes before `GLIBC_2.34`. */
function byNumber(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

function startup({ initialisers }: Inspection): string[] {
  return [
    row(
      "at load",
      initialisers.length === 0
        ? "runs nothing"
        : `runs ${many(initialisers.length, "function")}`,
    ),
    ...initialisers.map(({ name, from }) => `  ${name} (${from})`),
  ];
}

function symbol(
  { name, kind, type, nonnull, annotations, skipped }: InspectedSymbol,
): string[] {
  const what = skipped === undefined ? type : `skipped, ${skipped}`;
  return [
    what === undefined ? `  ${name} (${kind})` : `  ${name}: ${what}`,
    ...(nonnull === undefined ? [] : [`    never null: ${nonnull.join(", ")}`]),
    ...annotationLines(annotations),
  ];
}

function many(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
