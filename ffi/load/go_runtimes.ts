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
  console.warn(
    `${
      quote(basename(path))
    } brings a second Go runtime into this process, beside that of ${
      quote(basename(first.path))
    }: Go does not support that (https://go.dev/issue/65050); build one plugin of both packages, or open one of them with { isolated: true }`,
  );
}
