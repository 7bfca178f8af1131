/**
 * The macros that headers define, as the compiler's preprocessor lists them.
 *
 * @module
 */

/**
 * Finds the macros that stand for something and take no parameters.
 *
 * @param listing What `cc -E -dD` prints of a file that includes the headers.
 * @param file The name of that file: macros count where it includes them from
 * directly, and not where a header includes another one.
 * @returns Their names, in the order of their last definitions.
 */
export function macrosIn(listing: string, file: string): string[] {
  const found = new Map<string, string>();
  /** The files that the line is in, the including ones first. */
  const files: string[] = [];
  for (const line of listing.split("\n")) {
    const marker = /^# \d+ "((?:[^"\\]|\\.)*)"((?: \d)*)/.exec(line);
    if (marker !== null) {
      const [, name, flags] = marker;
      if (flags!.includes(" 1")) files.push(name!);
      else if (flags!.includes(" 2")) files.pop();
      else if (files.length === 0) files.push(name!);
      else files[files.length - 1] = name!;
      continue;
    }
    const macro = /^#(define|undef) ([A-Za-z_]\w*)(?: (.*))?$/.exec(line);
    if (macro === null) continue;
    const [, word, name, body = ""] = macro;
    found.delete(name!);
    const isOwn = files.length === 2 && files[0] === file;
    if (word === "define" && isOwn && isExpression(body)) {
      found.set(name!, body);
    }
  }
  return [...found.keys()];
}

/** Whether a body could be one: it cannot end or begin what stands around it. */
function isExpression(body: string): boolean {
  const code = body.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "0");
  if (code.trim() === "" || /[{};#]/.test(code)) return false;
  let open = 0;
  for (const character of code) {
    if (character === "(") open++;
    if (character === ")" && --open < 0) return false;
  }
  return open === 0;
}
