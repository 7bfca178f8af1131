/**
 * Cuts arguments into options and the rest, as GNU's `getopt_long` does, but for
 * `-n=value`.
 *
 * @module
 */

/** An option: whether it takes a value, and its letter. */
export interface Option {
  /** Whether it takes a value. */
  readonly type: "boolean" | "string";
  /** The letter that it may be written as. */
  readonly short?: string;
}

/** Options by their names. */
export type Options<N extends string = string> = Readonly<Record<N, Option>>;

/** An option, as it was written. */
export interface OptionWord {
  /** Its long name, or its letter where no option has that. */
  readonly name: string;
  /** With its dashes: `"-o"`. */
  readonly rawName: string;
  /** What was given with it. */
  readonly value: string | undefined;
}

/**
 * Cuts arguments: `--name value`, `--name=value`, `-n value`, `-nvalue`,
 * `-n=value`, and `-abc` for `-a -b -c`. What does not begin with a dash is no
 * option, nor is a dash alone.
 *
 * @param argv The arguments.
 * @param known The options that there are. One that takes a value takes the next
 * argument, whatever that is.
 * @returns In their order; nothing is refused.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cut } from "./option_words.ts";
 *
 * const known = { output: { type: "string", short: "o" } } as const;
 * assertEquals([...cut(["a.c", "-oa.so"], known)], [
 *   "a.c",
 *   { name: "output", rawName: "-o", value: "a.so" },
 * ]);
 * ```
 */
export function* cut(
  argv: readonly string[],
  known: Options,
): Generator<OptionWord | string> {
  const rest = argv[Symbol.iterator]();
  const takesValue = (name: string) =>
    Object.hasOwn(known, name) && known[name]!.type === "string";
  const next = (): string | undefined => rest.next().value;
  for (const word of rest) {
    if (!word.startsWith("-") || word === "-") {
      yield word;
    } else if (word.startsWith("--")) {
      const [, name = "", value] = /^--(.[^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      yield {
        name,
        rawName: `--${name}`,
        value: value ?? (takesValue(name) ? next() : undefined),
      };
    } else {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!;
        const name = longName(letter, known);
        const rawName = `-${letter}`;
        if (!takesValue(name)) {
          yield { name, rawName, value: undefined };
          continue;
        }
        // The equals sign of `-o=x`, which getopt_long would take for the value's.
        const rest = word.slice(at + 1);
        yield {
          name,
          rawName,
          value: rest === "" ? next() : rest.replace(/^=/, ""),
        };
        break;
      }
    }
  }
}

function longName(
  letter: string,
  known: Options,
): string {
  const [name] =
    Object.entries(known).find(([, { short }]) => short === letter) ?? [letter];
  return name;
}
