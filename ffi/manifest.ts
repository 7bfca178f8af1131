/**
 * The manifest: its format, and how it is read.
 *
 * @module
 */

export * from "./manifest/format.ts";
export { parseManifest } from "./manifest/parse.ts";
