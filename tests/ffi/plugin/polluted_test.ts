/**
 * What a program has put into `Object.prototype`, by a JSON that it merged say,
 * is no member of a manifest, and no part of the code that is made for a call.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { runProgram } from "../../helpers/program.ts";
import { annotated, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

/** Members that are optional, and values that would change a call. */
const POLLUTIONS: Readonly<Record<string, unknown>> = {
  symbol: "id_f64",
  thunk: { symbol: "id_f64", size: 8, params: [0], result: 0 },
  bits: [0, 1],
  done: [3],
  hidden: { kind: "out", at: "0); globalThis.wasRun = true; (" },
  isThis: "wasRun = true",
  isSeen: true,
  outSize: "globalThis.wasRun = true",
  length: 1,
  name: "id_f64",
  nothing: 1,
  threads: [0],
  lengths: { 0: 4 },
  nonnull: [0],
  out: [0],
  free: "id_f64",
  error: { when: "null", symbol: "id_f64" },
  written: [0],
  inout: [0],
  const: [0],
  kept: [0],
  params: ["a", "b"],
  rest: true,
  method: 0,
  convert: 1,
  isText: true,
  isInout: true,
  // What Deno's own definitions of functions can have.
  nonblocking: true,
  type: "f64",
  optional: true,
};

/** Calls of each kind, for the first time while something is polluted. */
const PROGRAM = `import process from "node:process";
const [calls, shelf, key, value] = process.argv.slice(2);
const [plain, annotated] = [open(calls), open(shelf)];
Object.prototype[key] = JSON.parse(value);
const given = [];
let failure;
try {
  given.push(
    plain.lookup("id_i32")(7),
    plain.lookup("id_f64")(0.5),
    plain.lookup("same_text")("text"),
    annotated.lookup("shelves_open")(),
    new annotated.symbols.Shelf(null).add("Emma", null).title(),
  );
} catch (error) {
  failure = error;
}
delete Object.prototype[key];
console.log(JSON.stringify([given, failure && String(failure), globalThis.wasRun]));
process.exit(0);
`;

for (const [key, value] of Object.entries(POLLUTIONS)) {
  test(
    `Object.prototype.${key} changes no call`,
    need("cc"),
    async () => {
      const { status, stdout, stderr } = runProgram(PROGRAM, {
        args: [
          await library("calls.c"),
          await annotated("shelf.c"),
          key,
          JSON.stringify(value),
        ],
      });
      assertEquals(status, 0, stderr);
      assertEquals(JSON.parse(stdout), [
        [7, 0.5, "text", 0, "Emma"],
        null,
        null,
      ]);
    },
  );
}

/** What is looked for past the end of a list, and before it, must not be found. */
const NUMBERS = `import process from "node:process";
const [calls, shelf, callbacks] = process.argv.slice(2).map((path) => open(path));
const pollute = (change) => {
  for (let key = -1; key <= 64; key++) change(String(key));
};
pollute((key) => Object.prototype[key] = "wasRun = true");
const given = [];
let failure;
try {
  const { shelves_open, Shelf, titles } = shelf.symbols;
  const emma = new Shelf(null);
  given.push(
    calls.lookup("id_i32")(7),
    await calls.lookup("id_f64").async(0.5),
    calls.lookup("same_text")("text"),
    await calls.lookup("same_text").async("a longer text, of some bytes"),
    calls.lookup("same_text")(""),
    shelves_open(),
    emma.add("Emma", null).title(),
    titles(emma),
    callbacks.lookup("via_i32")((x) => x + 1, 10),
  );
} catch (error) {
  failure = error;
}
pollute((key) => delete Object.prototype[key]);
console.log(JSON.stringify([given, failure && String(failure.stack), globalThis.wasRun]));
process.exit(0);
`;

test(
  "numbers in Object.prototype change no call",
  need("cc"),
  async () => {
    const { status, stdout, stderr } = runProgram(NUMBERS, {
      args: [
        await library("calls.c"),
        await annotated("shelf.c"),
        await library("callbacks.c"),
      ],
    });
    assertEquals(status, 0, stderr);
    assertEquals(JSON.parse(stdout), [
      [
        ...[7, 0.5, "text", "a longer text, of some bytes", "", 1, "Emma"],
        ["Emma"],
        11,
      ],
      null,
      null,
    ]);
  },
);
