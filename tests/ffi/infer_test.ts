/**
 * What TypeScript infers from a notation: checked by the compiler, the running
 * of this file proves nothing.
 *
 * @module
 */

import { test } from "node:test";
import type {
  AnySymbol,
  Looked,
  NotAType,
  Plugin,
  Pointer,
  Variable,
} from "@native/plugin";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

function same<A, B>(_: Same<A, B>): void {}

test("Looked infers what lookup gives", () => {
  same<Looked<"i32">, Variable<number>>(true);
  same<Looked<"isize">, Variable<number>>(true);
  same<Looked<"u64">, Variable<bigint>>(true);
  same<Looked<"bool">, Variable<boolean>>(true);
  same<Looked<"cstring">, Variable<string | null>>(true);
  same<Looked<"*Point">, Variable<Pointer | null>>(true);

  same<Looked<"() => void">, () => void>(true);
  same<Looked<"()=>void">, () => void>(true);
  same<
    Looked<"(i32, isize, i64) => f64">,
    (a: number, b: number | bigint, c: bigint | number) => number
  >(true);
  same<Looked<"( i32 ,bool )=>  u64">, (a: number, b: boolean) => bigint>(true);
  same<Looked<"(cstring) => usize">, (a: string | null) => number>(true);
  same<Looked<"(string) => (string, isize)">, (a: string) => [string, number]>(
    true,
  );
  same<Looked<"([]f64) => []i32">, (a: Float64Array) => Int32Array>(true);
  same<Looked<"(bytes) => bytes">, (a: Uint8Array) => Uint8Array>(true);
  same<
    Looked<"((i32, *u8) => void, i32) => i32">,
    (a: Pointer | null, b: number) => number
  >(true);
  same<Looked<"() => (i32) => f64">, () => Pointer | null>(true);
  same<Looked<"() => ((i32) => f64, i32)">, () => [Pointer | null, number]>(
    true,
  );
});

test("Looked refuses what is not a type", () => {
  same<Looked<"(i32">, NotAType<"(i32">>(true);
  same<Looked<"i32 i32">, NotAType<"i32 i32">>(true);
  same<Looked<"(i32,) => void">, NotAType<"(i32,) => void">>(true);
});

test("Looked knows nothing of a text of run time", () => {
  same<Looked<string>, AnySymbol>(true);
});

test("wrong uses do not compile", () => {
  // Never called: only compiled.
  const _uses = (plugin: Plugin, typed: Plugin<{ add(a: number): number }>) => {
    const f = plugin.lookup("f", "(i32) => f64");
    // @ts-expect-error a string is not a number
    f("1");
    // @ts-expect-error one argument is missing
    f();
    // @ts-expect-error the result is a number
    f(1) satisfies string;
    // @ts-expect-error a u64 comes out as a bigint
    plugin.lookup("V", "u64").value = 1;
    // @ts-expect-error a *f64 takes no Float32Array
    plugin.lookup("g", "(*f64) => void")(new Float32Array(1));
    typed.lookup("add")(1) satisfies number;
    // @ts-expect-error the declaration has no such symbol
    typed.lookup("sub");
    // @ts-expect-error its parameter is a number
    typed.lookup("add")("1");
  };
});
