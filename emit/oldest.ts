/**
 * The oldest Node that the command is for. `bunx plugin` and `npx plugin` take
 * the Node that is on the `PATH`, whatever its version.
 *
 * @module
 */

/** As in `engines` of `package.json`. */
const OLDEST = [26, 10] as const;

/**
 * Says that a runtime is too old.
 *
 * @param node Its version, where it is Node.
 * @returns One sentence, or nothing on Deno, on Bun and on a Node that will do.
 */
export function tooOld(node: string | undefined): string | undefined {
  if (node === undefined) return undefined;
  const [major = 0, minor = 0] = node.split(".").map(Number);
  if (major > OLDEST[0] || major === OLDEST[0] && minor >= OLDEST[1]) {
    return undefined;
  }
  return `This is Node ${node}, and the plugin command needs Node ${
    OLDEST.join(".")
  }, Deno or Bun: with Bun, run "bunx --bun plugin"`;
}
