import { assert, assertEquals, assertThrows } from "@std/assert";
import { Arena, ROOM_AT } from "../../../ffi/isolated/arena.ts";
import { test } from "../../helpers/test.ts";

const MB = 2 ** 20;

test("an arena that nobody uses has room for all sizes, one after the other", () => {
  const arena = new Arena(256 * MB);
  for (const size of [60, 75, 90, 110, 200, 60, 224]) {
    arena.free(arena.allocate(size * MB), size * MB);
  }
  assertThrows(() => arena.allocate(256 * MB), RangeError, "no room");
  arena.allocate(224 * MB);
});

test("parts of an arena never overlap, and come together again", () => {
  const arena = new Arena(ROOM_AT + MB);
  const living: { start: number; size: number }[] = [];
  let seed = 1;
  const random = (below: number) => (seed = seed * 48271 % 0x7fffffff) % below;
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    if (living.length > 0 && random(2) === 0) {
      const [{ start, size }] = living.splice(random(living.length), 1) as [
        { start: number; size: number },
      ];
      arena.free(start, size);
      continue;
    }
    const size = random(2) === 0 ? random(200) : random(200_000);
    try {
      const start = arena.allocate(size);
      assert(start >= ROOM_AT && start % 64 === 0);
      assert(start + size <= ROOM_AT + MB);
      for (const other of living) {
        const isApart = start + size <= other.start ||
          other.start + other.size <= start;
        assert(isApart, `${start} of ${size} and ${other.start}`);
      }
      living.push({ start, size });
    } catch (error) {
      assert(error instanceof RangeError, `${error}`);
      refused++;
    }
  }
  assert(refused > 10 && refused < 10_000, `${refused} were refused`);
  for (const { start, size } of living) arena.free(start, size);
  assertEquals(arena.allocate(MB), ROOM_AT);
});
