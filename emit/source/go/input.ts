/**
 * Which Go package a build is of.
 *
 * @module
 */

import { statusAt } from "../../../ffi/system/system.ts";
import { basename, dirname, extname } from "@std/path";
import { EmitError } from "../../error.ts";

/** A package as `go` is told of it. */
export interface Source {
  /** What the user named, for errors. */
  readonly name: string;
  /** Where `go` runs. */
  readonly directory: string;
  /** File names in that directory, or `.` for all that belong to it. */
  readonly files: readonly string[];
}

/**
 * Finds out what was asked for.
 *
 * @param inputs Absolute paths: one directory, or `.go` files of one directory.
 * @returns The package, not yet looked into.
 * @throws {EmitError} `not_found`, or `usage` for anything else.
 */
export function sourceOf(inputs: readonly string[]): Source {
  const name = inputs.join(" ");
  const [first] = inputs;
  if (first === undefined) {
    throw new EmitError("usage", "Cannot build Go: no source is named");
  }
  for (const input of inputs) {
    const there = statusAt(input);
    if (there === undefined) {
      throw new EmitError(
        "not_found",
        `Cannot build "${input}": no such file`,
        { path: input },
      );
    }
    if (there.isDirectory && inputs.length === 1) {
      return { name, directory: input, files: ["."] };
    }
    if (dirname(input) !== dirname(first) || extname(input) !== ".go") {
      throw new EmitError(
        "usage",
        `Cannot build "${name}": wanted one directory, or .go files of one directory`,
        { path: input },
      );
    }
  }
  return {
    name,
    directory: dirname(first),
    files: inputs.map((input) => basename(input)),
  };
}
