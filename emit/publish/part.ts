/**
 * One of the parts that a library says it is made of.
 *
 * @module
 */

/** A crate of Rust, or a module of Go. */
export interface LibraryPart {
  readonly name: string;
  readonly version: string;
  /** Where everybody finds it, as a package URL; without one it is nobody else's. */
  readonly purl?: string;
  /** Its SHA-256 in hexadecimal, where the library says that too. */
  readonly sha256?: string;
}
