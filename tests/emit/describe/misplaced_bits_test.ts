/**
 * Bit-fields of which the debug information says only the byte that they begin in.
 */
import { assertEquals } from "@std/assert";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
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
  reserved: ["unsigned f; unsigned : 32; unsigned d;", "", []],
  natural: ["char c; unsigned : 1; unsigned f : 32; char d;", "", []],
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
    ["gcc", "-x", "c++", "-fdebug-types-section"],
    ["clang", "-x", "c++", "-fdebug-types-section"],
  ] as const
) {
  const by = [compiler, ...flags].join(" ");
  test(
    `a bit-field as wide as its type, by ${by}, is right or is left out`,
    need(compiler),
    () => {
      const path = join(emptyDirectory(), "bits.c");
      writeFileSync(path, SOURCE);
      const library = compile(compiler, [path], ["-g", ...flags]);
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
