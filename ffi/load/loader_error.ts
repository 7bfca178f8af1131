/**
 * Why the system's loader refuses a library: its own words say what is missing,
 * the files say who needs it, what there is instead, and where was looked.
 *
 * @module
 */

import { type PluginErrorCode, quote } from "../error.ts";
import { definedVersions } from "../identity/versions.ts";
import { isNoexec } from "../system/mounts.ts";
import { dirname } from "../system/path.ts";
import { dependentOf } from "./dependent.ts";

/** What keeps a library from being loaded. */
export interface Refusal {
  readonly code: PluginErrorCode;
  /** What is there and what was wanted. */
  readonly detail: string;
  /** The symbol that is missing. */
  readonly symbol?: string;
}

/** One way of saying it; `explain` gets what the pattern's groups matched. */
interface LoaderErrorPattern {
  readonly words: RegExp;
  explain(path: string, ...matched: string[]): Refusal | undefined;
}

/** The words of glibc, then of musl. */
const LOADER_ERROR_PATTERNS: readonly LoaderErrorPattern[] = [
  {
    words: /^([^:]+): cannot open shared object file: No such file/,
    explain: missingLibrary,
  },
  {
    words: /^(.+): version `(.+)' not found \(required by (.+)\)/,
    explain: missingVersion,
  },
  {
    words: /^(.+): undefined symbol: ([^\s,]+)(?:, version (\S+))?/,
    explain: missingSymbol,
  },
  {
    words: /^(.+): cannot allocate memory in static TLS block/,
    explain: noStaticTls,
  },
  {
    words: /^(.+): cannot enable executable stack as shared object requires/,
    explain: wantsExecutableStack,
  },
  {
    words: /^(.+): failed to map segment from shared object/,
    explain: notExecutable,
  },
  {
    words:
      /^Error loading shared library (.+): (?:Operation not permitted|Permission denied)/,
    explain: notExecutable,
  },
  {
    words: /^Error loading shared library (.+): No such file/,
    explain: missingLibrary,
  },
  {
    words: /^Error relocating (.+): (.+): symbol not found/,
    explain: missingSymbol,
  },
];

/**
 * Explains the loader's words.
 *
 * @param path The file that was to be loaded.
 * @param words What the loader says.
 * @returns Undefined where these are of none of the known kinds.
 */
export function whyRefused(path: string, words: string): Refusal | undefined {
  for (const pattern of LOADER_ERROR_PATTERNS) {
    const matched = pattern.words.exec(words);
    if (matched !== null) return pattern.explain(path, ...matched.slice(1));
  }
  return undefined;
}

function missingLibrary(path: string, name: string): Refusal | undefined {
  if (name === path) return undefined; // the plugin itself: it was just there
  const { dependent, looked } = dependentOf(path, name);
  const where = looked.length === 0
    ? ""
    : `, looked for in ${looked.join(", ")}`;
  return {
    code: "missing_library",
    detail: `${whoNeeds(path, dependent)} the library ${
      quote(name)
    }, which is not on this machine${where}; install it, or start with its directory in LD_LIBRARY_PATH`,
  };
}

/** A file whose place refuses code: the plugin, or a library of its. */
function notExecutable(path: string, file: string): Refusal | undefined {
  const at = file.startsWith("/") ? file : path;
  if (isNoexec(dirname(at)) !== true) return undefined;
  return {
    code: "load_failed",
    detail: `nothing in ${
      quote(dirname(at))
    } may be executed (it is mounted noexec); put ${
      at === path ? "the plugin" : `its library ${quote(at)}`
    } elsewhere, or mount that with exec`,
  };
}

/** A library of which an object, most often of assembly, does not say that it needs none. */
function wantsExecutableStack(path: string, file: string): Refusal {
  return {
    code: "load_failed",
    detail: `${
      whoNeeds(path, file)
    } a stack that code may be run from, which no process is given once it runs; link it with -z noexecstack, or give its assembly a section .note.GNU-stack`,
  };
}

/** Variables of threads that have to lie where glibc has room for what was there at the start. */
function noStaticTls(path: string, file: string): Refusal {
  return {
    code: "load_failed",
    detail: `${
      whoNeeds(path, file)
    } more room for variables of its threads than is left in what glibc keeps for libraries that are loaded late (static TLS); start with it in LD_PRELOAD, or with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=65536`,
  };
}

function missingVersion(
  path: string,
  file: string,
  version: string,
  dependent: string,
): Refusal {
  const newest = newestLike(version, definedVersions(file));
  return {
    code: "missing_version",
    detail: `${whoNeeds(path, dependent)} version ${version} of ${
      quote(file)
    }, ${
      newest === undefined
        ? "which has none of that name"
        : `whose newest is ${newest}`
    }; install a newer one, or build the plugin where it is as old as here`,
  };
}

function missingSymbol(
  path: string,
  dependent: string,
  symbol: string,
  version?: string,
): Refusal {
  const which = version === undefined ? "" : ` of version ${version}`;
  return {
    code: "missing_symbol",
    detail: `${whoNeeds(path, dependent)} the symbol ${
      quote(symbol)
    }${which}, which none of the libraries has that are loaded with it; link it with the one that has`,
    symbol,
  };
}

function whoNeeds(path: string, dependent: string | undefined): string {
  if (dependent === undefined) return "it, or a library that it needs, needs";
  return dependent === path
    ? "it needs"
    : `its library ${quote(dependent)} needs`;
}

/** The newest of the versions that are named as the wanted one is: `GLIBC_2.36` for `GLIBC_2.38`. */
function newestLike(
  wanted: string,
  versions: readonly string[],
): string | undefined {
  const number = /[\d.]*$/;
  const name = wanted.replace(number, "");
  return versions.filter((version) => version.replace(number, "") === name)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}
