/**
 * Whether a process follows one that has ended. `process.ts` starts it, with its limits.
 *
 * @module
 */

import type { Restart } from "./options.ts";

/** Milliseconds that a backoff doubles up to, unless it began with more. */
const LONGEST = 60_000;

/** Keeps count of how often processes have ended. */
export class Restarts {
  readonly #policy: Restart;
  /** When processes have ended, as far as it matters. */
  #ends: number[] = [];

  /** @param policy What is asked for. */
  constructor(policy: Restart) {
    this.#policy = policy;
  }

  /** Says that a process has ended. */
  ended(): void {
    const now = performance.now();
    const { within } = this.#limits;
    this.#ends = [...this.#ends.filter((end) => now - end < within), now];
  }

  get #limits(): { times: number; within: number; backoff: number } {
    return this.#policy === "never"
      ? { times: 0, within: Infinity, backoff: 0 }
      : this.#policy === "next"
      ? { times: Infinity, within: 0, backoff: 0 }
      : this.#policy;
  }

  /** Whether there may be another one, now or later. */
  get mayFollow(): boolean {
    return this.#ends.length <= this.#limits.times;
  }

  /** How many milliseconds it is until then: twice as many after each end, up to a minute. */
  get #wait(): number {
    const { length } = this.#ends;
    const { backoff } = this.#limits;
    const longest = Math.max(backoff, LONGEST);
    const wanted = Math.min(backoff * 2 ** Math.max(length - 1, 0), longest);
    return Math.max(0, (this.#ends.at(-1) ?? 0) + wanted - performance.now());
  }

  /** Whether another one may be started now. */
  get isNow(): boolean {
    return this.mayFollow && this.#wait === 0;
  }

  /** Why none is started, for a person. */
  get refusal(): string {
    const { times, within } = this.#limits;
    if (times === 0) {
      return `open it with isolated: { restart: "next" } to go on with another one`;
    }
    return this.mayFollow
      ? `the next one may begin in ${Math.ceil(this.#wait)} ms`
      : `it ended ${this.#ends.length} times within ${within} ms, and only ${times} of them are followed by another process`;
  }
}
