/**
 * What a Worker holds when it is ended is given back.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { endWorker } from "../../helpers/ended_worker.ts";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { test } from "../../helpers/test.ts";
import { until } from "../../helpers/wait.ts";

await withSupport();

const C = need("cc");

/** The library, and how many shelves and books there are. */
async function shelf() {
  const path = await annotated("shelf.c");
  // deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
  const { shelves_open, books_open } = open<any>(path).symbols;
  return { path, count: () => [shelves_open(), books_open()] };
}

/** The library, and how often something was used that had ended, and how much there is. */
async function family() {
  const path = await annotated("family.c");
  // deno-lint-ignore no-explicit-any -- as above
  const { late_uses, alive } = open<any>(path).symbols;
  return { path, count: () => [late_uses(), alive()] };
}

/** Waits until there are so many: a Worker may be told of as ended before its thread has. */
async function assertLeft(
  count: () => unknown[],
  left: readonly unknown[],
): Promise<void> {
  await until(() => String(count()) === String(left));
  assertEquals(count(), left);
}

test(
  "objects of a Worker that was ended are given back, each before what it needs",
  C,
  async () => {
    const { path, count } = await shelf();
    const before = count();
    await endWorker(
      path,
      `const { Shelf } = symbols;
    for (let i = 0; i < 700; i++) {
      const shelf = new Shelf({ width: 1, height: i });
      held.push(shelf, shelf.add("Emma", null), shelf.add("Moby Dick", null), shelf.first());
      if (i % 3 === 0) shelf[Symbol.dispose]();
      if (i % 3 === 1) held.at(-2)[Symbol.dispose]();
    }`,
    );
    await assertLeft(count, before);
  },
);

test("one that reads memory of its Worker is left as it is", C, async () => {
  const { path, count } = await shelf();
  const [shelves, books] = count();
  await endWorker(
    path,
    `const { Shelf } = symbols;
    const labelled = new Shelf(null);
    labelled.set_label(new Uint8Array([7]));
    const bare = new Shelf(null);
    bare.set_label(null);
    held.push(labelled, bare);`,
  );
  await assertLeft(count, [shelves + 1, books]);
});

test("and what that needs is left as well, while it is there", C, async () => {
  const { path, count } = await family();
  const [, before] = count();
  await endWorker(
    path,
    `const { House } = symbols;
    const [house, other] = [new House(), new House()];
    const rooms = [house.room(), house.room(), house.room()];
    rooms[0].deed(new Uint8Array([7]));
    rooms[0].use(other);
    held.push(house, other, ...rooms);`,
  );
  // The house, what the first room uses, and that room.
  await assertLeft(count, [0, before + 3]);
  await endWorker(
    path,
    `const { House } = symbols;
    const [house, other] = [new House(), new House()];
    const rooms = [house.room(), house.room(), house.room()];
    for (const room of rooms) room.deed(new Uint8Array([7]));
    rooms[1].use(other);
    rooms[2].useRoom(rooms[1]);
    held.push(house, other, ...rooms);
    for (const room of rooms) room[Symbol.dispose]();`,
  );
  await assertLeft(count, [0, before + 3]);
});

test(
  "thousands that keep each other take no more steps for each than a few do",
  C,
  async () => {
    const { path } = await shelf();
    await endWorker(
      path,
      `const { begin, end, keepBy } = await import(${
        JSON.stringify(
          new URL("../../../ffi/object/state.ts", import.meta.url),
        )
      });
    const of = { name: "Router", free: undefined, accepts: () => false, living: 0 };
    const { add } = Set.prototype;
    let steps;
    const shapes = {
      forwards: (all, at) => keepBy(all[at], all[at + 1]),
      backwards: (all, at) => keepBy(all[at + 1], all[at]),
      "from the last": (all, at) => keepBy(all.at(-2 - at), all.at(-1 - at)),
      "to the last": (all, at) => keepBy(all.at(-1 - at), all.at(-2 - at)),
      "the first": (all, at) => keepBy(all[at + 1], all[0]),
      "by the first": (all, at) => keepBy(all[0], all[at + 1]),
    };
    for (const [name, keep] of Object.entries(shapes)) {
      for (const hasOwner of [true, false]) {
        for (const hasParts of [true, false]) {
          for (const hasMemory of [true, false]) {
            const owner = begin(of, 1);
            const all = Array.from({ length: 1000 }, (_, i) => begin(of, i + 2, hasOwner ? owner : undefined));
            if (hasParts) for (const each of all) begin(of, 5000, each);
            steps = 0;
            Set.prototype.add = function (value) {
              steps++;
              return add.call(this, value);
            };
            if (hasMemory) for (const each of all) keepBy(each, undefined);
            for (let i = 0; i < 999; i++) keep(all, i);
            end(owner, "disposed");
            for (const each of all) end(each, "disposed");
            Set.prototype.add = add;
            if (steps > 30_000) throw new Error([name, hasOwner, hasParts, hasMemory, steps]);
          }
        }
      }
    }
    if (of.living > 0) throw new Error(of.living + " live");`,
    );
  },
);

test(
  "four thousand that keep each other end with their Worker",
  C,
  async () => {
    const { path, count } = await family();
    const [, before] = count();
    await endWorker(
      path,
      `const { House } = symbols;
    const town = new House();
    const all = Array.from({ length: 4000 }, (_, i) => i % 2 ? new House() : town.room());
    for (let i = 8; i + 8 < 4000; i++) {
      if (i % 2) all[i].use(all[i - 8]);
      else all[i].useRoom(all[i + 8]);
      if (i % 4 === 0) all[i].use(all[i + 7]);
    }
    held.push(town, ...all);`,
    );
    await assertLeft(count, [0, before]);
  },
);

test("nor is one that was nearly given away given back", C, async () => {
  const path = await annotated("given_away.c");
  // deno-lint-ignore no-explicit-any -- as above
  const { labels_alive } = open<any>(path).symbols;
  const before = labels_alive();
  await endWorker(
    path,
    `const { Label } = symbols;
    const [plain, keeping] = [new Label(), new Label()];
    keeping.keep(new Uint8Array([7]));
    const options = { signal: AbortSignal.abort() };
    for (const label of [plain, keeping]) {
      const joined = plugin.lookup("label_join").async(new Label(), label, options);
      await joined.then(() => { throw new Error("it was joined"); }, () => {});
    }
    held.push(plain, keeping);`,
  );
  await assertLeft(() => [labels_alive()], [before + 1]);
});

test("what objects of a Worker go on using goes after them", C, async () => {
  const { path, count } = await family();
  const [, before] = count();
  await endWorker(
    path,
    `const { House } = symbols;
    for (let i = 0; i < 400; i++) {
      const all = Array.from({ length: 5 }, () => new House());
      // Whoever keeps something is kept already.
      for (let j = 1; j < 5; j++) all[j - 1].use(all[j]);
      const rooms = [all[4].room(), all[4].room()];
      rooms[0].useRoom(rooms[1]);
      rooms[1].use(new House());
      if (i % 3 === 0) rooms[1][Symbol.dispose]();
      if (i % 3 === 1) all[4][Symbol.dispose]();
      held.push(...all, ...rooms);
    }`,
  );
  await assertLeft(count, [0, before]);
});

test("and does so when they were nearly given away together", C, async () => {
  const { path, count } = await family();
  const [, before] = count();
  await endWorker(
    path,
    `const { House } = symbols;
    const house = new House();
    const rooms = Array.from({ length: 4 }, () => house.room());
    for (let i = 1; i < 4; i++) rooms[i - 1].useRoom(rooms[i]);
    await house.async.sell({ signal: AbortSignal.abort() })
      .then(() => { throw new Error("it was sold"); }, () => {});
    held.push(house, ...rooms);`,
  );
  await assertLeft(count, [0, before]);
});
