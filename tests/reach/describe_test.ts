/**
 * Many real libraries, as other readers of debug information see them.
 *
 * @module
 */

import { agrees } from "../emit/helpers/oracle.ts";
import { MANY } from "../emit/helpers/corpus.ts";

for (const recipe of MANY) {
  // Optimized, SQLite takes its compilers a minute each.
  agrees(recipe, recipe.name === "sqlite" ? ["-O0"] : ["-O0", "-O2"]);
}
