/**
 * What is read from and written to: `std::io::Read` and `Write` as methods that
 * take and give bytes, and `Seek`.
 *
 * @module
 */

import { boundsOf } from "./bounds.ts";
import type { Describing } from "./describing.ts";
import { HANDLE, type Slot, SPAN } from "./frame_value.ts";
import { type Env, lastOf, type OwnType } from "./rust_type.ts";
import type { Impl } from "./rustdoc.ts";

/** A method, by what it takes, gives and does. */
interface Method {
  readonly param?: { readonly name: string; readonly notation: string } & Slot;
  readonly result?: { readonly notation: string } & Slot;
  readonly body: readonly string[];
  readonly doc: string;
}

const BYTES = { notation: "bytes", ...SPAN };
const TEXT = { notation: "string", ...SPAN };
const LENGTH = { notation: "usize", field: "usize", size: 8, align: 8 };
const PLACE = { notation: "u64", field: "u64", size: 8, align: 8 };

const READ: Readonly<Record<string, Method>> = {
  read: {
    param: { name: "length", ...LENGTH },
    result: BYTES,
    body: [
      "let mut all = vec![];",
      "tried!(p0.get().by_ref().take(frame.p1 as u64).read_to_end(&mut all));",
      "frame.r0 = frame::give_slice(&all[..]);",
    ],
    doc: "The next bytes: as many as are wanted, and fewer only at the end.",
  },
  read_to_end: {
    result: BYTES,
    body: [
      "let mut all = vec![];",
      "tried!(p0.get().read_to_end(&mut all));",
      "frame.r0 = frame::give_slice(&all[..]);",
    ],
    doc: "All bytes that are left.",
  },
  read_to_string: {
    result: TEXT,
    body: [
      "let mut all = String::new();",
      "tried!(p0.get().read_to_string(&mut all));",
      "frame.r0 = frame::give_text(&all);",
    ],
    doc: "All that is left, as a text.",
  },
};

const WRITE: Readonly<Record<string, Method>> = {
  write_all: {
    param: { name: "bytes", ...BYTES },
    body: ["tried!(p0.get().write_all(frame.p1.slice::<u8>(at)));"],
    doc: "Writes bytes, all of them.",
  },
  flush: {
    body: ["tried!(p0.get().flush());"],
    doc: "Hands on what was written and lies in buffers.",
  },
};

/** @param from What the notation calls `SeekFrom`. */
function seek(from: string): Readonly<Record<string, Method>> {
  return {
    seek: {
      param: { name: "pos", notation: from, ...SPAN },
      result: PLACE,
      body: [
        "frame.r0 = tried!(p0.get().seek(packet::take::<std::io::SeekFrom>(frame.p1)?));",
      ],
      doc: "Goes to a place, and gives how far behind the beginning it is.",
    },
    rewind: {
      body: ["tried!(p0.get().rewind());"],
      doc: "Goes to the beginning.",
    },
    stream_position: {
      result: PLACE,
      body: ["frame.r0 = tried!(p0.get().stream_position());"],
      doc: "How far behind the beginning it is.",
    },
  };
}

/**
 * Adds the methods of a type that is read from or written to.
 *
 * @param impl Of one of the traits, for that type.
 * @param env What its parameters stand for.
 * @param methods Those that it has, which stay as they are.
 */
export function addStream(
  to: Describing,
  impl: Impl,
  type: OwnType,
  env: Env,
  methods: Record<string, string>,
): void {
  const trait = streamOf(to, impl);
  if (trait === undefined || !to.own.isClass(type)) return;
  if (isOfReaders(impl, env)) return;
  const of = to.own.nameOf(type);
  for (const [name, method] of Object.entries(trait)) {
    const symbol = `${of}.${name}`;
    if (Object.hasOwn(methods, name) || to.functions.has(symbol)) continue;
    const { param, result, body, doc } = method;
    const wrapped = to.wrapping.print(
      symbol,
      [{ ...HANDLE, notation: of }, ...param === undefined ? [] : [param]],
      result === undefined ? [] : [result],
      [
        "use std::io::{Read as _, Seek as _, Write as _};",
        `let mut p0 = object::Exclusive::<${
          to.own.spell(type)
        }>::of(frame.p0)?;`,
        ...body,
      ],
      { params: ["this", ...param === undefined ? [] : [param.name]], doc },
    );
    to.functions.set(symbol, { ...wrapped, calls: impl });
    methods[name] = symbol;
  }
}

/** Whether an implementation asks for something that is read from, where a list is. */
function isOfReaders({ generics }: Impl, env: Env): boolean {
  return generics.params.some(({ name }) => {
    const type = env.get(name);
    return type?.kind === "std" && type.name === "Vec" &&
      boundsOf(generics, name).some(({ trait_bound }) =>
        lastOf(trait_bound?.trait.path ?? "") === "Read"
      );
  });
}

/** The methods of a trait by which something is read from or written to, or one goes to a place in it. */
function streamOf(
  { doc: { paths }, own }: Describing,
  { trait }: Impl,
): typeof READ | undefined {
  const path = trait === null ? [] : paths[trait.id]?.path ?? [];
  if (path[0] !== "std" || path[1] !== "io") return undefined;
  switch (path.at(-1)) {
    case "Read":
      return READ;
    case "Write":
      return WRITE;
    case "Seek":
      return seek(own.stdVariantOf("SeekFrom")!);
    default:
      return undefined;
  }
}
