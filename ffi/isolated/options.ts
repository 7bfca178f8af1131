/**
 * How a plugin is isolated.
 *
 * @module
 */

import { assertOptions } from "../did_you_mean.ts";
import { ISOLATED } from "./option_names.ts";
import { parsePermissions, type Permissions } from "./permissions.ts";
import { wrongKind, wrongNumber } from "./wrong_option_value.ts";

/** How a plugin is isolated: what `isolated: true` leaves as it is. */
export interface IsolatedOptions {
  /**
   * Bytes of the memory that the plugin and the program both see, in which what
   * goes there and back lies: 2 ** 21 to 2 ** 40; 2 ** 28 (256 MB) when left out.
   * None of it is used before it is needed.
   */
  arena?: number;
  /**
   * Bytes of memory that the process may have beside the arena: 2 ** 24 (16 MB) to
   * 2 ** 40. It takes `permissions`. As many as it wants when left out.
   */
  memory?: number;
  /**
   * What becomes of what the plugin prints: `"inherit"`, and it goes where the
   * program's own goes; or it is given to a function, in pieces, soon after it
   * was printed: also in the middle of a call, so this function may not call the
   * plugin. `"inherit"` when left out.
   */
  output?: "inherit" | ((text: string, stream: "stdout" | "stderr") => void);
  /**
   * What the plugin may do: what is left out of them, it may not, from before its
   * first instruction on. All that the program may when left out.
   */
  permissions?: Permissions;
  /**
   * How many processes `.async` has, 1 to 64: each runs several calls, has
   * variables of its own, and begins when the others have something to do. What
   * gives or is given pointers, structs, objects, functions or `plugin.buffer()`
   * runs in the first one, where all calls run that wait. 1 when left out.
   */
  processes?: number;
  /**
   * What becomes of the plugin when its process has ended: `"never"`, and all
   * calls throw from then on; or `"next"`, and the next call begins in a new
   * process, in which the plugin is loaded anew: what it had in its memory is
   * gone, and pointers that it gave are refused. Or so often only:
   * {@linkcode RestartLimits}. `"never"` when left out.
   */
  restart?: "never" | "next" | RestartLimits;
  /**
   * Milliseconds, 1 to 2 ** 31, that a call may take; its process is ended when
   * it takes more, and it throws `timed_out`. All other calls that are under way in
   * this process then, of `.async`, end with it, however short they are. What
   * JavaScript takes that it calls back does not count. For as long as it wants when
   * left out.
   */
  timeout?: number;
}

/** How often a process follows one that has ended. */
export interface RestartLimits {
  /** How many may end, `within` so many milliseconds, and be followed by another. */
  times: number;
  /** Milliseconds. */
  within: number;
  /** Milliseconds that pass before the next one begins, twice as many after each end; calls throw meanwhile. 0 when left out. */
  backoff?: number;
}

/** The same, made sense of. */
export type Restart = "never" | "next" | Required<RestartLimits>;

/** What is given what a plugin prints. */
export type Output = Exclude<NonNullable<IsolatedOptions["output"]>, "inherit">;

/** The same, made sense of. */
export interface IsolationOptions {
  readonly arena: number;
  /** What is given what it prints; undefined where the program prints it. */
  readonly output: Output | undefined;
  readonly processes: number;
  readonly restart: Restart;
  /** Milliseconds; 0 for none. */
  readonly timeout: number;
  /** What it may do; undefined for all. */
  readonly policy: readonly string[] | undefined;
  /** The same text for the same options. */
  readonly key: string;
}

const LEAST_ARENA = 2 ** 21;
const MOST_ARENA = 2 ** 40;
const MOST_PROCESSES = 64;

/**
 * Makes sense of the option `isolated`.
 *
 * @param given Anything.
 * @returns Undefined when the plugin is not to be isolated.
 * @throws {TypeError} For what is no option, or no value of one.
 * @throws {RangeError} For a number that is too small or too large.
 */
export function parseIsolated(given: unknown): IsolationOptions | undefined {
  if (given === undefined || given === false) return undefined;
  if (given !== true && (typeof given !== "object" || given === null)) {
    throw wrongKind("", "true, false or an object of options", given);
  }
  const options: Record<string, unknown> = given === true ? {} : { ...given };
  assertOptions("open(): isolated", options, ISOLATED);
  if ("permissions" in options && options.permissions === undefined) {
    throw new TypeError(
      "open(): isolated.permissions is undefined: leave it out to permit all, or say what is permitted, {} for nothing",
    );
  }
  const { arena = 2 ** 28, processes = 1, restart = "never", timeout } =
    options;
  if (
    typeof arena !== "number" || !Number.isSafeInteger(arena) ||
    arena < LEAST_ARENA || arena > MOST_ARENA
  ) {
    throw wrongNumber(
      ".arena",
      `a number of bytes from ${LEAST_ARENA} to ${MOST_ARENA}`,
      arena,
    );
  }
  const made = {
    arena,
    processes: whole("processes", processes, 1, MOST_PROCESSES),
    restart: parseRestart(restart),
    timeout: timeout === undefined ? 0 : whole("timeout", timeout, 1, 2 ** 31),
    policy: parsePermissions(options.permissions, options.memory),
  };
  const output = parseOutput(options.output);
  const key = JSON.stringify([...Object.values(made), numberOf(output)]);
  return { ...made, output, key };
}

function parseOutput(given: unknown): Output | undefined {
  if (given === undefined || given === "inherit") return undefined;
  if (typeof given === "function") return given as Output;
  throw wrongKind(".output", '"inherit" or a function', given);
}

const numbers = new WeakMap<Output, number>();
let lastNumber = 0;

/** What tells functions apart; 0 for none. */
function numberOf(output: Output | undefined): number {
  if (output === undefined) return 0;
  let number = numbers.get(output);
  if (number === undefined) numbers.set(output, number = ++lastNumber);
  return number;
}

function parseRestart(given: unknown): Restart {
  if (given === "never" || given === "next") return given;
  if (typeof given !== "object" || given === null) {
    throw wrongKind(
      ".restart",
      '"never", "next" or { times, within }',
      given,
    );
  }
  assertOptions("open(): isolated.restart", given, [
    "times",
    "within",
    "backoff",
  ]);
  const { times, within, backoff = 0 } = given as Record<string, unknown>;
  return {
    times: whole("restart.times", times, 1, 2 ** 31),
    within: whole("restart.within", within, 1, 2 ** 31),
    backoff: whole("restart.backoff", backoff, 0, 2 ** 31),
  };
}

function whole(
  name: string,
  given: unknown,
  least: number,
  most: number,
): number {
  if (
    typeof given === "number" && Number.isSafeInteger(given) &&
    given >= least && given <= most
  ) return given;
  throw wrongNumber(
    `.${name}`,
    `a whole number from ${least} to ${most}`,
    given,
  );
}
