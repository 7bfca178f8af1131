/**
 * What `plugin --help` says.
 *
 * @module
 */

import type { CommandName } from "../command.ts";

/** The help of the whole command. */
export const HELP = `Makes native plugins for Deno and Bun.

Usage:
  plugin build <file.c|file.go|directory>   compile a plugin, with its manifest
  plugin emit <library>                     describe a library that exists
  plugin <command> --help                   examples and options

Example:
  plugin build hello.c      writes hello.so, hello.so.json and hello.so.d.ts
  ...and in TypeScript:     open("./hello.so").lookup("F")()
`;

/** The help of each command. */
export const TOPICS: Readonly<Record<CommandName, string>> = {
  build: `Compiles a plugin and describes what it exports.

Usage: plugin build <input>... [options] [-- <compiler arguments>]

Examples:
  plugin build hello.c                     writes hello.so, hello.so.json, hello.so.d.ts
  plugin build a.c b.c -o build/both.so    several files, one plugin
  plugin build fast.c -- -O3 -lm           what follows -- is the compiler's
  plugin build hello.go                    a Go file: its exported functions and variables
  plugin build ./greet                     a directory with go.mod
  CC=clang plugin build hello.c            another C compiler

Options:
  -o, --output <file>  the library to write; default: beside the first input
      --json           print a summary for programs
  -v, --verbose        print every skipped symbol
  -h, --help           print this

C is compiled with debug information, -O2, and every symbol resolved now.
C++, Rust and Zig are not there yet.
`,
  emit: `Describes a library that exists, without changing it.

Usage: plugin emit <library> [options] [-- <compiler arguments>]

Examples:
  plugin emit ./libfast.so                        from its own debug information
  plugin emit libz.so.1 --header zlib.h           from its header; the system finds the library
  plugin emit libz.so.1 --header zlib.h --include 'compress*' --include 'crc32*'
  plugin emit libgit2.so --header git2.h -I vendor/include -D GIT_DEPRECATE_HARD

Options:
      --header <file>        a header that declares what it exports; may be repeated
  -I <directory>             where to look for headers; may be repeated
  -D <name[=value]>          a macro to define before the headers; may be repeated
      --include <glob>       describe only these names; may be repeated
      --exclude <glob>       leave these names out; may be repeated
      --symbols <name,...>   describe exactly these names
  -o, --output <file>        the manifest to write; default: <library>.json beside the
                             library, or here for a library of the system
      --json                 print a summary for programs
  -v, --verbose              print every skipped symbol
  -h, --help                 print this

With --header a C compiler is needed, and the library may be stripped.
`,
};
