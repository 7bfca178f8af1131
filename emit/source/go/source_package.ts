/**
 * Which Go package a build is of.
 *
 * @module
 */

import { statusAt, system } from "../../../ffi/system/system.ts";
import { basename, dirname, extname, join } from "../../../ffi/system/path.ts";
import { EmitError } from "../../error.ts";

/** A package as `go` is told of it. */
export interface Source {
  /** What the user named, for errors. */
  readonly name: string;
  /** Where `go` runs. */
  readonly directory: string;
  /** File names in that directory, or `.` for all that belong to it. */
  readonly files: readonly string[];
  /** Whether the wrappers are in a package of their own, which imports this one. */
  readonly isOutside?: boolean;
  /** What `go get` is told first, of packages that come from somewhere else. */
  readonly fetch?: readonly string[];
}

/** How a package is named that is no directory: by the path that it is imported as. */
export const GO_PACKAGE = "go:";

/** Packages of the standard library or of modules, in a module made for them. */
function namedPackages(inputs: readonly string[], work: string): Source {
  const name = inputs.join(" ");
  const packages = inputs.map((input) => {
    const isNamed = input.startsWith(GO_PACKAGE);
    const [path = "", version] = input.slice(GO_PACKAGE.length).split("@");
    if (!isNamed || !/^[\w.~-]+(?:\/[\w.~-]+)*$/.test(path)) {
      throw new EmitError(
        "usage",
        `Cannot build "${input}": wanted the import path of a Go package, such as go:regexp or go:github.com/google/uuid@v1.6.0`,
      );
    }
    const isStandard = !path.split("/")[0]!.includes(".");
    return {
      path,
      fetch: isStandard ? [] : [`${path}@${version ?? "latest"}`],
    };
  });
  const paths = [...new Set(packages.map(({ path }) => path))];
  const directory = join(work, "module");
  system.makeDirectory(directory);
  system.overwrite(
    join(directory, "go.mod"),
    "module plugin.local/wrap\n\ngo 1.18\n",
  );
  system.overwrite(
    join(directory, "uses.go"),
    `package main\n\n${
      paths.map((path) => `import _ ${JSON.stringify(path)}\n`).join("")
    }`,
  );
  return {
    name,
    directory,
    files: paths,
    isOutside: true,
    fetch: packages.flatMap(({ fetch }) => fetch),
  };
}

/**
 * Finds out what was asked for.
 *
 * @param inputs Absolute paths: one directory, or `.go` files of one directory;
 * or the import paths of packages, each behind {@linkcode GO_PACKAGE}.
 * @param work An empty directory.
 * @returns The package, not yet looked into.
 * @throws {EmitError} `not_found`, or `usage` for anything else.
 */
export function sourceOf(inputs: readonly string[], work: string): Source {
  const name = inputs.join(" ");
  const [first] = inputs;
  if (first?.startsWith(GO_PACKAGE)) return namedPackages(inputs, work);
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
