/**
 * The README's commands on machines that lack things.
 *
 * First, one tool at a time is hidden from the PATH, and the tests that ask for
 * it are run: each has to say by name what it lacks, and none may fail. Then,
 * as root on a Debian, machines are made that have next to nothing, and both
 * commands are run there as an ordinary user without a home worth the name, in
 * a directory with a space in its name.
 *
 * `--hidden` leaves the machines out. Names of machines choose among them, and
 * files of tests among the tests.
 *
 * @module
 */

import { hidden } from "./bare/hidden.ts";
import { MACHINES, onMachines } from "./bare/machine.ts";

const names = Deno.args.filter((arg) => MACHINES.has(arg));
const files = Deno.args.filter((arg) => isPath(arg));
const unknown = Deno.args.filter((arg) =>
  arg !== "--hidden" && !MACHINES.has(arg) && !isPath(arg)
);
if (unknown.length > 0) {
  console.error(
    `There is no machine ${JSON.stringify(unknown[0])}, only ${
      [...MACHINES.keys()].join(", ")
    }; --hidden makes none`,
  );
  Deno.exit(2);
}

const failed: string[] = [];
if (names.length === 0) failed.push(...await hidden(files));
if (!Deno.args.includes("--hidden")) {
  failed.push(...await onMachines(names, files));
}
if (failed.length > 0) {
  console.error(`\nNot ok: ${failed.join("; ")}`);
  Deno.exit(1);
}
console.log("\nok");

/** Whether an argument is a file of tests, or a directory of them. */
function isPath(arg: string): boolean {
  return arg.includes("/");
}
