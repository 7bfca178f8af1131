/**
 * The namespaces and classes that an entry lies in, which debug information
 * says by nesting alone.
 *
 * @module
 */

import { Cursor } from "../bytes/cursor.ts";
import {
  DW_AT_name,
  DW_TAG_class_type,
  DW_TAG_namespace,
  DW_TAG_structure_type,
  DW_TAG_union_type,
} from "./dw_constants.ts";
import type { DebugInfo } from "./debug_info.ts";
import type { Entry } from "./entry.ts";
import type { Unit } from "./unit.ts";

/** A namespace or class around an entry. */
export interface Scope {
  /** Its name; undefined for one without. */
  readonly name: string | undefined;
  /** Whether it is a class, so that a function in it is a method. */
  readonly isType: boolean;
}

/** Where a scope lies in its unit's section. */
interface Range {
  readonly start: number;
  end: number;
  readonly isType: boolean;
  readonly outer: Range | undefined;
}

/** Deepest nesting of entries; compilers stay below 100. */
const MAX_DEPTH = 4096;

/** Most namespaces and classes of a unit. */
const MAX_SCOPES = 1_000_000;

const TYPES: ReadonlySet<number> = new Set([
  DW_TAG_class_type,
  DW_TAG_structure_type,
  DW_TAG_union_type,
]);

/** The scopes of the units of one library, each unit walked when it is first asked about. */
export class Scopes {
  readonly #info: DebugInfo;
  readonly #units = new Map<Unit, readonly Range[]>();

  /** @param info Where the units are. */
  constructor(info: DebugInfo) {
    this.#info = info;
  }

  /** What an entry lies in, outermost first. */
  around(entry: Entry): Scope[] {
    const { unit } = entry;
    let ranges = this.#units.get(unit);
    if (ranges === undefined) {
      this.#units.set(unit, ranges = this.#walk(unit));
    }
    const at = entry.offset - unit.shift;
    const scopes: Scope[] = [];
    let range = innermost(ranges, at);
    while (range !== undefined) {
      const scope = this.#info.entry(range.start + unit.shift);
      scopes.unshift({
        name: scope.string(DW_AT_name),
        isType: range.isType,
      });
      range = range.outer;
    }
    return scopes;
  }

  /** All scopes of a unit in the order of their starts. */
  #walk(unit: Unit): Range[] {
    const ranges: Range[] = [];
    const open: (Range | undefined)[] = [];
    const cursor = new Cursor(unit.section, unit.entries, unit.end);
    let current: Range | undefined;
    while (cursor.at < unit.end) {
      const start = cursor.at;
      const code = cursor.uleb();
      if (code === 0) {
        const closed = open.pop();
        if (closed !== current && current !== undefined) current.end = start;
        current = closed;
        if (open.length === 0) break;
        continue;
      }
      const abbreviation = unit.abbreviations.get(code);
      if (abbreviation === undefined) {
        throw unit.section.error(start, `has the unknown abbreviation ${code}`);
      }
      abbreviation.skip(cursor, unit);
      if (!abbreviation.children) continue;
      if (open.push(current) > MAX_DEPTH) {
        throw unit.section.error(
          start,
          `is nested deeper than ${MAX_DEPTH} levels`,
        );
      }
      if (ranges.length === MAX_SCOPES) {
        throw unit.section.error(start, `lies past ${MAX_SCOPES} scopes`);
      }
      const isType = TYPES.has(abbreviation.tag);
      if (isType || abbreviation.tag === DW_TAG_namespace) {
        current = { start, end: unit.end, isType, outer: current };
        ranges.push(current);
      }
    }
    return ranges;
  }
}

/** The scope that contains an offset and starts last. */
function innermost(ranges: readonly Range[], at: number): Range | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[middle]!.start < at) low = middle + 1;
    else high = middle;
  }
  let range = ranges[low - 1];
  while (range !== undefined && range.end <= at) range = range.outer;
  return range;
}
