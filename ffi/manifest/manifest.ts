/**
 * The manifest: its format, and how it is read.
 *
 * @module
 */

export * from "./format.ts";
export { readHeadersPart } from "./parse_headers_file.ts";
export type { LibraryDescription } from "./library_description.ts";
export { HANDLE_SIZE, sizeOfType, SPAN_SIZE } from "./type_size.ts";
export { isSameFunction } from "./compatible.ts";
export { underlying } from "./underlying.ts";
export { canonical, NotCanonicalError, TOO_DEEP } from "./canonical.ts";
export { isSoundKey } from "./ed25519.ts";
export { functionsOfClass } from "./class_functions.ts";
export { fieldsOf, jsonOf, type JsonSource } from "./class_json.ts";
export { isVersion, releaseNameOf, VERSION_WANTED } from "./release.ts";
export { isOlder } from "./release_order.ts";
export {
  type ReadRevocations,
  readRevocations,
  type Revocations,
  REVOCATIONS_VERSION,
} from "./revocations.ts";
export {
  isAsSigned,
  keyText,
  readSucceeded,
  signedBytes,
  type SignedKind,
  signersOf,
  successorBytes,
} from "./signature.ts";
export {
  manifestDigest,
  PACK_INDEX,
  PACK_VERSION,
  type PackIndex,
  type ReadPackIndex,
  readPackIndex,
} from "./pack_index.ts";
export { type Target, targetOf, TARGETS } from "./target.ts";
export {
  CALLER,
  type ParameterNames,
  positionOf,
  RETURN,
  type Term,
  termsOf,
} from "./parse_annotations.ts";
export {
  type GivenParameter,
  type Handles,
  handlesOf,
  type Hidden,
  isSameNotation,
  type Length,
  type Making,
  NOTHING_SAID,
  type Room,
  type Seen,
  SeenError,
  seenOf,
  type SeenResult,
  type SeenTypes,
  seenTypesOf,
} from "./seen_function.ts";
export {
  checkManifest,
  type LazyManifest,
  parseManifest,
  readManifest,
} from "./parse.ts";
