/**
 * How a call on another thread is made.
 *
 * @module
 */

/** What may follow the arguments of a call on another thread. It takes the support library. */
export interface AsyncOptions {
  /** Ends the call before it begins: then it never does, and its promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** What it is a call of: calls of the same object run one after the other, in the order in which they were made. One that rejects stops none of those behind it. */
  readonly inOrder?: object | undefined;
}
