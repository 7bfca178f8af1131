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

/** Structs, and which member of them is anywhere in its byte. */
const STRUCTS = {
  packed: ["char c; unsigned : 1; unsigned f : 32;", "packed", true],
  first: ["unsigned : 3; unsigned short f : 16;", "packed", true],
  between: [
    "char c; unsigned long long : 13; unsigned f : 32; unsigned t : 3;",
    "packed",
    true,
  ],
  whole: ["char c; unsigned f : 32; char d;", "packed", false],
  plain: ["char c; unsigned f; char d;", "packed", false],
  aligned: ["char c; unsigned f;", "packed, aligned(8)", false],
  reserved: ["unsigned f; unsigned : 32; unsigned d;", "", false],
  natural: ["char c; unsigned : 1; unsigned f : 32; char d;", "", false],
} as const;

const SOURCE = Object.entries(STRUCTS).map(([name, [members, attributes]]) =>
  `struct __attribute__((${attributes})) ${name} { ${members} };
unsigned of_${name}(struct ${name} *it) { return it->f; }`
).join("\n");

for (const compiler of ["gcc", "clang"]) {
  test(
    `a bit-field as wide as its type, by ${compiler}, is right or is left out`,
    need(compiler),
    () => {
      const path = join(emptyDirectory(), "bits.c");
      writeFileSync(path, SOURCE);
      const { types } = describe(imageOf(compile(compiler, [path], ["-g"])));
      for (const [name, [, , isAnywhere]] of Object.entries(STRUCTS)) {
        const type = types[name];
        const skipped = type?.kind === "struct" ? type.skipped : undefined;
        assertEquals(
          [name, skipped?.f],
          [
            name,
            isAnywhere && compiler === "clang"
              ? "its place is not known: it may lie behind bits that have no name"
              : undefined,
          ],
        );
      }
    },
  );
}
