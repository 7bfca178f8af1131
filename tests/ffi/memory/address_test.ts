import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open, type Pointer, variable } from "@native/plugin";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

/** Addresses, tags and ids on both sides of what a number holds exactly, and C's usual mistakes. */
const ADDRESSES = [
  1n,
  0x0000_7fff_ffff_f001n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 53n + 1n,
  0x7fff_ffff_1234_5678n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 63n + 1n,
  0xb400_7fff_1234_5679n,
  0xdead_beef_cafe_f00dn,
  2n ** 64n - 4n,
  2n ** 64n - 1n,
];

const plugin = async () => open(await library("addresses.c"));

/** Every way on which an address comes out. */
const WAYS: Record<string, (x: bigint) => Promise<Pointer | null>> = {
  "a result": async (x) => (await plugin()).lookup("give")(x),
  "an out-parameter": async (x) => {
    const made = variable("pointer");
    (await plugin()).lookup("out")(x, made);
    return made.value;
  },
  "a struct's member": async (x) => {
    const box = new ((await plugin()).type("Box"))();
    (await plugin()).lookup("fill")(x, box);
    return box.handle;
  },
  "a typed member": async (x) => {
    const box = new ((await plugin()).type("Box"))();
    (await plugin()).lookup("fill")(x, box);
    return box.other;
  },
  "a struct by value": async (x) => (await plugin()).lookup("value")(x).handle,
  "a plain object": async (x) => {
    const Box = (await plugin()).type("Box");
    const box = new Box();
    (await plugin()).lookup("fill")(x, box);
    return Box.toObject(box).handle;
  },
  "a variable": async (x) => {
    (await plugin()).lookup("set_global")(x);
    return (await plugin()).lookup("global").value;
  },
  "an element": async (x) => {
    (await plugin()).lookup("set_several")(x);
    const [first, second, third] = (await plugin()).lookup("several").value;
    assertEquals([second, first?.equals(third) ?? true], [null, true]);
    return third;
  },
  "a callback's argument": async (x) => {
    let given: Pointer | null = null;
    (await plugin()).lookup("call")(x, (pointer: Pointer | null) => {
      given = pointer;
    });
    return given;
  },
  "what a callback's argument points to": async (x) => {
    let given: Pointer | null = null;
    (await plugin()).lookup("call_with")(x, (pointer: Pointer) => {
      given = variable("pointer", pointer).value;
    });
    return given;
  },
  "a step from another": async (x) => {
    const from: Pointer = (await plugin()).lookup("give")(x ^ 1n);
    return from === null ? null : from.offset((x & 1n) === 1n ? 1 : -1);
  },
};

for (const [way, take] of Object.entries(WAYS)) {
  test(`an address is exact in ${way}`, C, async () => {
    const raw = (await plugin()).lookup("take", "(pointer) => u64");
    for (
      const x of way === "a step from another" ? ADDRESSES.slice(1) : ADDRESSES
    ) {
      const pointer = await take(x);
      assertEquals([pointer?.address, raw(pointer)], [x, x]);
      assertEquals(pointer!.equals((await plugin()).lookup("give")(x)), true);
    }
    if (way !== "a step from another") assertEquals(await take(0n), null);
  });
}

test("an address is exact on every way in", C, async () => {
  const { lookup } = await plugin();
  const look = lookup.bind(await plugin());
  for (const x of ADDRESSES) {
    const pointer = look("give")(x);
    const made = variable("pointer");
    made.value = pointer;
    assertEquals(look("in")(made), x);
    assertEquals(
      look("handle_of")({ handle: pointer, other: null, call: null }),
      x,
    );
    assertEquals(
      look("call_of")({ handle: null, other: null, call: pointer }),
      x,
    );
    assertEquals(look("ask")(() => pointer), x);
    look("global").value = pointer;
    assertEquals(look("global").value.address, x);
    assertEquals(look("take_handler", "(pointer) => u64")(pointer), x);
  }
});

test(
  "a function at an address that is none is given back as it came",
  C,
  async () => {
    const it = await plugin();
    for (const x of ADDRESSES) {
      const handler = it.lookup("give_handler")(x);
      assertEquals(it.lookup("take_handler")(handler), x);
      assertEquals(it.lookup("give_handler")(x) === handler, true);
      const { call } = it.lookup("value")(x);
      assertEquals(call, handler);
    }
    assertEquals(it.lookup("give_handler")(0n), null);
  },
);

test("Pointer.offset() gives no null", C, async () => {
  const pointer: Pointer = (await plugin()).lookup("give")(16n);
  assertThrows(
    () => pointer.offset(-16),
    RangeError,
    "offset(): -16 bytes from 0x10 is null",
  );
  const last: Pointer = (await plugin()).lookup("give")(2n ** 64n - 1n);
  assertThrows(() => last.offset(1), RangeError, "is null");
  assertEquals(last.offset(2).address, 1n);
});
