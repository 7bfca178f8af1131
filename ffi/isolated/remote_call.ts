/**
 * The memory of a call into another process: `struct plugin_remote_call` of
 * `native/support.h`.
 *
 * @module
 */

/** Offsets in words of 32 bits. */
export const KIND = 592 / 4;
export const OUTCOME = 596 / 4;
export const IN = 624 / 4;
export const OUT = 628 / 4;
export const TIMEOUT = 632 / 4;
export const LANE = 636 / 4;
export const GENERATION = 640 / 4;
export const STATE = 644 / 4;
/** Offsets in words of 64 bits. */
export const LENGTH = 600 / 8;
export const FRAME = 608 / 8;
export const PLACE = 616 / 8;
/** Where a text lies that came out, and how much of it at most. */
export const TEXT = 648;
export const TEXT_SIZE = 4096;
/** Bytes of all of it. */
export const REMOTE_CALL_SIZE = TEXT + TEXT_SIZE;

/** The outcome of a call that was not made, as another one waits until output is heard. */
export const HEARING = 3;

/** What stands beside the kind of a call that gives a text. */
export const GIVES_TEXT = 0x100;
/** `enum plugin_block_state`. */
export const [BLOCK_IDLE, BLOCK_BUSY] = [0, 1] as const;
