/**
 * What the support library makes possible: functions that are only an address,
 * and functions of JavaScript that another thread asks and waits for. Beside
 * koffi, which does both.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { koffi } from "./peers.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/threads.c
const plugin = open(path);

const add = plugin.lookup("adder", "() => (i64, i64) => i64")()!;
const library = koffi.load(path);
const type = koffi.proto("int64_t adder_t(int64_t, int64_t)");
const koffiAdd = koffi.decode(
  library.func("adder", koffi.pointer(type), [])(),
  type,
);
let sum = 0n;
let koffiSum = 0;
question("i64 (i64, i64) at an address", {
  plugin: () => sum = add(sum, 1n),
  koffi: () => koffiSum = koffiAdd(koffiSum, 1),
});

/** So often is JavaScript asked in one call: the way there and back is one of them. */
const ASKED = 100;
const ask = plugin.lookup("ask", "((i32) => i32, i32) => i32").async;
const answer = (x: number) => x;
const answerType = koffi.pointer(koffi.proto("int32_t answer_t(int32_t)"));
const koffiAsk = library.func("ask", "int32_t", [answerType, "int32_t"]);
const koffiAnswer = koffi.register(answer, answerType);
question(`another thread asks ${ASKED} times`, {
  plugin: () => ask(answer, ASKED),
  koffi: () =>
    new Promise((resolve) =>
      koffiAsk.async(
        koffiAnswer,
        ASKED,
        (_: unknown, sum: number) => resolve(sum),
      )
    ),
});
await report("threads", "Addresses and other threads");
process.exit(); // koffi keeps the program
