/**
 * What is made of one result of a function of C: a value of the notation, an
 * object, bytes, a text, a list.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import { addressAnywhere, type Pointer } from "../handle/pointer.ts";
import { copyBytes, ownMemory } from "../handle/raw_memory.ts";
import { resolveNames } from "../manifest/compatible.ts";
import {
  CALLER,
  type FunctionDefinition,
  NOTHING_SAID,
  RETURN,
  type Seen,
  type SeenResult,
} from "../manifest/manifest.ts";
import type { Codec } from "../memory/codec.ts";
import { codecOf } from "../memory/codecs.ts";
import { addressAt, bytesAt, viewAt } from "../memory/span.ts";
import { readTexts } from "../memory/texts.ts";
import { parseType } from "../notation/parse_type.ts";
import { encodingOf, type Type } from "../notation/type.ts";
import { binderOf } from "../object/binder.ts";
import { classOf } from "../object/classes.ts";
import {
  findKnown,
  findOfClass,
  handleOf,
  isNativeObject,
  keepWith,
  type NativeObject,
} from "../object/object.ts";
import type { Address } from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { displace, homeOf } from "../runtime/space.ts";
import { decodeText, unitSize } from "../value/encoded_text.ts";
import { ARRAYS } from "../value/scalar.ts";
import { resolveType, type Types, type Value } from "../value/value.ts";
import { bindFree } from "./bind_free.ts";
import type { BindTarget } from "./bind_target.ts";
import { unitOf } from "./converted_arguments.ts";
import { resultPolicyOf } from "./owned_result.ts";

/** Where results are read from. */
export interface ResultSource {
  /** What the function itself gave. */
  readonly result: unknown;
  /** Its frame. */
  readonly view: DataView | undefined;
  /** What it was called with, by the binary's positions. */
  readonly args: readonly unknown[];
}

/** How one result is read. */
export interface OutcomeReader {
  /** What the call has to give for it, where it is no out-parameter. */
  readonly value: Value | undefined;
  read(source: ResultSource): unknown;
}

/**
 * How one result is read.
 *
 * @param target The function.
 * @param seen What is seen of it.
 * @param outcome The result.
 * @param places Where each out-parameter lies in the frame.
 */
export function outcomeOf(
  target: BindTarget,
  seen: Seen,
  outcome: SeenResult,
  places: ReadonlyMap<number, number>,
): OutcomeReader {
  const { position, making } = outcome;
  if (outcome.isFilled) return filledOutcome(target, seen, outcome, places);
  if (making === "made") return madeOutcome(target, seen, outcome, places);
  if (making === "same") return plainOutcome(target, outcome, places);
  if (making === "flag") {
    const { raw } = outcome;
    const integer = plainOutcome(target, { ...outcome, type: raw }, places);
    return {
      value: integer.value,
      read: (source) => Number(integer.read(source)) !== 0,
    };
  }
  const addressOf = ({ result, view }: ResultSource): Address | null =>
    position !== undefined
      ? addressAt(view!, places.get(position)!)
      : result === null
      ? null
      : addressAnywhere(result as Pointer);
  const make = making === "object"
    ? objectMaker(target, seen, outcome)
    : memoryReader(target, seen, outcome, places);
  return {
    value: position === undefined ? { kind: "pointer" } : undefined,
    read: (source) => make(addressOf(source), source),
  };
}

/** A value of the notation. */
function plainOutcome(
  target: BindTarget,
  { position, type }: SeenResult,
  places: ReadonlyMap<number, number>,
): OutcomeReader {
  const { types } = target;
  const value = resolveType(type, types);
  const definition = target.definition as FunctionDefinition;
  const { free, ...others } = definition.annotations ?? NOTHING_SAID;
  const isMemory = value.kind === "cstring" || value.kind === "encoded" ||
    value.kind === "pointer";
  const policy = resultPolicyOf(
    target,
    isMemory || free === undefined
      ? definition
      : { ...definition, annotations: others },
    value,
    position,
  );
  const { finish = (given: unknown) => given } = policy;
  if (position === undefined) {
    return { value: policy.value, read: ({ result }) => finish(result) };
  }
  const codec = codecOf(policy.value!, types);
  const at = places.get(position)!;
  return {
    value: undefined,
    read: ({ view }) => finish(codec.read(view!, at)),
  };
}

/** An object of what a function has put into memory of its caller's, which lives as long as the object. */
function madeOutcome(
  target: BindTarget,
  seen: Seen,
  outcome: SeenResult,
  places: ReadonlyMap<number, number>,
): OutcomeReader {
  const { types } = target;
  const at = places.get(outcome.position!)!;
  const { size, align } = codecOf(resolveType(outcome.raw, types), types);
  const make = objectMaker(target, seen, outcome);
  const space = homeOf(types);
  return {
    value: undefined,
    read(source) {
      const memory = space === undefined
        ? ownMemory(size, align)
        : new DataView(space.share(size));
      copyBytes(memory, 0, source.view!, at, size);
      const object = make(adapter.addressOf(memory), source) as NativeObject;
      keepWith(object, memory);
      return object;
    },
  };
}

/** What a function has filled. */
function filledOutcome(
  target: BindTarget,
  seen: Seen,
  outcome: SeenResult,
  places: ReadonlyMap<number, number>,
): OutcomeReader {
  const { types, path, name } = target;
  const { position, type, making, raw } = outcome;
  const unit = unitOf(raw, types);
  const length = lengthReader(target, seen, outcome, places);
  const make = fillReader(making, type, raw, types);
  return {
    value: undefined,
    read(source) {
      const memory = source.args[position!] as Uint8Array;
      const has = Math.floor(memory.byteLength / unit);
      const count = length?.(source) ?? has;
      if (count >= 0 && count <= has) {
        return make(memory.subarray(0, unit * count));
      }
      throw new PluginError(
        "returned_error",
        `${name}() says that it has filled ${count} elements, and there is room for ${has}`,
        { path, symbol: name },
      );
    },
  };
}

/** Makes what was filled of its memory, which nobody else has. */
function fillReader(
  making: SeenResult["making"],
  type: Type,
  raw: Type,
  types: Types,
): (memory: Uint8Array) => unknown {
  if (making === "bytes") return (memory) => memory;
  const encoding = encodingOf(type);
  if (encoding !== undefined) {
    return (memory) => decodeText(memory, encoding, true);
  }
  if (making === "text") {
    const isEnded = type.kind === "basic" && type.name === "cstring";
    return (memory) => {
      const end = isEnded ? memory.indexOf(0) : -1;
      return decoder.decode(end < 0 ? memory : memory.subarray(0, end));
    };
  }
  const codec = elementCodec(raw, types);
  const of = type.kind === "slice" ? resolveType(type.of, types) : undefined;
  if (of?.kind === "scalar" && of.name !== "bool") {
    const array = ARRAYS[of.name];
    return ({ buffer, byteLength }) =>
      new array(buffer as ArrayBuffer, 0, byteLength / codec.size);
  }
  return ({ buffer, byteLength }) => {
    const view = new DataView(buffer);
    return Array.from(
      { length: byteLength / codec.size },
      (_, index) => codec.read(view, codec.size * index),
    );
  };
}

type Make = (address: Address | null, source: ResultSource) => unknown;

/** An object of a class. */
function objectMaker(
  target: BindTarget,
  { owner }: Seen,
  { position, type }: SeenResult,
): Make {
  const { types } = target;
  const one = type.kind === "optional" ? type.of : type;
  const name = (one as { name: string }).name;
  const definition = types.get(name);
  if (definition?.kind !== "class") throw new Error(name);
  const of = classOf(types, name, definition);
  const above = definition.owner;
  // What comes out through a parameter, and of a constructor, was made for who
  // called; what a function gives is mostly a part of what it was asked of.
  const isOwned = owner === undefined
    ? position !== undefined || definition.new === target.name
    : owner === CALLER;
  return (address, { args }) => {
    if (address === null) {
      return type.kind === "optional" ? null : nothing(target);
    }
    const objects = args.filter(isNativeObject);
    const known = findKnown(objects, of, address);
    if (known !== undefined && !isOwned) return known;
    const parent = above !== undefined
      ? findOfClass(objects, above)
      : undefined;
    if (isOwned) return of.wrap(address, parent);
    const whole = typeof owner === "number" ? args[owner] : objects.at(0);
    return of.wrap(
      address,
      isNativeObject(whole) ? whole : parent,
      true,
    );
  };
}

function nothing({ path, name }: BindTarget): never {
  throw new PluginError(
    "null_result",
    `${name}() gave null, which its manifest says it never does`,
    { path, symbol: name },
  );
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A copy of the memory at an address. */
function memoryReader(
  target: BindTarget,
  seen: Seen,
  outcome: SeenResult,
  places: ReadonlyMap<number, number>,
): Make {
  const { types } = target;
  const { making, type, raw } = outcome;
  const length = lengthReader(target, seen, outcome, places);
  const { free } = seen.said;
  const release = free === undefined ? undefined : bindFree(target, free);
  const read = readerOf(making, raw, type, types);
  return (address, source) => {
    if (address === null) {
      return read(null, 0) ??
        (type.kind === "optional" ? null : nothing(target));
    }
    try {
      return read(address, length?.(source));
    } finally {
      release?.(address);
    }
  };
}

/** Reads what lies at an address; null where nothing does. */
function readerOf(
  making: SeenResult["making"],
  raw: SeenResult["raw"],
  type: SeenResult["type"],
  types: Types,
): (address: Address | null, length: number | undefined) => unknown {
  switch (making) {
    case "bytes":
      return (address, length) => bytesAt(address, length!);
    case "text": {
      const encoding = encodingOf(type);
      if (encoding === undefined) {
        return (address, length) => decoder.decode(bytesAt(address, length!));
      }
      return (address, length) =>
        decodeText(bytesAt(address, length! * unitSize(encoding)), encoding);
    }
    case "struct": {
      const codec = elementCodec(raw, types);
      return (address) =>
        address === null
          ? undefined
          : codec.read(viewAt(address, codec.size), 0);
    }
    default:
      return listReader(elementCodec(raw, types), type, types);
  }
}

function elementCodec(raw: SeenResult["raw"], types: Types): Codec {
  const pointer = resolveNames(raw, types);
  if (pointer.kind !== "pointer") throw new Error("no pointer");
  return codecOf(resolveType(pointer.to, types), types);
}

function listReader(
  codec: Codec,
  type: SeenResult["type"],
  types: Types,
): (address: Address | null, length: number | undefined) => unknown {
  const one = type.kind === "slice" && type.of.kind === "optional"
    ? type.of.of
    : type.kind === "slice"
    ? type.of
    : undefined;
  const of = one && resolveType(one, types);
  if (of?.kind === "scalar" && of.name !== "bool") {
    const array = ARRAYS[of.name];
    return (address, length) => {
      const { buffer } = bytesAt(address, length! * codec.size);
      return new array(buffer as ArrayBuffer);
    };
  }
  const { size } = codec;
  const isText = of?.kind === "cstring";
  const element = isText || of?.kind === "encoded" ? codecOf(of, types) : codec;
  return (address, length) => {
    if (address === null) return [];
    const list: unknown[] = [];
    if (length === undefined) {
      // A null ends it.
      for (;; address = displace(address, 8)) {
        const text = element.read(viewAt(address, size), 0);
        if (text === null) return list;
        list.push(text);
      }
    }
    if (length === 0) return list;
    // To read addresses of texts takes no copy of them.
    const texts = isText ? readTexts(address, length, size) : undefined;
    if (texts !== undefined) return texts;
    const view = viewAt(address, size * length);
    const all = isText
      ? undefined // it has just been tried
      : element.readAll?.(view, 0, length, size, address);
    if (all !== undefined) return all;
    for (let index = 0; index < length; index++) {
      list.push(element.read(view, size * index));
    }
    return list;
  };
}

/** How many elements what comes out has. */
function lengthReader(
  { types }: BindTarget,
  { hidden }: Seen,
  { length }: SeenResult,
  places: ReadonlyMap<number, number>,
): ((source: ResultSource) => number) | undefined {
  if (length === undefined) return undefined;
  if (length === RETURN) return ({ result }) => Number(result);
  if ("by" in length) {
    const { bind } = binderOf(types);
    const { by } = length;
    return ({ args }) =>
      Number(bind(by)(...args.filter((_, index) => !hidden.has(index))));
  }
  const valueAt = (position: number): (source: ResultSource) => number => {
    const part = hidden.get(position);
    if (part?.kind !== "out") return ({ args }) => Number(args[position]);
    const codec = codecOf(resolveType(part.of, types), types);
    const at = places.get(position)!;
    return ({ view }) => Number(codec.read(view!, at));
  };
  const terms = length.map(({ positions, factor }) => ({
    values: positions.map(valueAt),
    factor,
  }));
  return (source) =>
    terms.reduce(
      (sum, { values, factor }) =>
        sum +
        values.reduce((product, value) => product * value(source), factor),
      0,
    );
}

/**
 * How a member of the struct is read that an object's address points to: as an
 * object that belongs to this one, where it is the address of one.
 *
 * @param types The types of the manifest.
 * @param path The library, for errors.
 * @param of The struct.
 * @param name The member.
 * @throws {PluginError} `bad_manifest`.
 */
export function memberReader(
  types: Types,
  path: string,
  of: string,
  name: string,
): (object: NativeObject) => unknown {
  const struct = types.get(of);
  const field = struct?.kind === "struct" || struct?.kind === "union"
    ? struct.fields.find((field) => field.name === name && !field.bits)
    : undefined;
  if (field === undefined) {
    throw new PluginError(
      "bad_manifest",
      `Cannot read "${name}" of "${of}": there is no such member`,
      { path },
    );
  }
  const type = parseType(field.type);
  const codec = codecOf(resolveType(type, types), types);
  const pointer = resolveNames(type, types);
  const to = pointer.kind === "pointer"
    ? resolveNames(pointer.to, types)
    : undefined;
  const handle = to?.kind === "named" ? types.handles?.get(to.name) : undefined;
  const definition = handle === undefined ? undefined : types.get(handle);
  return (object) => {
    const at = displace(handleOf(object), field.offset);
    if (definition?.kind !== "class") {
      return codec.read(viewAt(at, codec.size), 0);
    }
    const address = addressAt(viewAt(at, codec.size), 0);
    return address === null
      ? null
      : classOf(types, handle!, definition).wrap(address, object, true);
  };
}
