/**
 * Real libraries, as other readers of debug information see them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { readImage } from "../../../emit/image/image.ts";
import type { Description } from "../../../emit/describe/description.ts";
import { type Abi, abidw, Comparison } from "./abidw.ts";
import { compileRecipe, needCorpus, type Recipe } from "./corpus.ts";
import { assertManifest } from "./library.ts";

/** Where abidw and we differ, and who is right. */
const EXPLAINED: readonly (readonly [RegExp, string])[] = [
  [
    /^mi_\w+\.\w+ is at \d+, abidw undefined$/,
    "abidw does not know DW_TAG_atomic_type, and leaves such members out",
  ],
  [
    /^_mi_bitmap_\w+ takes \d+, abidw \d+$/,
    "abidw leaves parameters that point to _Atomic types out",
  ],
  [/^_ZSt15get_new_handlerv is missing$/, "a name of C++, counted under _Z*"],
];

const abis = new Map<string, Abi>();

/** On several units by GCC abidw loses symbols, so clang's build is what it is asked about. */
function abiOf(recipe: Recipe): Abi {
  let abi = abis.get(recipe.name);
  if (abi === undefined) {
    abi = abidw(compileRecipe(recipe, "clang", "-O0"));
    abis.set(recipe.name, abi);
  }
  return abi;
}

function describeFile(path: string): Description {
  const description = describe(
    readImage(new Uint8Array(readFileSync(path)), path),
  );
  assertManifest(description);
  return description;
}

/**
 * Declares the tests of a library.
 *
 * @param recipe The library.
 * @param levels What the compilers optimize.
 */
export function agrees(recipe: Recipe, levels: readonly string[]): void {
  const once = (...tools: string[]) =>
    needCorpus(recipe, "gcc", "clang", ...tools);
  for (const compiler of ["clang", "gcc"]) {
    for (const level of levels) {
      test(
        `describe() of ${recipe.name} by ${compiler} ${level} agrees with abidw`,
        once("abidw"),
        () => {
          const ours = describeFile(compileRecipe(recipe, compiler, level));
          const comparison = new Comparison(abiOf(recipe), ours);
          assert(comparison.symbols > 15, `${comparison.symbols} symbols`);
          const unexplained = comparison.differences.filter((difference) =>
            !EXPLAINED.some(([pattern]) => pattern.test(difference))
          );
          assertEquals(unexplained, []);
        },
      );
    }
  }

  test(
    `describe() of ${recipe.name} has every symbol that readelf lists`,
    once("readelf"),
    () => {
      const library = compileRecipe(recipe, "gcc", "-O0");
      const { symbols, skipped } = describeFile(library);
      const { stdout } = spawnSync("readelf", ["-W", "--dyn-syms", library], {
        encoding: "utf8",
      });
      const kinds: Record<string, string> = {
        FUNC: "function",
        OBJECT: "variable",
      };
      let count = 0;
      for (const line of stdout.split("\n")) {
        const [, , , type, , , section, name] = line.trim().split(/\s+/);
        if (name === undefined || section === "UND" || !(type! in kinds)) {
          continue;
        }
        if (/^(?:_init|_fini|_Z.*)$/.test(name)) continue;
        count++;
        if (name in skipped) continue;
        assertEquals(symbols[name]?.kind, kinds[type!], name);
      }
      assertEquals(
        count,
        Object.keys({ ...symbols, ...skipped }).filter((name) => name !== "_Z*")
          .length,
      );
    },
  );
}
