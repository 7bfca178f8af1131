/**
 * What is loaded into the process of an isolated plugin, as often as one is
 * begun.
 *
 * @module
 */

/** A library, as each process loads it. */
export interface Loadable {
  /** Functions of the library that was loaded first, which this one is given the addresses of. */
  readonly links?: readonly string[] | undefined;
  /**
   * Makes sure, before a process is started, that it may be loaded there, and
   * that its file is there.
   */
  prepare(): Prepared;
}

/** A library that is about to be loaded. */
export interface Prepared {
  /**
   * The files that a confined process has to read for it.
   *
   * @param permits Whether a letter stands in its policy.
   */
  files(permits: (letter: string) => boolean): string[];
  /**
   * Loads it.
   *
   * @param open Gives the handle of a file, as the process loads it.
   */
  load(open: (path: string) => bigint): bigint;
  /** Says that it is loaded, or will not be. */
  remove(): void;
}
