/**
 * Many real libraries by their headers, beside what their debug information
 * says.
 *
 * @module
 */

import { MANY } from "../emit/helpers/corpus.ts";
import { agreesWithHeader } from "../emit/helpers/header_oracle.ts";

for (const recipe of MANY) agreesWithHeader(recipe);
