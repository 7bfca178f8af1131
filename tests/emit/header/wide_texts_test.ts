/** Texts in wide characters are constants as others are, and arrays of such characters are none. */
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { open } from "../../../mod.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { wideTextsIn } from "../../../emit/header/wide_texts.ts";
import { describeByHeader } from "../helpers/headers.ts";

const TEXTS = {
  WIDE: ['L"Grüße"', "Grüße"],
  EMPTY: ['L""', ""],
  INNER: ['L"a\\0b"', "a\0b"],
  UTF16: ['u"Grüße\\U0001F600"', "Grüße\u{1F600}"],
  UTF32: ['U"Grüße\\U0001F600"', "Grüße\u{1F600}"],
  UTF8: ['u8"Grüße"', "Grüße"],
  ESCAPED: ['L"\\xdc"', "Ü"],
  MARKED: ['u"\\xfeff" "a"', "\ufeffa"],
  JOINED: ['"ab" L"cd" "ef"', "abcdef"],
  BRACKETS: ['((L"in brackets"))', "in brackets"],
  EXTENDED: ['__extension__ U"said"', "said"],
  OTHER: ["WIDE", "Grüße"],
  MADE: ['WIDELY("made")', "made"],
  TWICE: ['JOIN(L, "twice")', "twice"],
} as const;

/** Numbers of such texts, and what stands behind them. */
const NUMBERS = {
  SIZE: ['sizeof(L"abc")', 16],
  LETTER: ["L'x'", 120],
} as const;

/** What is no text, or none that JavaScript has. */
const NONE = {
  LIST: "((int[]){ 65, 66, 0 })",
  CONST_LIST: "((const unsigned short[]){ 65, 0 })",
  TABLE: "text_table",
  ADDRESS: '(L"abc" + 1)',
  CHOICE: '(1 ? L"one" : L"two")',
  HALF: 'u"\\xd800"',
  HALVES: 'U"\\xd83d\\xde00"',
  BEYOND: 'U"\\x110000"',
};

const HEADER = `#include <stddef.h>
static const wchar_t text_table[] = { 65, 0 };
#define WIDELY(text) L##text
#define JOIN_INNER(a, b) a##b
#define JOIN(a, b) JOIN_INNER(a, b)
${
  [
    ...Object.entries({ ...TEXTS, ...NUMBERS }).map(([name, [c]]) => [name, c]),
    ...Object.entries(NONE),
  ].map(([name, c]) => `#define TEXT_${name} ${c}\n`).join("")
    .replaceAll(" WIDE\n", " TEXT_WIDE\n")
}
int characters(const wchar_t *text);
`;

const SOURCE = `#include <wchar.h>
int characters(const wchar_t *text) { return (int) wcslen(text); }
`;

for (const cc of ["gcc", "clang"]) {
  test(`wide texts of headers are constants, by ${cc}`, need(cc), async () => {
    const { path } = await describeByHeader(cc, SOURCE, HEADER);
    const beside = JSON.parse(readFileSync(`${path}.headers.json`, "utf8"));
    const own = Object.entries(beside.constants)
      .filter(([name]) => name.startsWith("TEXT_"))
      .map(([name, value]) => [name.slice(5), value]);
    const wanted = Object.entries({ ...TEXTS, ...NUMBERS })
      .map(([name, [, value]]) => [name, value]);
    assertEquals(Object.fromEntries(own), Object.fromEntries(wanted));

    const plugin = open(path);
    const characters = plugin.lookup("characters", "(utf32) => i32");
    const { TEXT_UTF32 } = plugin.constants as { TEXT_UTF32: string };
    assertEquals(characters(TEXT_UTF32), 6);
  });
}

/** Chained macros, each of which stands before the one that it names. */
const CHAINED = 20_000;

test("a macro leads to a wide text through any number of others, in no time", () => {
  const macros = new Map(
    Array.from({ length: CHAINED }, (_, index) => [
      `M${index}`,
      {
        params: undefined,
        body: index === CHAINED - 1 ? `L"end"` : `M${index + 1}`,
        isOwn: true,
      },
    ]),
  );
  macros.set("OTHER", { params: undefined, body: "(M - 1)", isOwn: true });
  const before = performance.now();
  assertEquals(wideTextsIn(macros).size, CHAINED);
  // One after the other, as a pass for each, they took a minute.
  assert(performance.now() - before < 5000);
});
