import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { makeClass } from "../../../ffi/object/object.ts";
import { begin, end, revive, unuse, use } from "../../../ffi/object/state.ts";

test("what a cancelled call would have taken lives again, with what needs it", () => {
  const freed: unknown[] = [];
  const of = {
    name: "Node",
    free: (handle: unknown) => void freed.push(handle),
    accepts: () => false,
    living: 0,
  };
  const root = begin(of, 1);
  const given = begin(of, 2, root);
  const child = begin(of, 3, given);
  const grandchild = begin(of, 4, child);
  use(given);
  const ended = end(given, "consumed");
  assertEquals(ended.map(({ handle }) => handle), [4, 3, 2]);
  assertEquals([of.living, child.life, root.calls], [1, "consumed", 1]);
  revive(ended);
  unuse(given);
  assertEquals(
    [of.living, given.life, child.life, grandchild.life, root.calls],
    [4, "alive", "alive", "alive", 0],
  );
  // They end as they would have: each before what it needs.
  end(root, "disposed");
  assertEquals(freed, [4, 3, 2, 1]);
  assertEquals(of.living, 0);
});

test("the millionth living object of a class is warned about, once", () => {
  const of = {
    name: "Node",
    free: undefined,
    accepts: () => false,
    living: 999_998,
  };
  const { wrap } = makeClass(of);
  const { warn } = console;
  const said: unknown[] = [];
  console.warn = (text) => void said.push(text);
  try {
    const objects = [1, 2, 3].map((handle) => wrap(handle));
    objects[1]![Symbol.dispose]();
    wrap(4);
  } finally {
    console.warn = warn;
  }
  assertEquals(said, [
    'There are 1000000 living objects of the class Node: hold them with "using", or let the event loop turn now and then so that the collector can give them back',
  ]);
});
