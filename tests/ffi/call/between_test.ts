/**
 * What the caller's own code does while its arguments are read: between the
 * check of one of them and the call nothing of it may run.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { callback, open, type Pointer, variable } from "@native/plugin";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

const plugin = async () => open(await annotated("between.c"));

/** A point whose `x` is read by code that does something first. */
function point(before: () => void): { x: number; y: number } {
  return {
    get x() {
      before();
      return 1;
    },
    y: 2,
  };
}

/** The same, by a proxy. */
function proxied(before: () => void): { x: number; y: number } {
  return new Proxy({ x: 1, y: 2 }, {
    get(target, key) {
      before();
      return Reflect.get(target, key);
    },
  });
}

const bytes = (size: number) => new Uint8Array(new ArrayBuffer(size));

/** Cold, and from an optimized caller that has seen good calls. */
async function twice(refused: () => void, good: () => void): Promise<void> {
  refused();
  for (let i = 0; i < 20_000; i++) good();
  refused();
  await Promise.resolve();
}

for (const [how, make] of Object.entries({ getter: point, proxy: proxied })) {
  test(
    `a ${how} that detaches a buffer is read before the buffer is checked`,
    C,
    async () => {
      const fill = (await plugin()).lookup("fill");
      const given = { x: 1, y: 2 };
      const [u, n] = [bytes(8), BigUint64Array.of(8n)];
      await twice(() => {
        const u = bytes(1 << 16);
        assertThrows(
          () =>
            fill(
              u,
              n,
              make(() => u.buffer.byteLength > 0 && u.buffer.transfer(0)),
            ),
          TypeError,
          "argument 1 (p): wanted buffer, a typed array, a DataView, an ArrayBuffer (neither resizable nor detached), a Pointer, a Variable or null, got a detached Uint8Array",
        );
      }, () => fill(u, n, given));
    },
  );

  test(
    `a ${how} that changes a count is read before the memory is measured`,
    C,
    async () => {
      const fill = (await plugin()).lookup("fill");
      const given = { x: 1, y: 2 };
      const [u, n] = [bytes(8), BigUint64Array.of(8n)];
      await twice(() => {
        const count = BigUint64Array.of(8n);
        assertThrows(
          () => fill(u, count, make(() => count[0] = 1n << 26n)),
          RangeError,
          "wanted at least 67108864 bytes, as n says, got a Uint8Array of 8",
        );
      }, () => fill(u, n, given));
    },
  );

  test(
    `a ${how} that disposes of a callback is read before the callback is checked`,
    C,
    async () => {
      const call = (await plugin()).lookup("call");
      using handle = callback("(i32) => i32", (x) => x + 1);
      await twice(() => {
        const gone = callback("(i32) => i32", (x) => x);
        assertThrows(
          () => call(gone, make(() => gone[Symbol.dispose]())),
          TypeError,
          "got a disposed Callback",
        );
      }, () => call(handle, { x: 1, y: 2 }));
    },
  );

  test(
    `a ${how} that takes a struct's memory away is read before the struct is checked`,
    C,
    async () => {
      const it = await plugin();
      const Span = it.type("Span");
      const first = it.lookup("first");
      await twice(() => {
        // The memory that a member of another argument points to.
        const u = bytes(1 << 16);
        assertThrows(
          () =>
            first(
              { bytes: u, x: 0 },
              make(() => u.buffer.byteLength > 0 && u.buffer.transfer(0)),
            ),
          TypeError,
          "first(): argument 1 (s).bytes: wanted",
        );
        // And one whose own later member takes it.
        const v = bytes(1 << 16);
        assertThrows(
          () =>
            first({
              bytes: v,
              get x() {
                if (v.buffer.byteLength > 0) v.buffer.transfer(0);
                return 0;
              },
            }, { x: 1, y: 2 }),
          TypeError,
          "first(): argument 1 (s).bytes: wanted",
        );
      }, () => first({ bytes: Uint8Array.of(7), x: 0 }, { x: 1, y: 2 }));
      assertEquals(first({ bytes: Uint8Array.of(7), x: 0 }, { x: 1, y: 2 }), 8);
      assertEquals(
        first(new Span({ bytes: Uint8Array.of(9) }), { x: 1, y: 2 }),
        10,
      );
    },
  );
}

test(
  "what is assigned to a variable is read once, before anything is written",
  C,
  async () => {
    const it = await plugin();
    const span = it.lookup("span");
    const u = Uint8Array.of(5);
    span.value = { bytes: u, x: 3 };
    const v = bytes(1 << 16);
    assertThrows(
      () => {
        span.value = {
          bytes: v,
          get x() {
            if (v.buffer.byteLength > 0) v.buffer.transfer(0);
            return 0;
          },
        };
      },
      TypeError,
      "span.value.bytes: wanted",
    );
    assertEquals(it.lookup("first_of")(span), 5);
    // A getter that answers otherwise the second time is asked once.
    let asked = 0;
    span.value = {
      bytes: u,
      get x() {
        return asked++ === 0 ? 4 : "four" as never;
      },
    };
    assertEquals([span.value.x, asked], [4, 1]);
    span.value = { bytes: null, x: 0 };
  },
);

test(".async reads what has parts before it checks the rest", C, async () => {
  const fill = (await plugin()).lookup("fill");
  const u = bytes(1 << 16);
  assertThrows(
    () =>
      fill.async(
        u,
        BigUint64Array.of(8n),
        point(() => u.buffer.byteLength > 0 && u.buffer.transfer(0)),
      ),
    TypeError,
    "got a detached Uint8Array",
  );
  await fill.async(bytes(8), BigUint64Array.of(8n), { x: 1, y: 2 });
});

// ------------------------------------------------------- objects that lie

test("a view is as long as it is, and not as it says", C, async () => {
  const sum = (await plugin()).lookup("sum");
  const u = bytes(4);
  Object.defineProperty(u, "byteLength", { value: 1e9 });
  await twice(() => {
    assertThrows(
      () => sum(u, 100_000),
      RangeError,
      "wanted at least 100000 bytes, as n says, got a Uint8Array of 4",
    );
  }, () => sum(u, 4));
});

test(
  "a view's buffer is the one it has, and not the one it shows",
  C,
  async () => {
    const it = await plugin();
    const sum = it.lookup("sum");
    class Liar extends Uint8Array<ArrayBuffer> {
      override get buffer() {
        return new ArrayBuffer(8);
      }
      override get byteLength() {
        return 8;
      }
      override get length() {
        return 8;
      }
    }
    const good = new Liar(new ArrayBuffer(8));
    await twice(() => {
      const buffer = new ArrayBuffer(64);
      const detached = new Liar(buffer);
      structuredClone(buffer, { transfer: [buffer] });
      assertThrows(
        () => sum(detached, 0),
        TypeError,
        "got a detached Uint8Array",
      );
      const resizable = new Liar(new ArrayBuffer(64, { maxByteLength: 128 }));
      assertThrows(
        () => sum(resizable, 4),
        TypeError,
        "got a resizable Uint8Array",
      );
    }, () => sum(good, 8));
  },
);

test(
  "what only looks like memory is refused, and none of its code runs",
  C,
  async () => {
    const it = await plugin();
    let ran = 0;
    const traps = new Proxy({}, {
      get: () => {
        ran++;
        return undefined;
      },
    });
    const liar = new Proxy(bytes(8), traps);
    const fake = Object.create(
      new Proxy(Uint8Array.prototype, {
        getPrototypeOf() {
          ran++;
          return Uint8Array.prototype;
        },
      }),
    );
    for (
      const given of [liar, fake, {
        __proto__: Uint8Array.prototype,
        byteLength: 8,
      }]
    ) {
      ran = 0;
      const refuse = () => it.lookup("address", "(*u8) => u64")(given as never);
      try {
        refuse();
        throw new Error("it was taken");
      } catch (error) {
        assertEquals((error as Error).name, "TypeError");
      }
    }
    // Its own argument, and one whose memory its traps would take.
    const u = bytes(64);
    const thief = Object.create(
      new Proxy(Uint8Array.prototype, {
        getPrototypeOf() {
          if (u.buffer.byteLength > 0) u.buffer.transfer(0);
          return null;
        },
      }),
    );
    assertThrows(
      () => it.lookup("fill")(u, thief, { x: 1, y: 1 }),
      TypeError,
      "argument 2 (n)",
    );
  },
);

test("memory of ours that was transferred is not given", C, async () => {
  const it = await plugin();
  const Point = it.type("Point");
  const measure = it.lookup("measure");
  assertEquals(measure(new Point({ x: 1 }), { x: 1, y: 2 }), 2);
  const numbers = variable("[4]u8");
  const sum = it.lookup("sum");
  assertEquals(sum(numbers, 4), 0);
  (numbers.value as Uint8Array<ArrayBuffer>).buffer.transfer(0);
  assertThrows(() => sum(numbers, 4), TypeError, "argument 1 (p): wanted");
  const pointer: Pointer | null = null;
  assertEquals(sum(pointer, 0), 0);
});

test(
  "a typed array of another kind is refused, whatever its prototype says",
  C,
  async () => {
    const it = await plugin();
    const take = it.lookup("address", "(*f64) => u64");
    assertThrows(
      () => take(new Float32Array(4) as never),
      TypeError,
      "wanted *f64",
    );
    const lying = new Uint8Array(8);
    Object.setPrototypeOf(lying, Float64Array.prototype);
    assertThrows(() => take(lying as never), TypeError, "wanted *f64");
    const shared = new Float64Array(new SharedArrayBuffer(64));
    assertEquals(take(shared as never) !== 0n, true);
  },
);
