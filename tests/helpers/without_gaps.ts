/**
 * What takes the support library: `deno task without` leaves these tests out, by
 * these reasons, and runs all others as on a machine that has none.
 *
 * @module
 */

import process from "node:process";
import type { RUNTIME } from "./need.ts";

/** Whether nothing is to have the library. */
export const IS_WITHOUT = process.env.PLUGIN_WITHOUT !== undefined;

type RuntimeName = typeof RUNTIME;

/** A gap: why there is one, where, and the tests that it leaves out, by their names. */
interface Gap {
  readonly why: string;
  /** The runtimes that have it; all where it is left out. */
  readonly on?: readonly RuntimeName[];
  readonly tests: readonly (string | RegExp)[];
}

/** The gaps, by their names. A text is what the name begins with. */
const GAPS: Readonly<Record<string, Gap>> = {
  "isolated plugins": {
    why: "it is what starts their processes, and calls them",
    tests: [
      /\bisolated\b/,
      "a crash in what the collector gives back ends no program",
      "members, variables and callbacks",
      "nor is its pointer one where nothing has those names",
      "what a function gave is freed when it gives more, also in another process",
    ],
  },
  "options of .async": {
    why: "its threads take back what has not begun, and keep an order",
    tests: [
      "however many calls wait for the next one, it begins",
      "a buffer is there until the turn of its call has come and gone",
      "what a cancelled call gives back goes with what it needs",
    ],
  },
  "functions at addresses": {
    why: "node:ffi calls only what a library exports by a name",
    on: ["Node"],
    tests: [
      "a function that comes out can be called, and is checked",
      "callbacks take functions",
      "a function that came out has an async too",
      "variable() takes a function's address",
    ],
  },
  "other threads": {
    why: "Bun and Node let no other thread wait for JavaScript",
    on: ["Bun", "Node"],
    tests: [
      "an error finds its call after",
      "callbacks of an asynchronous call run in the event loop",
      "what an asynchronous call that fails was given is freed",
      "an error in a callback rejects the call that was given it",
      "callbacks of asynchronous calls call the plugin, and their errors arrive",
      "on Bun and Node a handle that no other thread can call is refused",
      "a thread of the plugin waits for a result",
      "another thread calls a function with a struct",
      "a function that any thread calls is made so that any thread can",
      "a callback that is disposed of before the call that an object keeps it by",
      "what ends behind a call throws out of that call, and all end",
    ],
  },
  "handles for any thread": {
    why: "Node lets no other thread call JavaScript at all",
    on: ["Node"],
    tests: [
      "threads of the plugin call back",
      "a handle that is disposed of is there until the call ends",
      "an error that no call waits for is an uncaught one",
      "nothing that other threads use is collected",
    ],
  },
  "calls that do not end the process": {
    why:
      "V8 aborts where a caller is deoptimized during one of node:ffi's fast calls that gives something",
    on: ["Node"],
    tests: ["the caller of what calls back outlives its own code"],
  },
  "calls side by side": {
    why: "one Worker makes the calls of .async there, one after the other",
    on: ["Bun", "Node"],
    tests: ["calls run side by side, on threads that are not this one"],
  },
};

/**
 * Why a test is left out where nothing has the support library.
 *
 * @param name What it is called.
 * @param runtime Where it would run.
 * @returns Undefined where it is not.
 */
export function withoutGapFor(
  name: string,
  runtime: RuntimeName,
): string | undefined {
  const found = Object.entries(GAPS).find(([, { on, tests }]) =>
    on?.includes(runtime) !== false &&
    tests.some((one) =>
      typeof one === "string" ? name.startsWith(one) : one.test(name)
    )
  );
  return found && `without the support library, ${found[0]}: ${found[1].why}`;
}
