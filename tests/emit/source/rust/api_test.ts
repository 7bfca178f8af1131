import { test } from "../../../helpers/test.ts";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { open, PluginError } from "../../../../mod.ts";
import { endWorker } from "../../../helpers/ended_worker.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needBreadth } from "../../../helpers/need.ts";
import { withSupport } from "../../../helpers/support.ts";
import { until } from "../../../helpers/wait.ts";
import { plugin } from "../../helpers/cli.ts";
import { crateRows, type Loose } from "../../helpers/crate_rows.ts";
import { thrown } from "../../../helpers/thrown.ts";
import { succeed } from "../../../helpers/succeed.ts";

await withSupport();

/** Rust for what the others of this file show on each runtime. */
const ONCE_WITH_RUST = {
  ...needBreadth("rust>=1.88", "cc"),
  timeout: 900_000,
};

const row = crateRows("api");

row("numbers, texts and characters", (rust) => {
  assertEquals(rust.add(1, 2), 3);
  assertThrows(() => rust.add(1, 2 ** 31), RangeError);
  assertEquals(rust.words(2n ** 63n, -1n, 5, true, 0.5), [
    2n ** 63n,
    -1n,
    5,
    true,
    0.5,
  ]);
  assertEquals(rust.greet("grüße 🐘"), "Hello, grüße 🐘!");
  assertEquals(rust.letter("a"), "A");
  assertEquals(rust.letter("ß"), "ß");
  assertThrows(
    () => rust.letter("ab"),
    TypeError,
    `letter(): argument 1 (c): wanted a text of one character, got "ab"`,
  );
  const [a, b] = [-(2n ** 100n), 2n ** 127n];
  assertEquals(rust.wide(a, b), [a, b]);
  assertThrows(
    () => rust.wide(0n, -1n),
    RangeError,
    "wide(): argument 2 (b): wanted an integer in the range of u128",
  );
});

row("lists, maps, sets, options", (rust) => {
  assertEquals(rust.sum([1, 2, 3.5]), 6.5);
  const values = new Int32Array([1, -2]);
  rust.double(values);
  assertEquals(values, new Int32Array([2, -4]));
  assertThrows(
    () => rust.double([1, 2]),
    TypeError,
    "double(): argument 1 (values): wanted an Int32Array whose buffer is neither resizable nor detached, which is written to, got an array",
  );
  assertEquals(rust.join(["a", "ü", ""], "-"), "a-ü-");
  assertEquals({ ...rust.lengths(["a", "bcd"]) }, { a: 1, bcd: 3 });
  assertEquals({ ...rust.invert(new Map([[1, "a"], [-2, "b"]])) }, {
    a: 1,
    b: -2,
  });
  assertEquals([...rust.unique([3, 3, 1])].sort(), [1, 3]);
  assertEquals(rust.maybe("a"), "A");
  assertEquals(rust.maybe(null), null);
  assertEquals(rust.trimmed("  x "), "x");
  const rows = [[1n, null], [], [-5n]];
  assertEquals(rust.nested(rows), rows);
  assertEquals([...rust.corner([1, 2])], [2, 1]);
});

row("what is optional at the end may be left out", async (rust, manifest) => {
  assertEquals(rust.cut("hello", 1), "ello.");
  assertEquals(rust.cut("hello", 1, 3), "el.");
  assertEquals(rust.cut("hello", 1, undefined, "!"), "ello!");
  assertEquals(rust.cut("hello", 1, null, null), "ello.");
  assertEquals(await rust.cut.async("hello", 1), "ello.");
  assertEquals(await rust.cut.async("hello", 1, 2, "", {}), "e");
  assertThrows(
    () => rust.cut("hello"),
    TypeError,
    "cut(): wanted 2 to 4 arguments (text, from, to?, mark?), got 1",
  );
  assertThrows(() => rust.cut("hello", 1, 2, "", 4), TypeError, "got 5");
  assertThrows(() => rust.cut("hello", undefined), TypeError, "argument 2");
  assertEquals(rust.sum_of(null, 1), 11);
  assertThrows(
    () => rust.sum_of(1),
    TypeError,
    "sum_of(): wanted 2 arguments (a, b), got 1",
  );
  assertEquals(manifest.symbols.cut.required, 2);
  assertEquals(manifest.symbols.sum_of.required, undefined);
  using counter = new rust.Counter(5);
  assertEquals([counter.count_and(), counter.count_and(counter)], [1005n, 10n]);
  assertEquals(await rust.waited(), 7);
  assertEquals([rust.found(["a"], { a: 5 }), rust.found(["a"])], [5, null]);
});

row("a function may be optional", (rust) => {
  assertEquals(rust.count_with("abca"), 4);
  assertEquals(rust.count_with("abca", null), 4);
  assertEquals(rust.count_with("abca", (one: string) => one === "a"), 2);
  assertEquals(rust.kept_for_later(), 0);
  assertEquals(rust.kept_for_later((text: string) => text.length), 4);
  const own = new Error("no");
  assertStrictEquals(
    thrown(() =>
      rust.kept_for_later(() => {
        throw own;
      })
    ),
    own,
  );
  assertThrows(() => rust.kept_for_later(5), TypeError, "or null, got 5");
});

row("iterators of the standard library give what their names say", (rust) => {
  using walks = new rust.Walks();
  assertEquals(walks.numbered().toArray(), [[0, 1], [1, 2], [2, 3]]);
  assertEquals(walks.pairs().toArray(), [[1, "x"], [2, "y"], [3, "z"]]);
  assertEquals(walks.chunks().toArray(), [
    new Int32Array([1, 2]),
    new Int32Array([3]),
  ]);
  assertEquals(walks.mapped().toArray(), ["1", "2", "3"]);
  assertEquals(walks.large().toArray(), [2n, 3n]);
  assertEquals(walks.behind().toArray(), [["b", 2]]);
  assertEquals(walks.ends(), [0, 3]);
  assertEquals(new rust.Walks().into_values().toArray(), [1, 2]);
  assertEquals(rust.lines_read("a\nb").toArray(), ["a", "b"]);
  assertEquals(rust.received().toArray(), [3]);
});

row("who takes whatever becomes something is given one thing", (rust) => {
  const { Words } = rust;
  assertEquals(new Words("ü").text(), "ü");
  assertEquals(Words.from_iter_str(["a", "b"]).text(), "a b");
  assertEquals(Words.from_iter_cow_str(["a", "b"]).text(), "ab");
  using one = new Words("1");
  const pairs = [["a", one], ["b", one]];
  assertEquals(Words.from_iter_str_words(pairs).text(), "a=1,b=1");
  assertEquals(Words.from({ b: one, a: new Words("2") }).text(), "a=2,b=1");
  assertEquals(one.text(), "1");
});

row("types of which traits are asked are chosen together", (rust) => {
  assertEquals(rust["Halved::halved"](3), 1.5);
  // Not the one that stands for nothing.
  assertEquals(rust.kind_of(new rust.NamedKind("own")), "own");
});

row("traits of std are known under other names", (rust) => {
  assertEquals(rust["renamed::told"]("bad"), "<bad>");
  assertEquals(rust["renamed::write_number"]("a", 5), "a5");
  assertEquals(rust["renamed::sum"]([1, 2]), 3);
});

row("durations, dates and paths", (rust) => {
  const [twice, time] = rust.later(1500, new Date(10_000));
  assertEquals(twice, 3000);
  assertEquals(time, new Date(11_500));
  assertThrows(
    () => rust.later(-1, new Date(0)),
    RangeError,
    "later(): argument 1 (duration): wanted a duration that is not negative",
  );
  assertEquals(rust.parent("/a/b"), "/a");
  assertEquals(rust.parent("/"), null);
});

row("structs are objects, enums are tagged unions", (rust) => {
  const a = { x: 1, y: 2, label: null };
  const b = { x: 3, y: 4, label: "b" };
  assertEquals(rust.middle(a, b), { x: 2, y: 3, label: "b" });
  assertEquals(rust.mirrored([a, b]), [{ ...a, x: -1 }, { ...b, x: -3 }]);
  assertMatch(
    thrown(() => rust.middle({ x: 1, y: "2", label: null }, b)).message,
    /\.y: wanted a number/,
  );
  const circle = { type: "Circle", value: 1 };
  const rect = { type: "Rect", w: 2, h: 3 };
  assertEquals(rust.grown(circle), { type: "Circle", value: 2 });
  assertEquals(rust.grown(rect), { type: "Rect", w: 4, h: 6 });
  const labelled = { type: "Labelled", value: ["x", [a]] };
  const group = {
    type: "Group",
    value: [rect, { type: "Empty" }, { type: "Group", value: [circle] }],
  };
  for (const shape of [labelled, group, { type: "Empty" }]) {
    assertEquals(rust.grown(shape), shape);
  }
  assertEquals(rust["Shape.area"](group), 9);
  assertMatch(thrown(() => rust.grown({ type: "No" })).message, /"Circle"/);
});

row("enums without contents are checked numbers", (rust) => {
  assertEquals(rust.next_color(1), 4);
  assertEquals(rust.next_color(4), 5);
  assertThrows(
    () => rust.next_color(2),
    RangeError,
    "next_color(): argument 1 (color): wanted a Color, got 2",
  );
  assertEquals([-1, 0, 1].map((one) => rust.opposite(one)), [1, 0, -1]);
  assertEquals([...rust.sides([-1, 1])], [1, -1]);
  assertThrows(() => rust.opposite(2), RangeError, "wanted a Side, got 2");
  assertEquals(rust.largest(1), 2n ** 64n - 1n);
  assertEquals(rust.largest(2n ** 64n - 1n), 1n);
  assertEquals([...rust.colors([1, 5])], [5, 1]);
  assertThrows(() => rust.colors([1, 9]), RangeError, "wanted a Color, got 9");
});

row("an error is thrown, with its chain", (rust) => {
  assertEquals(rust.parse("12"), 12n);
  const error = thrown(() => rust.parse("x"));
  assert(error instanceof PluginError);
  assertEquals(error.code, "returned_error");
  assertEquals(error.message, '"x" is no number');
  assertMatch(String((error.cause as Error).message), /invalid digit/);
  assertEquals(error.data, {
    type: "Bad",
    text: "x",
    source: "invalid digit found in string",
  });
  assertEquals(thrown(() => rust.parse("")).data, { type: "Empty" });
  assertEquals(thrown(() => rust.boxed()).data, undefined);
  assertEquals(thrown(() => rust.parse("")).cause, undefined);
  assertEquals(thrown(() => rust.refuse("no")).message, "no");
  assertEquals(thrown(() => rust.boxed()).message, "in a box");
});

row("an error that is a struct is an object of its class", (rust) => {
  const { data } = thrown(() => rust.halve(3));
  assert(data instanceof rust.Odd);
  assertEquals([data.number(), `${data}`], [3, "3 is odd"]);
  assertEquals(rust.halve(4), 2);
});

row("a panic is thrown with its place, and the process lives", (rust) => {
  assertEquals(rust.fail(2), 3);
  const error = thrown(() => rust.fail(3));
  assertEquals(error.code, "panicked");
  assertMatch(error.message, /index out of bounds/);
  assertMatch(error.nativeStack, /lib\.rs:\d+/);
});

row("objects: constructors, methods, fields, text", (rust) => {
  using counter = new rust.Counter(5);
  assertEquals(counter.count(), 5);
  assertEquals(`${counter}`, "counter at 5");
  counter.name = "other";
  assertEquals(counter.name, "other");
  using same = counter.increment().increment();
  assertEquals(counter.count(), 7);
  assertEquals(same.count(), 7);
  counter.add_all([1, 2]);
  assertEquals(same.count(), 10);
  using twin = counter.twin();
  assertEquals(counter.plus(twin), 20);
  assertEquals(counter.plus(counter), 20);
  using made = rust.Counter.from_text("3");
  assertEquals(made.count(), 3);
  assertMatch(thrown(() => rust.Counter.from_text("x")).message, /digit/);
  assertThrows(() => counter.plus({}), TypeError, "wanted a Counter");
});

row("using drops, and self consumes", (rust) => {
  const before = rust.dropped();
  {
    using counter = new rust.Counter(1);
    assertEquals(counter.count(), 1);
  }
  assertEquals(rust.dropped(), before + 1);
  const counter = new rust.Counter(1);
  assertEquals(counter.finish(), 101);
  assertEquals(rust.dropped(), before + 2);
  assertMatch(thrown(() => counter.count()).message, /given away/);
  counter[Symbol.dispose]();
  assertEquals(rust.dropped(), before + 2);
});

row(
  "what a Worker held is dropped when it is ended",
  async (rust, _, path) => {
    const before = rust.dropped();
    await endWorker(
      path,
      `for (let i = 0; i < 100; i++) {
      const counter = new symbols.Counter(i);
      held.push(counter, counter.digits());
      if (i % 2) counter[Symbol.dispose]();
    }
    new symbols.Counter(1).finish();`,
    );
    // Those that other tests left to the collector may be among them.
    await until(() => rust.dropped() >= before + 101);
    assert(rust.dropped() >= before + 101, `only ${rust.dropped() - before}`);
  },
);

row("a borrow keeps its owner, and keeps others from changing it", (rust) => {
  const before = rust.dropped();
  const counter = new rust.Counter(3);
  const digits = counter.digits();
  assertMatch(thrown(() => counter.increment()).message, /borrow/);
  assertEquals(counter.count(), 3);
  assertMatch(thrown(() => counter.finish()).message, /borrow/);
  counter[Symbol.dispose]();
  assertEquals(rust.dropped(), before);
  assertEquals([...digits], [1, 2, 3]); // which lets go of it
  assertEquals(rust.dropped(), before + 1);

  using other = new rust.Counter(2);
  {
    using digits = other.digits();
    using owner = digits.owner();
    assertEquals(owner.count(), 2);
    assertThrows(() => owner.increment(), PluginError);
  }
  other.increment();
  {
    using raise = other.raise();
    raise.by(0);
    assertMatch(thrown(() => other.count()).message, /cannot be read/);
  }
  assertEquals(other.digits().map((n: number) => n * 2).toArray(), [2, 4, 6]);
});

row("what borrows from an argument lives on", (rust) => {
  const words = [];
  for (const word of rust.words_of("one two  three")) words.push(word);
  assertEquals(words.map((word) => word.as_str()), ["one", "two", "three"]);
  const first = rust.Word.first("ä b");
  assertEquals(first.as_str(), "ä");
  assertEquals(first.clone().as_str(), "ä");
  assertEquals(rust.Word.first(" "), null);
  assertEquals([...rust.evens(7)], [0, 2, 4, 6]);
  for (const n of rust.evens(100)) if (n > 3) break;
});

row("iterators of plain data end", (rust) => {
  assertEquals([...rust.shapes()], [{ type: "Circle", value: 1 }, {
    type: "Empty",
  }]);
  assertEquals([...rust.options()], [1, null]);
  assertEquals([...rust.ticks(3)].length, 3);
});

row("functions that are let go of are let go of here too", (rust) => {
  let sum = 0;
  for (let i = 0; i < 1000; i++) {
    sum += rust.each(["a"], () => i % 2 === 0);
  }
  assertEquals(sum, 500);
});

row("functions of JavaScript", (rust) => {
  const seen: unknown[] = [];
  const count = rust.each(["a", "b", "c"], (text: string, index: number) => {
    seen.push([text, index]);
    return text !== "b";
  });
  assertEquals(count, 2);
  assertEquals(seen, [["a", 0], ["b", 1], ["c", 2]]);
  const doubled = rust.apply(
    { x: 1, y: 1, label: null },
    (point: Loose) => ({ ...point, x: point.x * 2 }),
  );
  assertEquals(doubled.x, 4);
  const own = new Error("mine");
  const error = thrown(() =>
    rust.each(["a"], () => {
      throw own;
    })
  );
  assert(error === own);
  assertThrows(
    () => rust.each(["a"], null),
    TypeError,
    "each(): argument 2 (visit): wanted a function",
  );
  assertMatch(
    thrown(() => rust.each(["a"], () => 5)).message,
    /result: wanted true or false, got 5/,
  );
});

row(
  "a text is taken where bytes are asked what a text has too",
  async (rust, manifest, path) => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    assertEquals(rust.digest("aé", "b"), [97 + 0xc3 + 0xa9 + 98, 4]);
    assertEquals(rust.digest(bytes("a"), bytes("b")), [195, 2]);
    assertEquals(await rust.digest.async("a", bytes("")), [97, 1]);
    assertThrows(
      () => rust.digest("a\ud800", ""),
      TypeError,
      "digest(): argument 1 (data): wanted a Uint8Array whose buffer is neither resizable nor detached, or a well-formed string",
    );
    assertThrows(() => rust.digest("a", 5), TypeError, "argument 2 (more)");
    assertEquals(manifest.symbols.digest.texts, ["data", "more"]);
    // What is asked to be read from is not.
    assertThrows(() => rust.read_all("a"), TypeError, "wanted a Uint8Array");
    assertMatch(
      readFileSync(`${path}.d.ts`, "utf8"),
      /digest: NativeFunction<\s+\[\s+data: string \| Uint8Array,\s+more: string \| Uint8Array,/,
    );
  },
);

row(
  "a function is given what it may change, for as long as it is called",
  (rust) => {
    let kept: Loose;
    const doubled = rust.change_each([1n, 2n, 3n], (one: Loose) => {
      one.value *= 2n;
      kept = one;
    });
    assertEquals([...doubled], [2n, 4n, 6n]);
    assertThrows(() => kept.value, Error, "given away");
    const left = rust.retain(
      { a: 1, b: 2, c: 3 },
      (key: string, count: Loose) => {
        count.value += 10;
        return key !== "b";
      },
    );
    assertEquals({ ...left }, { a: 11, c: 13 });
    const moved = rust.move_all(
      [{ x: 1, y: 2, label: null }],
      (by: Loose, point: Loose) => {
        by.value = [10, 20];
        point.value = { ...point.value, y: 5 };
      },
    );
    assertEquals([moved[0].x, moved[0].y, moved[0].label], [11, 25, null]);
  },
);

row("type parameters stand for what JavaScript has", (rust) => {
  assertEquals(rust.total([1, 2.5]), 3.5);
  assertEquals(rust.size_of_path("/tmp"), 4);
  assertEquals(rust.read_all(new TextEncoder().encode("grüße")), "grüße");
  assertMatch(
    thrown(() => rust.read_all(new Uint8Array([255]))).message,
    /UTF-8/,
  );
  using stack = new rust.Stack();
  stack.push(1.5);
  stack.push(2);
  assertEquals([...stack.items()], [1.5, 2]);
});

row("traits that references have tell what stands for a parameter", (rust) => {
  using net = new rust.Net(7);
  // What borrows nothing keeps nobody from changing it.
  const marks = [1, 2].map((number) => net.mark(number));
  assertEquals(marks.map((one) => one.number()), [1, 2]);
  for (const [from, to, cost] of [[1, 2, 30], [1, 3, 20], [2, 3, 10]]) {
    net.way(from, to, cost);
  }
  assertEquals(rust.steps(net, 1, (step: Loose) => rust.cost_of(step)), [
    2,
    20,
  ]);
  assertEquals(rust.steps(net, 1, (step: Loose) => step.to()), [2, 2]);
  assertEquals(rust.steps(net, 5, () => 1), [0, null]);
  assertEquals([...net.from(1)].map((step: Loose) => step.to()), [2, 3]);
});

row("of what a trait gives, another trait may be all that is told", (rust) => {
  assertEquals(rust.hours(new rust.Sundial(7)), 7n);
});

row(
  "methods that make ever larger tuples come to an end",
  (rust, { skipped }) => {
    using grown = rust.Grown.default();
    using more = grown.more();
    assert("more" in more);
    const [reason] = Object.entries(skipped).flatMap(([name, why]) =>
      /^Grown.*\.more$/.test(name) ? [why] : []
    );
    assertMatch(String(reason), /a Grown of what is made of .* is not made/);
  },
);

row(
  "methods that make references of references come to an end",
  (rust, { skipped }) => {
    using lent = new rust.Lent("a text");
    using reference = lent.as_ref();
    assertEquals(reference.text(), "a text");
    const reasons = Object.entries(skipped).flatMap(([name, why]) =>
      /^Lent.*\.as_/.test(name) ? [why] : []
    );
    assertEquals([...new Set(reasons)], [
      "a Lent of references to references is not made",
    ]);
  },
);

row("what may be seen as a type of the crate", (rust) => {
  assertEquals(rust.highs(["high", "low", "high"]), 2);
  const all = ["a", "b"].map((text) => new rust.Pattern(text));
  assertEquals(rust.patterns(all), "a|b");
  assertEquals([rust.in_list(all), rust.in_slice(all)], [2, "ab"]);
  assertEquals([rust.words_in(["a", "b"]), rust.words_in(null)], [2, 0]);
});

row("maps and sets with hashers of others", (rust) => {
  assertEquals(rust["hashed::total"]({ a: 1, b: 2 }), 3);
  assertEquals(rust["hashed::longest"](["a", "bcd"]), 3);
  assertEquals({ ...rust["hashed::lengths"](["a", "bcd"]) }, { a: 1, bcd: 3 });
});

row("numbers that are not 0", (rust) => {
  assertEquals(rust.shares(7, 2), 3);
  assertThrows(
    () => rust.shares(7, 0),
    RangeError,
    "shares(): argument 2 (by): wanted a number that is not 0, got 0",
  );
  assertEquals([rust.not_zero(3), rust.not_zero(0)], [3, null]);
  assertEquals([rust.least([3, 2]), rust.least([3, 2], 1)], [2, 1]);
  assertThrows(() => rust.least([3, 0]), RangeError, "not 0");
});

row("functions that take and give what a trait says", (rust) => {
  const Filtered = rust["filters::Filtered"];
  using filters = new rust["filters::Filters"]();
  const shout = (text: string) => Filtered.from_string(text.toUpperCase());
  filters.add_filter(shout);
  filters.add_filter((text: string) => Filtered.from_string(`${text}!`));
  assertEquals(filters.run("grüße"), "GRÜSSE!");
  // Of two parameters, and of none, it has the number behind its name.
  filters.add_filter_2((one: string, other: string) =>
    Filtered.from_string(`${one}-${other}`)
  );
  assertEquals(filters.run("a"), "A!-A!");
  filters.add_filter_0(() => Filtered.from_string("none"));
  assertEquals(filters.run("a"), "none");
  assertEquals(filters.add_filter_1, undefined);
});

row("keys of which a method says what they are borrowed as", (rust) => {
  using cache = new rust.Cache();
  assertEquals([cache.put("a", 1), cache.put("a", 2)], [null, 1]);
  assertEquals([cache.get("a"), cache.get("b")], [2, null]);
});

row("types of what a text is compared as", (rust) => {
  using none = rust.difference("a text", ["a", "text"].join(" "));
  using some = rust.difference("a text", "another");
  assertEquals([none.is_none(), some.is_none()], [true, false]);
});

row("types with constants in their brackets", (rust) => {
  using brief = rust.brief("abc");
  assertEquals([brief.push("de"), brief.push("f")], [true, false]);
  assertEquals(brief.bytes(), new TextEncoder().encode("abcde"));
  using tiny = rust.shorter(brief);
  assertEquals([tiny.bytes().length, tiny.is_tiny()], [2, true]);
  assert(!("is_tiny" in brief));
  assertEquals([rust.code(7), rust.coded(7)], ["000007", "007"]);
  assertStrictEquals(rust.shortly("abc").constructor, rust.Brief);
});

row(
  "what has constants in its brackets is told from what has others",
  (rust) => {
    const all = [rust.steps_of_one(), rust.steps_of_two(), rust.steps_back()];
    assertEquals(all.map((one) => one.by()), [1, 2, -2]);
    assertEquals(new Set(all.map((one) => one.constructor)).size, 3);
    assertEquals(all.map(({ all }) => [...all]), [
      [0, 1, 2],
      [0, 2, 4],
      [4, 2, 0],
    ]);
    assertEquals([...rust.all_steps(all[1])], [0, 2, 4]);
    assertThrows(() => rust.all_steps(all[2]), TypeError);
    assertEquals(rust.length(rust.long_brief("abc")), 3);
  },
);

row("what derefs to a text has no traits of texts", (rust) => {
  assertEquals(rust.label_of(new rust.Ticket(3)), "ticket 3");
});

row("what is kept as a text is looked for by one", (rust) => {
  using kept = new rust.Kept(["a", "ü"]);
  assertEquals([kept.has("ü"), kept.has("b")], [true, false]);
});

row(
  "what a type's author has chosen, and iterators of the standard library",
  (rust) => {
    using tagged = new rust.Tagged(4);
    assertEquals(tagged.color, 4);
    tagged.color = 5;
    assertEquals(tagged.color, 5);
    assertThrows(() => tagged.color = 2, RangeError, "wanted a Color, got 2");
    using named = rust.named("a");
    assertEquals(named.shout(), "A");
    assertEquals(rust.pairs([["a", "1"], ["b", "ü"]]), "a=1&b=ü");
    assertEquals([...rust.parts("a,,b")], ["a", "", "b"]);
    assertEquals([...rust.commas("a,b,")], [[1, ","], [3, ","]]);
  },
);

row("operators, conversions and constants are members", (rust, { types }) => {
  const { Arrow, Stock } = rust;
  const a = new Arrow(3, 4);
  assertEquals([Arrow.ZERO.length(), Arrow.AXES], [0, 2]);
  assert(Arrow.ZERO !== Arrow.ZERO);
  const b = a.add(Arrow.from_f64(1));
  assertEquals([b.x, b.y], [4, 4]);
  assertEquals([a.mul(b), a.mul_f64(2).length(), a.neg().x], [28, 10, -3]);
  a.add_assign(Arrow.from_f64_f64([1, 1]));
  assertEquals([a.x, a.y, a.partial_cmp(b), a.eq(a)], [4, 5, 1, true]);
  assertEquals(Arrow.try_from("up").y, 1);
  assertEquals(Object.keys(types.Arrow.statics).sort(), [
    "from_f64",
    "from_f64_f64",
    "try_from",
  ]);
  assertThrows(() => Arrow.try_from("in"), PluginError, "no arrow: in");
  const stock = Stock.from_iter([["a", 1]]);
  stock.extend([["b", 2]]);
  assertEquals([stock.index("a"), stock.index("b")], [1, 2]);
  assertEquals(thrown(() => stock.index("c")).code, "panicked");
  assertEquals(Stock.from_str("c d").index("d"), 1);
  assertEquals(Stock.from_str_("c d").index("c d"), 1);
  assertEquals(Stock.from_u32(3).index("all"), 3);
  assertEquals(new rust.Marker().mark(), "x");
});

row("operators of references leave what they are of", (rust) => {
  using a = new rust.Long([1]);
  using b = new rust.Long([2]);
  assertEquals(
    a.add(b).add(a).add_u32(3).parts(),
    new Uint32Array([1, 2, 1, 3]),
  );
  assertEquals(b.add(b).parts(), new Uint32Array([2, 2]));
});

row("data may be made of itself in a box", (rust) => {
  const one = { type: "Number", value: 1.5 };
  const sum = { type: "Sum", value: [one, { type: "Negative", of: one }] };
  assertEquals(rust.value_of(sum), 0);
  assertEquals(rust.value_of(rust.doubled(sum.value[0])), 3);
  assertEquals(rust.doubled(sum), {
    type: "Sum",
    value: [{ type: "Number", value: 3 }, {
      type: "Negative",
      of: { type: "Number", value: 3 },
    }],
  });
  assertMatch(
    thrown(() => rust.value_of({ type: "Sum", value: [one, {}] })).message,
    /value_of\(\): argument 1 \(term\)\.value\[1\]: wanted an object/,
  );
});

row("what a function gives can be called", (rust, { skipped }) => {
  assertEquals(rust.adder(3)(4), 7);
  assertThrows(() => rust.adder(3)("4"), TypeError, "wanted");
  assertEquals(rust.twice((x: number) => x * 3)(2), 18);
  const count = rust.counting();
  assertEquals([count("a"), count("b")], [1, 2]);
  assertThrows(() => count(""), PluginError, "nothing to count");
  assertEquals(
    rust.changing([1, 2], (x: number) => x + 0.5).all(),
    Float64Array.of(1.5, 2.5),
  );
  assertMatch(skipped.of_a_pointer, /take impl Fn/);
});

row("objects of a trait lie in lists", (rust) => {
  const all = rust.herd(3);
  assertEquals(all.map((one: Loose) => one.legs()), [2, 2, 2]);
  assertEquals(rust.legs_of([...all, new rust.Dog("a")]), 10);
  assertMatch(
    thrown(() => rust.legs_of([new rust.Marker()])).message,
    /wanted/,
  );
});

row("type parameters are those that a type has methods of", (rust) => {
  const table = new rust.Table();
  assertEquals([table.put("a", 1), table.put("a", 2)], [null, 1]);
  assertEquals(rust.Moment.here(5).seconds(), 5n);
  assertEquals(rust.Moment.there(5).seconds(), 3605n);
  const meter = new rust.Meter();
  assertEquals(meter.read(new rust.Truths()), [true, true]);
  assertEquals(meter.total(new rust.Halves()), 0.5);
});

row("constants and statics of any type are variables", (rust) => {
  using tag = rust.ORIGIN_TAG.value;
  assertEquals(tag.count(), 9);
  assertEquals(rust.CORNERS.value.map((one: Iterable<number>) => [...one]), [
    [0, 1],
    [2, 3],
  ]);
  assertEquals(rust.GREETINGS.value, ["hello", "grüß dich"]);
  assertThrows(() => rust.GREETINGS.value = []);
});

row("what is written through a &mut comes back", (rust) => {
  assertEquals(rust.append("a", "ü"), "aü");
  assertEquals(rust.push_all([null, 1n], [2]), [3, [null, 1n, 2n]]);
  const circle = { type: "Circle", value: 1 };
  assertEquals(rust["Shape.grow"](circle), { type: "Circle", value: 2 });
  assertEquals(circle.value, 1);
});

row(
  "a type is made of what its methods ask for, and an iterator's error is thrown",
  (rust) => {
    const source = new rust.Source(new TextEncoder().encode("a\nb\n"));
    assertEquals([...source.lines()], ["a\n", "b\n"]);
    const bad = new rust.Source(new Uint8Array([97, 10, 255])).lines();
    assertMatch(thrown(() => [...bad]).message, /UTF-8/);
  },
);

row(
  "types are built with the arguments by which their crate names them",
  (rust, { symbols, skipped }) => {
    using picture = rust.gray(new Uint8Array([1, 2]));
    assertEquals(picture.constructor, rust.Picture);
    assertEquals([picture.sum(), [...picture.bytes()]], [3, [1, 2]]);
    using first = rust.first(picture);
    assertEquals([first.constructor, first.sum()], [rust.Picture, 1]);
    using deep = rust.deep([1000, 1]);
    assertEquals([deep.sum(), deep.bytes], [1001, undefined]);
    // What a type has with other arguments alone is not skipped: Rust's own has it no more.
    const bytes = (all: object) =>
      Object.keys(all).filter((name) => /^Picture.*bytes$/.test(name));
    assertEquals([bytes(symbols), bytes(skipped)], [["Picture.bytes"], []]);
  },
);

row(
  "errors of the standard library are texts where they are values",
  (rust) => {
    assertEquals(rust.reason("1"), null);
    assertEquals(rust.reason("a"), "invalid digit found in string");
    assertEquals(rust.io_reason("no disk"), "Other: no disk");
    assertEquals(rust.Unread.from("no disk").why(), "no disk");
    assertEquals(rust.any_error("any"), "any");
  },
);

row("a range that one end tells is that end", (rust) => {
  assertEquals([...rust.behind([1, 2, 3], 1)], [2, 3]);
  assertEquals([...rust.before([1, 2, 3], 1)], [1, 2]);
  assertThrows(() => rust.behind([1], 2), PluginError, "out of range");
});

row(
  "a function is lent what cannot be copied, for as long as it is called",
  (rust) => {
    using page = new rust.Page("one\nseven");
    const kept: Loose[] = [];
    const given = page.each((line: Loose) => {
      const part = line.behind(1);
      kept.push(line, part);
      return { number: line.number, text: line.shout(), part: part.text() };
    });
    assertEquals(given, [
      { number: 0, text: "ONE", part: "ne" },
      { number: 1, text: "SEVEN", part: "even" },
    ]);
    // What was made of it has ended with it.
    for (const one of kept) {
      assertThrows(
        () => one.shout === undefined ? one.text() : one.shout(),
        TypeError,
        "given away",
      );
    }
    assertEquals(
      page.change((other: Loose) => {
        other.push("\nfour");
        return true;
      }),
      true,
    );
    assertThrows(
      () =>
        page.each((line: Loose) => {
          kept.push(line);
          throw new Error("enough");
        }),
      Error,
      "enough",
    );
    assertThrows(() => kept.at(-1).shout(), TypeError, "given away");
    assertEquals(
      page.sorted((a: string, b: string) =>
        a.length - b.length || (a < b ? -1 : 1)
      ),
      ["one", "four", "seven"],
    );
  },
);

row("of what has a trait, what holds any of some values is taken", (rust) => {
  using row = rust.list_row([
    { type: "Whole", value: 1n },
    { type: "Nothing" },
    { type: "Text", value: "a" },
  ]);
  assertEquals(rust.cells(row), 2);
});

row("an object keeps alive what it is given to hold", (rust) => {
  const long = (text: string) => text.repeat(100);
  /** Writes over what nobody keeps any more. */
  const disturb = () => {
    for (let i = 0; i < 200; i++) rust.greet(long("#"));
  };
  using shelf = new rust.Shelf();
  shelf.put(long("a"));
  assertEquals(shelf.put_longer(long("b")).has(long("b")), true);
  shelf.put_all([long("c")]);
  rust.put_into(long("d"), shelf);
  shelf.label = long("e");
  const page = new rust.Page(long("f"));
  shelf.put_page(page);
  assertThrows(() => page.change(() => true), PluginError, "borrow from it");
  page[Symbol.dispose]();
  disturb();
  const all = ["e", "a", "b", "c", "d", "f"].map(long);
  assertEquals(shelf.all(), all);
  // What borrows as another one does keeps what that was given.
  using other = new rust.Shelf();
  {
    using first = new rust.Shelf();
    first.put(long("g"));
    first.put_page(new rust.Page(long("h")));
    other.put_as(first);
  }
  disturb();
  assertEquals(other.all(), ["", long("g"), long("h")]);
  // What is given to a part is with the whole.
  using room = new rust.Room();
  {
    using part = room.shelf();
    part.put(long("i"));
    part.label = long("j");
  }
  disturb();
  assertEquals(room.all(), [long("j"), long("i")]);
  // What is given again and again is kept once.
  {
    using part = room.shelf();
    const start = process.cpuUsage();
    for (let i = 0; i < 20_000; i++) other.put_as(part);
    const { user } = process.cpuUsage(start);
    // It took 90 s when each time was noted.
    assert(user < 20_000_000, `${user} us`);
  }
  // Where that is gone after the call, it is told.
  rust.Shelf.lend((lent: Loose) => {
    assertThrows(() => lent.put("a"), PluginError, "cannot keep");
    assertEquals(lent.has("a"), false);
  });
});

row("a function that Rust copies is one of JavaScript", (rust) => {
  assertEquals(rust.twice_of((n: number) => n * 3, 2), 18);
});

row("what is read from and written to takes and gives bytes", (rust) => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  using moved = new rust.Moved(bytes("HAL9000"));
  assertEquals(new TextDecoder().decode(moved.read(3)), "IBM");
  assertEquals(moved.read_to_string(), ":111");
  assertEquals([moved.read(1).length, moved.read_to_end().length], [0, 0]);
  using bad = new rust.Moved(new Uint8Array([254]));
  assertMatch(thrown(() => bad.read_to_string()).message, /UTF-8/);
  assertEquals(rust.write_twice(bytes("> "), "ab"), bytes("> abab"));
  assertEquals(rust.write_once(bytes(""), "ab"), [2, bytes("ab")]);
  using sink = new rust.Sink(4);
  sink.write_all(bytes("abc"));
  sink.flush();
  assertEquals(new TextDecoder().decode(sink.written()), "abc.");
  assertMatch(thrown(() => sink.write_all(bytes("d"))).message, /write whole/);
});

row("a place in what is read is a tagged union", (rust) => {
  using tape = new rust.Tape(new Uint8Array([1, 2, 3, 4, 5]));
  assertEquals(tape.seek({ type: "Start", value: 1 }), 1n);
  assertEquals(tape.read(2), new Uint8Array([2, 3]));
  assertEquals(tape.stream_position(), 3n);
  assertEquals(tape.before_end(2), { type: "End", value: -2n });
  assertEquals(tape.seek(tape.before_end(2)), 3n);
  assertEquals(tape.seek({ type: "Current", value: -1 }), 2n);
  tape.rewind();
  assertEquals(tape.read(1), new Uint8Array([1]));
  assertThrows(() => tape.seek({ type: "End", value: -9 }), Error, "seek");
  assertThrows(() => tape.seek({ type: "Middle", value: 0 }), TypeError);
  const bytes = new Uint8Array([7, 8, 9]);
  assertEquals(rust.last_of(bytes, null), 9);
  assertEquals(rust.last_of(bytes, { type: "Start", value: 0n }), 7);
});

row("a hasher is the usual one, and a key what can be borrowed", (rust) => {
  using table = new rust.Hashed();
  assertEquals(table.insert("a", 1), null);
  assertEquals(table.insert("a", 2), 1);
  assertEquals([table.find("a"), table.find("b")], [2, null]);
  // What nothing is asked of is what the type has by itself.
  using other = new rust.Hashed();
  other.insert("b", 3);
  assertEquals([table.append(other), table.find("b")], [2, 3]);
});

row("lists, and lists of references, are one static", (rust) => {
  using summed = rust.Summed.from_iter([1, 2, 4]);
  assertEquals(summed.total(), 7);
});

row("an async function is a promise", async (rust) => {
  assertEquals(await rust.soon(41), 42);
});

row("names that mean something else in JavaScript", (rust, manifest) => {
  using own = new rust["api::error"]("mine");
  assertEquals(own.constructor_(), "mine");
  assertEquals(rust["api::error"].prototype_(), 1);
  assertEquals(thrown(() => rust.parse("x")).message, '"x" is no number');
  using other = new rust.Iterator1(1);
  assertEquals([other.count, other.of()], [1, 2]);
  assertEquals([...rust.evens(3)], [0, 2]);
  assertEquals(rust.retyped({ type: "Typed", type_: "a", value: 1 }), {
    type: "Typed",
    type_: "a!",
    value: 2,
  });
  assertEquals(rust.retyped({ type: "Leaf" }), { type: "Leaf" });
  assert(Object.hasOwn(manifest.types, "Iterator1_"));
});

row("what can be changed where it lies is borrowed, or skipped", (rust) => {
  using cells = new rust.Cells();
  assertEquals(cells.cell(0), { x: 1, y: 2, label: null });
  {
    using place = cells.cell_mut(0);
    assertEquals(place.value, { x: 1, y: 2, label: null });
    place.value = { x: 5, y: 2, label: "a" };
    assertThrows(() => cells.cell(0), PluginError, "what may change it");
  }
  assertEquals(cells.cell(0), { x: 5, y: 2, label: "a" });
  assertEquals(cells.cell_mut(1), null);
  {
    using counter = cells.counter_mut(0);
    counter.add_all([1]);
  }
  assertEquals(cells.count(), 4);
  assertEquals(cells.counter_mut(1), null);
});

row("an enum that borrows is an object: made, asked for, taken", (rust) => {
  const [one, , end] = rust.pieces("a,ü");
  assertEquals([one.type, one.Text, one.Pair], ["Text", "a", null]);
  assertEquals([end.type, end.Text], ["End", null]);
  assertEquals(rust.shown(one), "a");
  assertEquals(rust.shown(rust.Piece.End()), "end");
  const pair = rust.Piece.Pair(7, "x");
  assertEquals(pair.Pair, [7, "x"]);
  assertEquals(rust.shown(pair), "7x");
  let word = rust.Word.first("longer ".repeat(1000));
  const named = rust.Piece.Named(word, -1);
  word = undefined;
  {
    const [name, number] = named.Named;
    assertEquals([name.as_str(), number], ["longer", -1]);
    name[Symbol.dispose]();
  }
  assertEquals(rust.shown(named), "longer -1");
  assertThrows(() => rust.Piece.Pair(256, "x"), RangeError);
});

row("what borrows is handed on with what it is put into", (rust) => {
  const words = ["one x", "two y"].map((text) => rust.Word.first(text));
  using line = rust.line_of(words);
  for (const word of words) word[Symbol.dispose]();
  for (let i = 0; i < 100; i++) rust.Word.first("xxx y");
  assertEquals(line.text(), "one two");
});

row("structs are made of their public fields", (rust) => {
  using red = new rust.Rgb(255, 1, 0);
  assertEquals([red[0], red[1], red[2]], [255, 1, 0]);
  red[1] = 2;
  assertEquals(red.sum(), 257);
  using extent = new rust.Extent(3, "px");
  assertEquals(extent.show(), "3px");
});

row("ranges", (rust) => {
  assertEquals(rust.part("abcd", [1, 3], [1, 3]), ["bc", 6n]);
  assertEquals(rust.within([1, 2, 3, 4], [2, 4]), 2);
});

row("methods of the crate's own traits", (rust) => {
  using counter = new rust.Counter(4);
  assertEquals(counter.speak(), "4!");
  assertEquals(counter.twice(), "4! 4!");
});

row("what a &mut leads to is read and written", (rust) => {
  const bytes = new rust.Buffer(3);
  {
    using all = bytes.all_mut();
    assertEquals([...all.value], [0, 0, 0]);
    all.value = new Uint8Array([1, 2, 3]);
    assertThrows(
      () => all.value = new Uint8Array(1),
      RangeError,
      "wanted 3 elements, got 1",
    );
  }
  {
    using each = bytes.each_mut();
    for (const place of each) {
      place.value += 1;
      place[Symbol.dispose]();
    }
  }
  assertEquals(bytes.all(), new Uint8Array([2, 3, 4]));
  assertEquals(rust.upper("abc"), ["ABC", "ABC"]);
});

row("what holds a &mut is an object that is not Clone", (rust) => {
  using bytes = new rust.Buffer(3);
  {
    using part = bytes.window(1);
    part.fill(2);
    assertEquals([part.total(), part.clone], [4, undefined]);
    assertThrows(() => bytes.all(), PluginError, "what may change it");
  }
  assertEquals(bytes.all(), new Uint8Array([0, 2, 2]));
});

row("an array of what is no number is a list of as many", (rust) => {
  assertEquals(rust.reversed(["a", "ü", ""]), ["", "ü", "a"]);
  assertThrows(
    () => rust.reversed(["a"]),
    RangeError,
    "wanted 3 elements, got 1",
  );
  assertEquals([...rust.both([1, 5])], [5, 1]);
  assertThrows(() => rust.both([1, 9]), RangeError, "wanted a Color, got 9");
});

row(
  "what a trait is given by reference is kept where it is borrowed",
  (rust) => {
    using cited = rust.Cited.from({ x: 1.5, y: 0, label: "#".repeat(100) });
    for (let i = 0; i < 100; i++) rust.greet("#".repeat(100));
    assertEquals(cited.x(), 1.5);
    assertEquals(rust.Collected.from(["a", "bc"]).all(), ["a", "bc"]);
  },
);

row(
  "results lie in the caller's memory, as many as there is room for",
  (rust) => {
    for (const count of [0, 1, 24, 25, 1000, 5000, 20_000]) {
      for (const text of ["a", "ä", "🐘"]) {
        const [long, numbers, back] = rust.three_of(text, count);
        assertEquals([long, back], [text.repeat(count), text]);
        assertEquals(numbers, new Uint16Array(count).fill(7));
      }
    }
    // A call within a call has results of its own.
    const texts: string[] = [];
    rust.each(["a", "b"], (text: string) => {
      texts.push(rust.greet(text + rust.three_of(text, 2)[0]));
      return true;
    });
    assertEquals(texts, ["Hello, aaa!", "Hello, bbb!"]);
  },
);

row("of a trait that is hidden, what a type is named with has it", (rust) => {
  assertEquals(rust.with_options("a", new rust.Options()), "a plain");
});

row("traits of types that are values, arrays that are borrowed", (rust) => {
  assertEquals(rust["Shout::shout"]("a"), "A!");
  assertEquals(rust["Shout::times"]("a", 2), "aa");
  assertEquals(rust["Snake::snake"]("a b"), "a_b");
  assertEquals(rust.corner_sum([1, 2]), 3);
  const next = (i: number, sum: bigint) => sum + BigInt(i);
  assertEquals(rust.folded(5, next), 10n);
  assertThrows(
    () => rust.folded(5, () => "x"),
    TypeError,
    "(u32, i64) => i64: result: wanted",
  );
  const inner = (i: number, sum: bigint) => sum + rust.folded(i, next);
  assertEquals(rust.folded(4, inner), 4n);
  let calls = 0;
  const stops = thrown(() =>
    rust.folded(5, () => {
      calls++;
      throw new Error("stop");
    })
  );
  assertEquals([stops.message, calls], ["stop", 1]);
  assertEquals([...rust.each_of([1, 2], (n: number) => n * 2)], [2, 4]);
  const own = new Error("own");
  const caught = thrown(() =>
    rust.each_of([1], () => {
      throw own;
    })
  );
  assertEquals(caught, own);
  assertEquals(rust.mapped(2, (n: number) => n / 4), 0.5);
});

row("an object of a trait has its methods", (rust, manifest) => {
  using bird = rust.bird();
  assertEquals([bird.name(), bird.legs()], ["bird", 2]);
  assertEquals(rust.called(bird), "bird on 2");
  const dog = new rust.Dog("rex");
  assertEquals(rust.called(dog), "rex on 4");
  rust.rename(dog, "bello");
  const zoo = rust.Zoo.default();
  zoo.add(dog);
  zoo.add(rust.bird());
  assertThrows(() => dog.name(), TypeError, "given away");
  assertEquals(zoo.legs(), 6);
  assertEquals(zoo.leave().name(), "bird");
  using left = zoo.leave();
  left.rename("rex");
  assertEquals(left.name(), "rex");
  assertEquals(zoo.leave(), null);
  assertThrows(() => rust.called(zoo), TypeError, "wanted an Animal");
  assertEquals(manifest.types.Animal.doc, "What has a name and legs.");
});

row("types and traits of other crates", (rust, manifest) => {
  using length = new rust.Length(3);
  assertEquals(length.meters(), 3);
  assertEquals(length.describe(), "3 m");
  assertEquals(length.scaled(2), 6);
  assertEquals(rust.longest([new rust.Length(1), length]).meters(), 3);
  assertEquals(rust.mass(length).grams(), 30n);
  assertEquals(manifest.types["units::Mass"].doc, "What `api` only gives.");
  assertEquals(rust["units::Mass"].of(5n).grams(), 5n);
  assertEquals(rust.convert(1609, 1), 1);
  assertThrows(() => rust.convert(1, 2), RangeError, "wanted a units::Unit");
  const error = thrown(() => rust.convert(2e6, 0));
  assertEquals(error.message, "2000000 is too long");
  assertEquals(error.data, { meters: 2e6 });
});

row(
  "methods on another thread; what is not Send stays on its own",
  async (rust) => {
    using counter = new rust.Counter(4);
    assertEquals(await counter.async.count(), 4);
    using local = new rust.Local();
    assertEquals(local.get(), 7);
    const error = await local.async.get().then(
      () => undefined,
      (error: Loose) => error,
    );
    assertMatch(error.message, /not Send/);
  },
);

row(
  "modules, constants, symbols of C, and what is skipped",
  (rust, manifest) => {
    assertEquals(rust["inner::add"](1, 2), 102);
    assertEquals(manifest.constants, {
      CODE: 3,
      MAX: 3,
      NAME: "api",
      WHOLE: { type: "u64", value: "18446744073709551615" },
      LEAST: { type: "i64", value: "-9223372036854775808" },
    });
    assertEquals(rust.WIDE.value, 2n ** 128n - 1n);
    assertEquals(rust.plain(1), 2);
    assertMatch(manifest.skipped.dangerous, /unsafe/);
    assertEquals(Object.keys(manifest.skipped).sort(), [
      "Grown_f64_u8_u8_u8_.more",
      "Lent_static_String.as_mut",
      "Lent_static_String.as_ref",
      "Lent_static_mut_String.as_mut",
      "Lent_static_mut_String.as_ref",
      "Unnamed",
      "Window.clone",
      "dangerous",
      "of_a_pointer",
    ]);
    assertMatch(manifest.skipped.Unnamed, /no function says which: one that/);
    assertEquals(manifest.symbols.add.doc, "Adds two numbers.");
    assertEquals(manifest.types.Point.doc, "A point of the plane.");
  },
);

/** Writes a crate of one file. */
function crateOf(name: string, text: string, more = ""): string {
  const directory = join(emptyDirectory(), name);
  mkdirSync(join(directory, "src"), { recursive: true });
  writeFileSync(
    join(directory, "Cargo.toml"),
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${more}`,
  );
  writeFileSync(join(directory, "src/lib.rs"), text);
  return directory;
}

test(
  "Rust: what is generic is built for the types that are named",
  ONCE_WITH_RUST,
  async () => {
    const directory = crateOf(
      "generic",
      `pub struct Stack<T> { items: Vec<T> }
impl<T: Clone> Stack<T> {
    pub fn new() -> Self { Stack { items: vec![] } }
    pub fn push(&mut self, item: T) { self.items.push(item); }
    pub fn all(&self) -> Vec<T> { self.items.clone() }
}
pub fn parsed<T: std::str::FromStr>(text: &str) -> Option<T> { text.parse().ok() }
pub fn pair<A, B>(a: A) -> A where B: Default { let _ = B::default(); a }
pub fn shown<A: ToString, B: ToString>(a: A, b: B) -> String { a.to_string() + &b.to_string() }
`,
    );
    const path = join(directory, "generic.so");
    const build = (...wanted: string[]) =>
      plugin(
        "build",
        directory,
        "-o",
        path,
        ...wanted.flatMap((one) => ["--instantiate", one]),
      );
    await succeed(build(
      "Stack<Vec<String>>",
      "parsed<i64>",
      "shown<u8, char>",
      "pair<(u8, (char, String)), ()>",
    ));
    const rust = open(path).symbols as Loose;
    using stack = new rust.Stack();
    stack.push(["a", "ü"]);
    assertEquals(stack.all(), [["a", "ü"]]);
    assertEquals(rust.parsed("-5"), -5n);
    assertEquals(rust.shown(255, "ß"), "255ß");
    assertEquals(rust.pair([7, ["ß", "a"]]), [7, ["ß", "a"]]);
    for (
      const [name, why] of [
        ["Stack", /wanted types in brackets, such as Stack<f64>/],
        ["Stack<Foo>", /there is no type Foo/],
        ["Heap<u8>", /shows no type or function Heap/],
        ["shown<u8>", /has 2 type parameters, and 1 are named/],
      ] as const
    ) assertMatch((await build(name)).stderr, why);
  },
);

/** Writes a crate into another one, which depends on it. */
function writeInner(directory: string, text: string): void {
  const inner = join(directory, "inner");
  mkdirSync(join(inner, "src"), { recursive: true });
  writeFileSync(
    join(inner, "Cargo.toml"),
    `[package]\nname = "inner"\nversion = "0.1.0"\nedition = "2021"\n`,
  );
  writeFileSync(join(inner, "src/lib.rs"), text);
}

test(
  "Rust: types of another crate have the standard library's traits",
  ONCE_WITH_RUST,
  async () => {
    const directory = crateOf(
      "hashed",
      `
use std::hash::BuildHasher;
pub struct Hashed<S = inner::Plain>(S);
impl Hashed {
    pub fn new() -> Hashed { Hashed(inner::Plain) }
}
impl<S: BuildHasher> Hashed<S> {
    pub fn hash(&self, text: &str) -> u64 { self.0.hash_one(text) }
}
`,
      `\n[dependencies]\ninner = { path = "inner" }\n`,
    );
    writeInner(
      directory,
      `
use std::hash::{BuildHasher, Hasher};
pub struct Count(u64);
impl Hasher for Count {
    fn write(&mut self, bytes: &[u8]) { self.0 += bytes.len() as u64 }
    fn finish(&self) -> u64 { self.0 }
}
pub struct Plain;
impl BuildHasher for Plain {
    type Hasher = Count;
    fn build_hasher(&self) -> Count { Count(0) }
}
`,
    );
    const path = join(directory, "hashed.so");
    await succeed(plugin("build", directory, "-o", path));
    using hashed = new (open(path).symbols as Loose).Hashed();
    // A text is hashed with a byte behind it.
    assertEquals(hashed.hash("abc"), 4n);
  },
);

test(
  "Rust: types of another crate that a feature brings",
  ONCE_WITH_RUST,
  async () => {
    const directory = crateOf(
      "featured",
      '#[cfg(feature = "more")]\npub fn one() -> inner::One { inner::One { number: 1 } }\n',
      `
[dependencies]
inner = { path = "inner", optional = true }

[features]
more = ["dep:inner"]
`,
    );
    writeInner(directory, "pub struct One { pub number: u32 }\n");
    const path = join(directory, "featured.so");
    const features = ["--", "--features", "more"];
    await succeed(plugin("build", directory, "-o", path, ...features));
    assertEquals((open(path).symbols as Loose).one(), { number: 1 });
  },
);

test('Rust: panic = "abort" is told', ONCE_WITH_RUST, async () => {
  const directory = crateOf(
    "aborting",
    "pub fn half(n: u32) -> u32 { n / 2 }\n",
    `\n[profile.release]\npanic = "abort"\n`,
  );
  const path = join(directory, "aborting.so");
  const ran = await succeed(plugin("build", directory, "-o", path));
  assertMatch(ran.stderr, /a panic of aborting ends the process/);
  assertEquals((open(path).symbols as Loose).half(5), 2);
});
