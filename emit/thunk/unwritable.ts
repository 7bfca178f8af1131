/**
 * What C has no words for.
 *
 * @module
 */

/** Why a type cannot be written in C, as a clause. */
export class Unwritable extends Error {}
