/**
 * Which of the files that are read are the library's own.
 *
 * The preprocessor says how each was included (`cc -E -dI`):
 *
 * ```
 * #include "zconf.h"
 * # 1 "/usr/include/zconf.h" 1 3 4
 * ```
 *
 * @module
 */

import { basename } from "../../ffi/system/path.ts";
import type { IsPackaged } from "./packaged_headers.ts";

const INCLUDE = /^#\s*(?:include|include_next|import)\s+("[^"]*"|<[^>]*>)/;
const MARKER = /^# \d+ "((?:[^"\\]|\\.)*)"((?: \d)*)/;

/** A file as it was included. */
interface Included {
  /** As the preprocessor names it. */
  path: string;
  /** Whether it lies where the system keeps headers. */
  readonly isSystem: boolean;
  /** What stands behind `#include`, with its marks. */
  readonly spelled: string;
  isOwn: boolean;
}

/**
 * Follows the preprocessor through the files that headers include.
 *
 * Of the library are the headers that were named, and of what those include,
 * by whatever way: files of the directory tree that they were found in, where
 * that is not the system's; and files whose names begin as theirs do
 * (`SDL2/SDL.h` and `SDL2/SDL_events.h`, `pcap.h` and `pcap/bpf.h`). What they
 * include with quotes is too, as authors do with their own, and what is called
 * as the file that includes it, of which there is one for each machine; and what
 * came with the same package as they did. The C library's own headers have their
 * parts in `bits/` and `asm/`.
 */
export class OwnHeaders {
  readonly #source: string;
  readonly #isPackaged: IsPackaged;
  /** The files that the line is in, the including ones first. */
  readonly #stack: Included[] = [];
  #spelled = "";

  /**
   * @param source The file that includes the headers, as the preprocessor names it.
   * @param isPackaged Which files came with the headers' package; none where nobody has asked.
   */
  constructor(source: string, isPackaged: IsPackaged = () => false) {
    this.#source = source;
    this.#isPackaged = isPackaged;
  }

  /** The headers that were named. */
  readonly named = new Set<string>();

  /** What the library's own files include that is not its own. */
  readonly others = new Set<string>();

  /** The library's own files that were seen, as the preprocessor names them. */
  readonly paths = new Set<string>();

  /** Takes the next line; says whether it was one about files. */
  next(line: string): boolean {
    if (!line.startsWith("#")) return false;
    const include = INCLUDE.exec(line);
    if (include !== null) {
      this.#spelled = include[1]!;
      return true;
    }
    const marker = MARKER.exec(line);
    if (marker === null) return false;
    const [, path, flags] = marker;
    if (flags!.includes(" 2")) this.#stack.pop();
    else if (flags!.includes(" 1") || this.#stack.length === 0) {
      this.#enter(path!, flags!.includes(" 3"));
    } else this.#stack.at(-1)!.path = path!;
    return true;
  }

  /** Whether the line is in a file of the library's own. */
  get isOwn(): boolean {
    return this.#stack.at(-1)?.isOwn ?? false;
  }

  #enter(path: string, isSystem: boolean): void {
    const by = this.#stack.at(-1);
    const spelled = this.#spelled;
    this.#spelled = "";
    const file: Included = { path, isSystem, spelled, isOwn: false };
    const isNamed = by?.path === this.#source;
    file.isOwn = isNamed || by !== undefined && this.#belongs(file, by);
    if (isNamed) this.named.add(path);
    if (file.isOwn) this.paths.add(path);
    else if (by?.isOwn === true) this.others.add(path);
    this.#stack.push(file);
  }

  /** Whether what one file includes is the library's own. */
  #belongs({ path, isSystem, spelled }: Included, by: Included): boolean {
    const [mark, name] = [spelled[0], spelled.slice(1, -1)];
    // The header that was named is the second of those that the line is in.
    const named = this.#stack[1];
    if (named?.isOwn !== true) return false;
    const asked = named.spelled.slice(1, -1);
    if (
      !isSystem && !named.isSystem && path.startsWith(treeOf(named.path, asked))
    ) {
      return true;
    }
    if (LIBC.test(name)) return by.isOwn && isPartOfLibc(name, by);
    return name.startsWith(familyOf(asked)) ||
      by.isOwn && (mark === '"' || basename(name) === basename(by.path) ||
          this.#isPackaged(path));
  }
}

/** The directories of the C library's and the kernel's headers. */
const LIBC = /^(?:bits|asm|asm-generic|gnu|linux|sys)\//;

/** Whether a header of the C library keeps a part of itself there. */
function isPartOfLibc(name: string, by: Included): boolean {
  return /^(?:bits|asm|asm-generic)\//.test(name) ||
    name.startsWith("linux/") && /\/bits\//.test(by.path);
}

/** The directory of an include path that a header was found in, or its own where it was named by a path. */
function treeOf(path: string, asked: string): string {
  const root = path.endsWith(`/${asked}`) && !asked.startsWith("/")
    ? path.slice(0, -asked.length)
    : path.replace(/[^/]*$/, "");
  // Found from the working directory, which may hold anything.
  return root === "./" || root === "" ? path.replace(/[^/]*$/, "") : root;
}

/** What the names of headers begin with that belong to one: `SDL2/`, or `pcap` of `pcap.h`. */
function familyOf(asked: string): string {
  return /^[^/]+\//.exec(asked)?.[0] ??
    asked.replace(/^.*\//, "").replace(/\.\w+$/, "");
}
