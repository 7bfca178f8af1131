/**
 * Random types of C with random values: how C writes both, what JavaScript
 * gives for them, and one text that is the same for the same value on both
 * sides.
 *
 * @module
 */

import { Pointer } from "@native/plugin";
import { pick, type Random } from "../../../helpers/random.ts";

/** A value of one of the types. */
export interface Value {
  /** What a call is given. */
  readonly js: unknown;
  /** What both sides call it. */
  readonly text: string;
  /** Statements of C that write it to a place. */
  readonly write: (place: string) => string;
}

/** A type of C. */
export interface Type {
  /** Its name: what stands before a variable. */
  readonly c: string;
  /** What stands behind one: the lengths of an array. */
  readonly lengths?: string;
  /** Its name in the notation. */
  readonly notation: string;
  /** Whether there is a text in it, which takes an owner. */
  readonly hasText: boolean;
  /** A value of it. */
  readonly value: () => Value;
  /** Statements of C that print what lies at a place, as {@linkcode Value.text} has it. */
  readonly print: (place: string) => string;
  /** The same text of what came out to JavaScript. */
  readonly read: (value: unknown) => string;
}

/** What all sources begin with. */
export const PRELUDE = `#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
static char seen[1 << 22];
static size_t used;
const char *what_was_seen(void) { return seen; }
void *pointer_to(uint64_t address) { return (void *)address; }
void forget(void) { used = 0; seen[0] = 0; }
__attribute__((format(printf, 1, 2))) static void see(const char *format, ...) {
  if (used >= sizeof seen) abort();
  va_list list;
  va_start(list, format);
  used += (size_t)vsnprintf(seen + used, sizeof seen - used, format, list);
  va_end(list);
}
static void see_f64(double v) {
  uint64_t bits;
  memcpy(&bits, &v, 8);
  if (v != v) see("nan,"); else see("d%016llx,", (unsigned long long)bits);
}
static void see_f32(float v) {
  uint32_t bits;
  memcpy(&bits, &v, 4);
  if (v != v) see("nan,"); else see("f%08x,", bits);
}
static double real(uint64_t bits) { double v; memcpy(&v, &bits, 8); return v; }
static float single(uint32_t bits) { float v; memcpy(&v, &bits, 4); return v; }
static void see_text(const char *text) {
  if (text == NULL) { see("null,"); return; }
  see("\\"");
  for (; *text; text++) see("%02x", (unsigned char)*text);
  see("\\",");
}
`;

/** What makes a pointer of an address. */
let pointerTo: (address: bigint) => unknown = () => undefined;

/** Says what makes pointers: only a plugin can. */
export function makePointersBy(make: typeof pointerTo): void {
  pointerTo = make;
}

/** The least value of an enumeration, its bits, and how it is told to be so small. */
type Enumeration = readonly [least: number, bits: number, attribute: string];

const ENUMS: readonly Enumeration[] = [
  [-1, 32, ""],
  [0, 32, ""],
  [-1, 8, " __attribute__((packed))"],
  [0, 16, " __attribute__((packed))"],
  [-1, 64, ""],
];

const view = new DataView(new ArrayBuffer(8));

function bitsOf(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function bitsOfSingle(value: number): number {
  view.setFloat32(0, value);
  return view.getUint32(0);
}

const REALS = [
  ...[0, -0, 1, -1, NaN, Infinity, -Infinity, 1 / 3, -1e300, 5e-324],
  ...[2 ** 53, 2 ** 53 + 2, 2 ** 31, -(2 ** 31) - 1, 2 ** 63, 1.5, 1e-30],
];

const TEXTS = [
  "",
  "a",
  "Grüße",
  "😀 und mehr",
  "x".repeat(70),
  "y".repeat(300),
];

/** An integer of C. */
interface Integer extends Type {
  readonly bits: number;
  readonly signed: boolean;
  /** Whether it is a number, and not a bigint, whatever its size. */
  readonly word: boolean;
}

/** Makes types, and values of them. */
export class Types {
  readonly #random: Random;
  /** Definitions of the types that were made, in C. */
  source = "";
  #composites: Type[] = [];
  #count = 0;
  /** Types without parts. */
  readonly scalars: readonly Type[];
  /** Those that C has behind `...`: a smaller one would arrive as an `int` or a `double`. */
  readonly promoted: readonly Type[];

  constructor(random: Random) {
    this.#random = random;
    const sized = [8, 16, 32, 64].flatMap((bits) => [
      this.#integer(`int${bits}_t`, bits, true),
      this.#integer(`uint${bits}_t`, bits, false),
    ]);
    const ints = [
      ...sized,
      this.#integer("size_t", 64, false, true),
      this.#integer("ptrdiff_t", 64, true, true),
    ];
    const text = this.#text();
    const pointer = this.#pointer();
    this.scalars = [
      ...ints,
      this.#bool(),
      this.#single(),
      this.#double(),
      this.#double(),
      this.#single(),
      text,
      pointer,
      ...ENUMS.map((one, index) => this.#enumeration(`E${index}`, one)),
    ];
    this.promoted = [
      ...ints.filter(({ bits }) => bits >= 32),
      this.#double(),
      text,
      pointer,
    ];
  }

  /** A type that a function takes or gives. */
  any(): Type {
    const random = this.#random;
    if (this.#composites.length < 4 || random(6) === 0) {
      if (random(3) === 0) return this.composite();
    }
    return random(5) < 2 && this.#composites.length > 0
      ? pick(random, this.#composites)
      : pick(random, this.scalars);
  }

  /** A struct or a union, mostly one that there is. */
  struct(): Type {
    return this.#composites.length > 0 && this.#random(3) > 0
      ? pick(this.#random, this.#composites)
      : this.composite();
  }

  #integer(c: string, bits: number, signed: boolean, word = false): Integer {
    const isBig = !word && /64/.test(c);
    const range = { bits, signed, word };
    return {
      c,
      notation: word
        ? signed ? "isize" : "usize"
        : c.replace(/^(u?)int(\d+)_t$/, (_, u, n) => (u || "i") + n),
      hasText: false,
      ...range,
      value: () => {
        const value = integerIn(this.#random, range);
        return {
          js: isBig ? value : Number(value),
          text: `${value},`,
          write: (place) => `${place} = ${literal(value, signed)};`,
        };
      },
      print: (place) =>
        signed
          ? `see("%lld,", (long long)${place});`
          : `see("%llu,", (unsigned long long)${place});`,
      read: (value) =>
        (isBig ? typeof value !== "bigint" : typeof value !== "number")
          ? `a ${typeof value} ${String(value)},`
          : `${Object.is(value, -0) ? "-0" : value},`,
    };
  }

  #bool(): Type {
    const random = this.#random;
    return {
      c: "bool",
      notation: "bool",
      hasText: false,
      value: () => {
        const js = random(2) === 1;
        return { js, text: `${js},`, write: (place) => `${place} = ${js};` };
      },
      print: (place) => `see(${place} ? "true," : "false,");`,
      read: (value) => `${value},`,
    };
  }

  #real(): number {
    const random = this.#random;
    return random(2) === 0
      ? pick(random, REALS)
      : (random(2 ** 32) - 2 ** 31) / 2 ** random(40);
  }

  #double(): Type {
    const read = (value: unknown) =>
      typeof value !== "number"
        ? `a ${typeof value},`
        : Number.isNaN(value)
        ? "nan,"
        : `d${bitsOf(value).toString(16).padStart(16, "0")},`;
    return {
      c: "double",
      notation: "f64",
      hasText: false,
      value: () => {
        const js = this.#real();
        return {
          js,
          text: read(js),
          write: (place) => `${place} = real(0x${bitsOf(js).toString(16)}ull);`,
        };
      },
      print: (place) => `see_f64(${place});`,
      read,
    };
  }

  #single(): Type {
    const read = (value: unknown) =>
      typeof value !== "number"
        ? `a ${typeof value},`
        : Number.isNaN(value)
        ? "nan,"
        : Math.fround(value) !== value
        ? `not a float ${value},`
        : `f${bitsOfSingle(value).toString(16).padStart(8, "0")},`;
    return {
      c: "float",
      notation: "f32",
      hasText: false,
      value: () => {
        // One in two is no float: it is rounded on its way.
        const real = this.#real();
        const js = this.#random(2) === 0 ? real : Math.fround(real);
        return {
          js,
          text: read(Math.fround(js)),
          write: (place) =>
            `${place} = single(0x${bitsOfSingle(js).toString(16)}u);`,
        };
      },
      print: (place) => `see_f32(${place});`,
      read,
    };
  }

  #text(): Type {
    const read = (value: unknown) =>
      value === null
        ? "null,"
        : typeof value === "string"
        ? `"${hex(value)}",`
        : `a ${typeof value},`;
    return {
      c: "const char *",
      notation: "cstring",
      hasText: true,
      value: () => {
        const js = this.#random(5) === 0 ? null : pick(this.#random, TEXTS);
        return {
          js,
          text: read(js),
          write: (place) =>
            `${place} = ${
              js === null ? "NULL" : `"${hex(js).replace(/../g, "\\x$&")}"`
            };`,
        };
      },
      print: (place) => `see_text(${place});`,
      read,
    };
  }

  /** An address, exact above 2 ** 53 too. */
  #pointer(): Type {
    const read = (value: unknown) =>
      value === null
        ? "null,"
        : value instanceof Pointer
        ? `@${value.address.toString(16)},`
        : `a ${typeof value},`;
    return {
      c: "void *",
      notation: "pointer",
      hasText: false,
      value: () => {
        const address = integerIn(this.#random, {
          bits: 64,
          signed: false,
          word: false,
        });
        return {
          get js() {
            return address === 0n ? null : pointerTo(address);
          },
          text: address === 0n ? "null," : `@${address.toString(16)},`,
          write: (place) => `${place} = (void *)0x${address.toString(16)}ull;`,
        };
      },
      print: (place) =>
        `if (${place}) see("@%llx,", (unsigned long long)(uintptr_t)${place}); else see("null,");`,
      read,
    };
  }

  /** An enumeration: any number of its range can be given. */
  #enumeration(c: string, [least, bits, attribute]: Enumeration): Type {
    const signed = least < 0;
    const most = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
    this.source += `typedef enum${attribute} { ${c}_A = ${
      signed ? literal(-most - 1n, true) : 0
    }, ${c}_B = ${literal(most, signed)} } ${c};\n`;
    const base = this.#integer(
      `${signed ? "" : "u"}int${bits}_t`,
      bits,
      signed,
    );
    const { value, read, hasText } = base;
    return {
      c,
      notation: c,
      hasText,
      read,
      value: () => {
        const one = value();
        return {
          ...one,
          write: (place) => one.write(place).replace("= ", `= (${c})`),
        };
      },
      print: (place) => base.print(`(${base.c})${place}`),
    };
  }

  /** A new struct or union. */
  composite(): Type {
    const random = this.#random;
    const name = `T${this.#count++}`;
    const isUnion = random(6) === 0;
    const attribute = isUnion || random(6) > 0 ? "" : pick(random, [
      " __attribute__((packed))",
      " __attribute__((packed, aligned(2)))",
      " __attribute__((packed, aligned(8)))",
      " __attribute__((aligned(16)))",
      " __attribute__((aligned(32)))",
    ]);
    const members = Array.from(
      { length: 1 + random(isUnion ? 3 : 6) },
      (_, index) =>
        this.#member(`m${index}`, isUnion, attribute.includes("packed")),
    );
    this.source += `typedef ${isUnion ? "union" : "struct"} ${name} {\n${
      members.map(({ declaration }) => `  ${declaration};\n`).join("")
    }}${attribute} ${name};\n`;
    // Of a union one member is the one that counts.
    const seen = isUnion ? [pick(random, members)] : members;
    const parts = seen.flatMap(({ parts }) => parts);
    this.source += `static void see_${name}(${name} it) {\n  see("{"); ${
      parts.map(({ type, key }) => type.print(`it.${key}`)).join(" ")
    } see("},");\n}\n`;
    const type: Type = {
      c: name,
      notation: name,
      hasText: parts.some(({ type }) => type.hasText),
      value: () => {
        const values = parts.map(({ type, key }) =>
          [key, type.value()] as const
        );
        return {
          js: Object.fromEntries(values.map(([key, value]) => [key, value.js])),
          text: `{${values.map(([, value]) => value.text).join("")}},`,
          write: (place) =>
            `memset(&${place}, 0, sizeof ${place}); ` +
            values.map(([key, value]) => value.write(`${place}.${key}`))
              .join(" "),
        };
      },
      print: (place) => `see_${name}(${place});`,
      read: (value) =>
        `{${
          parts.map(({ type, key }) =>
            type.read((value as Record<string, unknown>)[key])
          ).join("")
        }},`,
    };
    this.#composites.push(type);
    return type;
  }

  #member(name: string, inUnion: boolean, isPacked: boolean): Member {
    const random = this.#random;
    // Of a packed struct with one that asks for 16 bytes or more, and has them by
    // chance, nothing says that it is packed (docs/types.md).
    const isWhole = isPacked || this.#composites.length === 0;
    const type = random(4) === 0 && !isWhole
      ? pick(random, this.#composites)
      : pick(random, this.scalars);
    // Of bytes between members that are the owner's own nobody knows whether they
    // are padding.
    const inner = isPacked ? " __attribute__((packed))" : "";
    switch (random(7)) {
      case 0: {
        const length = 1 + random(4);
        const isBytes = type.c === "int8_t" || type.c === "uint8_t";
        const array = arrayOf(type, isBytes ? length * 5 : length);
        const all = random(3) === 0 ? arrayOf(array, 1 + random(3)) : array;
        return {
          declaration: `${type.c} ${name}${all.lengths}`,
          parts: [{ key: name, type: all }],
        };
      }
      case 1: {
        // In a packed struct clang 14 loses those that are as wide as their type.
        const base = pick(random, this.scalars.filter(isBitBase));
        const bits = isInteger(base) ? base.bits : 1;
        const fields = Array.from({
          // In a union they lie over each other.
          length: inUnion ? 1 : 1 + random(4),
        }, (_, index) => ({
          key: `${name}_${index}`,
          width: 1 + random(isPacked ? Math.max(bits - 1, 1) : bits),
        }));
        const gap = random(4) === 0 ? `, : ${random(bits)}` : "";
        return {
          declaration: `${base.c} ${
            fields.map(({ key, width }) => `${key} : ${width}`).join(", ")
          }${gap}`,
          parts: fields.map(({ key, width }) => ({
            key,
            type: isInteger(base)
              ? this.#integer(base.c, width, base.signed)
              : base,
          })),
        };
      }
      case 2: {
        if (inUnion) break;
        // Unnamed: its members are those of its owner.
        const [a, b] = [pick(random, this.scalars), pick(random, this.scalars)];
        return {
          declaration: `struct { ${a.c} ${name}a; ${b.c} ${name}b; }${inner}`,
          parts: [{ key: `${name}a`, type: a }, { key: `${name}b`, type: b }],
        };
      }
      case 3: {
        if (inUnion) break;
        const [a, b, c] = [0, 1, 2].map(() => pick(random, this.scalars)) as [
          Type,
          Type,
          Type,
        ];
        // What overlaps with a part of the others only would be asked for as well.
        return random(2) === 0
          ? {
            declaration: `union { ${a.c} ${name}a; ${c.c} ${name}c; }`,
            parts: [{ key: `${name}c`, type: c }],
          }
          : {
            declaration:
              `union { struct { ${a.c} ${name}a; ${b.c} ${name}b; }${inner}; ${c.c} ${name}c; }`,
            parts: [
              { key: `${name}a`, type: a },
              { key: `${name}b`, type: b },
            ],
          };
      }
    }
    const aligned = random(12) === 0 && !isPacked
      ? `__attribute__((aligned(${pick(random, [8, 16, 32])}))) `
      : "";
    // Of a packed member that asks for 16 bytes or more nothing says how it lies.
    const packed = random(12) === 0 && this.scalars.includes(type)
      ? " __attribute__((packed))"
      : "";
    return {
      declaration: `${aligned}${type.c} ${name}${aligned === "" ? packed : ""}`,
      parts: [{ key: name, type }],
    };
  }
}

interface Member {
  readonly declaration: string;
  readonly parts: readonly { readonly key: string; readonly type: Type }[];
}

function isInteger(type: Type): type is Integer {
  return "bits" in type;
}

function isBitBase({ c }: Type): boolean {
  return /^(?:bool|u?int(?:8|16|32|64)_t)$/.test(c);
}

function arrayOf(type: Type, length: number): Type {
  const each = Array.from({ length }, (_, index) => index);
  return {
    c: type.c,
    lengths: `[${length}]${type.lengths ?? ""}`,
    notation: `[${length}]${type.notation}`,
    hasText: type.hasText,
    value: () => {
      const values = each.map(() => type.value());
      return {
        js: values.map(({ js }) => js),
        text: `[${values.map(({ text }) => text).join("")}],`,
        write: (place) =>
          values.map(({ write }, index) => write(`${place}[${index}]`))
            .join(" "),
      };
    },
    print: (place) =>
      `see("["); ${
        each.map((index) => type.print(`${place}[${index}]`)).join(" ")
      } see("],");`,
    read: (value) => {
      const list = Array.from(value as Iterable<unknown>);
      // Typed arrays of words hold bigints.
      const isWord = isInteger(type) && type.word;
      return `[${
        list.map((one) =>
          type.read(isWord && typeof one === "bigint" ? Number(one) : one)
        ).join("")
      }],`;
    },
  };
}

function integerIn(
  random: Random,
  { bits, signed, word }: Pick<Integer, "bits" | "signed" | "word">,
): bigint {
  const limit = word ? 53 : signed ? bits - 1 : bits;
  const most = 2n ** BigInt(limit) - 1n;
  const least = !signed ? 0n : word ? -most : -most - 1n;
  const clamp = (value: bigint) =>
    value < least ? least : value > most ? most : value;
  switch (random(4)) {
    case 0:
      return pick(random, [most, least]);
    case 1:
      return clamp(BigInt(random(5)) - 2n);
    case 2: {
      const power = 2n ** BigInt(random(limit + 1));
      return clamp((random(2) === 0 ? power : -power) + BigInt(random(3)) - 1n);
    }
    default:
      return clamp(
        BigInt(random(2 ** 32)) * BigInt(random(2 ** 32)) -
          BigInt(random(2 ** 32)) * BigInt(random(2 ** 32)),
      );
  }
}

function literal(value: bigint, signed: boolean): string {
  if (!signed) return `${value}ull`;
  return value === -(2n ** 63n) ? "(-9223372036854775807ll - 1)" : `${value}ll`;
}

function hex(text: string): string {
  return Array.from(
    new TextEncoder().encode(text),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
}
