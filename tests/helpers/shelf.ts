/**
 * A library of C with classes, and all else that annotations can say.
 *
 * @module
 */

import { join } from "@std/path";
import { buildLibrary } from "../../emit/commands/build_library.ts";
import { emptyDirectory, fixture } from "./fixture.ts";

let built: Promise<string> | undefined;

/** Path of the library with its annotations, built once. */
export function shelfPath(): Promise<string> {
  return built ??= (async () => {
    const output = join(emptyDirectory(), "shelf.so");
    await buildLibrary({
      inputs: [fixture("shelf.c")],
      output,
      annotate: fixture("shelf.json"),
      flags: [],
      json: false,
      verbose: false,
    });
    return output;
  })();
}
