/**
 * The manifest: its format, and how it is read.
 *
 * @module
 */

export * from "./format.ts";
export { sizeOfType } from "./layout.ts";
export { canonical } from "./canonical.ts";
export { isAsSigned, keyText, signedBytes } from "./signature.ts";
export {
  PACK_INDEX,
  PACK_VERSION,
  type PackIndex,
  parsePackIndex,
} from "./pack_index.ts";
export { type Target, targetOf, TARGETS } from "./target.ts";
export {
  factorsOf,
  type ParameterNames,
  positionOf,
  RETURN,
} from "./parse_annotations.ts";
export {
  checkManifest,
  type LazyManifest,
  parseManifest,
  readManifest,
} from "./parse.ts";
