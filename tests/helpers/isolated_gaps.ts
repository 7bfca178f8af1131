/**
 * What the load side does not do for a plugin in a process of its own, and why:
 * `deno task isolated` leaves these tests out, by these reasons.
 *
 * @module
 */

/** A gap: why there is one, and the tests that it leaves out, by what their names begin with. */
interface Gap {
  readonly why: string;
  readonly tests: readonly string[];
}

/** The gaps, by their names. */
const GAPS: Readonly<Record<string, Gap>> = {
  "memory that is lent": {
    why: "a call works on a copy: its memory may be transferred meanwhile",
    tests: [
      "a callback's transfer() of lent memory",
      "a callback's structuredClone() of lent memory",
      "a callback's postMessage() of lent memory",
      "memory of a call further up is lent as well",
      "a struct's own memory is lent as well",
      "a struct that points to a buffer that went is refused",
      "what a struct leads to is refused once it is gone",
      "calls that share an array see what each other writes",
      "calls that share a part of an array are no wrong values",
    ],
  },
  "addresses that are kept": {
    why:
      "an array is a copy there, of which the address is gone after the call",
    tests: [
      "a pointer variable takes what a pointer parameter takes",
      "what a struct points to stays where it is",
      "memory that a call keeps stays where it is",
      "memory that .async keeps stays where it is",
      "a struct that a call keeps stays where it is",
      "a struct that .async keeps stays where it is",
      "what an object goes on using lives with it",
    ],
  },
  "bytes at a pointer": {
    why: "Pointer.view() is a copy",
    tests: ["a Pointer gives its neighbours, its bytes and its text"],
  },
  "pointers of handles": {
    why:
      "the pointer of a callback() is one of this process: the handle is given",
    tests: [
      "who gives a function for int (*)() says its type",
      "a handle has the address that the plugin gets",
      "what a call that throws was given is freed",
    ],
  },
  "functions that are given": {
    why: "a plugin may have been given 8192 functions as they are",
    tests: ["who gives a function for void (*)(void) can say its type"],
  },
  "calls side by side": {
    why: "there are 14 of .async at a time",
    tests: ["however many calls wait for the next one, it begins"],
  },
  "memory of a Worker": {
    why: "a plugin of a Worker has a process of its own, which ends with it",
    tests: [
      "one that reads memory of its Worker is left as it is",
      "and what that needs is left as well, while it is there",
      "nor is one that was nearly given away given back",
    ],
  },
  "many arguments": {
    why:
      "arguments cross that take up to 56 words of the stack, and of callbacks those in registers",
    tests: [
      "a function of many parameters is called",
      "a callback takes many arguments of every class",
    ],
  },
  "the end of the stack": {
    why: "tens of thousands of calls within calls take minutes there",
    tests: ["the end of the stack is a RangeError"],
  },
  "millions of calls": {
    why: "where no core is free, they take minutes there",
    tests: ["Go: a million objects with using leave nothing behind"],
  },
  "the time of a call": {
    why:
      "nearly all of it is the way there and back, by a machine that does more",
    tests: ["functions of one type are as fast as the first of them"],
  },
  "one process": {
    why: "it is about what this process has loaded",
    tests: [
      "a plugin that does not do is not loaded, and opens",
      "an initialiser that calls back may open plugins",
      "what an initialiser's callback throws",
      "one that was loaded before by other means is told",
      "nobody can take the copy's name before it is there",
      "what is loaded later does not find a plugin's symbols",
      "what was checked is what is loaded, whatever becomes of the file",
    ],
  },
  "libraries without a manifest": {
    why: "each contract for one has a process of its own",
    tests: [
      "a library that has no manifest is one file too",
      "what one caller says of a library is nothing to another",
    ],
  },
};

/**
 * Why a test is left out where every plugin is isolated.
 *
 * @param name What it is called.
 * @returns Undefined where it is not.
 */
export function gapFor(name: string): string | undefined {
  const found = Object.entries(GAPS).find(([, { tests }]) =>
    tests.some((begin) => name.startsWith(begin))
  );
  return found && `isolated, ${found[0]}: ${found[1].why}`;
}
