/**
 * The constants that annotations name.
 *
 * @module
 */

import {
  type Constant,
  RETURN,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import type { Description } from "../describe/description.ts";
import type { EmitError } from "../error.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { isStructEntry } from "./text_members.ts";
import { type AnnotationFile, badEntry } from "./parse_annotation_file.ts";

/** What stands for itself. */
const NUMBER = /^(?:-?\d+|0x[\da-f]+)$/i;

/**
 * The names of the constants in a file, each once.
 *
 * @param file The file.
 * @param description What the library exports: a length may name functions and
 * parameters; of a struct's array, the member that counts.
 */
export function constantNames(
  { entries }: AnnotationFile,
  description: Description,
): string[] {
  const others = new Set(
    Object.entries(description.symbols).flatMap(([name, symbol]) => [
      name,
      ...symbol.kind === "function" ? symbol.params ?? [] : [],
    ]),
  ).add(RETURN);
  const names = new Set<string>();
  for (const [name, entry] of entries) {
    const { pass = {}, error, done = [], iterate, room = {} } = entry;
    const { lengths = {} } = isStructEntry(name, description) ? {} : entry;
    const failure = error === false ? undefined : error;
    const all = [
      ...Object.values(pass),
      ...failure?.except ?? [],
      ...failure?.names ?? [],
      ...done,
      ...Object.keys(iterate?.row?.read ?? {}),
      ...[...Object.values(lengths), ...Object.values(room)].flatMap((
        length,
      ) =>
        typeof length === "string"
          ? wordsOf(length).filter((word) => !others.has(word))
          : []
      ),
    ];
    for (const one of all) {
      if (typeof one === "string" && !NUMBER.test(one)) names.add(one);
    }
  }
  return [...names];
}

/** The words of a length: of parameters, of functions and of constants. */
function wordsOf(length: string): string[] {
  return length.match(/[A-Za-z_]\w*/g) ?? [];
}

/** What constants stand for: those of the headers, and the values of enums. */
export class Constants {
  readonly #path: string;
  readonly #values: Map<string, Constant>;

  /**
   * @param path The annotation file, for errors.
   * @param constants Those of the headers.
   * @param types The types that the library uses.
   */
  constructor(
    path: string,
    constants: Readonly<Record<string, Constant>>,
    types: Readonly<Record<string, TypeDefinition>>,
  ) {
    this.#path = path;
    this.#values = new Map();
    for (const type of Object.values(types)) {
      if (type.kind !== "enum") continue;
      for (const [name, value] of Object.entries(type.values)) {
        if (typeof value === "number") this.#values.set(name, value);
      }
    }
    for (const [name, value] of Object.entries(constants)) {
      this.#values.set(name, value);
    }
  }

  /**
   * What a name stands for.
   *
   * @throws {EmitError} `bad_annotations` where nothing is called so.
   */
  value(entry: string, name: string): Exclude<Constant, string> {
    const value = NUMBER.test(name) ? Number(name) : this.#values.get(name);
    if (typeof value === "string") {
      throw this.wrong(entry, `"${name}" is a text`);
    }
    if (value !== undefined) return value;
    throw this.wrong(
      entry,
      `"${name}" is no constant of the headers and of no enum` +
        didYouMean(name, [...this.#values.keys()]),
    );
  }

  /**
   * A length with the numbers of the constants that it names: other words are
   * parameters' and functions'.
   *
   * @param isKnown Whether a word is one of those.
   */
  length(
    length: string | number,
    isKnown: (word: string) => boolean,
  ): string | number {
    if (typeof length === "number") return length;
    const text = length.replaceAll(/[A-Za-z_]\w*/g, (word) => {
      const value = isKnown(word) ? undefined : this.#values.get(word);
      return typeof value === "number" ? `${value}` : word;
    });
    // A number alone would be a parameter's.
    return text !== length && /^\d+$/.test(text) ? Number(text) : text;
  }

  /** The integer that a code or its name stands for. */
  code(entry: string, code: number | string): number {
    const value = typeof code === "number" ? code : this.value(entry, code);
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw this.wrong(entry, `"${code}" is no integer`);
  }

  /** The error of an entry. */
  wrong(entry: string, detail: string): EmitError {
    return badEntry(this.#path, entry, detail);
  }
}

/** The enums that name what functions give when they fail. */
export class CodeNames {
  /** All types, with those enums. */
  readonly types: Record<string, TypeDefinition>;
  readonly #constants: Constants;
  readonly #known = new Map<string, string>();

  /**
   * @param constants What constants stand for.
   * @param types The types that there are without them.
   */
  constructor(
    constants: Constants,
    types: Readonly<Record<string, TypeDefinition>>,
  ) {
    this.#constants = constants;
    this.types = { ...types };
  }

  /** The enum of some constants; the same for the same. */
  of(entry: string, names: readonly string[]): string {
    const key = names.join();
    let type = this.#known.get(key);
    if (type === undefined) {
      this.#known.set(key, type = this.#free("Failure"));
      this.types[type] = {
        kind: "enum",
        type: "i32",
        values: Object.fromEntries(
          names.map((name) => [name, this.#constants.code(entry, name)]),
        ),
      };
    }
    return type;
  }

  #free(name: string): string {
    return Object.hasOwn(this.types, name) ? this.#free(`${name}_`) : name;
  }
}
