/**
 * The help of the two commands that make something.
 *
 * @module
 */

import { TARGETS } from "../../ffi/manifest/manifest.ts";

const ANNOTATE =
  `      --annotate <file>        what the binary cannot say: docs/manifest.md
`;

const THUNKS =
  `      --thunk '<name> <type>'  call a function with "..." at this type; may be repeated
      --errno <glob>           take errno along after these functions; may be repeated
`;

/** The help of `plugin build`. */
export const BUILD = `Compiles a plugin and describes what it exports.

Usage: plugin build <input>... [options] [-- <compiler arguments>]

Examples:
  plugin build hello.c                     writes hello.so, hello.so.json, hello.so.d.ts
  plugin build a.c b.c -o build/both.so    several files, one plugin
  plugin build fast.c -- -O3 -lm           what follows -- is the compiler's
  plugin build log.c --thunk 'say (cstring, i32, f64) => i32'
  plugin build files.c --errno 'file_*'    lastError(fn) tells what went wrong
  plugin build files.c --annotate files.notes.json
  plugin build fast.cpp --cxx              C++: its free functions too, by their own names
  plugin build hello.zig                   a Zig file
  plugin build hello.go                    a Go file: its exported functions and variables
  plugin build ./greet                     a directory with go.mod or Cargo.toml
  CC=clang plugin build hello.c            another C compiler
  plugin build hello.c --target linux-arm64                         linux-arm64/hello.so
  plugin build hello.c --target linux-x64 --target darwin-arm64     hello/, for both

Options:
  -o, --output <file>          the library to write; default: beside the first input
      --cxx                    C++ functions that are not extern "C" as well
      --target <name>          the machine to build for; may be repeated
${ANNOTATE}${THUNKS}      --json                   print a summary for programs
  -v, --verbose                print every skipped symbol
  -h, --help                   print this

C is compiled with debug information, -O2, and every symbol resolved now.
Functions with structs by value get a thunk, which is linked into the library, or
lies beside it where the language's own tool links (Rust, Zig).

Targets: ${TARGETS.join(", ")}.
C and C++ are compiled for another machine by $CC and $CXX where those do, else by
Zig, which needs nothing else; Go needs the same; Rust its own library as well.
`;

/** The help of `plugin emit`. */
export const EMIT = `Describes a library that exists, without changing it.

Usage: plugin emit <library> [options] [-- <compiler arguments>]

Examples:
  plugin emit ./libfast.so                        from its own debug information
  plugin emit libz.so.1 --header zlib.h           from its header; the system finds the library
  plugin emit libz.so.1 --header zlib.h --include 'compress*' --include 'crc32*'
  plugin emit libgit2.so --header git2.h -I vendor/include -D GIT_DEPRECATE_HARD
  plugin emit libz.so.1 --header zlib.h --constants 'Z_*'
  plugin emit libz.so.1 --header zlib.h --annotate zlib.notes.json
  plugin emit ./libgeo.so --thunks                structs by value, through a library beside it
  plugin emit libc.so.6 --header stdio.h --thunk 'printf (cstring, i32) => i32'

Options:
      --header <file>          a header that declares what it exports; may be repeated
  -I <directory>               where to look for headers; may be repeated
  -D <name[=value]>            a macro to define before the headers; may be repeated
      --constants <glob>       macros of the headers that are constants; may be repeated
      --include <glob>         describe only these names; may be repeated
      --exclude <glob>         leave these names out; may be repeated
      --symbols <name,...>     describe exactly these names
      --cxx                    C++ functions that are not extern "C" as well
      --thunks                 compile thunks for structs by value: <library>.thunks.so
${ANNOTATE}${THUNKS}  -o, --output <file>          the manifest to write; default: <library>.json beside the
                               library, or here for a library of the system
      --json                   print a summary for programs
  -v, --verbose                print every skipped symbol
  -h, --help                   print this

With --header or thunks a C compiler is needed. With --header the library may be stripped.
`;
