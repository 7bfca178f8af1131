/**
 * Lines of C and C++ that gcc counts, read by gcov.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { wordsOf } from "../toolchain/tool.ts";
import { type Counter, type Counts, LineCounts, readBy } from "./counts.ts";
import { pathOf } from "./sanitizer_reports.ts";

/**
 * What each file is compiled with: gcc writes its counts when a process ends by
 * `exit`, and Bun ends by `quick_exit`.
 */
const AT_QUICK_EXIT = `#ifdef __cplusplus
extern "C" {
#endif
extern int at_quick_exit(void (*)(void));
extern void __gcov_dump(void);
__attribute__((constructor, no_profile_instrument_function))
static void plugin_count_at_quick_exit(void) { at_quick_exit(__gcov_dump); }
#ifdef __cplusplus
}
#endif
`;

/**
 * How gcc counts.
 *
 * @param directory Where the counts go.
 */
export function gcov(directory: string): Counter {
  const included = join(directory, "at_quick_exit.h");
  system.overwrite(included, AT_QUICK_EXIT);
  return {
    flags: [
      "--coverage",
      "-fprofile-update=atomic",
      "-O0",
      // The directory of the objects is gone when the plugin runs.
      ...["-dumpdir", `${directory}/`],
      ...["-include", included],
    ],
    before: [],
    env: {},
    read: (_, sources) => countsIn(directory, sources),
  };
}

/**
 * The gcov that reads what a compiler writes: each gcc has its own.
 *
 * @param words The command lines of the compilers: `["ccache", "gcc-12"]`.
 * @returns `"gcov-12"`.
 */
export function gcovOf(words: readonly string[]): string {
  const GCC = /(?:gcc|g\+\+)(?=(?:-[\d.]+)?$)/;
  const gcc = words.find((word) => GCC.test(word));
  return gcc === undefined ? "gcov" : gcc.replace(GCC, "gcov");
}

/** What gcov says of one file of counts. */
interface Counted {
  readonly files: readonly {
    readonly file: string;
    readonly lines: readonly {
      readonly line_number: number;
      readonly count: number;
    }[];
  }[];
}

async function countsIn(
  directory: string,
  sources: readonly string[],
): Promise<Counts> {
  const counts = new LineCounts();
  const names = system.list(directory).map(({ name }) => name)
    .filter((name) => name.endsWith(".gcda"));
  if (names.length === 0) return counts.files;
  const stdout = await readBy(
    gcovOf([...wordsOf("CC"), ...wordsOf("CXX")]),
    ["--json-format", "--stdout", ...names],
    directory,
  );
  for (const line of stdout.split("\n").filter((line) => line !== "")) {
    for (const { file, lines } of (JSON.parse(line) as Counted).files) {
      if (pathOf(file, sources) === undefined) continue;
      for (const { line_number, count } of lines) {
        counts.add(file, line_number, count);
      }
    }
  }
  return counts.files;
}
