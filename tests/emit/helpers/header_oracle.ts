/**
 * The two ways to describe a library, and the compiler's own word for it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { describeHeaders } from "../../../emit/header/header.ts";
import { readImage } from "../../../emit/image/image.ts";
import type { Description } from "../../../emit/describe/description.ts";
import { layoutAssertions, spellingIn } from "./constants_oracle.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { compileRecipe, flagsOf, needCorpus, type Recipe } from "./corpus.ts";
import { temporary } from "./library.ts";

async function bothWays(
  recipe: Recipe,
): Promise<{ own: Description; declared: Description }> {
  const library = compileRecipe(recipe, "gcc", "-O0");
  const image = readImage(new Uint8Array(readFileSync(library)), library);
  const declared = await describeHeaders({
    image,
    headers: recipe.headers,
    directories: [],
    defines: [],
    flags: flagsOf(recipe),
    work: emptyDirectory(),
  });
  const only = new Set(Object.keys(declared.symbols));
  return { own: describe(image, { only }), declared };
}

/** Declares the tests of a library. */
export function agreesWithHeader(recipe: Recipe): void {
  const once = () => needCorpus(recipe, "cc", "gcc");
  test(
    `describe() of ${recipe.name} agrees with describeHeaders()`,
    once(),
    async () => {
      const { own, declared } = await bothWays(recipe);
      const differences: string[] = [];
      const compare = (what: string, a: unknown, b: unknown) => {
        const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
        if (left === right) return;
        differences.push(
          `${what}: ${left} in the library, ${right} in the header`,
        );
      };
      for (const [name, symbol] of Object.entries(declared.symbols)) {
        compare(name, own.symbols[name]?.type, symbol.type);
      }
      for (const [name, type] of Object.entries(declared.types)) {
        // What a public header leaves incomplete, the library's source has
        // completed; the header is what its users were promised.
        if (type.kind === "opaque" && name in own.types) continue;
        // Compilers leave out the typedefs that a library does not use.
        if (type.kind === "alias" && !(name in own.types)) continue;
        // Comments, and what callbacks call their parameters, are the header's alone.
        compare(name, own.types[name], asCompiled(type));
      }
      assert(Object.keys(declared.symbols).length > 10);
      assertEquals(differences, []);
    },
  );

  test(
    `the compiler agrees with the structs of ${recipe.name}`,
    once(),
    async () => {
      const { declared } = await bothWays(recipe);
      const include = recipe.headers.map((name) => `#include <${name}>\n`);
      const includes = include.join("");
      const spell = spellingIn(preprocess(recipe, includes));
      const lines = Object.entries(declared.types).flatMap(([name, type]) => {
        const spelling = spell(name);
        return spelling === undefined ? [] : layoutAssertions(spelling, type);
      });
      assert(lines.length > 0, "no struct, union or enum");
      const source = temporary(`${recipe.name}-asserts.c`);
      const head = "#include <stddef.h>\n";
      writeFileSync(source, `${head}${includes}${lines.join("\n")}\n`);
      const flags = [...flagsOf(recipe), "-w", "-fsyntax-only"];
      const { status, stderr } = spawnSync("gcc", [...flags, source], {
        encoding: "utf8",
      });
      assertEquals([status, stderr], [0, ""]);
    },
  );
}

function preprocess(recipe: Recipe, includes: string): string {
  const args = [...flagsOf(recipe), "-E", "-P", "-"];
  return spawnSync("gcc", args, { input: includes, encoding: "utf8" }).stdout;
}

/** The same without what no debug information has, of members too. */
function asCompiled(type: object): unknown {
  return JSON.parse(
    JSON.stringify(
      type,
      (key, value) => key === "doc" || key === "params" ? undefined : value,
    ),
  );
}
