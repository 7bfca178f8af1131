/**
 * Random C types and functions over them, with the code that fills and hashes
 * every part of a value: what two sides must agree on for a call to be right.
 *
 * @module
 */

/** A seeded source of numbers: the same test every time. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** A whole number below `limit`. */
  below(limit: number): number {
    // xorshift32
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % limit;
  }

  /** One of them. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }
}

const SCALARS = [
  "_Bool",
  "int8_t",
  "uint8_t",
  "int16_t",
  "uint16_t",
  "int32_t",
  "uint32_t",
  "int64_t",
  "uint64_t",
  "float",
  "float",
  "double",
  "double",
  "pointer",
] as const;

/** Types of bit-fields, and how many bits they have. */
const BITS = [
  ["int32_t", 32],
  ["uint32_t", 32],
  ["uint8_t", 8],
  ["int16_t", 16],
  ["uint64_t", 64],
  ["_Bool", 1],
] as const;

/** Types of C that have no padding where a union might read it. */
const PLAIN = ["int32_t", "int64_t", "float", "double", "uint8_t"] as const;

/** What has been generated. */
export interface Shapes {
  /** Types, and for each `fill_T(T *, uint64_t)` and `hash_T(uint64_t, const T *)`. */
  readonly header: string;
  /** Definitions of the functions. */
  readonly source: string;
  readonly functions: readonly {
    readonly name: string;
    readonly params: readonly string[];
    readonly result: string;
  }[];
}

const HEADER = `#include <stdint.h>
#include <string.h>
typedef void *pointer;
extern uint64_t seen;
static inline uint64_t mix(uint64_t h, uint64_t v) {
  h = (h ^ v) * 0x9e3779b97f4a7c15u;
  return h ^ (h >> 29);
}
`;

/** Generates types and functions. */
export function generate(random: Random, functions: number): Shapes {
  const composites: string[] = [];
  let header = HEADER + SCALARS.filter((t, i) => SCALARS.indexOf(t) === i)
    .map(scalar).join("");
  for (let n = 0; n < 60; n++) {
    const name = `T${n}`;
    header += composite(name, random, composites);
    composites.push(name);
  }
  const all = [...SCALARS, ...composites, ...composites];
  const made = Array.from({ length: functions }, (_, index) => ({
    name: `f${index}`,
    params: Array.from({ length: random.below(9) }, () => random.pick(all)),
    result: random.pick([...composites, ...SCALARS, "void"]),
  }));
  // At least one struct, or there is no thunk.
  for (const one of made) one.params.push(random.pick(composites));
  const source = `#include "shapes.h"\nuint64_t seen;\n` +
    made.map(({ name, params, result }) => {
      const list = params.map((type, index) => `${type} p${index}`).join(", ");
      const hashes = params.map((type, index) =>
        `  seen = hash_${type}(seen, &p${index});\n`
      ).join("");
      const back = result === "void"
        ? ""
        : `  ${result} r;\n  fill_${result}(&r, seen);\n  return r;\n`;
      return `${result} ${name}(${list}) {\n  seen = 1;\n${hashes}${back}}\n`;
    }).join("");
  return { header, source, functions: made };
}

function scalar(type: string): string {
  const value = type === "_Bool"
    ? "(seed >> 7) & 1"
    : type === "float" || type === "double"
    ? `(${type})((int64_t)(seed >> 40) - 8000000) / 4`
    : type === "pointer"
    ? "(void *)(uintptr_t)seed"
    : `(${type})seed`;
  return `static inline void fill_${type}(${type} *to, uint64_t seed) {
  ${type} v = ${value};
  memcpy(to, &v, sizeof v);
}
static inline uint64_t hash_${type}(uint64_t h, const ${type} *from) {
  uint64_t bits = 0;
  memcpy(&bits, from, sizeof *from);
  return mix(h, bits);
}
`;
}

/** A member: how it is declared, and the ways to all of its parts. */
interface Part {
  readonly declaration: string;
  readonly leaves: readonly Leaf[];
}

interface Leaf {
  readonly type: string;
  readonly way: string;
  /** A bit-field has no address. */
  readonly isBits?: true;
}

function composite(
  name: string,
  random: Random,
  known: readonly string[],
): string {
  const union = random.below(8) === 0;
  const count = 1 + random.below(union ? 3 : 5);
  const parts = Array.from(
    { length: count },
    (_, index) => part(`m${index}`, random, known, union),
  );
  const attribute = union || random.below(6) !== 0 ? "" : random.pick([
    " __attribute__((packed))",
    " __attribute__((packed, aligned(2)))",
    " __attribute__((packed, aligned(8)))",
    " __attribute__((aligned(16)))",
    " __attribute__((aligned(32)))",
  ]);
  // The widest member of a union stands for all of it.
  const leaves = union
    ? parts.map(({ leaves }) => leaves).sort((a, b) => b.length - a.length)[0]!
    : parts.flatMap(({ leaves }) => leaves);
  const fills = leaves.map(({ type, way, isBits }, index) =>
    isBits
      ? `  { ${type} v; fill_${type}(&v, mix(seed, ${index})); to->${way} = v; }\n`
      : `  { ${type} v; memset(&v, 0, sizeof v); fill_${type}(&v, mix(seed, ${index})); memcpy((char *)to + ((char *)&to->${way} - (char *)to), &v, sizeof v); }\n`
  );
  const hashes = leaves.map(({ type, way, isBits }) =>
    isBits
      ? `  { ${type} v = from->${way}; h = hash_${type}(h, &v); }\n`
      : `  { ${type} v; memcpy(&v, (const char *)from + ((const char *)&from->${way} - (const char *)from), sizeof v); h = hash_${type}(h, &v); }\n`
  );
  return `typedef ${union ? "union" : "struct"} ${name} {
${
    parts.map(({ declaration }) => `  ${declaration};\n`).join("")
  }}${attribute} ${name};
static inline void fill_${name}(${name} *to, uint64_t seed) {
  memset(to, 0, sizeof *to);
${fills.join("")}}
static inline uint64_t hash_${name}(uint64_t h, const ${name} *from) {
${hashes.join("")}  return h;
}
`;
}

function part(
  name: string,
  random: Random,
  known: readonly string[],
  plain: boolean,
): Part {
  const type = plain
    ? random.pick(PLAIN)
    : random.below(3) === 0 && known.length > 0
    ? random.pick(known.slice(-12))
    : random.pick(SCALARS);
  switch (random.below(6)) {
    case 0: {
      const length = 1 + random.below(4);
      return {
        declaration: `${type} ${name}[${length}]`,
        leaves: Array.from(
          { length },
          (_, index) => ({ type, way: `${name}[${index}]` }),
        ),
      };
    }
    case 1: {
      if (plain) break;
      // An unnamed union with an unnamed struct in it: C11.
      const [a, b, c] = [0, 1, 2].map(() => random.pick(PLAIN));
      return {
        declaration:
          `union { struct { ${a} ${name}a; ${b} ${name}b; }; ${c} ${name}c; }`,
        leaves: [{ type: a!, way: `${name}a` }, { type: b!, way: `${name}b` }],
      };
    }
    case 2: {
      if (plain) break;
      const [type, size] = random.pick(BITS);
      const fields = Array.from(
        { length: 1 + random.below(4) },
        (_, index) => [`${name}_${index}`, 1 + random.below(size)] as const,
      );
      const unnamed = random.below(4) === 0 ? `, : ${random.below(size)}` : "";
      return {
        declaration: `${type} ${
          fields.map(([way, width]) => `${way} : ${width}`).join(", ")
        }${unnamed}`,
        leaves: fields.map(([way]) => ({ type, way, isBits: true })),
      };
    }
  }
  return {
    declaration: `${type} ${name}`,
    leaves: [{ type, way: name }],
  };
}
