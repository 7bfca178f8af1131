/**
 * The executable of this process: its C library, and what it exports. The
 * system's loader looks there first, also for what a library has itself.
 *
 * @module
 */

import { DynamicSymbols, gnuHash } from "./dynamic_symbols.ts";
import { type ElfIdentity, identityOf, readElf } from "./elf.ts";
import { type ByteSource, withFile } from "./library_bytes.ts";
import {
  type LibraryInfo,
  type Target,
  targetOf,
} from "../manifest/manifest.ts";
import { system } from "../system/system.ts";

/** What the executable of this process says of itself. */
interface Executable {
  readonly libc: LibraryInfo["libc"] | undefined;
  readonly symbols: RuntimeSymbols;
}

/** The symbols of this process's executable. */
export interface RuntimeSymbols {
  /** Libraries that are loaded with it, so that everybody has them in common. */
  readonly needs: readonly string[];
  /** Whether it may have a symbol whose name has this hash; the last bit does not matter. */
  mayHave(hash: number): boolean;
  has(name: string): boolean;
  /** Variables of those libraries that the executable has in place of them: there is one of each, and it is here. */
  copied(): ReadonlySet<string>;
}

/** The relocation that makes one, on x64 and on arm64. */
const R_COPY = [5, 1024];

const EXECUTABLE = "/proc/self/exe";

/** Null where it cannot be read; undefined before it is first wanted. */
let known: Executable | null | undefined;

/**
 * The symbols of this process's executable.
 *
 * @returns Undefined where they cannot be read, or where the loader looks into the library first (macOS).
 */
export function runtimeSymbols(): RuntimeSymbols | undefined {
  return executable()?.symbols;
}

/**
 * The C library that this process runs on.
 *
 * @returns Undefined where it cannot be told: no Linux, or no permission to read `/proc`.
 */
export function ownLibc(): LibraryInfo["libc"] | undefined {
  return executable()?.libc;
}

/** The target whose libraries this process can load. */
export function ownTarget(): Target {
  return targetOf({
    os: system.os as LibraryInfo["os"],
    arch: system.arch as LibraryInfo["arch"],
    libc: ownLibc() ?? "gnu",
  });
}

function executable(): Executable | undefined {
  if (known === undefined) known = system.os === "linux" ? read() : null;
  return known ?? undefined;
}

/**
 * The same where the file may not be read.
 *
 * @param names What the names of its symbols are known to begin with.
 */
export function symbolsLike(names: RegExp): RuntimeSymbols {
  return {
    needs: [],
    mayHave: () => true,
    has: (name) => names.test(name),
    copied: () => new Set(),
  };
}

function read(): Executable | null {
  try {
    return withFile(EXECUTABLE, (file) => {
      // What is read now is read from the open file; the symbols, which few
      // libraries make necessary, open it again.
      let open: ByteSource | undefined = file;
      const elf = readElf({
        path: EXECUTABLE,
        size: file.size,
        read: (offset, length) =>
          open === undefined
            ? withFile(EXECUTABLE, (again) => again.read(offset, length))
            : open.read(offset, length),
      });
      const { libc } = identityOf(elf);
      const symbols = symbolsOf(elf);
      open = undefined;
      return { libc: libc === "bionic" ? undefined : libc, symbols };
    });
  } catch {
    return null; // no permission, or a sandbox without /proc
  }
}

function symbolsOf(elf: ElfIdentity): RuntimeSymbols {
  const symbols = new DynamicSymbols(elf); // reads when it is asked
  let copied: ReadonlySet<string> | undefined;
  return {
    needs: elf.dynamic?.needs ?? [],
    mayHave: (hash) => symbols.withHash(hash).length > 0,
    has: (name) =>
      symbols.withHash(gnuHash(name))
        .some((index) => symbols.name(index) === name),
    copied: () => copied ??= copiedBy(symbols),
  };
}

/** All names of the variables that are copied: `environ` is another one of `__environ`. */
function copiedBy(symbols: DynamicSymbols): ReadonlySet<string> {
  const places = new Set<number>();
  for (const { type, address } of symbols.relocations()) {
    if (R_COPY.includes(type)) places.add(address);
  }
  const names = new Set<string>();
  if (places.size === 0) return names;
  for (const { index } of symbols.exported()) {
    if (places.has(symbols.value(index))) names.add(symbols.name(index));
  }
  return names;
}
