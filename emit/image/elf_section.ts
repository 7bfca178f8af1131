/**
 * What is known of a section of an ELF file.
 *
 * @module
 */

/** One entry of the section header table. */
export interface SectionHeader {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Where it lies once it is loaded. */
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  /** Of relocations: the section that they are for. */
  readonly info: number;
  readonly entrySize: number;
}
