/**
 * The names of types, found in what the preprocessor makes of headers.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { definitionsIn } from "../../../emit/csource/definitions.ts";
import { tokens } from "../../../emit/csource/tokens.ts";
import { test } from "../../helpers/test.ts";

test("definitionsIn() gives an enum of C23 its name, and not that of its type", () => {
  const source = `enum color : unsigned char { RED, GREEN };
typedef enum : unsigned long { FAR } far_t;
enum __attribute__((packed)) small : my_int { TINY };
struct flags { enum color of : 2; unsigned more : 3; };
struct later *of(enum color c);
struct plain { int x; };
`;
  const { types, enumerators } = definitionsIn(tokens(source), () => true);
  assertEquals([...types], ["color", "far_t", "small", "flags", "plain"]);
  assertEquals([...enumerators], ["RED", "GREEN", "FAR", "TINY"]);
});
