/**
 * Shows how far the tests are: on a terminal one line that changes, elsewhere a
 * line for each file. What failed is shown as soon as it has.
 *
 * @module
 */

import type { Outcome } from "./run_file.ts";

/** Clears the line of a terminal. */
const CLEAR = "\r\x1b[K";

/** Seconds after which a line says that something goes on, where no other has. */
const PATIENCE = 15;

/** The progress of all files. */
export class Progress {
  readonly #files: number;
  readonly #isTerminal = Deno.stdout.isTerminal();
  readonly #running = new Map<string, number>();
  readonly #since = performance.now();
  readonly #clock: ReturnType<typeof setInterval>;
  #done = 0;
  #failed = 0;
  /** When the last line was written. */
  #said = performance.now();

  /** @param files How many there are. */
  constructor(files: number) {
    this.#files = files;
    // The first files are the long ones: it is seen that something goes on.
    this.#clock = setInterval(
      () => this.#isTerminal ? this.#bar() : this.#alive(),
      1000,
    );
  }

  /** A file is begun. */
  begin(file: string): void {
    this.#running.set(file, performance.now());
    this.#bar();
  }

  /** A file is through on all runtimes. */
  end(file: string, outcomes: readonly Outcome[]): void {
    const seconds = (performance.now() - this.#running.get(file)!) / 1000;
    this.#running.delete(file);
    this.#done++;
    const failed = outcomes.filter(({ count }) => count.failed > 0);
    this.#failed += failed.length;
    const cpu = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
    if (!this.#isTerminal) {
      const counts = outcomes.map(({ runtime, count }) =>
        `${runtime.name} ${count.passed}` +
        (count.failed > 0 ? `, ${count.failed} FAILED` : "") +
        (count.skipped > 0 ? `, ${count.skipped} skipped` : "")
      );
      const at = String(this.#done).padStart(String(this.#files).length);
      console.log(
        `${at}/${this.#files} ${file}: ${counts.join("; ")} (${
          seconds.toFixed(1)
        } s, ${cpu.toFixed(1)} of processors)`,
      );
      this.#said = performance.now();
    }
    for (const { runtime, output } of failed) {
      this.#clear();
      console.log(
        `\n=== ${file} failed on ${runtime.name}\n${output.trim()}\n`,
      );
    }
    this.#bar();
  }

  /** All files are through. */
  close(): void {
    clearInterval(this.#clock);
    this.#clear();
  }

  /** Says that something goes on, where nothing has for a while. */
  #alive(): void {
    if (performance.now() - this.#said < PATIENCE * 1000) return;
    console.log(`${this.#seconds()} s, running ${this.#names()}`);
    this.#said = performance.now();
  }

  #seconds(): number {
    return Math.floor((performance.now() - this.#since) / 1000);
  }

  #names(): string {
    return [...this.#running.keys()].join(" ");
  }

  #clear(): void {
    if (this.#isTerminal) write(CLEAR);
  }

  /** Draws the line of a terminal, as wide as that is. */
  #bar(): void {
    if (!this.#isTerminal) return;
    const { columns } = Deno.consoleSize();
    const width = 20;
    const full = Math.round(width * this.#done / this.#files);
    const bar = "█".repeat(full) + "░".repeat(width - full);
    const failed = this.#failed > 0 ? `, ${this.#failed} failed` : "";
    const text =
      `${bar} ${this.#done} of ${this.#files} files, ${this.#seconds()} s${failed}  ${this.#names()}`;
    write(CLEAR + text.slice(0, columns - 1));
  }
}

function write(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
