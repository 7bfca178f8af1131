/**
 * What each library of `libraries.txt` showed, kept on the disk: a run that ends
 * before all are through goes on where it stopped, and says how much was compared.
 *
 * @module
 */

import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import type { HeaderDefinitions } from "../../../ffi/manifest/manifest.ts";
import { RUNTIME } from "../../helpers/need.ts";

/** How much of a library was compared with what a compiler says. */
export interface Figures {
  readonly functions: number;
  /** Macros that are values. */
  readonly constants: number;
  readonly enumerators: number;
}

/** What a library showed on a runtime: figures by compiler, and how many functions were called. */
export interface LibraryRecord {
  readonly compared: Readonly<Record<string, Figures>>;
  readonly calls: number;
}

/**
 * Counts what a manifest and what lies beside it describe.
 *
 * @param functions How many functions the manifest has.
 * @param defined What the headers define.
 * @param macros What the preprocessor says it knows: `cc -E -dD`.
 */
export function figuresOf(
  functions: number,
  { constants }: HeaderDefinitions,
  macros: string,
): Figures {
  const named = new Set(
    Array.from(macros.matchAll(/^#define (\w+)/gm), ([, name]) => name),
  );
  const names = Object.keys(constants);
  const enumerators = names.filter((name) => !named.has(name)).length;
  return { functions, constants: names.length - enumerators, enumerators };
}

/** The records of a directory, those of this runtime. */
export class LibraryRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  #path(library: string, runtime: string = RUNTIME): string {
    return join(this.#directory, `${library}.${runtime}.record`);
  }

  /** Where a compiler's manifest of a library is, once it is described. */
  manifestOf(library: string, compiler: string, runtime: string = RUNTIME) {
    return join(this.#directory, `${library}.${runtime}.${compiler}.json`);
  }

  /** Whether a library has passed. */
  has(library: string): boolean {
    return existsSync(this.#path(library));
  }

  /** What Deno has compared, where it described the same to the letter. */
  comparedAs(library: string, compiler: string): Figures | undefined {
    if (RUNTIME === "Deno" || !existsSync(this.#path(library, "Deno"))) {
      return undefined;
    }
    const isSame = ["json", "headers.json"].every((ending) => {
      const [here, there] = [RUNTIME, "Deno"].map((runtime) =>
        textOf(
          this.manifestOf(library, compiler, runtime)
            .replace(/json$/, ending),
        ).replaceAll(`.${runtime}.`, ".")
      );
      return here === there;
    });
    return isSame
      ? this.#read(this.#path(library, "Deno")).compared[compiler]
      : undefined;
  }

  #read(path: string): LibraryRecord {
    return JSON.parse(readFileSync(path, "utf8")) as LibraryRecord;
  }

  write(library: string, record: LibraryRecord): void {
    writeFileSync(this.#path(library), JSON.stringify(record));
    writeFileSync(
      join(this.#directory, `${RUNTIME}.txt`),
      this.#summary().map((line) => `${line}\n`).join(""),
    );
  }

  /** What all of them have shown: a line for each compiler and one for the calls. */
  #summary(): string[] {
    const records = globSync(this.#path("*")).map((path) => this.#read(path));
    const compilers = new Set(
      records.flatMap(({ compared }) => Object.keys(compared)),
    );
    const calls = records.reduce((total, { calls }) => total + calls, 0);
    return [
      ...Array.from(compilers, (compiler) => {
        const all = records.flatMap(({ compared }) => compared[compiler] ?? []);
        const sum = (of: keyof Figures) =>
          all.reduce((total, figures) => total + figures[of], 0);
        return `${compiler}: ${all.length} libraries, ` +
          `${sum("functions")} functions, ${sum("constants")} constants, ` +
          `${sum("enumerators")} enumerators`;
      }),
      `${RUNTIME}: ${calls} calls of ${records.length} libraries`,
    ];
  }
}

function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
