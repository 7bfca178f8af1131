/**
 * Classes, results and failures of C, out of annotations alone.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { buildLibrary } from "../../../emit/commands/build_library.ts";
import { open, type Plugin, PluginError, variable } from "@native/plugin";
import { annotated, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

// deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
async function shelf(): Promise<Plugin<any>> {
  return open(await annotated("shelf.c"));
}

/** What a function throws. */
function thrownBy(act: () => unknown): PluginError {
  return assertThrows(act, PluginError);
}

test(
  "a class is made, used and freed; what it owns goes before it",
  C,
  async () => {
    const { Shelf, shelves_open, books_open } = (await shelf()).symbols;
    const before = [shelves_open(), books_open()];
    {
      using one = new Shelf({ width: 80, height: 200 });
      assertEquals(one.size, { width: 80, height: 200 });
      const book = one.add("Moby Dick", { pages: 635, price: 2 });
      assertEquals(book.title(), "Moby Dick");
      assertEquals(book.facts(), { pages: 635, price: 2 });
      one.add("Emma", null)[Symbol.dispose]();
      assertEquals([shelves_open(), books_open()], [
        before[0]! + 1,
        before[1]! + 1,
      ]);
    }
    assertEquals([shelves_open(), books_open()], before);
  },
);

test(
  "a failure is thrown with its code, its name and its text",
  C,
  async () => {
    const { Shelf, shelves_open } = (await shelf()).symbols;
    const before = shelves_open();
    const wide = thrownBy(() => new Shelf({ width: -1, height: 0 }));
    assertEquals(
      [wide.code, wide.message, wide.symbol, wide.failure],
      ["returned_error", "no shelf is -1 wide", "shelf_open", {
        code: 1000,
        name: "SHELF_FULL",
      }],
    );
    assertEquals(shelves_open(), before, "what was made all the same is freed");
    using one = new Shelf(null);
    const untitled = thrownBy(() => one.add("", null));
    assertEquals(
      [untitled.message, untitled.failure],
      ["a book has a title", { code: 1000, name: "SHELF_NO_NAME" }],
    );
    const missing = thrownBy(() => one.find("Ulysses"));
    assertEquals(
      [missing.message, missing.failure],
      ["no book is called so", { code: -2 }],
    );
    const { squares } = (await shelf()).symbols;
    assertEquals(
      thrownBy(() => squares(-1)).message,
      "squares() failed: it gave -1",
    );
  },
);

test(
  "objects that a function gives are known, or belong to what they came from",
  C,
  async () => {
    const { Shelf, book_close, shelf_close, books_open } =
      (await shelf()).symbols;
    const before = books_open();
    using one = new Shelf(null);
    assertEquals(one.first(), null);
    const book = one.add("Emma", null);
    assert(book.shelf() === one, "the shelf that the book is on is this one");
    const first = one.first()!;
    assertEquals(first.title(), "Emma");
    assertThrows(
      () => book_close(first),
      TypeError,
      "does not belong to another object",
    );
    first[Symbol.dispose]();
    assertEquals(books_open(), before + 1, "what is another's is not freed");
    book_close(book);
    assertEquals(books_open(), before);
    assertThrows(() => book.title(), TypeError, "a Book that was given away");
    assertThrows(
      () => book_close(book),
      TypeError,
      "a Book that was given away",
    );
    const two = new Shelf(null);
    const late = two.add("Persuasion", null);
    two[Symbol.dispose]();
    assertThrows(
      () => late.title(),
      TypeError,
      "Book.title(): this: wanted a Book, got a Book that was disposed of",
    );
    assertThrows(
      () => shelf_close(two),
      TypeError,
      "a Shelf that was disposed of",
    );
  },
);

test("steps are walked through", C, async () => {
  const { Shelf } = (await shelf()).symbols;
  using one = new Shelf(null);
  const titles = ["Emma", "Persuasion", "Sanditon"];
  for (const title of titles) one.add(title, null);
  using cursor = one.cursor();
  assertEquals([...cursor], titles);
  assertEquals(cursor.all(), titles);
  assertEquals(cursor.first(), "Emma");
  // As an iterator of JavaScript has them; its own methods stay.
  assertEquals([...cursor.take(2)], titles.slice(0, 2));
  assertEquals(cursor.toArray(), titles);
  assertEquals(
    cursor.filter((title: string) => title > "F").map((title: string) =>
      title.length
    ).toArray(),
    [10, 8],
  );
  for (const title of cursor) {
    assertEquals(title, "Emma");
    break;
  }
  assertEquals(cursor.next(), ["Persuasion", true]);
  assertEquals(cursor.next(), ["Sanditon", true]);
  assertEquals(cursor.next(), [null, false]);
  // One within another would wind it back, and the outer one never end.
  const walked: string[] = [];
  assertThrows(
    () => {
      for (const title of cursor) {
        walked.push(title);
        assertEquals([...cursor], titles);
      }
    },
    TypeError,
    "Cursor.[Symbol.iterator](): another walk of this object has begun since",
  );
  assertEquals(walked, ["Emma"]);
  // One that was left is not in the way, nor does it end the next when it is ended.
  const left = cursor[Symbol.iterator]();
  left.next();
  const next = cursor[Symbol.iterator]();
  next.next();
  left.return!();
  assertEquals([...next], titles.slice(1));
  assertThrows(
    () => {
      for (const _ of cursor) cursor[Symbol.dispose]();
    },
    TypeError,
    "a Cursor that was disposed of",
  );
});

test("lists of texts and structs cross in and out", C, async () => {
  const { symbols } = await shelf();
  const { longest, total, titles, titles_to_null, all_facts, squares } =
    symbols;
  assertEquals(longest(["a", "größte", "bb"]), [1, 8]);
  assertEquals(longest([]), [-1, 0]);
  assertThrows(() => longest(["a\0"]), TypeError, "argument 1 (texts)");
  assertThrows(() => longest([1] as unknown as string[]), TypeError);
  assertEquals(
    total([{ pages: 2, price: 1.5 }, { pages: 10, price: 1 }]),
    13,
  );
  assertEquals(total([]), 0);
  assertThrows(
    () => total([{ pages: 1, price: 1 }, { pages: 1.5, price: 1 }]),
    RangeError,
    "total(): argument 1 (list)[1].pages: wanted an integer",
  );
  using one = new symbols.Shelf(null);
  one.add("Emma", { pages: 474, price: 8 });
  one.add("Persuasion", { pages: 249, price: 7.5 });
  assertEquals(titles(one), ["Emma", "Persuasion"]);
  assertEquals(titles_to_null(one), ["Emma", "Persuasion"]);
  assertEquals(all_facts(one), [
    { pages: 474, price: 8 },
    { pages: 249, price: 7.5 },
  ]);
  assertEquals(squares(4), Int32Array.of(0, 1, 4, 9));
  assertEquals(squares(0), new Int32Array());
});

test(
  "memory that is given for a list says how long it is, or is refused",
  C,
  async () => {
    const plugin = await shelf();
    const { total, longest, twice } = plugin.symbols;
    const facts = new (plugin.type("facts"))({ pages: 2, price: 3 });
    assertEquals(total(facts), 6);
    assertEquals(total(variable("[32]u8")), 0);
    assertEquals(twice(variable("[3]u8")), new Uint8Array(2));
    assertThrows(
      () => total(variable("[32]u8").pointer),
      TypeError,
      "total(): argument 1 (list): wanted memory that says how long it is, got a Pointer",
    );
    const gone = new Uint8Array(16);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    for (const call of [total, longest, twice]) {
      assertThrows(() => call(gone), TypeError, "got a detached Uint8Array");
    }
    for (const length of [-1, NaN, 1e9]) {
      const liar = new Proxy([], { get: () => length });
      for (const call of [total, longest]) {
        assertThrows(
          () => call(liar),
          RangeError,
          `): wanted fewer than 67108864 elements, got an array that says it has ${length}`,
        );
      }
    }
  },
);

test("bytes come out with their length", C, async () => {
  const { Shelf, dump, twice } = (await shelf()).symbols;
  using one = new Shelf(null);
  assertEquals(dump(one), Uint8Array.of(97, 0, 98));
  assertEquals(twice(Uint8Array.of(1, 2, 3)), Uint8Array.of(2, 3));
  assertEquals(twice(Uint8Array.of(1)), new Uint8Array());
});

test("what an object goes on using lives with it", C, async () => {
  const { Shelf } = (await shelf()).symbols;
  using one = new Shelf(null);
  one.set_label(Uint8Array.of(7));
  for (let round = 0; round < 50; round++) new Uint8Array(1_000_000).fill(255);
  assertEquals(one.label_byte(), 7);
});

test(
  "a struct that is only read may be a plain object, also beside memory",
  C,
  async () => {
    const plugin = await shelf();
    const size = plugin.type("size_of_shelf");
    for (
      const given of [
        { width: 1, height: 2 },
        new size({ width: 1, height: 2 }),
        Int32Array.of(1, 2),
        { width: 1, height: 2 },
      ]
    ) {
      using one = new plugin.symbols.Shelf(given);
      assertEquals(one.size, { width: 1, height: 2 });
    }
    assertThrows(
      () => new plugin.symbols.Shelf({ width: 1, height: "2" } as never),
      TypeError,
      "shelf_open(): argument 1 (size).height: wanted an integer",
    );
  },
);

test("a getter that disposes of the object is seen", C, async () => {
  const { Shelf, books_open } = (await shelf()).symbols;
  const before = books_open();
  const one = new Shelf(null);
  const facts = {
    pages: 1,
    get price() {
      one[Symbol.dispose]();
      return 1;
    },
  };
  assertThrows(
    () => one.add("Emma", facts),
    TypeError,
    "a Shelf that was disposed of",
  );
  assertEquals(books_open(), before);
});

test("what a call uses is freed when the call has ended", C, async () => {
  const { Shelf, shelves_open } = (await shelf()).symbols;
  const before = shelves_open();
  const one = new Shelf(null);
  const open: number[] = [];
  assertEquals(
    one.each(() => {
      one[Symbol.dispose]();
      open.push(shelves_open() - before);
    }),
    0,
  );
  assertEquals(open, [1, 1, 1]);
  assertEquals(shelves_open(), before);
});

test("methods run on other threads", C, async () => {
  const { Shelf, shelves_open } = (await shelf()).symbols;
  const before = shelves_open();
  const one = new Shelf(null);
  const book = await one.async.add("Emma", { pages: 3, price: 4 });
  assertEquals(await book.async.title(), "Emma");
  assertEquals(await book.async.facts(), { pages: 3, price: 4 });
  const error = await assertRejects(() => one.async.add("", null), PluginError);
  assertEquals(error.message, "a book has a title");
  const adding = one.async.add("Persuasion", null);
  one[Symbol.dispose]();
  await adding.catch(() => {});
  assertEquals(shelves_open(), before);
});

test("the raw functions are still there", C, async () => {
  const plugin = await shelf();
  const raw = plugin.lookup("shelf_open", "(*size_of_shelf, **shelf) => u32");
  const { shelves_open } = plugin.symbols;
  const before = shelves_open();
  const out = variable("pointer");
  assertEquals(raw(null, out), 0);
  assertEquals(shelves_open(), before + 1);
  plugin.lookup("shelf_close", "(pointer) => void")(out.value);
  assertEquals(shelves_open(), before);
});

test("objects are refused elsewhere by name", C, async () => {
  const { Shelf, shelf_code } = (await shelf()).symbols;
  using one = new Shelf(null);
  const book = one.add("Emma", null);
  assertThrows(
    () => shelf_code(book as never),
    TypeError,
    "wanted a Shelf, got a Book",
  );
  const elsewhere = emptyDirectory();
  const path = await annotated("shelf.c");
  for (const end of ["", ".json"]) {
    copyFileSync(`${path}${end}`, `${elsewhere}/shelf.so${end}`);
  }
  // deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
  const other = open<any>(`${elsewhere}/shelf.so`).symbols;
  using theirs = new other.Shelf(null);
  for (
    const call of [() => shelf_code(theirs), () => one.find.call(theirs, "x")]
  ) {
    assertThrows(call, TypeError, "got a Shelf of another plugin");
  }
  assertThrows(() => shelf_code(null as never), TypeError, "got null");
  assertThrows(() => shelf_code({} as never), TypeError, "got an object");
  for (
    const [given, name] of [[Promise.resolve(one), "Promise"], [
      new Map(),
      "Map",
    ], [new Date(), "Date"]]
  ) {
    assertThrows(() => shelf_code(given as never), TypeError, `got a ${name}`);
  }
  class Own {}
  assertThrows(() => shelf_code(Own as never), TypeError, "got the class Own");
  assertThrows(
    () => shelf_code((() => 1) as never),
    TypeError,
    "got a function",
  );
  const hiding = new Proxy({}, {
    getPrototypeOf() {
      throw new Error("nobody asks");
    },
  });
  assertThrows(() => shelf_code(hiding as never), TypeError, "got an object");
  assertThrows(() => structuredClone(one));
  assertThrows(
    () => Reflect.apply(one.find, {}, ["x"]),
    TypeError,
    "Shelf.find(): this: wanted a Shelf",
  );
});

test("a refused text leaves the object of the call as it was", C, async () => {
  const { Shelf, shelves_open } = (await shelf()).symbols;
  const before = shelves_open();
  {
    using one = new Shelf({ width: 80, height: 200 });
    assertThrows(() => one.find("a\0"), RangeError);
    assertThrows(() => one.find("\ud800"));
    assertThrows(() => one.add("\0", null));
  }
  assertEquals(shelves_open(), before);
});

test("what a constructor gives is the caller's", C, async () => {
  const directory = emptyDirectory();
  writeFileSync(
    join(directory, "box.c"),
    "#include <stdlib.h>\ntypedef struct box { int size; } box;\nint alive;\n" +
      "box *box_new(void) { alive++; return calloc(1, sizeof(box)); }\n" +
      "void box_free(box *box) { alive--; free(box); }\n",
  );
  writeFileSync(
    join(directory, "box.notes.json"),
    JSON.stringify({
      box: { handle: "Box", free: "box_free" },
      box_new: { method: "new Box", error: { when: "null" } },
    }),
  );
  await buildLibrary({
    inputs: [join(directory, "box.c")],
    output: join(directory, "box.so"),
    annotate: join(directory, "box.notes.json"),
    flags: [],
    json: false,
    verbose: false,
  });
  // deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
  const plugin: Plugin<any> = open(join(directory, "box.so"));
  const { Box, alive } = plugin.symbols;
  {
    using box = new Box();
    assertEquals([alive.value, `${box}`], [1, "[object Box]"]);
  }
  assertEquals(alive.value, 0);
});
