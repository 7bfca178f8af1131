/**
 * What comes out of a plugin and is no value of JavaScript's: the error says what
 * it came out of.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { open, variable } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { rejected, thrownText } from "../../helpers/thrown.ts";

const C = need("cc");

const MOST =
  'the plugin gave 18446744073709551615, which no number holds exactly: look it up with "i64" or "u64" in place of "isize" or "usize" to get a bigint';

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
const words = async () => open<any>(await library("words.c"));

test("a word that no number holds names what it came out of", C, async () => {
  const plugin = await words();
  const { give, give_struct, give_pointer, call, call_struct, put } =
    plugin.symbols;
  const given = plugin.type("counted")!.at(give_pointer());
  const out = variable("usize");
  put(out);
  const same = (n: number) => n;
  const inner = ({ one }: { one: { n: number } }) => one.n;
  const places: [string, () => unknown][] = [
    ["give()", () => give(1)],
    ["give_struct()", () => give_struct(1)],
    ["callback of call()", () => call(same, 1)],
    ["callback of call_struct()", () => call_struct(inner, 1)],
    ["most.value", () => plugin.symbols.most.value],
    ["counted.n", () => plugin.symbols.some.value.n],
    ["counted.n", () => given.n],
    ["variable.value", () => out.value],
  ];
  // Cold, and when the runtime has optimized it.
  for (let round = 0; round < 2; round++) {
    for (const [place, read] of places) {
      assertEquals(thrownText(read), `RangeError: ${place}: ${MOST}`);
    }
    for (
      const [place, call] of [["give()", give], [
        "give_struct()",
        give_struct,
      ]] as const
    ) {
      assertEquals(
        (await rejected(call.async(1))).message,
        `${place}: ${MOST}`,
      );
    }
    for (let i = 0; i < 20_000; i++) {
      assertEquals(give(0), 7);
      assertEquals(give_struct(0).n, 7);
      assertEquals(call(same, 0), 7);
      assertEquals(
        call_struct(inner, 0),
        7,
      );
    }
  }
});

test("a variable that there is no memory for says so", () => {
  const type = "[65536][65536][65536]u8";
  assertEquals(
    thrownText(() => variable(type)),
    `RangeError: Cannot make a variable "${type}": there is no memory for its 281474976710656 bytes`,
  );
});
