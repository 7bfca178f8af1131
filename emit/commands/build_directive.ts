/**
 * How a source is built, as it says itself: `//plugin:build --errno 'f_*' -- -lm`.
 *
 * A line of this kind says for every build, also for the one of an import, what
 * would stand on the command line.
 *
 * @module
 */

import { SHIPPED } from "../annotate/shipped.ts";
import {
  basename,
  dirname,
  extname,
  join,
  resolve,
} from "../../ffi/system/path.ts";
import { isFile, namesAt, textAt } from "../../ffi/system/system.ts";
import { readArguments } from "../arguments/arguments.ts";
import {
  ANNOTATE,
  CXX,
  cxxOf,
  THUNKS,
  thunksOf,
} from "../arguments/shared_options.ts";
import type { ThunkOptions } from "../thunk/plan_thunks.ts";

const LINE =
  /^[ \t]*(?:\/\/|\/\*)[ \t]*plugin:build[ \t]+(.+?)(?:\*\/)?[ \t]*$/gm;

/** What a source can say of its build. */
interface Build {
  /** A file that says what the binary cannot. */
  readonly annotate?: string;
  /** Whether C++'s free functions are described too. */
  readonly cxx?: boolean;
  /** What thunks are to do. */
  readonly thunks?: ThunkOptions;
  /** The compiler's. */
  readonly flags: readonly string[];
}

/** The options that a source can have of its own. */
const OPTIONS = { ...ANNOTATE, ...THUNKS, ...CXX } as const;

/**
 * Adds what sources say to what is asked of a build.
 *
 * @param asked What is asked; the compiler hears it last.
 * @param sources Absolute paths of the files that are looked at, or of the
 * directory of a crate or of a package of Go.
 * @throws {EmitError} `usage`, where a source says what cannot be said there.
 */
export function withDirectives<B extends Build>(
  asked: B,
  sources: readonly string[],
): B {
  return sources.flatMap(filesOf).reduceRight(
    (asked, source) =>
      [...textAt(source).matchAll(LINE)].reduceRight(
        (asked, [, line = ""]) => withLine(asked, source, line),
        asked,
      ),
    asked,
  );
}

/** The files that can say it: of a crate the one that it begins with. */
function filesOf(source: string): string[] {
  if (isFile(source)) return [source];
  const root = join(source, "src/lib.rs");
  if (isFile(root)) return [root];
  return namesAt(source).filter((name) => extname(name) === ".go").sort()
    .map((name) => join(source, name));
}

function withLine<B extends Build>(
  asked: B,
  source: string,
  line: string,
): B {
  const words = wordsIn(line).map((word) =>
    word.replaceAll("${SRCDIR}", dirname(source))
  );
  const given = readArguments({
    name: "build",
    calledAs: `plugin:build in ${basename(source)}`,
    options: OPTIONS,
    runsCompiler: true,
  }, words);
  given.onlyOptions();
  const { annotate } = given.one("annotate");
  const { thunks } = thunksOf(given);
  return {
    ...annotate === undefined ? {} : {
      annotate: SHIPPED.includes(annotate)
        ? annotate
        : resolve(dirname(source), annotate),
    },
    ...cxxOf(given),
    ...asked,
    flags: [...given.flags, ...asked.flags],
    ...thunks === undefined ? {} : {
      thunks: {
        signatures: [...thunks.signatures, ...asked.thunks?.signatures ?? []],
        errno: [...thunks.errno, ...asked.thunks?.errno ?? []],
      },
    },
  };
}

/** The words of a line, in which quotes keep spaces. */
function wordsIn(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}
