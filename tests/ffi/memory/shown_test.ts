/** What is shown of memory: what is put into it C sees, or it is refused. */
import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");
const plugin = async () => open(await library("shown.c"));

test(
  "an element is put into an array that is memory, or refused",
  C,
  async () => {
    const it = await plugin();
    const Whole = it.type("whole");
    const part = {
      n: 1,
      texts: ["a", null],
      addresses: [null, null],
      numbers: [1, 2],
      rows: [[1, 2], [3, 4]],
    };
    const whole = new Whole({
      parts: [part, part],
      either: [{ i: 1 }, { i: 2 }],
    });
    const { pointer } = it.lookup("sight");
    const wrong = [
      () => whole.parts[1] = { ...part, n: 9 },
      () => whole.parts[1].texts[0] = "z",
      () => whole.parts[1].addresses[0] = pointer,
      () => whole.parts[1].rows[0] = [9, 9],
      () => whole.either[0] = { i: 9 },
      () => it.lookup("sight").value.texts[1] = "z",
      () => it.lookup("texts").value[0] = "z",
      () => it.type("shown").array(pointer, 2)[1] = new Whole(),
    ];
    for (const put of wrong) assertThrows(put, TypeError);
    assertEquals(it.lookup("of_whole")(whole), 2);

    whole.parts[1].n = 20;
    whole.either[0].i = 300;
    whole.parts[1].texts = whole.parts[1].texts.with(0, "z");
    assertEquals(it.lookup("of_whole")(whole), 320);
    assertEquals(whole.parts[1].texts, ["z", null]);
    // What is no memory of C's is the program's own.
    const plain = Whole.toObject(whole);
    plain.parts[0].texts[0] = "own";
    plain.parts[0] = { ...part, texts: ["own", "too"] };
    assertEquals(new Whole(plain).parts[0].texts, ["own", "too"]);
  },
);

test(
  "numbers that lie where no typed array can are read, and written as a whole",
  C,
  async () => {
    const it = await plugin();
    const Tight = it.type("tight");
    const tight = new Tight({ mark: 1, numbers: [1, 2] });
    assertEquals([...tight.numbers], [1, 2]);
    assertThrows(() => tight.numbers[0] = 5, TypeError);
    tight.numbers = tight.numbers.with(0, 5);
    assertEquals(it.lookup("of_tight")(tight), 7);
  },
);

test("what is constant is a copy, and ends no process", C, async () => {
  const it = await plugin();
  const fixed = it.lookup("fixed");
  for (
    const put of [
      () => fixed.value.n = 9,
      () => fixed.value.texts[0] = "z",
      () => fixed.value.numbers = [9, 9],
      () => fixed.value = { ...fixed.value },
      () => it.symbols.fixed!.value.n = 9,
    ]
  ) {
    assertThrows(put, TypeError);
  }
  fixed.value.numbers[0] = 9;
  it.lookup("fixed_numbers").value[0] = 9;
  it.lookup("fixed_union").value.i = 9;
  assertEquals(it.lookup("of_fixed")(), 4);
  assertEquals(it.lookup("fixed_union").value.i, 1);
  assertEquals(fixed.value.texts, ["a", "b"]);
});
