/**
 * Lists of texts and of structs of C, both ways: one by one and many at once are
 * the same.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open, type Variable } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { generator, pick, type Random } from "../../helpers/random.ts";
import { withSupport } from "../../helpers/support.ts";
import { openAnnotated, PLACES } from "../helpers/places.ts";

await withSupport();

const C = need("cc");

const lists = (isolated?: boolean) => openAnnotated("lists.c", isolated);

const PARTS = [
  ...["a", "text ", "größe", "😀", "\u2028", "\ufeff", "\x7f", "\uffff"],
  ...['"', "\\", "\n", "\x01", ",", "null", "[", "x".repeat(300)],
];

function text(random: Random): string {
  return Array.from({ length: random(6) }, () => pick(random, PARTS)).join("");
}

/** A text, or null now and then. */
function textOrNull(random: Random): string | null {
  return random(6) === 0 ? null : text(random);
}

function sumOf(texts: readonly (string | null)[]): bigint {
  let sum = 0n;
  for (const text of texts) {
    for (const byte of new TextEncoder().encode(text ?? "")) {
      sum = BigInt.asUintN(64, sum * 31n + BigInt(byte));
    }
    sum = BigInt.asUintN(64, sum * 31n + (text === null ? 7n : 11n));
  }
  return sum;
}

for (const { where, isolated, needs } of PLACES) {
  test(`texts go in and come out as they are${where}`, needs, async () => {
    const { sum, again } = (await lists(isolated)).symbols;
    const random = generator(19);
    // The first thousands are read one by one, the others at once.
    for (let round = 0; round < (isolated ? 20 : 300); round++) {
      const texts = Array.from(
        { length: random(60) },
        () => round % 3 === 0 ? text(random) : textOrNull(random),
      );
      assertEquals(sum(texts), sumOf(texts));
      assertEquals(again(texts), texts);
    }
  });

  test(`structs go in and come out as they are${where}`, needs, async () => {
    const plugin = await lists(isolated);
    const { same, is_clean } = plugin.symbols;
    const Animal = plugin.type("animal");
    const random = generator(20);
    for (let round = 0; round < (isolated ? 20 : 200); round++) {
      const animals = Array.from({ length: random(40) }, (_, id) => ({
        id,
        called: { first: text(random), last: textOrNull(random) },
        weight: random(1000) / 8,
        is_wild: random(2) === 1,
        note: textOrNull(random),
      }));
      assertEquals(same(animals), animals);
      assert(is_clean(animals));
      if (animals.length === 0) continue;
      // A struct among them is one too.
      const mixed: unknown[] = [...animals];
      mixed[animals.length - 1] = new Animal(animals.at(-1)!);
      assertEquals(same(mixed), animals);
    }
  });
}

test("what is no UTF-8 is U+FFFD, in one of many and in one", C, async () => {
  const { broken, good } = (await lists()).symbols;
  const decode = (...bytes: number[]) =>
    new TextDecoder().decode(Uint8Array.from(bytes));
  const wanted = [
    "a",
    decode(0xff),
    decode(0xc3),
    decode(0xe2, 0x82),
    decode(0xed, 0xa0, 0x80),
    "😀",
    null,
    decode(0xc0, 0x80),
    decode(0xf5, 0x80, 0x80, 0x80),
    decode(0xe0, 0x80, 0x80),
  ];
  for (let round = 0; round < 1000; round++) {
    assertEquals(broken(), wanted);
    assertEquals(good(), [
      ...["", "a", "\ufeff", "\u{10ffff}", "\ud7ff\ue000", null],
      ...["\u0800\u07ff\x7f", "\u{10000}z"],
    ]);
  }
});

test(
  "what does not fit is refused with its place, cold and hot",
  C,
  async () => {
    const { sum, same } = (await lists()).symbols;
    const animal = {
      id: 1,
      called: { first: "a", last: null },
      weight: 1,
      is_wild: false,
      note: "",
    };
    const wrong: readonly [unknown, string][] = [
      [{ ...animal, id: 256 }, "(list)[2].id: wanted an integer from 0 to 255"],
      [{ ...animal, note: 1 }, "(list)[2].note: wanted a string"],
      [{ ...animal, note: "a\0" }, "(list)[2].note"],
      [{ ...animal, note: "\ud800" }, "(list)[2].note"],
      [{ ...animal, called: { first: "a" } }, "(list)[2].called.last"],
      [{ ...animal, called: null }, "(list)[2].called: wanted an object"],
      [{ ...animal, wings: 2 }, '(list)[2]: wanted an object with "id"'],
      [
        { ...animal, called: { first: "", last: "", middle: "" } },
        "[2].called",
      ],
      [{ ...animal, weight: undefined }, "(list)[2].weight: wanted a number"],
      [null, "(list)[2]: wanted an object"],
      [1, "(list)[2]: wanted an object"],
    ];
    for (let round = 0; round < 3; round++) {
      for (const [one, message] of wrong) {
        assertThrows(() => same([animal, animal, one]), Error, message);
      }
      for (
        const text of ["a\0b", "\udc00", "\ud83d", undefined, 1, {}, ["a"]]
      ) {
        assertThrows(() => sum(["a", text, "\\"]), TypeError, "(texts)");
        assertThrows(() => sum(["a", text]), TypeError, "(texts)");
      }
      // Halves of one character in two texts are none.
      assertThrows(() => sum(["\ud83d", "\ude00"]), TypeError, "(texts)");
      for (let i = 0; i < 3000; i++) same([animal, animal]);
    }
  },
);

test("what JSON is made to say does not matter", C, async () => {
  const { sum } = (await lists()).symbols;
  const own = JSON.stringify;
  const prototype = Array.prototype as { toJSON?: unknown };
  try {
    JSON.stringify = () => "";
    assertEquals(sum(["a", "b"]), sumOf(["a", "b"]));
    prototype.toJSON = () => ["x"];
    assertEquals(sum(["ab", "c"]), sumOf(["ab", "c"]));
    prototype.toJSON = () => "é".repeat(8);
    assertEquals(sum(["ab", "c"]), sumOf(["ab", "c"]));
  } finally {
    JSON.stringify = own;
    delete prototype.toJSON;
  }
});

/** Asks what is given, and of which members. */
function watched<T extends object>(given: T, asked: string[], path = ""): T {
  return new Proxy(given, {
    get(target, key) {
      const part: unknown = Reflect.get(target, key);
      const name = `${path}${String(key)}`;
      asked.push(name);
      const isOwn = Object.getPrototypeOf(part ?? 0) === Object.prototype;
      return isOwn ? watched(part as object, asked, `${name}.`) : part;
    },
  });
}

test("each member is asked for once", C, async () => {
  const plugin = await lists();
  const { same } = plugin.symbols;
  const Animal = plugin.type("animal");
  const animal = {
    id: 1,
    called: { first: "a", last: null },
    weight: 1,
    is_wild: false,
    note: "n",
  };
  const { pointer } = plugin.lookup("written") as Variable<unknown>;
  const { first, last } = animal.called;
  const members = [
    ...["id", "called", "called.first", "called.last"],
    ...["weight", "is_wild", "note"],
  ];
  // All at once; one by one, as a pointer or a view is among them.
  const others: readonly object[] = [
    animal,
    { ...animal, note: pointer },
    { ...animal, called: { first, last: pointer } },
    { ...animal, called: { first: pointer, last } },
    new Animal(animal),
  ];
  for (const other of others) {
    for (const place of [0, 1]) {
      const asked: string[] = [];
      const list = [other];
      list.splice(place, 0, watched(animal, asked));
      assertEquals(same(list).length, 2);
      assertEquals(asked.toSorted(), members.toSorted());
    }
  }
});

test(
  "an array that is longer than memory is refused, and one that lies about it",
  C,
  async () => {
    const { sum, same } = (await lists()).symbols;
    const long: string[] = [];
    long.length = 2 ** 32 - 1;
    const lying = new Proxy(["a"], {
      get: (array, key) =>
        key === "length" ? 2 ** 32 - 1 : Reflect.get(array, key) as unknown,
    });
    for (const list of [long, lying]) {
      for (const call of [sum, same]) {
        assertThrows(
          () => call(list),
          RangeError,
          "wanted fewer than 67108864 elements, got an array that says it has 4294967295",
        );
      }
    }
  },
);

test(
  "an array of texts that nobody has annotated is refused with the annotation",
  C,
  async () => {
    const sum = open(await library("lists.c")).lookup("sum") as (
      texts: unknown,
      count: number,
    ) => bigint;
    const refused = (texts: unknown, words: string) => {
      const { message } = assertThrows(() => sum(texts, 1), TypeError);
      assertEquals(message.slice(message.indexOf("got ")), words);
    };
    for (let i = 0; i < 200; i++) { // cold and hot
      const takes = 'got an array; an array takes the annotation "as": ';
      refused(["a"], `${takes}"[]cstring"`);
      refused(["a", null], `${takes}"[]?cstring"`);
      refused([1], "got an array");
      // Not all is looked at that a proxy says that it has.
      refused(
        new Proxy(["a"], {
          get: (array, key) =>
            key === "length" ? 2 ** 32 - 1 : Reflect.get(array, key) as unknown,
        }),
        "got an array",
      );
      assertEquals(sum(null, 0), 0n);
    }
  },
);
