/**
 * What `plugin --help` says.
 *
 * @module
 */

import type { CommandName } from "../arguments/command.ts";
import { BUILD, EMIT } from "./help_make.ts";
import { KEYGEN, SIGN } from "./help_sign.ts";

/** What every command ends with. */
const CODES = `Exit codes:
  0  it is done
  1  it failed, or the manifest is stale (check)
  2  the arguments are wrong
  3  a tool that it needs is missing: a C compiler, go, cargo, zig, a newer Node
`;

/** The help of the whole command. */
export const HELP = `Makes native plugins for Deno, Bun and Node.

Usage:
  plugin build <source>...     compile a plugin, with its manifest
  plugin emit <library>        describe a library that exists
  plugin check <library>       is its manifest still right?
  plugin pack <library>...     one directory of a plugin for several machines
  plugin inspect <library>     what is in it, without loading it
  plugin types <manifest>      its TypeScript declarations
  plugin new <language> <name> a project to begin with
  plugin keygen                a pair of keys to sign with
  plugin sign <manifest>       sign a manifest, for open's trust
  plugin <command> --help      examples and options
  plugin --version             the version of this package

Example:
  plugin build hello.c      writes hello.so, hello.so.json and hello.so.d.ts
  ...and in TypeScript:     open("./hello.so").lookup("F")()

${CODES}`;

const CHECK = `Says whether a manifest is still that of its library.

Usage: plugin check <library> [options] [-- <compiler arguments>]

Examples:
  plugin check ./hello.so                        what plugin build made, in CI
  plugin check ./libfast.so --manifest fast.json
  plugin check libz.so.1 --header zlib.h         with the options that emit was given
  plugin check ./hello.so --json                 the differences, for programs

Compared are the file (build id, size, digest), its symbols and types, and the
library of its thunks. Where the types can be read anew, from debug information
or from --header, so they are; otherwise only that each symbol is still exported.
"-" is what the manifest says, "+" what the library says.

Options:
      --manifest <file>      the manifest; default: beside the library, or here
      --header, -I, -D, --include, --exclude, --symbols, --annotate,
      --constants            as in plugin emit
      --json                 print the differences for programs
  -v, --verbose              print all differences, not only the first 20
  -h, --help                 print this

${CODES}`;

const PACK =
  `Makes one directory of a plugin that was built for several machines.

Usage: plugin pack <library>... -o <directory>

Examples:
  plugin pack build/*/hello.so build/*/hello.dylib -o hello
  plugin build hello.c --target linux-x64 --target darwin-arm64    both in one go
  ...and in TypeScript:     open(new URL("./hello/", import.meta.url))

Each library has its manifest beside it. Libraries whose symbols or types are not
the same are refused, with a table of what differs.

Options:
  -o, --output <directory>   the directory to write
      --json                 print a summary for programs
  -h, --help                 print this

${CODES}`;

const INSPECT = `Says what a library is, without loading it.

Usage: plugin inspect <library|manifest> [options]

Examples:
  plugin inspect ./hello.so             format, needs, symbols, initialisers, sizes
  plugin inspect ./hello.so.json        the library that the manifest names
  plugin inspect libz.so.1              one that the system's loader finds
  plugin inspect ./hello.so --json | jq -r '.versions[].version'

Types come from the manifest beside the library, or from its debug information.

Options:
      --json        print it for programs
  -v, --verbose     print all symbols, not only the first 40
  -h, --help        print this

${CODES}`;

const TYPES = `Writes the TypeScript declarations of a manifest.

Usage: plugin types <manifest> [options]

Examples:
  plugin types ./hello.so.json                     to standard output
  plugin types ./hello.so.json -o hello.so.d.ts    to a file
  ...and in TypeScript: open<Hello>("./hello.so") with
                        import type { Hello } from "./hello.so.d.ts"

Options:
  -o, --output <file>  the file to write
      --json           print a summary for programs; needs --output
  -h, --help           print this

${CODES}`;

const NEW =
  `Writes a small project with a plugin, a host and a test that passes.

Usage: plugin new <language> <name> [options]

Examples:
  plugin new c hello                     the directory hello, which must not be there yet
  plugin new rust ../fast-hash           its last part is the name
  plugin new go words --link ~/plugin    uses a checkout of this package

Languages: c, cpp, go, rust, zig.

Options:
      --link <directory>  a checkout of @native/plugin to use, not the published package
      --json              print a summary for programs
  -h, --help              print this

${CODES}`;

/** The help of each command. */
export const TOPICS: Readonly<Record<CommandName, string>> = {
  build: `${BUILD}\n${CODES}`,
  emit: `${EMIT}\n${CODES}`,
  check: CHECK,
  pack: PACK,
  inspect: INSPECT,
  types: TYPES,
  new: NEW,
  keygen: `${KEYGEN}\n${CODES}`,
  sign: `${SIGN}\n${CODES}`,
};
