/**
 * Plans thunks: which functions need one, and the C that makes them.
 *
 * A function needs a thunk when a runtime cannot call it as it is: a struct or
 * union by value, a variable number of arguments, or an `errno` to be read. A
 * pointer to a function with a struct by value needs two, one each way.
 *
 * @module
 */

import { globToRegExp } from "@std/path/glob-to-regexp";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import type {
  Call,
  FunctionDefinition,
  Pointers,
  PointerThunks,
  SymbolDefinition,
  Thunk,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { type FunctionType, printType } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { EmitError } from "../error.ts";
import type { Image } from "../image/image.ts";
import {
  type CallSignature,
  isVariadic,
  readSignatures,
} from "./call_signatures.ts";
import { CTypes } from "./ctypes.ts";
import type { CType } from "./declare.ts";
import { layOutFrame } from "./frame_layout.ts";
import { hasComposite } from "./composite_values.ts";
import { pointerTypes } from "./pointer_types.ts";
import { isReferable, printThunks, type ThunkSource } from "./print_c.ts";
import { hasMore } from "./thunk_need.ts";
import { Unwritable } from "./unwritable.ts";

/** What a command may say of thunks. */
export interface ThunkOptions {
  /** Signatures for functions with a variable number of arguments. */
  readonly signatures: readonly string[];
  /** Functions whose `errno` is taken along, as globs. */
  readonly errno: readonly string[];
}

/** The thunks of a library. */
export interface ThunkPlan {
  /** What the library exports, with the thunks. */
  readonly description: Description;
  /** The C file that makes them; none where no function needs one. */
  readonly source?: string;
  /** How many thunks there are. */
  readonly count: number;
  /** For how many of them a pointer says which function is called. */
  readonly pointers: number;
  /** Functions, and types of pointers to some, that need one and cannot have it, and why. */
  readonly refused: Readonly<Record<string, string>>;
}

/**
 * Plans the thunks of a library.
 *
 * @param description What it exports. A function that has a thunk keeps it.
 * @param image The library.
 * @param options What the command line says.
 * @param place Whether the thunks are linked into the library, or into a
 * companion that learns the address of the function from the frame.
 * @returns The thunks, the same for the same library.
 * @throws {EmitError} `usage` when an option names what is not there.
 */
export function planThunks(
  description: Description,
  image: Image,
  options: ThunkOptions,
  place: "linked" | "companion",
): ThunkPlan {
  const plan = new Plan(description, image, options, place);
  const symbols = Object.entries(description.symbols)
    .sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, symbol]): [string, SymbolDefinition] => [
      name,
      symbol.kind === "function" ? plan.add(name, symbol) : symbol,
    ]);
  const { own, ofHeaders } = plan.pointers(description);
  const { sources, types, refused } = plan;
  const { defined } = description;
  return {
    description: {
      ...description,
      symbols: Object.fromEntries(symbols),
      ...own && { pointers: own },
      ...defined && ofHeaders &&
        { defined: { ...defined, pointers: ofHeaders } },
    },
    ...(sources.length === 0
      ? {}
      : { source: printThunks(types.declarations, sources) }),
    count: sources.length,
    pointers: sources.filter(({ answer }) => answer !== undefined).length,
    refused: Object.fromEntries(refused),
  };
}

class Plan {
  readonly types: CTypes;
  readonly sources: ThunkSource[] = [];
  readonly refused = new Map<string, string>();
  readonly #named: Description["types"];
  readonly #signatures: ReadonlyMap<string, readonly CallSignature[]>;
  readonly #chosen: ReadonlySet<string>;
  readonly #companion: boolean;
  readonly #taken: Set<string>;

  constructor(
    description: Description,
    image: Image,
    options: ThunkOptions,
    place: "linked" | "companion",
  ) {
    this.#named = { ...description.defined?.types, ...description.types };
    this.types = new CTypes(this.#named, image.arch);
    this.#signatures = readSignatures(
      options.signatures,
      description,
      this.types,
    );
    this.#chosen = errnoOf(options.errno, description);
    this.#companion = place === "companion";
    this.#taken = new Set(image.exports.map(({ name }) => name));
  }

  add(name: string, definition: FunctionDefinition): FunctionDefinition {
    if (definition.thunk !== undefined) return definition;
    if (isVariadic(definition)) return this.#calls(name, definition);
    const type = parseType(definition.type) as FunctionType;
    const { noThunk: _, ...rest } = definition;
    const { fixed } = definition;
    const isWanted = this.#errno(name, definition) || hasMore(definition, type);
    if (!isWanted && !hasComposite(type, this.#named)) return definition;
    const thunk = this.#try(name, definition, type, fixed);
    return thunk === undefined
      ? { ...rest, noThunk: this.refused.get(name)! }
      : { ...rest, thunk };
  }

  /** The thunks of all pointers to functions that need them; undefined where none does. */
  pointers(
    description: Description,
  ): { readonly own?: Pointers; readonly ofHeaders?: Pointers } {
    const made: {
      own?: Record<string, Pointers[string]>;
      ofHeaders?: Record<string, Pointers[string]>;
    } = {};
    for (const { text, type, isOfHeaders } of pointerTypes(description)) {
      const record = made[isOfHeaders ? "ofHeaders" : "own"] ??= {};
      try {
        record[text] = this.#pointer(text, type);
      } catch (error) {
        if (!(error instanceof Unwritable)) throw error;
        this.refused.set(text, error.message);
        record[text] = { noThunk: error.message };
      }
    }
    return made;
  }

  #pointer(text: string, type: FunctionType): PointerThunks {
    if (type.variadic) {
      throw new Unwritable("its number of arguments is variable");
    }
    const { params, results } = this.#values(type);
    const [result] = results;
    const symbol = this.#symbol("pointer");
    const thunk = layOutFrame(symbol, params, results, { target: true });
    this.#taken.add(symbol);
    const answer = this.#symbol("answer");
    this.#taken.add(answer);
    this.sources.push({
      type: text,
      params,
      ...result && { result },
      thunk,
      answer,
    });
    return { thunk, answer };
  }

  /** Whether a function's `errno` is wanted. */
  #errno(name: string, { annotations }: FunctionDefinition): boolean {
    return this.#chosen.has(name) || annotations?.errno === true;
  }

  #calls(name: string, definition: FunctionDefinition): FunctionDefinition {
    const signatures = this.#signatures.get(name) ?? [];
    if (signatures.length === 0 && this.#errno(name, definition)) {
      this.refused.set(
        name,
        `it takes a variable number of arguments: name a signature with --thunk`,
      );
    }
    const calls = signatures.flatMap(({ type, fixed }): Call[] => {
      const thunk = this.#try(name, definition, type, fixed);
      return thunk === undefined ? [] : [{ type: printType(type), thunk }];
    });
    return calls.length === 0 ? definition : { ...definition, calls };
  }

  #try(
    name: string,
    definition: FunctionDefinition,
    type: FunctionType,
    fixed?: number,
  ): Thunk | undefined {
    try {
      return this.#make(name, definition, type, fixed);
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      this.refused.set(name, error.message);
      return undefined;
    }
  }

  #make(
    name: string,
    definition: FunctionDefinition,
    type: FunctionType,
    fixed?: number,
  ): Thunk {
    const link = linkName(name, definition);
    if (!this.#companion && !isReferable(link)) {
      throw new Unwritable("C cannot refer to a symbol of that name");
    }
    const { params, results } = this.#values(type);
    const symbol = this.#symbol(name);
    const thunk = layOutFrame(symbol, params, results, {
      errno: this.#errno(name, definition),
      target: this.#companion,
    });
    this.#taken.add(symbol);
    this.sources.push({
      name: link,
      type: printType(type),
      params,
      ...(fixed === undefined ? {} : { fixed }),
      ...(results[0] === undefined ? {} : { result: results[0] }),
      thunk,
    });
    return thunk;
  }

  #values(
    type: FunctionType,
  ): { readonly params: CType[]; readonly results: CType[] } {
    const [result, second] = type.results;
    if (second !== undefined) throw new Unwritable("C gives one result");
    return {
      params: type.params.map((param, index) =>
        this.#value(param, `parameter ${index + 1}`)
      ),
      results: result === undefined ? [] : [this.#value(result, "result")],
    };
  }

  #value(type: FunctionType["params"][number], where: string): CType {
    try {
      const value = this.types.of(type);
      if (value.after === "") return value;
      throw new Unwritable("an array cannot be passed by value");
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      throw new Unwritable(`${where}: ${error.message}`);
    }
  }

  #symbol(name: string): string {
    const base = `plugin_thunk_${name.replace(/[^A-Za-z0-9_]/g, "_")}`;
    let symbol = base;
    for (let n = 2; this.#taken.has(symbol); n++) symbol = `${base}_${n}`;
    return symbol;
  }
}

/** What the library calls a function; its name in the manifest may be a readable one. */
function linkName(name: string, { symbol }: FunctionDefinition): string {
  return symbol ?? name;
}

/** The functions that the globs choose. */
function errnoOf(
  globs: readonly string[],
  { symbols }: Description,
): Set<string> {
  const functions = Object.entries(symbols).flatMap(([name, { kind }]) =>
    kind === "function" ? [name] : []
  );
  const chosen = new Set<string>();
  for (const glob of globs) {
    const pattern = globToRegExp(glob);
    const matched = functions.filter((name) => pattern.test(name));
    if (matched.length === 0) {
      throw new EmitError(
        "usage",
        `Cannot read errno after "${glob}": no function of that name is described${
          didYouMean(glob, functions)
        }`,
      );
    }
    for (const name of matched) chosen.add(name);
  }
  return chosen;
}
