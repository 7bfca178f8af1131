/**
 * The manifest: its format, and how it is read.
 *
 * @module
 */

export * from "./manifest/format.ts";
export { canonical } from "./manifest/canonical.ts";
export { isAsSigned, keyText, signedBytes } from "./manifest/signature.ts";
export {
  PACK_INDEX,
  PACK_VERSION,
  type PackIndex,
  parsePackIndex,
} from "./manifest/pack.ts";
export { type Target, targetOf, TARGETS } from "./manifest/target.ts";
export {
  factorsOf,
  type ParameterNames,
  positionOf,
  RETURN,
} from "./manifest/annotations.ts";
export {
  checkManifest,
  type LazyManifest,
  parseManifest,
  readManifest,
} from "./manifest/parse.ts";
