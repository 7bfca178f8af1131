/**
 * What well-known crates have in their APIs, by a small crate with one type of
 * each kind.
 *
 * @module
 */

import { statSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals, assertThrows } from "@std/assert";
import { withSupport } from "../../../helpers/support.ts";
import { crateRows, type Loose } from "../../helpers/crate_rows.ts";

await withSupport();

const row = crateRows("popular");

row("all that these crates have crosses", (_, { skipped }) => {
  assertEquals(skipped, {});
});

row("arrays of tuples, texts and options, among other values too", (rust) => {
  assertEquals(rust.sum_of_pairs([[1, 2n], [3, 4n]]), 10n);
  assertEquals(rust.sum_of_pairs(null), 0n);
  assertEquals(rust.pairs(), [[[1, 2n], [3, 4n]]]);
  const all = {
    pairs: [[1, 2n], [-3, -4n]],
    texts: ["a", "ü"],
    options: [null, 5],
  };
  assertEquals(rust.arrays(all), all);
  assertEquals(rust.joined([["a", "b"], ["", "c"]]), "abc");
});

row("an error in an Option is thrown, and none is null", (rust) => {
  assertEquals([rust.parsed(""), rust.parsed("-5")], [null, -5]);
  assertThrows(() => rust.parsed("x"), Error, "invalid digit");
});

row("an object that is kept for ever outlives its end", (rust) => {
  const letters = rust.Letters.of("a");
  letters.add("b");
  const encoded = rust.Letters.encode("abc", letters);
  // Once more is no more.
  assertEquals(`${rust.Letters.encode("cab", letters)}`, "c%61%62");
  assertThrows(
    () => letters.add("c"),
    Error,
    "the Letters cannot be changed: what it was given to has it until the process ends",
  );
  letters[Symbol.dispose]();
  assertEquals(`${encoded}`, "%61%62c");
});

row("what borrows is kept for ever by nobody", (rust) => {
  using letters = rust.Letters.of("abc");
  using view = letters.view();
  assertThrows(
    () => rust.kept_view(view),
    TypeError,
    "kept_view(): argument 1 (view): wanted an object that borrows from nothing, as it is kept for ever, got one that borrows",
  );
  assertEquals(view.len(), 3);
});

row("what is walked through by reference is a list", (rust) => {
  assertEquals(rust.distance([1, 2, 3], [1, 5, 3]), 1);
});

row("another one of a type, of which a hidden trait is asked", (rust) => {
  using net = new rust.Net(6);
  using other = new rust.Net(2);
  assertEquals([net.contains(other), other.contains(net)], [true, false]);
});

row("what holds anything takes any value that JSON has", (rust) => {
  using store = new rust.Store();
  assertEquals(store.put("a", { x: [1, "b", null] }), null);
  assertEquals(store.put("b", "text"), null);
  const { x } = store.get("a");
  assertEquals([x, store.get("b"), store.get("c")], [
    [1, "b", null],
    "text",
    null,
  ]);
  assertEquals(store.put("b", 7.5), "text");
  assertThrows(() => store.put("c", new Map()), TypeError, "value");
  using other = rust.Store.try_from({ a: [true] });
  assertEquals(other.get("a"), [true]);
  assertThrows(() => rust.Store.try_from({}), Error, "there is nothing in it");
});

row("such values are compared, sorted, told apart and shown", (rust) => {
  using tree = new rust.Tree({ a: [1, "x"] });
  assertEquals(tree.shown(), '{"a": [1, "x"]}');
  assertEquals({ ...tree.value() }, { a: [1, "x"] });
  const values = ["b", 2n ** 63n, 1.5, null, [2], "a", -1, true, [1, 5], 1];
  for (const value of values) tree.push(new rust.Tree(value));
  assertEquals(tree.different(), 10);
  tree.push(new rust.Tree(1.0));
  assertEquals(tree.different(), 10);
  tree.sort();
  assertEquals(
    tree.children().slice(0, 8),
    [null, true, -1, 1, 1, 1.5, 2n ** 63n, "a"],
  );
  assertEquals(tree.children().slice(8), ["b", [1, 5], [2]]);
  // A float and an integer that it is next to are two.
  using large = new rust.Tree(null);
  for (const value of [2n ** 53n + 1n, 2 ** 53, 2n ** 53n]) {
    large.push(new rust.Tree(value));
  }
  large.sort();
  assertEquals(large.children().map(BigInt), [
    2n ** 53n,
    2n ** 53n,
    2n ** 53n + 1n,
  ]);
  assertEquals(large.different(), 2);
  using leaf = rust.leaf("x");
  assertEquals([leaf.eq(rust.leaf("x")), leaf.eq(rust.leaf("y"))], [
    true,
    false,
  ]);
  assertEquals(leaf instanceof rust.Tree, true);
});

row(
  "texts are borrowed by maps and sets with a hasher of their own",
  (rust) => {
    assertEquals(rust.scores({ a: 1, b: 2, c: 4 }, ["a", "c", "d"]), 5);
  },
);

row("what is added up is made of numbers", (rust) => {
  assertEquals(new rust.Vector(1, 2).add(new rust.Vector(3, 4.5)).y(), 6.5);
  assertThrows(() => new rust.Vector("a", 2), TypeError, "wanted f64");
});

row("what may become an object is taken for one", (rust) => {
  assertEquals(rust.greet("x"), "hello x");
  assertEquals(rust.greet(rust.Name.try_from("y")), "hello y");
  assertThrows(() => rust.greet(""), Error, "a name is not empty");
  assertThrows(() => rust.greet(5), TypeError, "greet(): argument 1 (name)");
});

row("a function may give what Rust borrows", (rust) => {
  const long = (word: string) => word === "b" ? "B".repeat(1000) : null;
  assertEquals(rust.expand("a b c", long), `a ${"B".repeat(1000)} c`);
});

row("what a method takes by its own parameter is not kept", (rust) => {
  using table = new rust.Table("t");
  assertEquals(table.with((row: Loose) => row.get("x") + row.get("")), "ba");
});

row("what has no size of its own is borrowed, or in a box", (rust) => {
  const path = new rust.Path("a/bc");
  const parent = path.parent();
  assertEquals([`${path}`, path.as_str(), `${parent}`], ["a/bc", "a/bc", "a"]);
  assertEquals(parent.parent(), null);
  const joined = path.join(parent);
  assertEquals([...joined.parts()].map(String), ["a", "bc", "a"]);
  const seen: string[] = [];
  joined.each((one: Loose) => seen.push(one.as_str()));
  assertEquals(seen, ["a", "bc", "a"]);
  assertThrows(
    () => new rust.Path("x").into_text(),
    TypeError,
    "wanted an object that belongs to nobody else, got one that is borrowed",
  );
  const whole = new rust.Path("a").join(new rust.Path("b"));
  assertEquals(whole.into_text(), "a/b");
  assertThrows(() => whole.as_str(), Error, "given away");
});

row("a method may have a word of Rust for its name", (rust) => {
  using numbers = new rust.Numbers(new Uint32Array([1, 2, 3]));
  assertEquals(numbers.try(), 3);
});

row("a type is named where others are written in place", (rust) => {
  assertEquals([rust.decoded("1.50"), rust.decoded("x")], ["1.50", "x"]);
});

row("an enum that is dropped by hand stays an object", (rust) => {
  using secret = rust.secret("x");
  assertEquals([secret.type, secret.Text], ["Text", "x"]);
});

row("numbers of C are what the machine has", (rust) => {
  const isUnsigned = process.arch === "arm64" && process.platform === "linux";
  assertEquals(rust.letter(100), 100);
  assertThrows(() => rust.letter(isUnsigned ? -1 : 200), RangeError);
  assertEquals(Number(rust.long(-5)), 5);
});

row("what std tells of files comes out", (rust) => {
  const here = fileURLToPath(import.meta.url);
  assertEquals(rust.file_type(here), {
    is_dir: false,
    is_file: true,
    is_symlink: false,
  });
  const { len, is_file, modified, readonly } = rust.metadata(here);
  const { size, mtimeMs } = statSync(here);
  assertEquals([len, is_file, readonly], [BigInt(size), true, false]);
  assertEquals(Math.abs(modified.getTime() - mtimeMs) < 2, true);
  assertEquals(rust.metadata("nowhere at all"), null);
  assertEquals(rust.error_kind("nowhere at all"), "NotFound");
  assertEquals(rust.error_kind(here), null);
});

row("bytes that are kept for ever are kept once", (rust, { symbols }) => {
  using bytes = rust.Bytes.from_static(new Uint8Array([1, 2]));
  using again = rust.Bytes.from_static(new Uint8Array([1, 2]));
  assertEquals(bytes.address(), again.address());
  assertEquals([...bytes.to_vec()], [1, 2]);
  // Nobody has such a place in JavaScript.
  assertEquals(symbols["Buf::advance"], undefined);
});

row("a list of what may be texts is one of texts", (rust) => {
  using finder = new rust.Finder(["ab", "ü"]);
  assertEquals(finder.count("abüab"), 3);
  assertEquals(finder.count(new Uint8Array([97, 98])), 1);
  // So is what is made of them, by what an implementation asks for.
  assertEquals([finder.begins("über"), finder.begins("x")], [true, false]);
});

row("what has iter() is walked through, and stays", (rust) => {
  using store = new rust.Store();
  store.put("a", 1);
  assertEquals([...store], [["a", 1]]);
  for (const [key] of store) assertEquals(key, "a");
  assertEquals(store.map(([key]: [string]) => key).toArray(), ["a"]);
  assertEquals(JSON.stringify(store), '[["a",1]]');
  // Whoever has walked through it holds nothing of it.
  store.put("b", { c: [2] });
  assertEquals([...store].length, 2);
});

row("texts of C are texts", (rust) => {
  assertEquals([rust.MAIN.value, rust.c_length("ü")], ["main", 2]);
  assertEquals([rust.c_text("a"), rust.c_text(null)], ["a", ""]);
  assertThrows(
    () => rust.c_length("a\0b"),
    TypeError,
    "c_length(): argument 1 (text): wanted a text without NUL",
  );
});

row("what can be collected is a list", (rust) => {
  assertEquals([...rust.collected(3)], [0, 1, 2]);
});

row("what an array of whatever has, that has", (rust) => {
  using small = new rust.Small();
  small.push(1.5);
  assertEquals(small.last(), 1.5);
});

row("what holds something that has a trait is lent as that of any", (rust) => {
  using config = new rust.Config(2);
  assertEquals(rust.format(config), "plainplain");
});

row("what is compared with a type may be a text", (rust) => {
  using mime = new rust.Mime("charset", "utf-8");
  assertEquals([mime.get("CHARSET"), mime.get("a")], ["utf-8", null]);
});

row("a stream of whatever is one is a text or bytes", (rust) => {
  assertEquals(rust.shout("ab", "> "), "> AB!");
  const [count, read, written] = rust.copy(
    new Uint8Array([1, 2]),
    new Uint8Array([0]),
  );
  assertEquals([count, [...read], [...written]], [2n, [1, 2], [0, 1, 2]]);
});

row(
  "a variant that may get more fields is asked for those that it has",
  (rust) => {
    using event = rust.text_event();
    assertEquals([event.type, event.Text.as_str()], ["Text", "x"]);
  },
);
