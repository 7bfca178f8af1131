/**
 * The names of signals.
 *
 * @module
 */

/** The signals that processes end with, on Linux. */
const SIGNALS: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  10: "SIGUSR1",
  11: "SIGSEGV",
  12: "SIGUSR2",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  16: "SIGSTKFLT",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  26: "SIGVTALRM",
  27: "SIGPROF",
  29: "SIGIO",
  30: "SIGPWR",
  31: "SIGSYS",
};

/** The first of the real-time signals that glibc leaves to programs, and the last; musl has 34 for itself, and counts from 35. */
const [SIGRTMIN, SIGRTMAX] = [34, 64];

/** The name of a signal: `"SIGSEGV"`, `"SIGRTMIN+1"`; its number where it has none. */
export function signalName(number: number): string {
  if (number === SIGRTMIN) return "SIGRTMIN";
  if (number > SIGRTMIN && number <= SIGRTMAX) {
    return `SIGRTMIN+${number - SIGRTMIN}`;
  }
  return SIGNALS[number] ?? `signal ${number}`;
}
