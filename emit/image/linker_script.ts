/**
 * Texts for the linker that stand where a library is looked for, and name it:
 * `INPUT(libncursesw.so.6 -ltinfo)`.
 *
 * @module
 */

/** Bytes that are looked at: no such text is longer. */
export const MAX_SCRIPT = 4096;

/**
 * Whether a `.so` for linking is a text that names the library.
 *
 * @param bytes The file, or its beginning.
 */
export function isLinkerScript(bytes: Uint8Array): boolean {
  return /^(?:(?:OUTPUT_FORMAT|OUTPUT_ARCH|TARGET|SEARCH_DIR)\s*\([^)]*\)\s*;?\s*)*(?:INPUT|GROUP)\s*\(/
    .test(textOf(bytes).trimStart());
}

/**
 * The libraries that such a text names, but for those that are linked only
 * `AS_NEEDED` and archives.
 *
 * @param bytes The text.
 * @returns As they are written: `"libncursesw.so.6"`, `"-ltinfo"`, or a path.
 */
export function inputsOf(bytes: Uint8Array): string[] {
  const text = textOf(bytes).replace(/AS_NEEDED\s*\([^)]*\)/g, " ");
  return Array.from(
    text.matchAll(/(?:INPUT|GROUP)\s*\(([^)]*)\)/g),
    ([, inputs]) => inputs!.split(/[\s,]+/),
  ).flat().filter((input) => input !== "" && !input.endsWith(".a"));
}

function textOf(bytes: Uint8Array): string {
  const text = new TextDecoder("latin1").decode(bytes.subarray(0, MAX_SCRIPT));
  return text.replace(/\/\*[^]*?\*\//g, " ");
}
