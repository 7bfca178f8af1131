/**
 * Go's runtimes in this process: it supports one.
 *
 * @module
 */

import { basename } from "../system/path.ts";
import { quote } from "../error.ts";

/** The first plugin in Go that was loaded here, until the second has been told of. */
let first: { path: string; isTold: boolean } | undefined;

/**
 * Says once that there are two of Go's runtimes in this process.
 *
 * @param path A plugin in Go that was loaded.
 */
export function noteGoRuntime(path: string): void {
  if (first === undefined) first = { path, isTold: false };
  if (first.path === path || first.isTold) return;
  first.isTold = true;
  const [name, other] = [basename(path), basename(first.path)];
  // A development server takes a plugin anew that stays loaded as it was.
  const [beside, advice] = name === other
    ? [
      `another ${quote(other)}`,
      "where that is an older build of the same plugin start the program again, or open it with { isolated: true }, which takes each build by itself",
    ]
    : [
      `that of ${quote(other)}`,
      "build one plugin of both packages, or open one of them with { isolated: true }",
    ];
  console.warn(
    `${
      quote(name)
    } brings a second Go runtime into this process, beside ${beside}: Go does not support that (https://go.dev/issue/65050); ${advice}`,
  );
}
