import process from "node:process";
import { test } from "../../../helpers/test.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Plugin, PluginError, type Variable } from "../../../../mod.ts";
import { openGo, WITH_CALLBACKS, WITH_GO } from "../../helpers/go_open.ts";

type Call = (...args: unknown[]) => unknown;

let plugin: Plugin | undefined;

async function fixture(): Promise<Plugin> {
  return plugin ??= await openGo("callbacks");
}

/** A function of the fixture, without its type: values are what counts here. */
async function functions(): Promise<(name: string) => Call> {
  const from = await fixture();
  return (name) => from.lookup(name) as unknown as Call;
}

test(
  "buildGo() says the types of functions in the notation",
  WITH_GO,
  async () => {
    const { symbols, skipped } = (await fixture()).manifest;
    const type = (name: string) => symbols[name]!.type;
    assertEquals(type("Each"), "(isize, (isize, f64) => bool) => isize");
    assertEquals(type("Visits"), type("Each"));
    assertEquals(
      type("Named"),
      "(closure<(i32, duration, string) => i32>, i32) => i32",
    );
    assertEquals(type("Fails"), "(() => void) => void");
    assertEquals(type("Hook"), "(isize, cstring) => bool");
    assertEquals(type("GivesString"), "(closure<() => string>) => void");
    assertEquals(type("TakesAny"), "(closure<([]isize, ...) => void>) => void");
    assertEquals(
      type("TakesFunction"),
      "(closure<(func_void) => void>) => void",
    );
    assertEquals(skipped, {});
  },
);

test(
  "a Go function calls the caller's with every scalar",
  WITH_GO,
  async () => {
    const go = await functions();
    const cases: Record<string, unknown[]> = {
      Bool: [true, false],
      Int8: [-128, 127],
      Uint8: [0, 255],
      Int16: [-32768, 32767],
      Uint16: [0, 65535],
      Int32: [-(2 ** 31), 2 ** 31 - 1],
      Uint32: [0, 2 ** 32 - 1],
      Int64: [-(2n ** 63n), 2n ** 63n - 1n],
      Uint64: [0n, 2n ** 64n - 1n],
      Int: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      Uint: [0, Number.MAX_SAFE_INTEGER],
      Uintptr: [0, 4096],
      Float32: [-0, Math.fround(0.1), NaN],
      Float64: [-0, 0.1, -Infinity],
    };
    for (const [name, values] of Object.entries(cases)) {
      for (const value of values) {
        const given: unknown[] = [];
        const echo = (v: unknown) => (given.push(v), v);
        assertEquals([go(name)(echo, value), given], [value, [value]], name);
      }
    }
  },
);

test(
  "a Go function calls the caller's often, with texts, and with much",
  WITH_CALLBACKS,
  async () => {
    const go = await functions();
    for (const name of ["Each", "Visits"]) {
      const calls: unknown[] = [];
      const visit = (...args: unknown[]) => calls.push(args) < 3;
      assertEquals(go(name)(5, visit), 3);
      assertEquals(calls, [[0, 0], [1, 0.5], [2, 1]]);
    }
    const calls: unknown[][] = [];
    go("Say")((...args: unknown[]) => calls.push(args), "whole");
    const cut = () =>
      go("Say")((...args: unknown[]) => calls.push(args), "c\0");
    assertThrows(cut, PluginError, "a text with a NUL in it");
    const named = (...args: unknown[]) => (calls.push(args), 9);
    assertEquals(go("Named")(named, -4), 9);
    go("Many")((...args: unknown[]) => (calls.push(args), 0));
    assertEquals(calls, [
      ["Grüße", "whole"],
      [-4, 1000, "näme"],
      [1, 2, 3, 4, 5, 6, 7, 8.5, 9.5, "ten"],
    ]);
    assertEquals([go("IsNil")(null), go("IsNil")(() => {})], [true, false]);
    let sum = 0;
    go("Each")(100_000, (i: number) => (sum += i, true));
    assertEquals(sum, 4_999_950_000);
  },
);

test(
  "a Go function and the caller's call each other",
  WITH_CALLBACKS,
  async () => {
    const go = await functions();
    const depth = (n: number): number =>
      n === 0 ? 0 : 1 + (go("Int")(() => depth(n - 1), 0) as number);
    assertEquals(depth(20), 20);
    go("Keep")((v: number) => v * 2);
    assertEquals([go("Call")(4), go("Call")(-1)], [8, -2]);
  },
);

test(
  "an exception of the caller's function goes through Go",
  WITH_CALLBACKS,
  async () => {
    const go = await functions();
    const throws = () => {
      throw new RangeError("mine");
    };
    for (const name of ["Count", "Fails", "Panics"]) {
      assertThrows(() => go(name)(throws), RangeError, "mine");
    }
    assertEquals(go("Count")((v: number) => v), 6);
    const code = (name: string) =>
      (assertThrows(() => go(name)(() => {}), PluginError) as PluginError).code;
    assertEquals([code("Fails"), code("Panics")], [
      "returned_error",
      "panicked",
    ]);
    // A panic ends the function that the callback called, not the one that calls it.
    const nested = () => {
      assertThrows(() => go("Panics")(() => {}), PluginError);
      return true;
    };
    assertEquals(go("Each")(2, nested), 2);
  },
);

test(
  "what a Go function gives is freed when its callback throws",
  WITH_CALLBACKS,
  async () => {
    const go = await functions();
    const throws = () => {
      throw new RangeError("mine");
    };
    const megabyte = 1 << 20;
    const call = (name: string) =>
      assertThrows(() => go(name)(throws, megabyte), RangeError, "mine");
    for (const name of ["Long", "LongError"]) {
      for (let i = 0; i < 50; i++) call(name); // Go's own heap has grown
      const before = process.memoryUsage().rss;
      for (let i = 0; i < 400; i++) {
        call(name);
        // An error that is thrown is an object of Go, which the collector gives back.
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      const grown = (process.memoryUsage().rss - before) / megabyte;
      assert(grown < 200, `${name}: ${grown} MB more after 400 of 1 MB`);
    }
  },
);

test(
  "a Go variable that is a function is read and written",
  WITH_CALLBACKS,
  async () => {
    const go = await functions();
    const hook = plugin!.lookup("Hook") as unknown as Variable<unknown>;
    assertEquals([hook.value, go("Fire")(1)], [null, [false, false]]);
    const calls: unknown[] = [];
    const called = (...args: unknown[]) => calls.push(args) > 1;
    hook.value = called;
    assertEquals([go("Fire")(1), go("Fire")(2)], [[true, false], [true, true]]);
    assertEquals(calls, [[1, "fired"], [2, "fired"]]);
    assert(hook.value === called);
    hook.value = null;
    assertEquals([hook.value, go("Fire")(1)], [null, [false, false]]);
    hook.value = called;
    go("SetHook")(false); // to a function of Go, which has no address
    const refuses = (variable: Variable<unknown>, name: string) => {
      const error = assertThrows(
        () => variable.value,
        PluginError,
        `${name} holds a function of Go, which cannot come out; one that is put there can`,
      );
      assertEquals(error.code, "returned_error");
    };
    refuses(hook, "Hook");
    // What was not read cannot be written back, and nothing is lost.
    assertThrows(() => {
      const { value } = hook;
      hook.value = value;
    }, PluginError);
    assertEquals(go("Fire")(1), [true, true]);
    hook.value = called;
    go("SetHook")(true);
    assertEquals([hook.value, go("Fire")(1)], [null, [false, false]]);
    const ready = plugin!.lookup("Ready") as unknown as Variable<unknown>;
    refuses(ready, "Ready");
    assertEquals(go("CallReady")(1), 2);
    ready.value = (v: number) => v * 10;
    assertEquals(go("CallReady")(4), 40);
  },
);
