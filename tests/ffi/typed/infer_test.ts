/**
 * What TypeScript infers from a notation: checked by the compiler, the running
 * of this file proves nothing.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { callback, open } from "@native/plugin";
import type {
  AnySymbol,
  AnySymbols,
  CallbackFunction,
  Contract,
  ContractSymbols,
  FunctionArgument,
  LookupResult,
  NativeFunction,
  NotAType,
  Plugin,
  Pointer,
  Variable,
  VariableOf,
} from "@native/plugin";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

function same<A, B>(_: Same<A, B>): void {}

test("LookupResult infers what lookup gives", () => {
  same<
    LookupResult<
      `
      (
        i32,
        *void
      ) => bool
    `
    >,
    LookupResult<"(i32, *void) => bool">
  >(true);
  same<LookupResult<"i32">, Variable<number>>(true);
  same<LookupResult<"isize">, Variable<number, number | bigint>>(true);
  same<LookupResult<"u64">, Variable<bigint, bigint | number>>(true);
  same<LookupResult<"bool">, Variable<boolean>>(true);
  same<LookupResult<"cstring">, Variable<string | null>>(true);
  same<LookupResult<"*Point">, VariableOf<"*Point">>(true);
  same<LookupResult<"[4]f64">, VariableOf<"[4]f64">>(true);
  same<LookupResult<"[2]cstring">, Variable<(string | null)[]>>(true);
  same<
    VariableOf<"[16]i8">,
    Variable<Int8Array, Int8Array | number[] | string>
  >(true);
  same<
    VariableOf<`[${number}]cstring`>,
    Variable<(string | null)[]>
  >(true);
  same<VariableOf<"[1.5]u8">, NotAType<"[1.5]u8">>(true);
  same<VariableOf<"[2][3]bool">, Variable<boolean[][]>>(true);

  same<LookupResult<"() => void">, NativeFunction<[], void>>(true);
  same<LookupResult<"()=>void">, NativeFunction<[], void>>(true);
  same<
    LookupResult<"(i32, isize, i64) => f64">,
    NativeFunction<[number, number | bigint, bigint | number], number>
  >(true);
  same<
    LookupResult<"( i32 ,bool )=>  u64">,
    NativeFunction<[number, boolean], bigint>
  >(true);
  same<
    LookupResult<"(cstring) => usize">,
    NativeFunction<[string | null], number>
  >(true);
  same<
    LookupResult<"(string) => (string, isize)">,
    NativeFunction<[string], [string, number]>
  >(true);
  same<
    LookupResult<"([]f64) => []i32">,
    NativeFunction<[Float64Array | number[]], Int32Array>
  >(true);
  same<
    LookupResult<"(bytes) => bytes">,
    NativeFunction<[Uint8Array], Uint8Array>
  >(true);
});

test("LookupResult infers functions in both directions", () => {
  // A callback is called with what comes out, and gives what goes in.
  same<
    LookupResult<"((i64, *u8) => void, i32) => i32">,
    NativeFunction<
      [FunctionArgument<[bigint, Pointer | null], void>, number],
      number
    >
  >(true);
  same<
    LookupResult<"((cstring) => u64) => void">,
    NativeFunction<
      [FunctionArgument<[string | null], bigint | number>],
      void
    >
  >(true);
  // A function that comes out takes what goes in.
  same<
    LookupResult<"() => (i64) => f64">,
    NativeFunction<[], ((a: bigint | number) => number) | null>
  >(true);
  same<
    LookupResult<"() => ((i32) => f64, i32)">,
    NativeFunction<[], [((a: number) => number) | null, number]>
  >(true);
  // Both, one inside the other.
  same<
    LookupResult<"(((i64) => void) => void) => void">,
    NativeFunction<
      [
        FunctionArgument<
          [((a: bigint | number) => void) | null],
          void
        >,
      ],
      void
    >
  >(true);
  same<
    CallbackFunction<"(i64) => u64">,
    (a: bigint) => bigint | number
  >(true);
});

test("LookupResult infers the further arguments of a closure", () => {
  same<
    LookupResult<"(closure<(string, []i64, ...) => i32>) => void">,
    NativeFunction<
      [
        ((a: string, ...rest: bigint[]) => number | Promise<number>) | null,
      ],
      void
    >
  >(true);
  same<
    LookupResult<"(closure<(bytes, ...) => i32>) => void">,
    NativeFunction<
      [((...rest: number[]) => number | Promise<number>) | null],
      void
    >
  >(true);
});

test("LookupResult refuses what is not a type", () => {
  same<LookupResult<"(i32">, NotAType<"(i32">>(true);
  same<LookupResult<"i32 i32">, NotAType<"i32 i32">>(true);
  same<LookupResult<"(i32,) => void">, NotAType<"(i32,) => void">>(true);
});

test("LookupResult knows nothing of a text of run time", () => {
  same<LookupResult<string>, AnySymbol>(true);
});

test("open() infers a plugin from its symbols", () => {
  const _opened = () => {
    const plugin = open("hello.so", {
      symbols: { add: "(i32, i64) => f64", V: "isize", on: "(i32) => void" },
    });
    type Symbols = {
      readonly add: NativeFunction<[number, bigint | number], number>;
      readonly V: Variable<number, number | bigint>;
      readonly on: NativeFunction<[number], void>;
    };
    same<typeof plugin, Plugin<Symbols>>(true);
    same<typeof plugin.symbols, Symbols>(true);
    const add = plugin.lookup("add");
    same<typeof add, Symbols["add"]>(true);

    // An object that is made first must be constant to be known.
    const symbols = { V: "isize" } as const;
    const named = open("hello.so", { symbols, manifest: "hello.json" });
    same<
      typeof named,
      Plugin<{ readonly V: Variable<number, number | bigint> }>
    >(true);
    const wide: Contract = symbols;
    const some = open("hello.so", { symbols: wide });
    same<typeof some.symbols, Readonly<Record<string, AnySymbol>>>(true);

    interface Hello {
      F: NativeFunction<[], void>;
    }
    const hello = open<Hello>("hello.so");
    same<typeof hello, Plugin<Hello>>(true);
    hello.symbols.F() satisfies void;
    // The names of the declaration, at the types of the symbols that are wanted.
    open<Hello>("hello.so", { symbols: { F: "() => void" } })
      .symbols.F() satisfies void;
    const any = open("hello.so");
    same<typeof any, Plugin<AnySymbols>>(true);
    any.symbols.whatever!(1, "2").value;
  };
  same<
    ContractSymbols<{ V: "u64"; bad: "(i32" }>,
    {
      readonly V: Variable<bigint, bigint | number>;
      readonly bad: NotAType<"(i32">;
    }
  >(true);
});

test("wrong uses of symbols do not compile", () => {
  const _uses = () => {
    const plugin = open("hello.so", {
      symbols: { add: "(i32, i32) => i32", V: "u64", bad: "(i32" },
    });
    const { symbols } = plugin;
    // @ts-expect-error a string is not a number
    symbols.add("1", 2);
    // @ts-expect-error an argument is missing
    symbols.add(1);
    // @ts-expect-error the result is a number
    symbols.add(1, 2) satisfies string;
    // @ts-expect-error a u64 comes out as a bigint
    symbols.V.value satisfies number;
    symbols.V.value = 1;
    // @ts-expect-error it is a variable
    symbols.V();
    // @ts-expect-error nobody has wanted such a symbol
    symbols.sub;
    // @ts-expect-error nobody has wanted such a symbol
    plugin.lookup("sub");
    // @ts-expect-error symbols are only read
    symbols.add = plugin.lookup("add");
    // @ts-expect-error its text is not a type
    symbols.bad();
    // @ts-expect-error a type is a text
    open("hello.so", { symbols: { add: 7 } });
    // @ts-expect-error a list has no names
    open("hello.so", { symbols: ["add"] });
    const typed = open<{ F: NativeFunction<[number], void> }>("hello.so");
    // @ts-expect-error a string is not a number
    typed.symbols.F("1");
    // @ts-expect-error the declaration has no such symbol
    typed.symbols.G;
  };
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
    plugin.lookup("V", "u64").value satisfies number;
    plugin.lookup("V", "u64").value = 1;
    // @ts-expect-error a *f64 takes no Float32Array
    plugin.lookup("g", "(*f64) => void")(new Float32Array(1));
    f.async(1) satisfies Promise<number>;
    // @ts-expect-error its arguments are those of the function
    f.async("1");
    // As a generated declaration has a function-pointer variable.
    const hook = (plugin as unknown as Plugin<{
      hook: Variable<
        ((a: bigint | number) => void) | null,
        FunctionArgument<[bigint], void>
      >;
    }>).lookup("hook");
    hook.value = (x: bigint) => void x;
    hook.value?.(1) satisfies void;
    // @ts-expect-error the plugin gives a bigint
    hook.value = (x: string) => void x;
    callback("(i32) => bool", (x) => x > 0);
    // @ts-expect-error a number is not true or false
    callback("(i32) => bool", (x) => x);
    callback("() => cstring", () => "x");
    // @ts-expect-error a number is no text
    callback("() => cstring", () => 1);
    typed.lookup("add")(1) satisfies number;
    // @ts-expect-error the declaration has no such symbol
    typed.lookup("sub");
    // @ts-expect-error its parameter is a number
    typed.lookup("add")("1");
  };
});
