import { agrees } from "../helpers/oracle.ts";
import { FEW } from "../helpers/corpus.ts";

for (const recipe of FEW) agrees(recipe, ["-O0", "-O2"]);
