/**
 * Reads and validates what a manifest says of one named type: a struct, an enum,
 * a class, and each part of them.
 *
 * @module
 */

import { isTypeName } from "../notation/parse_type.ts";
import { INTEGER_NAMES } from "../notation/type.ts";
import {
  boolean,
  field,
  integer,
  list,
  name,
  nameOrNone,
  object,
  omitMissing,
  oneOf,
  optional,
  type Read,
  record,
  show,
  string,
  ValidationError,
} from "./field.ts";
import {
  type Accessor,
  type Binding,
  BOUND,
  type Field,
  type From,
  HANDLES,
  type Iteration,
  type Json,
  JSON_FORMS,
  MAX_TYPE_SIZE,
  type Reading,
  type RecordField,
  type Row,
  type TypeDefinition,
  WALKS,
} from "./format.ts";

export const typeName: Read<string> = (value) => {
  const text = name(value);
  if (!isTypeName(text)) {
    throw new ValidationError("so named", "a name of the type notation");
  }
  return text;
};

/** Reads a type, the notations in it with `notation`, and the names of other types with `typeOf`. */
export const typeDefinition = (
  notation: Read<string>,
  typeOf: Read<string>,
): Read<TypeDefinition> =>
(value) => {
  const from = object(value);
  const doc = optional(from, "doc", string);
  const kind = field(
    from,
    "kind",
    oneOf([
      "struct",
      "union",
      "enum",
      "alias",
      "opaque",
      "record",
      "variant",
      "class",
    ]),
  );
  switch (kind) {
    case "struct":
    case "union": {
      const size = field(from, "size", integer(0, MAX_TYPE_SIZE));
      return omitMissing({
        kind,
        size,
        align: field(from, "align", integer(1, 4096)),
        fields: field(from, "fields", list(fieldDefinition(size, notation))),
        skipped: optional(from, "skipped", record(string)),
        notByValue: optional(from, "notByValue", string),
        zero: optional(from, "zero", boolean),
        doc,
      });
    }
    case "enum":
      return omitMissing({
        kind,
        type: field(from, "type", oneOf(INTEGER_NAMES)),
        values: field(from, "values", record(enumValue)),
        doc,
      });
    case "alias":
      return omitMissing({ kind, type: field(from, "type", notation), doc });
    case "opaque":
      return omitMissing({ kind, doc });
    case "record":
      return omitMissing({
        kind,
        members: field(from, "members", list(recordField(notation))),
        zero: optional(from, "zero", boolean),
        doc,
      });
    case "class":
      return omitMissing({
        kind,
        handle: field(from, "handle", oneOf(HANDLES)),
        of: optional(from, "of", typeOf),
        owner: optional(from, "owner", typeOf),
        free: optional(from, "free", name),
        new: optional(from, "new", name),
        methods: optional(from, "methods", record(name)),
        statics: optional(from, "statics", record(name)),
        constants: optional(from, "constants", record(name)),
        members: optional(from, "members", list(name)),
        accessors: optional(from, "accessors", record(accessor)),
        text: optional(from, "text", name),
        json: optional(from, "json", json),
        iterator: optional(from, "iterator", name),
        call: optional(from, "call", name),
        next: optional(from, "next", name),
        stream: optional(from, "stream", name),
        iterate: optional(from, "iterate", iteration),
        accepts: optional(from, "accepts", list(name)),
        from: optional(from, "from", fromJavaScript),
        thrown: optional(from, "thrown", boolean),
        doc,
      });
    case "variant":
      return omitMissing({
        kind,
        cases: field(from, "cases", record(notation)),
        doc,
      });
  }
};

const accessor: Read<Accessor> = (value) => {
  const from = object(value);
  return omitMissing({
    get: field(from, "get", name),
    set: optional(from, "set", name),
  });
};

const json: Read<Json> = (value) => {
  const from = object(value);
  return {
    get: field(from, "get", name),
    is: field(from, "is", oneOf(JSON_FORMS)),
  };
};

const iteration: Read<Iteration> = (value) => {
  const from = object(value);
  if (
    from.next === undefined &&
    (from.count === undefined || from.row === undefined)
  ) {
    throw new ValidationError(
      show(value),
      'a "next", or a "count" and a "row"',
    );
  }
  return omitMissing({
    next: optional(from, "next", name),
    count: optional(from, "count", name),
    methods: field(from, "methods", record(oneOf(WALKS))),
    start: optional(from, "start", list(name)),
    end: optional(from, "end", list(name)),
    bind: optional(from, "bind", binding),
    row: optional(from, "row", row),
  });
};

const binding: Read<Binding> = (value) => {
  const from = object(value);
  return omitMissing({
    from: field(from, "from", integer(0, 2 ** 31)),
    count: optional(from, "count", name),
    kinds: field(from, "kinds", (value) => {
      const kinds = record(name)(value);
      for (const kind of Object.keys(kinds)) {
        oneOf(BOUND)(kind);
      }
      return kinds;
    }),
  });
};

const row: Read<Row> = (value) => {
  const from = object(value);
  return omitMissing({
    count: field(from, "count", name),
    name: field(from, "name", name),
    type: optional(from, "type", name),
    read: optional(from, "read", list(reading)),
    null: optional(from, "null", name),
    value: optional(from, "value", name),
  });
};

const reading: Read<Reading> = (value) => {
  const from = object(value);
  return omitMissing({
    type: field(from, "type", integer(-(2 ** 31), 2 ** 32)),
    symbol: optional(from, "symbol", name),
  });
};

const fromJavaScript: Read<From> = (value) => {
  const from = object(value);
  return omitMissing({
    symbol: optional(from, "symbol", name),
    methods: optional(from, "methods", list(name)),
    bytes: optional(from, "bytes", name),
    call: optional(from, "call", name),
    data: optional(from, "data", name),
    iterable: optional(from, "iterable", name),
    entries: optional(from, "entries", name),
    error: optional(from, "error", name),
    fields: optional(from, "fields", list(name)),
    values: optional(from, "values", list(name)),
  });
};

const recordField = (notation: Read<string>): Read<RecordField> => (value) => {
  const from = object(value);
  return omitMissing({
    name: field(from, "name", name),
    type: field(from, "type", notation),
    doc: optional(from, "doc", string),
  });
};

const fieldDefinition =
  (size: number, notation: Read<string>): Read<Field> => (value) => {
    const from = object(value);
    const offset = field(from, "offset", integer(0, size));
    return omitMissing({
      name: field(from, "name", name),
      type: field(from, "type", notation),
      offset,
      bits: optional(from, "bits", bits(size - offset)),
      length: optional(from, "length", name),
      params: optional(from, "params", list(nameOrNone)),
      doc: optional(from, "doc", string),
    });
  };

/** Bits in so many bytes. */
const bits = (size: number): Read<readonly [number, number]> => (value) => {
  const [start, width, ...others] = list(integer(0, 64))(value);
  if (
    start === undefined || width === undefined || others.length > 0 ||
    start > 7 || width === 0 || start + width > size * 8
  ) {
    throw new ValidationError(
      show(value),
      `the first bit of a byte and a number of bits, inside of the type's ${size} bytes from there`,
    );
  }
  return [start, width];
};

const enumValue: Read<number | string> = (value) => {
  if (typeof value === "string") {
    if (/^-?\d{1,20}$/.test(value)) return value;
    throw new ValidationError(show(value), "a whole number");
  }
  return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)(value);
};
