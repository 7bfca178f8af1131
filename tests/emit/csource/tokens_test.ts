import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { tokens } from "../../../emit/csource/tokens.ts";

test("tokens() tells kinds, lines, and what goes on over lines", () => {
  const source = `# 7 "a.h" 1
int größe = .5e1 + 0x1F, $x; /* two
lines */ char *é = "a\\"//b";
  #define URL "http://x" /* of
it */ y
f(a, ...);\r
`;
  const found = tokens(source).map(({ kind, text, line, end }) =>
    `${kind} ${text.replaceAll("\n", "~")} ${line}${
      end === line ? "" : `-${end}`
    }`
  );
  assertEquals(found, [
    'directive # 7 "a.h" 1 1',
    "name int 7",
    "name größe 7",
    "mark = 7",
    "number .5e1 7",
    "mark + 7",
    "number 0x1F 7",
    "mark , 7",
    "name $x 7",
    "mark ; 7",
    "comment /* two~lines */ 7-8",
    "name char 8",
    "mark * 8",
    "name é 8",
    "mark = 8",
    'literal "a\\"//b" 8',
    "mark ; 8",
    'directive #define URL "http://x" /* of~it */ y 9-10',
    "name f 11",
    "mark ( 11",
    "name a 11",
    "mark , 11",
    "mark ... 11",
    "mark ) 11",
    "mark ; 11",
  ]);
});
