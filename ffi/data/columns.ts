/**
 * The column of every type that crosses whole.
 *
 * | type | in a packet, for n values |
 * |---|---|
 * | a scalar | n of them; `bool` is a byte, `isize` and `usize` are 8 |
 * | an enum | as the integer that it is stored as |
 * | `string`, `cstring` | n lengths (u32) in UTF-16 code units; the texts are in the packet's text |
 * | `bytes` | n lengths (u32), then all bytes |
 * | `date` | n seconds (i64), then n nanoseconds (i32) |
 * | `duration` | n nanoseconds (i64) |
 * | `bigint` | n times twice the length, plus 1 if negative (u32); then the magnitudes |
 * | `complex` | n times two f64 |
 * | `?T` | n bytes, 1 for what is there; then a column of those |
 * | `[]T` | n counts (u32; 2³²-1 is Go's nil); then a column of their sum |
 * | `[k]T` | a column of n times k |
 * | `map<K, V>` | n counts (u32); a column of all keys, one of all values |
 * | a tuple, a record | a column of n for each member |
 * | a variant | n case numbers (u32); for each case that occurs a column |
 * | a class | n handles (u64); 0 is null |
 * | `any` | n kinds (u8); for each kind that occurs a column |
 *
 * Columns of no values are left out behind counts, presence and cases, which
 * ends a type that contains itself.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { resolveNames } from "../manifest/compatible.ts";
import type { TypeDefinition } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import {
  basic,
  type BasicName,
  printType,
  type Type,
} from "../notation/type.ts";
import { classOf } from "../object/classes.ts";
import { ERROR_CLASS } from "../object/native_error.ts";
import {
  isScalar,
  resolveType,
  type ScalarName,
  type Types,
} from "../value/value.ts";
import { anyColumn, type FurtherKind } from "./any_column.ts";
import type { Column } from "./column.ts";
import { zeroOf } from "./left_out_member.ts";
import { arrayColumn, listColumn, optionalColumn } from "./list_column.ts";
import { mapColumn } from "./map_column.ts";
import { BIGINTS, COMPLEXES } from "./number_column.ts";
import { instances, objectColumn } from "./object_column.ts";
import { recordColumn, tupleColumn } from "./record_column.ts";
import { scalarColumn } from "./scalar_column.ts";
import { BYTES, TEXTS } from "./text_column.ts";
import { DATES, DURATIONS } from "./time_column.ts";
import { type Case, variantColumn } from "./variant_column.ts";

/** Columns that were made, by the types that theirs name and their notation. */
const known = new WeakMap<Types, Map<string, Column>>();

/**
 * The column of a type; the same for the same type.
 *
 * @param type A type that crosses whole, or a part of one.
 * @param types The named types of its manifest.
 * @throws {PluginError} `unsupported` for what does not lie in a packet.
 */
export function columnOf(type: Type, types: Types): Column {
  let columns = known.get(types);
  if (columns === undefined) known.set(types, columns = new Map());
  const key = printType(type);
  let column = columns.get(key);
  if (column === undefined) columns.set(key, column = make(type, types));
  return column;
}

/** The column of a list that a function is given as all further arguments: words are numbers there. */
export function restColumn(type: Type, types: Types): Column {
  const resolved = resolveNames(type, types);
  return resolved.kind === "slice"
    ? listColumn(columnOf(resolved.of, types), undefined)
    : columnOf(type, types);
}

function make(type: Type, types: Types): Column {
  const resolved = resolveNames(type, types);
  const of = (type: Type) => columnOf(type, types);
  switch (resolved.kind) {
    case "basic":
      return basicColumn(resolved.name, types) ?? refuse(type);
    case "optional": {
      const value = resolveType(resolved, types);
      return value.kind === "object"
        ? objectColumn(classOf(types, value.name, value.definition), true)
        : optionalColumn(of(resolved.of));
    }
    case "slice": {
      const element = resolveNames(resolved.of, types);
      return element.kind === "basic" && element.name === "u8"
        ? BYTES
        : listColumn(of(inList(element)), scalarOf(inList(element)));
    }
    case "array": {
      const element = inList(resolveNames(resolved.of, types));
      return arrayColumn(resolved.length, of(element), scalarOf(element));
    }
    case "map": {
      const key = resolveNames(resolved.key, types);
      const isText = key.kind === "basic" && key.name === "string";
      return mapColumn(of(key), of(resolved.value), isText);
    }
    case "tuple":
      return tupleColumn(resolved.of.map(of));
    case "named":
      return namedColumn(resolved.name, types) ?? refuse(type);
    default:
      return refuse(type);
  }
}

/** Words in a list are bigints, as in the typed array that a list of them is. */
function inList(element: Type): Type {
  if (element.kind !== "basic") return element;
  return element.name === "isize"
    ? basic("i64")
    : element.name === "usize"
    ? basic("u64")
    : element;
}

function refuse(type: Type): never {
  throw new PluginError(
    "unsupported",
    `Cannot pass the type ${
      printType(type)
    } inside of data: it has no JavaScript value there`,
  );
}

/** The class of functions of JavaScript among anything: a word of Go's, which no other is called. */
const FUNCTIONS = "func";

/** The objects that may be among anything: those of the plugin's classes. */
function instancesOf(types: Types): FurtherKind | undefined {
  const { classNames = [] } = types;
  if (classNames.length === 0) return undefined;
  const names = classNames.toSorted((a, b) => a < b ? -1 : a > b ? 1 : 0);
  const classes = names.map((name) => {
    const definition = types.get(name);
    return () =>
      classOf(types, name, definition as TypeDefinition & { kind: "class" });
  });
  const ofName = (name: string) => classes.find((_, i) => names[i] === name);
  return instances(classes, ofName(FUNCTIONS), ofName(ERROR_CLASS), types);
}

function basicColumn(name: BasicName, types: Types): Column | undefined {
  switch (name) {
    case "string":
      return TEXTS;
    case "bytes":
      return BYTES;
    case "any":
      return anyColumn(instancesOf(types));
    case "date":
      return DATES;
    case "duration":
      return DURATIONS;
    case "bigint":
      return BIGINTS;
    case "complex":
      return COMPLEXES;
    case "void":
    case "pointer":
    case "cstring":
    case "utf16":
    case "utf32":
    case "latin1":
    case "buffer":
      return undefined;
    default:
      return scalarColumn(name);
  }
}

function scalarOf(type: Type): ScalarName | undefined {
  return type.kind === "basic" && isScalar(type.name) ? type.name : undefined;
}

function namedColumn(name: string, types: Types): Column | undefined {
  const definition = types.get(name);
  switch (definition?.kind) {
    case "class":
      return objectColumn(classOf(types, name, definition), false);
    case "struct":
    case "record":
      return recordColumn(
        name,
        ("fields" in definition ? definition.fields : definition.members)
          .map(({ name, type }) => {
            const parsed = parseType(type);
            return {
              name,
              column: () => columnOf(parsed, types),
              ...definition.zero === true
                ? { zero: () => zeroOf(parsed, types) }
                : {},
            };
          }),
      );
    case "variant":
      return variantColumn(
        Object.entries(definition.cases).map(([name, type]): Case => {
          const parsed = parseType(type);
          const to = resolveNames(parsed, types);
          return {
            name,
            column: parsed.kind === "basic" && parsed.name === "void"
              ? undefined
              : () => columnOf(parsed, types),
            isSpread: to.kind === "named" &&
              types.get(to.name)?.kind === "record",
          };
        }),
      );
    default:
      return undefined;
  }
}
