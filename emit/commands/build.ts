/**
 * `plugin build`: from source to a library with its manifest and its types.
 *
 * @module
 */

import { TARGETS } from "../../ffi/manifest/manifest.ts";
import { usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  ANNOTATE,
  ANNOTATE_HELP,
  CXX,
  CXX_HELP,
  cxxOf,
  OUTPUT,
  reportingOf,
  THUNKS,
  THUNKS_HELP,
  thunksOf,
} from "../arguments/shared_options.ts";
import { bringSupportIfAny } from "../support/compile_support.ts";
import { parseTarget } from "../toolchain/compiler_target.ts";
import { type BuildCommand, buildLibrary } from "./build_library.ts";
import { buildPack } from "./build_pack.ts";
import { printReport } from "./print_result.ts";

/** What is asked of `plugin build`. */
interface WatchableBuild extends BuildCommand {
  /** Whether it is built again whenever a source changes. */
  readonly watch?: boolean;
}

/** `plugin build`. */
export const command = defineCommand({
  name: "build",
  options: {
    ...OUTPUT,
    ...ANNOTATE,
    ...THUNKS,
    ...CXX,
    target: { type: "string" },
    instantiate: { type: "string" },
    watch: { type: "boolean" },
  },
  runsCompiler: true,
  parse(given): WatchableBuild {
    if (given.positionals.length === 0) {
      throw usage(`"plugin build" needs a source file or a directory`);
    }
    const targets = given.all("target").map(parseTarget);
    const instantiate = given.all("instantiate");
    if (given.has("watch") && targets.length > 1) {
      throw usage(`"plugin build --watch" builds for one target`);
    }
    return {
      inputs: given.positionals,
      flags: given.flags,
      ...reportingOf(given),
      ...given.one("output"),
      ...given.one("annotate"),
      ...thunksOf(given),
      ...cxxOf(given),
      ...(instantiate.length > 0 && { instantiate }),
      ...(targets.length > 0 && { targets: [...new Set(targets)] }),
      ...(given.has("watch") && { watch: true }),
    };
  },
  async run(asked: WatchableBuild): Promise<CommandOutcome> {
    if (asked.watch) {
      const { watchBuild } = await import("./watch_build.ts");
      return await watchBuild(asked);
    }
    const [target, ...others] = asked.targets ?? [];
    if (target !== undefined && others.length > 0) {
      return await buildPack(asked, [target, ...others]);
    }
    const report = await buildLibrary(asked, target);
    await bringSupportIfAny();
    return { text: printReport(report, asked), warnings: report.warnings };
  },
  help: `Compiles a plugin and describes what it exports.

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
  plugin build go:regexp                   a Go package by its import path
  plugin build go:regexp go:net/url -o std.so     several, with one Go runtime
  plugin build crate:regex@1               a crate of crates.io
  CC=clang plugin build hello.c            another C compiler
  plugin build hello.c --watch             again whenever a source changes
  plugin build hello.c --target linux-arm64                         linux-arm64/hello.so
  plugin build hello.c --target linux-x64 --target darwin-arm64     hello/, for both

Options:
  -o, --output <file>          the library to write; default: beside the first input;
                               with more than one --target the directory to write,
                               whose name the libraries have
${CXX_HELP}      --target <name>          the machine to build for; may be repeated
      --watch                  build again whenever a source changes, until it is ended
      --instantiate <name>     types for what is generic: 'Map[string,int]' of Go,
                               'Stack<String>' of Rust; may be repeated
${ANNOTATE_HELP}${THUNKS_HELP}      --json                   print a summary for programs
  -v, --verbose                print every skipped symbol
  -h, --help                   print this

C is compiled with debug information, -O2, and every symbol resolved now.
Functions with structs by value get a thunk, which is linked into the library, or
lies beside it where the language's own tool links (Rust, Zig).

Targets: ${TARGETS.join(", ")}.
C and C++ are compiled for another machine by $CC and $CXX where those do, else by
Zig, which needs nothing else; Go needs the same; Rust its own library as well.
`,
});
