import { assertEquals, assertThrows } from "@std/assert";
import { callback, open, PluginError, type Variable } from "@native/plugin";
import { buildAfresh } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

const C = need("cc");
const plugin = async () => open(await buildAfresh("generic.c", "-w"));

test(
  "who gives a function for void (*)(void) can say its type",
  C,
  async () => {
    const it = await plugin();
    const typed = it.lookup("connect_to", "((i32, i32) => i32) => i32");
    for (let i = 0; i < 20_000; i++) typed((a, b) => a + b);
    assertEquals(typed((a, b) => a + b), 42);
    using handle = callback("(i32, i32) => i32", (a, b) => a - b);
    assertEquals(it.lookup("connect_to")(handle), 38);
    assertEquals(it.lookup("connect_to")(handle.pointer), 38);
    // As it is declared it has no arguments.
    let given: unknown[] = [0];
    assertEquals(it.lookup("run")((...args: unknown[]) => given = args), 1);
    assertEquals(given, []);
  },
);

test("who gives a function for int (*)() says its type", C, async () => {
  const it = await plugin();
  const typed = it.lookup("old_style", "((i32) => i32) => i32");
  assertEquals(typed((x) => x), 42);
  using handle = callback("(i32) => i32", (x) => x + 1);
  assertEquals(it.lookup("old_style")(handle.pointer), 43);
});

test("a variable for any function takes a typed one", C, async () => {
  const it = await plugin();
  // TypeScript takes a function type for an exported function.
  const stored = (it as { lookup(name: string, type: string): unknown })
    .lookup("stored", "(i32) => i32") as Variable<unknown>;
  stored.value = (x: number) => x * 2;
  assertEquals(it.lookup("call_stored")(21), 42);
  using handle = callback("(i32) => i32", (x) => x * 3);
  it.lookup("stored").value = handle;
  assertEquals(it.lookup("call_stored")(2), 6);
  it.lookup("stored").value = null;
});

test("a function that says what it is called with is no other", C, async () => {
  const it = await plugin();
  const refused: [string, string][] = [
    ["nothing", "(i32) => i32"],
    ["exact", "((i32) => i32) => i32"],
    ["exact", "(() => f64) => i32"],
    ["call_stored", "() => i32"],
  ];
  for (const [name, type] of refused) {
    const error = assertThrows(() => it.lookup(name, type), PluginError);
    assertEquals(error.code, "type_mismatch");
  }
  using handle = callback("(i32) => i32", (x) => x);
  assertThrows(
    () => it.lookup("exact")(handle),
    TypeError,
    "got a Callback (i32) => i32",
  );
});
