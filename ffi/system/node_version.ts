/**
 * Which Node is new enough.
 *
 * @module
 */

/**
 * The oldest Node: before it, `node:ffi` has other names for the parts of a
 * signature, and takes ours for nothing. As in `engines` of `package.json`.
 */
export const OLDEST_NODE = "26.10";

/**
 * Whether a Node is older than {@linkcode OLDEST_NODE}.
 *
 * @param version The Node's version: `"26.9.1"`.
 */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldest = 0, least = 0] = OLDEST_NODE.split(".").map(Number);
  return major < oldest || major === oldest && minor < least;
}
