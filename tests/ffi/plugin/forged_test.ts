/**
 * What stands for memory is made by plugins alone: whoever has an object has
 * its class too, and every constructor that leads to it.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { inspect } from "node:util";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { callback, open, variable } from "@native/plugin";
import { annotated, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

// deno-lint-ignore no-explicit-any -- constructors that no type shows
type Any = any;

/** The constructors of an object, up to those of the language. */
function constructorsOf(object: object): Any[] {
  const found: Any[] = [];
  for (
    let at = Object.getPrototypeOf(object);
    at !== Object.prototype && at !== Function.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    found.push(at.constructor);
    const above = Object.getPrototypeOf(at.constructor);
    if (above !== Function.prototype) found.push(above);
  }
  return found;
}

/** One of each kind, and what takes it. */
async function kinds(): Promise<{ object: Any; take: (it: Any) => unknown }[]> {
  const plugin = open(await library("kept.c"));
  const { text_length, fill, length_after } = plugin.symbols as Any;
  const Text = plugin.type("Text") as Any;
  const copy = plugin.lookup("copy_of", "(cstring) => pointer")("a")!;
  const { Shelf } = open(await annotated("shelf.c")).symbols as Any;
  const shelf = new Shelf({ width: 80, height: 200 });
  const text = new Text({ text: "a", number: 1 });
  return [
    { object: text, take: text_length },
    { object: variable("[512]f64"), take: fill },
    { object: copy, take: plugin.lookup("give", "(pointer) => void") },
    {
      object: callback("() => void", () => {}),
      take: (it) => length_after(text, it),
    },
    {
      object: shelf,
      take: (it) => shelf.add.call(it, "b", { pages: 1, price: 1 }),
    },
    { object: plugin, take: (it) => (plugin as Any).lookup.call(it, "fill") },
  ];
}

/** What a constructor could take for its own. */
const GIVEN: readonly (() => unknown[])[] = [
  () => [],
  () => [
    { size: 1 << 20, align: 8, fields: [] },
    new DataView(new ArrayBuffer(1)),
    {},
  ],
  () => [4096n],
  () => [4096],
  () => [{
    address: 4096n,
    size: 1 << 20,
    memory: undefined,
    life: "alive",
    handle: 4096,
  }],
  () => [
    Symbol("own"),
    { size: 1 << 20 },
    new DataView(new ArrayBuffer(1)),
    {},
    0,
  ],
];

test("no constructor makes what a plugin has not made", C, async () => {
  for (const { object, take } of await kinds()) {
    for (const of of constructorsOf(object)) {
      for (const given of GIVEN) {
        let made: unknown;
        try {
          made = Reflect.construct(of, given());
        } catch {
          continue;
        }
        // The class of a struct makes structs, of memory of its own.
        if (made instanceof object.constructor && of === object.constructor) {
          continue;
        }
        assertThrows(() => take(made), TypeError);
      }
    }
    // Neither does the prototype of one, or what has all its properties.
    const prototype = Object.getPrototypeOf(object);
    for (
      const forged of [
        Object.create(prototype),
        Object.create(object),
        Object.assign(Object.create(prototype), object),
        new Proxy(object, {}),
      ]
    ) {
      assertThrows(() => take(forged), TypeError);
    }
  }
});

test(
  "members say what they are called on, where it is none of theirs",
  C,
  async () => {
    const objects = (await kinds()).map(({ object }) => object);
    const { Shelf } = open(await annotated("shelf.c")).symbols as Any;
    objects.push(new Shelf({ width: 80, height: 200 }).cursor());
    for (const object of objects) {
      const wrong = [
        undefined,
        1,
        {},
        () => {},
        Object.create(object),
        ...objects.filter((other) => other.constructor !== object.constructor),
      ];
      const own = prototypesOf(object);
      for (const [name, prototype] of own) {
        for (const key of Reflect.ownKeys(prototype)) {
          const { get, set, value } = Object.getOwnPropertyDescriptor(
            prototype,
            key,
          )!;
          for (const member of [get, set, value]) {
            if (typeof member !== "function" || key === "constructor") continue;
            for (const it of wrong) {
              if (key === inspect.custom || key === "async") continue;
              // What all classes have, another one has too.
              if (objects.includes(it) && it instanceof prototype.constructor) {
                continue;
              }
              const { message } = assertThrows(
                () => {
                  // A method is bound when it is first asked for.
                  const got = member.call(it);
                  if (typeof got === "function") got.call(it);
                },
                TypeError,
                undefined,
                `${name}.${String(key)}`,
              );
              assertMatch(
                message,
                /: (?:this: )?wanted |has no fields that JSON could have/,
              );
              assertEquals(
                /private|Cannot read|not a function/.test(message),
                false,
              );
            }
          }
        }
      }
      for (const [, prototype] of own) inspect(prototype);
    }
  },
);

/** The prototypes of an object that are a plugin's, with their names. */
function prototypesOf(object: object): [string, object][] {
  const found: [string, object][] = [];
  for (
    let at = Object.getPrototypeOf(object);
    at !== Object.prototype && at !== null;
    at = Object.getPrototypeOf(at)
  ) found.push([at.constructor.name, at]);
  return found;
}

test("another prototype of a class learns nothing", C, async () => {
  for (const { object } of await kinds()) {
    let learnt: unknown[] = [];
    class Other {
      constructor(...given: unknown[]) {
        learnt = given;
      }
    }
    for (const of of constructorsOf(object)) {
      try {
        Object.setPrototypeOf(of, Other);
        new of();
      } catch {
        // It has one for good, or makes nothing.
      }
      assertEquals(learnt, []);
    }
    object.constructor = Other;
  }
  const path = await library("kept.c");
  const plugin = open(path) as Any;
  Object.defineProperty(plugin, "constructor", {
    value: class {
      constructor() {
        throw new Error("it was called");
      }
    },
  });
  open(path, { symbols: { fill: "(*Big) => i32" } });
});
