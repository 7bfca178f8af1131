/**
 * What crates have in their APIs that were tried by the first program of their
 * documentation, by a small crate with one type of each kind.
 *
 * @module
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { withSupport } from "../../../helpers/support.ts";
import { crateRows, type Loose } from "../../helpers/crate_rows.ts";

await withSupport();

const row = crateRows("tried");

row("what these crates have crosses, but for lists of what is only lent", (_, {
  skipped,
}) => {
  assertEquals(skipped, {
    lengths:
      "a Source among other values would have to be copied, and it is not Clone",
    "Layout.each": "the type has no JavaScript value",
    waiting: "a future is waited for where a function gives it alone",
  });
});

row("a class is there by all its names", (rust, { types }) => {
  assertEquals(rust.Span, rust.SignedSpan);
  assertEquals(rust.Span.hours(2n).seconds(), 7200n);
  assertEquals(types.Span, {
    kind: "alias",
    type: "SignedSpan",
    doc: "A span of time.",
  });
  assertEquals(rust.numbered("a") instanceof rust.Numbered, true);
  assertEquals(Object.keys(rust).includes("Numbered"), true);
});

row("what a type derefs to, or may be seen as, is read", (rust) => {
  using blob = new rust.Blob(new Uint8Array([1, 2]));
  assertEquals(blob.deref(), new Uint8Array([1, 2]));
  using span = rust.Span.hours(1n);
  using guard = new rust.Guard(span);
  assertEquals(guard.deref().seconds(), 3600n);
  assertEquals(rust.digest("abc").as_ref(), new Uint8Array([3, 7]));
});

row("an Option of nothing is whether there is one", (rust) => {
  using parsed = new rust.Parsed();
  assertEquals([parsed.set_hour(23), parsed.set_hour(24)], [true, false]);
  assertEquals(rust.Parsed.all([true, false]), [false, true]);
  assertThrows(() => rust.Parsed.all([null]), TypeError, "argument 1 (all)");
});

row("a function that is kept may give a Cow", (rust) => {
  using paths = new rust.Paths((path: string) => `/${path}`);
  assertEquals([paths.join("a"), paths.join("ü")], ["/a", "/ü"]);
});

row("what cannot be copied is given away among other values", (rust) => {
  const kept: Loose[] = [];
  const load = (name: string) => {
    if (name === "") return null;
    kept.push(new rust.Source(`<${name}>`));
    return kept.at(-1);
  };
  assertEquals([rust.loaded("a", load), rust.loaded("", load)], ["<a>", null]);
  assertThrows(() => kept[0].text(), Error, "given away");
  const [a, b, c] = ["a", "b", "c"].map((text) => new rust.Source(text));
  assertEquals(rust.joined([a, b], [c, 2]), "abcc");
  for (const one of [a, b, c]) {
    assertThrows(() => one.text(), Error, "given away");
  }
  assertThrows(() => rust.joined([a], null), Error, "given away");
});

row("objects among other values may be missing", (rust) => {
  const told = (all: Loose[]) => all.map((one) => one && one.mark());
  const mark = new rust.Mark(1);
  assertEquals(told(rust.marks([mark, null, null])), [null, null, 1]);
  assertEquals(told(rust.marks([])), []);
  const next = (one: Loose) => one && new rust.Mark(one.mark() + 1);
  assertEquals(
    rust.shared([null, mark], next).map((
      [at, one]: Loose,
    ) => [at, one?.mark()]),
    [[1, undefined], [2, 2]],
  );
  const [none, voice] = rust.voices([mark, null]);
  assertEquals([none, voice.says()], [null, "mark 1"]);
});

row(
  "a key that is copied is a number",
  (rust) => {
    using roads = new rust.Roads();
    roads.add(1, 2, "one");
    roads.add(2, 3, { length: 5 });
    roads.add(1, 3, null);
    assertEquals([...roads.from(1)], [[2, "one"], [3, null]]);
    assertThrows(() => roads.add("a", 2, 1), TypeError, "wanted i32");
  },
);

row("what holds anything stands for what a hidden trait asks for", (rust) => {
  using scope = new rust.Scope();
  const last = (value: unknown) => {
    scope.push(value);
    return scope.last().shown();
  };
  assertEquals([true, 2, 1.5, "a", "ab"].map(last), [
    "bool true",
    "i64 2",
    "f64 1.5",
    "text a",
    "text ab",
  ]);
  assertThrows(() => scope.push(null), TypeError, "argument 1 (value)");
});

row("a constant among type parameters is found by rustc", (rust) => {
  assertEquals(rust.run_native((count: number) => 3 * count), 8);
});

row("a tuple of one is an array of one", (rust) => {
  assertEquals([...rust.one([1])], [2]);
  const next = ([at]: [number]) => [at + 1];
  assertEquals(
    rust.ones([["a"], ["b"]], next).map((
      [one, at]: Loose,
    ) => [one, [...at]]),
    [[null, [2]], [["b"], [3]]],
  );
  assertThrows(() => rust.one([1, 2]), TypeError, "argument 1 (of)");
});

row("what lends is kept, whatever its keys have to be", (rust) => {
  using shelf = new rust.Shelf();
  {
    using table = shelf.open();
    {
      using row = table.insert("a", "x");
      assertEquals(row.value(), "x");
      assertThrows(() => table.insert("b", "y"), Error, "borrow");
    }
    table.insert("b", "y")[Symbol.dispose]();
    using row = table.get("b");
    assertEquals([row.value(), table.get("c")], ["y", null]);
  }
  using again = shelf.open();
  assertEquals(again.get("a").value(), "x");
});

row(
  "a function has a trait that functions have, and is lent what it writes to",
  (rust) => {
    using helpers = new rust.Helpers();
    const lent: Loose[] = [];
    helpers.register("up", (call: Loose, all: Loose, out: Loose) => {
      out.write(call.param(1).toUpperCase());
      out.write(`${out.written()} ${all.len()}`);
      lent.push(call, out);
    });
    helpers.register("bad", () => {
      throw new RangeError("no");
    });
    helpers.register(
      "none",
      (_: Loose, _all: Loose, out: Loose) => out.write(""),
    );
    assertEquals(helpers.run("up ab"), "AB2 3");
    for (const one of lent) {
      assertThrows(() => one.param?.(0) ?? one.written(), Error);
    }
    assertThrows(() => helpers.run("bad"), RangeError, "no");
    assertThrows(() => helpers.run("none"), Error, "nothing to write");
    assertEquals(helpers.run("other"), "");
  },
);

row("of numbers of each size a large one is taken", (rust) => {
  assertEquals(rust.sampled(70000), "70000i32");
});

row("what borrows has methods beside an Arc<dyn Trait>", (rust) => {
  using options = new rust.Options("a");
  assertEquals(options.build("!"), "a mark 7!");
});

row("what a reference has that is written to is lent", (rust) => {
  using line = new rust.Line();
  assertEquals(rust.formatted(line.set_width(3)), "line 3");
  assertEquals(rust.formatted(line.set_width(4)), "line 4");
});

row("a method that gives its own object gives the same one", async (rust) => {
  const line = new rust.Line();
  const other = new rust.Line();
  for (let i = 2; i < 2000; i++) assertEquals(line.set_width(i) === line, true);
  assertEquals(line.widen(3000) === line, true);
  assertEquals(line.widen(3000), null);
  assertEquals(line.narrow() === line, true);
  assertEquals(await line.async.set_width(5) === line, true);
  assertEquals(line.wider(other) === line, true);
  other.set_width(6);
  {
    using wider = line.wider(other);
    assertEquals([wider === other, rust.formatted(wider)], [false, "line 6"]);
    assertThrows(() => other.set_width(1), Error, "borrow");
  }
  assertEquals(rust.formatted(line.set_width(0)), "line 0");
  assertThrows(() => line.narrow(), Error, "it has no width");
  line[Symbol.dispose]();
  assertThrows(() => line.set_width(1), TypeError, "disposed");
});

row("what is waited for is a promise, an async fn or not", async (rust) => {
  const all = Array.from({ length: 200 }, (_, i) => i);
  const doubled = all.map((n) => rust.doubled_later(n));
  assertEquals(await Promise.all(doubled), all.map((n) => 2 * n));
  assertEquals(await rust.counted_later("abc"), 3);
  await assertRejects(() => rust.counted_later(""), Error, "there is no text");
  using mark = new rust.Mark(4);
  assertEquals(await mark.fetch("/a"), "/a 4");
  using twice = await mark.twice();
  assertEquals(twice.mark(), 8);
  assertEquals(await rust.later_again(1), 2);
});

row("an object is made of a plain one with its fields", (rust, { types }) => {
  const one = { channels: 1, rate: 44100, wave: 1, loop: null };
  assertEquals(new rust.Sound(one).told(), "1 44100 1 None");
  assertEquals(new rust.Sound(1, 44100, 0, 2).told(), "1 44100 0 Some(2)");
  const other = { ...one, wave: 0, loop: 3 };
  assertEquals(
    rust.sounds([one, new rust.Sound(other), other]),
    "1 44100 1 None, 1 44100 0 Some(3), 1 44100 0 Some(3)",
  );
  assertThrows(() => rust.sounds([{ channels: 1 }]), TypeError, "rate");
  assertThrows(
    () => rust.sounds([{ ...one, wave: 2 }]),
    RangeError,
    "wanted a Wave",
  );
  // What has a default may be left out, however deep.
  for (let i = 0; i < 2000; i++) assertEquals(rust.laid_out("a", {}), "a:  3");
  assertEquals(
    rust.laid_out("a", { title: "b", margins: { left: 4 } }),
    "a: b 6",
  );
  assertEquals(
    rust.laid_out("a", { margins: new rust.Margins(7, null) }),
    "a:  7",
  );
  assertThrows(() => rust.laid_out("a", { title: 1 }), TypeError, "title");
  assertThrows(() => rust.laid_out("a", { titel: "b" }), TypeError, "titel");
  assertEquals(
    types.LayoutFields.members.map(({ name, type }: Loose) => [name, type]),
    [["margins", "?Margins"], ["title", "?string"]],
  );
  // One list alone is the field, and no object of fields.
  assertEquals(new rust.Content([[1], [2, 3]]).count(), 2);
  // What has a constructor of its own is made by that.
  assertEquals(rust.doubled(new rust.Doubled(2)), 4);
  assertThrows(() => rust.doubled({ value: 2 }), TypeError, "wanted a Doubled");
});

row("texts and lists of each size come out whole", (rust) => {
  const sizes = [0, 1, 24, 25, 256, 257, 1000, 4096, 5000, 16_000, 20_000];
  for (const size of [...sizes, ...sizes]) {
    for (const end of ["", "a", "ü", "€", "🙂", "\xff"]) {
      const text = "x".repeat(size) + end;
      assertEquals(rust.echoed("ab", text), ["ab", text]);
      assertEquals(rust.echoed(text, "é"), [text, "é"]);
    }
    const bytes = new Uint8Array(size % 7).fill(255);
    const all = Float64Array.from({ length: size / 4 }, (_, i) => i / 3);
    const small = Int16Array.from({ length: size % 100 }, (_, i) => -i);
    const out = rust.echoed_numbers(bytes, all, small);
    assertEquals(out, [bytes, all, small]);
    // What came out is nobody else's.
    const [, before] = out;
    rust.echoed_numbers(bytes, new Float64Array(size / 4), small);
    assertEquals(before, all);
    assertEquals(before.buffer.byteLength, all.byteLength);
  }
});

row("what has a trait that is there for ever is asked for a while", (rust) => {
  using ask = rust.asking();
  ask.learn("a");
  ask.learn("b");
  assertEquals([ask.ask("x"), rust.asked(ask, "y")], ["x: a,b", "y: a,b"]);
});

row("what all references to a kind have is theirs", (rust) => {
  const all = rust.changes("a b");
  assertEquals(all.map(String), ["<a>", "<b>"]);
  assertEquals(all[1].shown(), "<b>");
  assertEquals([...rust.equal_parts(["a", "b"], ["c", "b"], 2)], [1n]);
});

row("what a function takes is told where rustc does not know it", (rust) => {
  const filter = (text: string, times: number, state: Loose) =>
    text.repeat(times) + state.depth();
  assertEquals(rust.filtered("ab", filter), "abab1");
  assertEquals(rust.filtered_3, undefined);
});
