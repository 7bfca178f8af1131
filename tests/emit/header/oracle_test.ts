import { FEW } from "../helpers/corpus.ts";
import { agreesWithHeader } from "../helpers/header_oracle.ts";

for (const recipe of FEW) agreesWithHeader(recipe);
