import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { Held, releaseAll } from "../../../ffi/handle/lent_memory.ts";
import { give, makeClass } from "../../../ffi/object/object.ts";
import {
  begin,
  end,
  type Handle,
  keepBy,
  revive,
  unuse,
  use,
} from "../../../ffi/object/state.ts";

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

test("what was nearly given away is given back, also where its end throws", () => {
  const freed: Handle[] = [];
  const { wrap } = makeClass({
    name: "Node",
    free(handle) {
      freed.push(handle);
      if (handle === 3) throw new Error("mine");
    },
    accepts: () => false,
    living: 0,
  });
  const root = wrap(1);
  const given = wrap(2, root);
  wrap(3, given);
  const held = new Held();
  give(given, held);
  root[Symbol.dispose]();
  assertEquals(freed, []);
  // The call was cancelled before it began.
  assertThrows(() => releaseAll(held), Error, "mine");
  assertEquals(freed, [3, 2, 1]);
});

test("where the stack ends while something ends, the next one ends as ever", () => {
  const freed = new Set<Handle>();
  const of = {
    name: "Node",
    free: (handle: Handle) => void freed.add(handle),
    accepts: () => false,
    living: 0,
  };
  const keeping = (handle: number) => {
    const [keeper, thing] = [begin(of, handle), begin(of, handle + 1)];
    keepBy(keeper, thing);
    end(thing, "disposed");
    return keeper;
  };
  for (let round = 0; round < 20; round++) {
    const keepers = Array.from({ length: 200 }, () => keeping(1));
    // Each has a little more room than the one before it.
    const down = () => {
      try {
        down();
      } catch {
        // the end of the stack
      }
      const keeper = keepers.pop();
      if (keeper === undefined) return;
      try {
        end(keeper, "disposed");
      } catch {
        // here as well
      }
    };
    down();
    end(keeping(2 * round + 10), "disposed");
  }
  const wanted = Array.from({ length: 40 }, (_, index) => index + 10);
  assertEquals(wanted.filter((handle) => !freed.has(handle)), []);
});
