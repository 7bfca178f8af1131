/**
 * Bit-fields of which the debug information says only the byte that they begin in.
 */
import { assertEquals, fail } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { membersAnywhere } from "../../../emit/describe/misplaced_bits.ts";
import type { StructType } from "../../../emit/dwarf/c_type.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { open } from "@native/plugin";
import { compile, imageOf } from "../helpers/library.ts";

/** Structs, and which members of them are anywhere in their byte, or may be. */
const STRUCTS: Record<
  string,
  readonly [members: string, attributes: string, anywhere: readonly string[]]
> = {
  packed: ["char c; unsigned : 1; unsigned f : 32;", "packed", ["c", "f"]],
  first: ["unsigned : 3; unsigned short f : 16;", "packed", ["f"]],
  between: [
    "char c; unsigned long long : 13; unsigned f : 32; unsigned t : 3;",
    "packed",
    ["c", "f"],
  ],
  chain: ["unsigned : 3; unsigned f : 32; short d : 16;", "packed", ["f", "d"]],
  anchored: ["char c; unsigned f; float at; unsigned : 3;", "packed", []],
  whole: ["char c; unsigned f : 32; char d;", "packed", []],
  plain: ["char c; unsigned f; char d;", "packed", []],
  aligned: ["char c; unsigned f;", "packed, aligned(8)", []],
  octets: ["char c; unsigned char : 3; unsigned char f : 8;", "packed", [
    "c",
    "f",
  ]],
  words: [
    "unsigned a; unsigned : 3; unsigned f : 32; unsigned : 29; unsigned d;",
    "packed",
    ["a", "f"],
  ],
  // Nothing tells it from such a one that is packed.
  reserved: ["unsigned f; unsigned : 32; unsigned d;", "", ["f"]],
  unnamed: ["unsigned f; unsigned b : 1; unsigned : 31; int d;", "", []],
  moved: ["unsigned f; unsigned long long b : 50;", "", []],
  natural: ["char c; unsigned : 1; unsigned f : 32; char d;", "", []],
  crossing: ["char f; int b : 30;", "", []],
  crossing_far: ["short f; unsigned long long b : 60; char d;", "", []],
  beside: ["char f; int b : 24;", "", []],
};

const SOURCE = Object.entries(STRUCTS).map(([name, [members, attributes]]) =>
  `struct __attribute__((${attributes})) ${name} { ${members} };
#ifdef __cplusplus
extern "C"
#endif
unsigned of_${name}(struct ${name} *it) { return it->f; }`
).join("\n");

for (
  const [compiler, ...flags] of [
    ["gcc"],
    ["clang"],
    ["clang", "-x", "c++"],
    // In C++ each type is then in a unit of its own.
    ["g++", "-fdebug-types-section"],
    ["clang", "-x", "c++", "-fdebug-types-section"],
    // A later Clang, which says it.
    ["zig", "cc"],
  ] as const
) {
  const by = [compiler, ...flags].join(" ");
  test(
    `a bit-field as wide as its type, by ${by}, is right or is left out`,
    need(compiler),
    () => {
      const path = join(emptyDirectory(), "bits.c");
      writeFileSync(path, SOURCE);
      const library = compile(compiler, [path], [...flags, "-g"]);
      const { types } = describe(imageOf(library));
      for (const [name, [, , anywhere]] of Object.entries(STRUCTS)) {
        const type = types[name];
        const skipped = type?.kind === "struct" ? type.skipped : undefined;
        const why =
          "its place is not known: it may lie behind bits that have no name";
        assertEquals(
          [name, skipped ?? {}],
          [
            name,
            compiler === "clang"
              ? Object.fromEntries(anywhere.map((member) => [member, why]))
              : {},
          ],
        );
      }
    },
  );
}

/** The bits of each type that a member can have. */
const WIDTHS: Readonly<Record<string, number>> = {
  i8: 8,
  u8: 8,
  i16: 16,
  u32: 32,
  u64: 64,
  f32: 32,
};

/** A random struct: what its members are, and which of them have names. */
function randomStruct(random: () => number): readonly [string, string[]] {
  const upTo = (most: number) => Math.floor(random() * most);
  const types = upTo(2) === 0
    ? ["char", "unsigned char"]
    : ["unsigned char", "short", "unsigned", "unsigned long long", "float"];
  const names: string[] = [];
  const members = Array.from({ length: 1 + upTo(6) }, (_, i) => {
    const type = types[upTo(types.length)]!;
    const width = { char: 8, short: 16, unsigned: 32 }[type.split(" ").at(-1)!];
    const most = type === "unsigned char" ? 8 : width ?? 64;
    const kind = type === "float" ? 9 : upTo(10);
    if (kind < 3) return `${type} : ${1 + upTo(most)};`;
    names.push(`m${i}`);
    const bits = kind < 6 ? most : kind < 8 ? 1 + upTo(most) : 0;
    return `${type} m${i}${bits === 0 ? "" : ` : ${bits}`};`;
  });
  const attribute = upTo(3) === 0 ? "" : "__attribute__((packed)) ";
  return [`${attribute}{ ${members.join(" ")} }`, names];
}

for (
  const [compiler, ...flags] of [["gcc"], ["clang"], ["zig", "cc"]] as const
) {
  test(
    `of 400 random structs by ${compiler} each member lies where it is said to`,
    need(compiler),
    () => {
      let seed = 20;
      const random = () =>
        (seed = seed * 1103515245 + 12345 & 0x7fffffff) / 0x80000000;
      const structs = Array.from({ length: 400 }, () => randomStruct(random));
      const path = join(emptyDirectory(), "random.c");
      const lines = ["#include <string.h>"];
      for (const [i, [struct, names]] of structs.entries()) {
        lines.push(`struct ${struct.replace("{", `s${i} {`)};`);
        lines.push(
          `int size_of_s${i}(struct s${i} *it) { return sizeof *it; }`,
        );
        for (const name of names) {
          // All its bits are set, of a float that is a number too.
          lines.push(
            `void s${i}_${name}(struct s${i} *it) { __typeof__(it->${name} + 0) v; memset(&v, -1, sizeof v); it->${name} = v; }`,
          );
        }
      }
      writeFileSync(path, lines.join("\n"));
      const library = compile(compiler, [path], [...flags, "-g", "-w"]);
      const symbols = Object.fromEntries(
        structs.flatMap(([, names], i) =>
          names.map((name) => [`s${i}_${name}`, "(*u8) => void"])
        ),
      );
      const setters = open(library, { symbols }).symbols;
      const { types } = describe(imageOf(library));
      let left = 0;
      for (const [i, [struct, names]] of structs.entries()) {
        const type = types[`s${i}`];
        if (names.length === 0 || type?.kind !== "struct") continue;
        left += Object.keys(type.skipped ?? {}).length;
        for (const { name, type: of, offset, bits } of type.fields) {
          const memory = new Uint8Array(type.size);
          setters[`s${i}_${name}`]!(memory);
          const [start, width] = bits ?? [0, WIDTHS[of] ?? fail(of)];
          const wanted = new Uint8Array(type.size);
          for (let bit = start; bit < start + width; bit++) {
            wanted[offset + (bit >> 3)]! |= 1 << (bit & 7);
          }
          assertEquals([struct, name, memory], [struct, name, wanted]);
        }
      }
      assertEquals(left > 0, compiler === "clang");
    },
  );
}

test("a struct is not looked through once for each of its members", () => {
  const type = { kind: "base", name: "int", size: 4, encoding: 5 } as const;
  const members = Array.from(
    { length: 1000 },
    (_, i) => ({ name: `m${i}`, type, offset: 4 * i }),
  );
  let looks = 0;
  const struct = {
    kind: "struct",
    keyword: "struct",
    name: "wide",
    size: 4000,
    roundsBits: true,
    get members() {
      looks++;
      return members;
    },
  };
  assertEquals(membersAnywhere(struct as unknown as StructType).size, 0);
  assertEquals(looks < 10, true);
});
