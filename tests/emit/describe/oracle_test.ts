/**
 * Real libraries, as other readers of debug information see them.
 *
 * It runs on one runtime: compiling takes all the time, and the readers are
 * the same code on every one, which the goldens try.
 */
import { assert, assertEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { readImage } from "../../../emit/image/image.ts";
import type { Description } from "../../../emit/describe/description.ts";
import { skip } from "../../helpers/need.ts";
import { type Abi, abidw, Comparison } from "../helpers/abidw.ts";
import {
  compileRecipe,
  CORPUS,
  needCorpus,
  type Recipe,
} from "../helpers/corpus.ts";
import { assertManifest } from "../helpers/library.ts";

const once = (...tools: string[]) =>
  "Deno" in globalThis
    ? needCorpus("gcc", "clang", ...tools)
    : skip("the oracles are asked on Deno alone: compiling takes the time");

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

/**
 * The libraries that are optimized too: the quick ones, and all where
 * `PLUGIN_ORACLE` is `all`, which takes four minutes.
 */
const OPTIMIZED = process.env.PLUGIN_ORACLE === "all"
  ? CORPUS.filter(({ name }) => name !== "sqlite").map(({ name }) => name)
  : ["bzip2", "libdeflate", "zlib"];

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

for (const recipe of CORPUS) {
  for (const compiler of ["clang", "gcc"]) {
    const levels = OPTIMIZED.includes(recipe.name) ? ["-O0", "-O2"] : ["-O0"];
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
