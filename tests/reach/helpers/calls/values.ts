/**
 * Arguments for the functions of a plugin that nobody has read: literals, what
 * is typical, objects that a class constructs, and what other functions gave.
 *
 * @module
 */

import type {
  ClassDefinition,
  Manifest,
} from "../../../../ffi/manifest/manifest.ts";
import { parseType } from "../../../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../../../ffi/notation/type.ts";
import { KeptObjects } from "./kept_objects.ts";

/** Texts of the kinds that ordinary packages read. */
const TEXTS = [
  "a",
  "1",
  "a.txt",
  "https://user@a.example:8080/b/c?d=e#f",
  '{"a":{"b":[1,2]}}',
  "2006-01-02T15:04:05Z",
  "2006-01-02T15:04:05Z07:00",
  "1h30m",
  "# a *b*\n",
  "a: 1\nb: [2, 3]\n",
  "a = 1\n[b]\nc = [2, 3]\n",
  "a,b\n1,2\n",
  "package p\n",
  "Sheet1",
  "A1",
  "A1:B2",
  "SELECT 1",
  "UTC",
  "127.0.0.1",
  "::1",
  "%d of %s",
  "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
  "0.5",
  "0x1p-2",
  "true",
  "{{.}}",
  "<b>a &amp; b</b>",
  "'a'",
  "go",
  "refs/heads/a",
  "",
];

/** As many texts are tried as bytes before what is no text. */
const FIRST = 5;

const encoder = new TextEncoder();

/** `a`, as gzip and zip write it. */
const GZIP = "1f8b08000000000000034b040043beb7e801000000";
const ZIP =
  "504b0304140000000000000021000000000000000000000000000100000061504b010214031400000000000000210000000000000000000000000001000000000000000000000080010000000061504b050600000000010001002f0000001f0000000000";

/** A picture of one dot, as PNG, GIF, BMP, farbfeld, WebP, Radiance, TGA, PNM, QOI and TIFF have it. */
const PICTURES = [
  "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415478da63f8cfc0000003010100f70341430000000049454e44ae426082",
  "47494638396101000100800000ffffff0000002c00000000010001000002024401003b",
  "424d3a0000000000000036000000280000000100000001000000010018000000000004000000130b0000130b00000000000000000000ff000000",
  "6661726266656c640000000100000001ffff00000000ffff",
  "524946461a000000574542505650384c0d0000002f00000010071011118888fe0700",
  "233f52414449414e43450a464f524d41543d33322d6269745f726c655f726762650a0a2d592031202b5820310a80808081",
  "000002000000000000000000010001001800ff0000",
  "50360a3120310a3235350aff0000",
  "716f696600000001000000010300feff00000000000000000001",
  "49492a00080000000900000103000100000001000000010103000100000001000000020103000100000008000000030103000100000001000000060103000100000001000000110103000100000" +
  "07a000000150103000100000001000000160103000100000001000000170103000100000001000000" +
  "00000000ff",
];

const BYTES = [
  ...TEXTS.slice(0, FIRST).map((text) => encoder.encode(text)),
  hex(GZIP),
  hex(ZIP),
  ...PICTURES.map(hex),
  new Uint8Array([255]),
  ...TEXTS.slice(FIRST).map((text) => encoder.encode(text)),
  new Uint8Array(16),
  new Uint8Array(1024),
];

function hex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g)!, (byte) => parseInt(byte, 16));
}

const INTEGERS = [1, 0, 2, 10, 3, 16, 64, 100];

/** How often a function of the caller gives what lets it be called again. */
const CALLS = 3;

/** How deep values are made for values. */
const DEPTH = 4;

/** Milliseconds after which an object is made no more. */
const SLOW = 500;
/** As many calls are known that give objects of a class. */
const MAKERS = 4;

/** Values for the types of one plugin. */
export class Values {
  /** Whether more of the objects are tried that there are: other ones fail. */
  triesMore = false;
  readonly #types: Manifest["types"];
  readonly #symbols: Manifest["symbols"];
  readonly #objects = new KeptObjects();
  /** Values that functions gave, by their types. */
  readonly #given = new Map<string, unknown[]>();
  readonly #construct: (symbol: string) => unknown;
  /** The classes whose fields are being made: an object has none of its own class in it. */
  readonly #within = new Set<string>();
  /** Calls that gave an object, by its class: an object may be given away, or borrowed from. */
  readonly #makers = new Map<string, Set<() => unknown>>();
  /** Those of them that are being called. */
  readonly #making = new Set<() => unknown>();

  /**
   * @param construct Calls a function without arguments, which makes a zero value.
   */
  constructor(
    { types, symbols }: Manifest,
    construct: (symbol: string) => unknown,
  ) {
    this.#types = types;
    this.#symbols = symbols;
    this.#construct = construct;
  }

  /**
   * Keeps how an object was made, for when those that there are have been given
   * away; the objects that it was made of are made anew too.
   */
  keepMaker(
    type: Type,
    args: readonly unknown[],
    make: (args: readonly unknown[]) => unknown,
  ): void {
    const of = type.kind === "optional" ? type.of : type;
    const isObject = of.kind === "named" &&
      this.#types[of.name]?.kind === "class";
    if (of.kind !== "named" || !isObject) return;
    const known = this.#makers.get(of.name) ?? new Set();
    if (known.size >= MAKERS) return;
    const names = args.map((one) => this.#classOf(one));
    if (names.some((name) => name !== undefined && !this.#makers.has(name))) {
      return;
    }
    const anew = () =>
      args.map((one, i) => names[i] === undefined ? one : this.#make(names[i]));
    this.#makers.set(of.name, known.add(() => make(anew())));
  }

  /** A new object of a class; what fails, or waits for a lock that another object has, is asked no more. */
  #make(name: string): unknown {
    const makers = this.#makers.get(name)!;
    for (const make of makers) {
      // An object of the class that it takes itself is another one's.
      if (this.#making.has(make)) continue;
      this.#making.add(make);
      const begun = Date.now();
      let given: unknown = null;
      try {
        given = make();
      } catch {
        // Another one may.
      } finally {
        this.#making.delete(make);
      }
      if (given === null || Date.now() - begun > SLOW) makers.delete(make);
      if (given !== null) return given;
    }
    throw new Error(`no ${name} can be made`);
  }

  /** Lets go of all that methods of a class gave: it may borrow from its objects. */
  release(name: string): void {
    this.#objects.release(`${name}.`);
  }

  /** Whether objects of a type are wanted of which there is none. */
  isLacking(type: Type): boolean {
    if (type.kind !== "named") return false;
    return this.#types[type.name]?.kind === "class" &&
      this.of(type).length === 0;
  }

  /**
   * Keeps what a function gave, for others.
   *
   * @param by The function.
   */
  keep(type: Type, value: unknown, by: string): void {
    if (value === null || value === undefined) return;
    switch (type.kind) {
      case "optional":
        return this.keep(type.of, value, by);
      case "slice":
        for (const one of [...value as Iterable<unknown>].slice(0, 3)) {
          this.keep(type.of, one, by);
        }
        return;
      case "map":
        return;
      case "basic":
        if (type.name === "any") return this.#keepAny(value, by);
        if (type.name === "bytes") return this.#keepBytes(value as Uint8Array);
        if (type.name === "string") put(this.#given, type.name, value);
        return;
      case "named": {
        const definition = this.#types[type.name];
        if (definition?.kind === "class") {
          this.#putObject(this.#classOf(value) ?? type.name, value, by);
        } else if (definition?.kind === "variant") {
          put(this.#given, type.name, value);
        } else if (definition?.kind === "record") {
          put(this.#given, type.name, value);
          for (const member of definition.members) {
            this.keep(
              parseType(member.type),
              (value as Record<string, unknown>)[member.name],
              by,
            );
          }
        }
      }
    }
  }

  /** Bytes of each length once: some functions take those of one length alone. */
  #keepBytes(value: Uint8Array): void {
    const known = this.#given.get("bytes") as Uint8Array[] | undefined;
    if (known?.some(({ length }) => length === value.length)) return;
    put(this.#given, "bytes", value, LENGTHS);
  }

  #putObject(name: string, value: unknown, by: string): void {
    this.#objects.put(name, value, by, this.triesMore ? MANY : KEPT);
  }

  #keepAny(value: unknown, by: string): void {
    const name = this.#classOf(value);
    if (name !== undefined) this.#putObject(name, value, by);
  }

  /** The class of an object, as the manifest calls it. */
  #classOf(value: unknown): string | undefined {
    const name = (value as { constructor?: { name?: string } } | null)
      ?.constructor?.name;
    return name !== undefined && this.#types[name]?.kind === "class"
      ? name
      : undefined;
  }

  /** Whether nothing can be asked of a value of this type but to be handed on. */
  isOpaque(type: Type): boolean {
    if (type.kind === "optional" || type.kind === "slice") {
      return this.isOpaque(type.of);
    }
    const definition = type.kind === "named"
      ? this.#types[type.name]
      : undefined;
    return definition?.kind === "class" &&
      Object.keys(definition.methods ?? {}).length === 0 &&
      Object.keys(definition.accessors ?? {}).length === 0 &&
      definition.call === undefined && definition.next === undefined &&
      definition.stream === undefined && definition.text === undefined;
  }

  /**
   * The values of a type that can be had now, the likeliest first.
   *
   * @param depth How many values this one is a part of.
   */
  of(type: Type, depth = 0): unknown[] {
    if (depth > DEPTH) return [];
    switch (type.kind) {
      case "basic":
        return this.#basic(type.name, depth);
      case "optional":
        return [...this.of(type.of, depth), null];
      case "slice":
        return this.#list(type.of, depth);
      case "array": {
        const [one] = this.of(type.of, depth + 1);
        return one === undefined
          ? []
          : [Array.from({ length: type.length }, () => one)];
      }
      case "map": {
        const [key] = this.of(type.key, depth + 1);
        const [value] = this.of(type.value, depth + 1);
        return key === undefined || value === undefined
          ? [new Map()]
          : [new Map([[key, value]]), new Map()];
      }
      case "tuple": {
        const all = type.of.map((one) => this.of(one, depth + 1)[0]);
        return all.includes(undefined) ? [] : [all];
      }
      case "closure":
      case "function":
        return this.#function(
          type.kind === "closure" ? type.of as FunctionType : type,
          depth,
        );
      case "pointer":
        return this.#pointer(type.to);
      case "named":
        return this.#named(type.name, depth);
      default:
        return [];
    }
  }

  #basic(name: string, depth: number): unknown[] {
    switch (name) {
      case "bool":
        return [true, false];
      case "string":
      case "cstring":
        return [...TEXTS, ...(this.#given.get("string") ?? [])];
      case "bytes":
        return [...this.#given.get("bytes") ?? [], ...BYTES];
      case "f32":
      case "f64":
        return [1.5, 0, 100];
      case "date":
        return [new Date(0), new Date(86_400_000)];
      case "duration":
        return [1, 0];
      case "bigint":
        return [12n, 5n, 0n];
      case "complex":
        return [{ re: 1, im: 2 }];
      case "any":
        return [
          1,
          "a",
          ...depth < 2 ? [["a", 1], { a: 1 }] : [],
          ...this.#objects.each(),
          null,
        ];
      default:
        return INTEGERS;
    }
  }

  #list(of: Type, depth: number): unknown[] {
    const all = this.of(of, depth + 1);
    const some = all.slice(0, 3);
    return all.length === 0
      ? [[]]
      : [[some[0]], some, [], ...all.slice(1).map((one) => [one])];
  }

  #function({ results }: FunctionType, depth: number): unknown[] {
    const options = results.map((type) => this.of(type, depth + 1));
    if (options.some((some) => some.length === 0)) return [];
    let calls = 0;
    const give = (values: readonly unknown[], type: Type): unknown =>
      ++calls <= CALLS ? values[0] : last(values, type);
    return [() => {
      const all = options.map((values, i) => give(values, results[i]!));
      return all.length === 0 ? undefined : all.length === 1 ? all[0] : all;
    }];
  }

  #pointer(to: Type): unknown[] {
    if (to.kind === "basic") {
      const make = ARRAYS[to.name];
      return make === undefined ? [null] : [new make(4), null];
    }
    return [null];
  }

  #named(name: string, depth: number): unknown[] {
    const definition = this.#types[name];
    switch (definition?.kind) {
      case "class":
        return this.#class(name, definition, depth);
      case "record": {
        const value: Record<string, unknown> = {};
        for (const member of definition.members) {
          const [one] = this.of(parseType(member.type), depth + 1);
          if (one === undefined) return [];
          value[member.name] = one;
        }
        return [value, ...(this.#given.get(name) ?? []).slice(-2)];
      }
      case "variant":
        return [
          ...Object.entries(definition.cases).flatMap(([type, of]) =>
            this.#case(type, parseType(of), depth)
          ),
          ...(this.#given.get(name) ?? []).slice(-2),
        ];
      case "struct": {
        const value: Record<string, unknown> = {};
        for (const field of definition.fields) {
          const [one] = this.of(parseType(field.type), depth + 1);
          if (one === undefined) return [];
          value[field.name] = one;
        }
        return [value];
      }
      case "enum":
        return Object.values(definition.values).slice(0, 3);
      case "alias":
        return this.of(parseType(definition.type), depth);
      default:
        return [];
    }
  }

  /** A case of a tagged union. */
  #case(type: string, of: Type, depth: number): unknown[] {
    if (of.kind === "basic" && of.name === "void") return [{ type }];
    const [value] = this.of(of, depth + 1);
    if (value === undefined) return [];
    const isRecord = of.kind === "named" &&
      this.#types[of.name]?.kind === "record";
    return [isRecord ? { type, ...value as object } : { type, value }];
  }

  #class(name: string, definition: ClassDefinition, depth: number): unknown[] {
    const { accepts = [], from = {} } = definition;
    const values: unknown[] = [];
    for (const one of [name, ...accepts]) {
      values.push(
        ...this.#objects.of(one).slice(this.triesMore ? 0 : -3),
      );
      if (this.#makers.has(one)) values.push(...made(() => this.#make(one)));
    }
    if (from.bytes !== undefined) values.push(...BYTES);
    if (from.call !== undefined) {
      const [type] = this.#paramsOf(from.call);
      if (type !== undefined) values.push(...this.of(type, depth));
    }
    if (from.data !== undefined) {
      const [type] = this.#paramsOf(from.data);
      if (type !== undefined) values.push(...this.of(type, depth + 1));
    }
    if (from.fields !== undefined && !this.#within.has(name)) {
      this.#within.add(name);
      const object: Record<string, unknown> = {};
      for (const field of from.fields) {
        const set = definition.accessors?.[field]?.set;
        const type = set === undefined ? undefined : this.#paramsOf(set)[1];
        const [one] = type === undefined ? [] : this.of(type, depth + 1);
        if (one !== undefined) object[field] = one;
      }
      this.#within.delete(name);
      values.push(object);
    }
    if (from.symbol !== undefined && from.methods !== undefined) {
      const params = this.#paramsOf(from.symbol);
      const object: Record<string, unknown> = {};
      for (const [i, method] of from.methods.entries()) {
        const [one] = params[i] === undefined
          ? []
          : this.of(params[i]!, depth + 1);
        if (one !== undefined) object[method] = one;
      }
      if (Object.keys(object).length === from.methods.length) {
        values.push(object);
      }
    }
    for (const one of [name, ...accepts]) {
      const other = this.#types[one];
      const make = other?.kind === "class" ? other.new : undefined;
      // Others come out of calls of their constructors.
      if (make !== undefined && this.#paramsOf(make).length === 0) {
        values.push(this.#construct(make));
      }
    }
    return values;
  }

  #paramsOf(symbol: string): readonly Type[] {
    const definition = this.#symbols[symbol];
    if (definition?.kind !== "function") return [];
    const type = parseType(definition.type);
    return type.kind === "function" ? type.params : [];
  }
}

/** What a call gives now, if it does. */
function made(make: () => unknown): unknown[] {
  try {
    return [make()].filter((one) => one !== null);
  } catch {
    return [];
  }
}

/** What ends a loop that calls until it is told so. */
function last(values: readonly unknown[], type: Type): unknown {
  if (type.kind !== "basic") return values.at(-1);
  switch (type.name) {
    case "bool":
      return false;
    case "bytes":
      return new Uint8Array();
    case "string":
      return "";
    default:
      return values[0];
  }
}

const ARRAYS: Readonly<
  Record<string, new (length: number) => ArrayBufferView>
> = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  i16: Int16Array,
  u32: Uint32Array,
  i32: Int32Array,
  u64: BigUint64Array,
  i64: BigInt64Array,
  isize: BigInt64Array,
  usize: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
};

/** As many values as are kept of one kind. */
const KEPT = 8;
/** As many objects as are kept of a class while calls are made for their errors. */
const MANY = 64;
/** As many lengths as are kept of bytes. */
const LENGTHS = 16;

function put(
  map: Map<string, unknown[]>,
  key: string,
  value: unknown,
  most = KEPT,
): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else if (known.length < most) known.push(value);
}
