/**
 * Proposes annotations from names, types and comments: what a person reads,
 * mends and then says.
 *
 * Nothing here is known. A `*_free` of one address very likely frees it, and an
 * `int` of which the comment says "0 on success" very likely fails otherwise.
 *
 * @module
 */

import {
  type FunctionDefinition,
  positionOf,
  underlying,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { LibraryNames } from "./class_and_method_names.ts";
import type { AnnotationEntry, SaidFailure } from "./parse_annotation_file.ts";
import {
  COMPLETES,
  ENDS,
  FREES,
  LENGTH,
  MAKES,
  OUT,
  TEXT,
} from "./telling_words.ts";

/** What is proposed, in the order of a file. */
export type Proposal = [name: string, entry: AnnotationEntry][];

/** A function, taken apart. */
interface Function {
  readonly name: string;
  readonly params: readonly Type[];
  readonly names: readonly string[];
  readonly result: Type | undefined;
  readonly doc: string;
}

/** A type whose addresses somebody makes and somebody frees. */
interface Handle {
  readonly type: string;
  readonly name: string;
  /** What the type is called: as people write it, and by its tag. */
  readonly names: readonly string[];
  readonly free: string;
  readonly makers: readonly Function[];
  owner?: string;
}

/**
 * Proposes annotations.
 *
 * @param description What a library exports.
 * @returns Classes first, then functions by name.
 */
export function propose(description: Description): Proposal {
  return new Proposer(description).all();
}

class Proposer {
  readonly #types: Description["types"];
  readonly #functions: readonly Function[];
  readonly #names: LibraryNames;
  /** What types are called by their other names. */
  readonly #aliases = new Map<string, string[]>();
  /** The types whose addresses functions give. */
  readonly #given: ReadonlySet<string | undefined>;
  /** Of each function, the parameters through which something comes back. */
  readonly #outs: ReadonlyMap<Function, readonly number[]>;
  readonly #handles: ReadonlyMap<string, Handle>;
  readonly #explainers: readonly Function[];
  /** Whether failures of the library are negative. */
  readonly #isNegative: boolean;

  constructor({ types, symbols }: Description) {
    this.#types = types;
    this.#functions = Object.entries(symbols).flatMap(([name, symbol]) =>
      symbol.kind === "function" ? [functionOf(name, symbol)] : []
    ).filter((one) => one !== undefined)
      .sort((a, b) => a.name < b.name ? -1 : 1);
    this.#names = new LibraryNames(this.#functions.map(({ name }) => name));
    for (const [name, type] of Object.entries(types)) {
      if (type.kind !== "alias") continue;
      const of = this.#aliases.get(type.type) ?? [];
      this.#aliases.set(type.type, [...of, name]);
    }
    this.#given = new Set(
      this.#functions.map(({ result }) => this.#target(result)),
    );
    this.#outs = new Map(
      this.#functions.map((one) => [one, this.#outsOf(one)]),
    );
    this.#handles = this.#findHandles();
    const ways = this.#functions.map((one) => this.#when(one, false));
    const count = (way: SaidFailure["when"]) =>
      ways.filter((one) => one === way).length;
    this.#isNegative = count("negative") > count("nonzero");
    this.#explainers = this.#functions.filter(({ name, result, params }) =>
      params.length <= 1 && isText(name, result) &&
      /(?:err|error)_?(?:msg|message|string|str|text)?$|strerror|geterror/i
        .test(name)
    );
  }

  all(): Proposal {
    const classes = [...this.#handles.values()].map((
      { type, name, free, owner },
    ): [string, AnnotationEntry] => [
      type,
      { handle: name, free, ...owner !== undefined && { owner } },
    ]);
    const functions = this.#functions.flatMap((one): Proposal => {
      const entry = this.#entry(one);
      return Object.keys(entry).length === 0 ? [] : [[one.name, entry]];
    });
    return [...classes, ...functions];
  }

  #findHandles(): Map<string, Handle> {
    const handles = new Map<string, Handle>();
    const taken = new Set(Object.keys(this.#types));
    for (const type of new Set(this.#functions.flatMap(this.#pointedTo))) {
      const free = this.#freeOf(type);
      const makers = this.#functions.filter((one) => this.#makes(one, type));
      if (free === undefined || makers.length === 0) continue;
      const names = this.#namesOf(type);
      let name = this.#names.classOf(names[0]!);
      while (taken.has(name)) name += "Handle";
      taken.add(name);
      handles.set(type, { type, name, names, free: free.name, makers });
    }
    for (const handle of handles.values()) {
      const [owner, ...others] = new Set(handle.makers.map(({ params }) => {
        const of = params[0] && this.#target(params[0]);
        return of === undefined || of === handle.type
          ? undefined
          : handles.get(of);
      }));
      if (owner !== undefined && others.length === 0) handle.owner = owner.name;
    }
    return handles;
  }

  /** The types whose addresses a function takes, gives, or writes. */
  readonly #pointedTo = ({ params, result }: Function): string[] =>
    [...params, ...result === undefined ? [] : [result]].flatMap((type) => {
      const of = this.#target(type) ?? this.#target(this.#pointed(type));
      return of === undefined ? [] : [of];
    });

  /** What a type is called: first as people write it, where it has one other name. */
  #namesOf(type: string): string[] {
    const aliases = this.#aliases.get(type) ?? [];
    return aliases.length === 1 ? [aliases[0]!, type] : [type];
  }

  #freeOf(type: string): Function | undefined {
    const names = this.#namesOf(type);
    const found = this.#functions.filter(({ params }) =>
      params.length === 1 && this.#target(params[0]) === type
    ).flatMap((one) => {
      const member = this.#names.memberOf(one.name, names).toLowerCase();
      const rank = FREES.findIndex((word) => endsIn(one.name, word));
      const last = ENDS.findIndex((word) =>
        member === word || new RegExp(`^[A-Z]+${word}$`).test(one.name)
      );
      return rank >= 0
        ? [{ one, rank }]
        : last >= 0
        ? [{ one, rank: FREES.length + last }]
        : [];
    });
    return found.sort((a, b) =>
      a.rank - b.rank || a.one.name.length - b.one.name.length
    )[0]?.one;
  }

  /** Whether a function gives a new one, as its result or through an address. */
  #makes(one: Function, type: string): boolean {
    return this.#target(one.result) === type &&
        MAKES.some((word) => one.name.toLowerCase().includes(word)) ||
      this.#outs.get(one)!.some((index) =>
        this.#target(this.#pointed(one.params[index])) === type
      );
  }

  /** The parameters through which something comes back, as comments and names say. */
  #outsOf({ name, params, names, doc }: Function): number[] {
    // What it is given the address of is null then.
    if (isFreeing(name)) return [];
    return params.flatMap((type, index) => {
      const to = this.#pointed(type);
      if (to === undefined) return [];
      const isObject = this.#target(to) !== undefined;
      const stored = this.#stored(to);
      // An object of its own is changed, and does not come back.
      const own = this.#target(type);
      if (own !== undefined && this.#given.has(own)) return [];
      const isData = stored.kind === "basic" && stored.name !== "void" ||
        stored.kind === "named" && this.#types[stored.name]?.kind !== "opaque";
      // What has a length is room for many.
      const isRoom = !isObject &&
        names.some((_, at) => this.#measured(params, names, at) === index);
      if (isRoom) return [];
      const said = directionOf(names[index] ?? "", doc);
      if (said !== undefined) {
        return said === "out" && (isObject || isData) ? [index] : [];
      }
      const isMade = isObject && index === 0 &&
        MAKES.some((word) => endsIn(name, word));
      const isNamed = OUT.test(names[index] ?? "") &&
        (isObject || isData && stored.kind === "basic");
      return isMade || isNamed || isObject && index === params.length - 1
        ? [index]
        : [];
    });
  }

  #entry(one: Function): AnnotationEntry {
    const { name, params, names, result } = one;
    const outs = this.#outs.get(one)!;
    const made = [
      result,
      ...outs.map((index) => this.#pointed(params[index])),
    ].map((type) => this.#handles.get(this.#target(type) ?? ""))
      .find((handle) => handle?.makers.includes(one));
    const of = this.#handles.get(this.#target(params[0]) ?? "");
    if (of?.free === name) return {};
    const method = made !== undefined && of === undefined
      ? maker(made) === one
        ? `new ${made.name}`
        : `static ${made.name}.${this.#names.memberOf(name, made.names)}`
      : of !== undefined
      ? `${of.name}.${this.#names.memberOf(name, of.names)}`
      : undefined;
    const error = this.#error(one, of, outs.length > 0);
    const lengths = this.#lengths(one, outs);
    const said = (index: number) => names[index] || `${index + 1}`;
    const isOwned = made !== undefined && this.#target(result) === made.type &&
      of !== undefined;
    const isConsumed = of !== undefined && params.length === 1 &&
      (isFreeing(name) ||
        endsIn(of.free, "abort") &&
          COMPLETES.includes(this.#names.memberOf(name, of.names)));
    const as = {
      ...lengths.as,
      ...this.#absent(one),
      ...isTextByName(name, result) && { return: "cstring" },
    };
    return {
      ...method !== undefined && { method },
      ...outs.length > 0 && { out: outs.map(said) },
      ...error !== undefined && { error },
      ...isOwned && { owner: "caller" },
      ...isConsumed && { consume: [said(0)] },
      ...lengths,
      ...Object.keys(as).length > 0 && { as },
    };
  }

  /** What a parameter is the length of, if it is one. */
  #measured(
    params: Function["params"],
    names: Function["names"],
    index: number,
  ): number | undefined {
    const length = names[index]!;
    if (!LENGTH.test(length) || !isInteger(this.#stored(params[index]!))) {
      return undefined;
    }
    const named = names.findIndex((name) =>
      name !== "" && name !== length && length.startsWith(name)
    );
    const of = named < 0 ? index - 1 : named;
    return of < 0 ? undefined : of;
  }

  /** Lengths: of what they are called after, else of what they stand behind. */
  #lengths(
    { params, names }: Function,
    outs: readonly number[],
  ): Pick<AnnotationEntry, "as" | "pass" | "lengths"> {
    const lengths: Record<string, string> = {};
    const pass: Record<string, { length: string }> = {};
    const as: Record<string, string> = {};
    for (const [index, length] of names.entries()) {
      const of = this.#measured(params, names, index);
      if (of === undefined || outs.includes(of)) continue;
      const type = params[of]!;
      const memory = names[of] || `${of + 1}`;
      if (isBasic(type, "cstring")) {
        as[memory] = "string";
        pass[length] = { length: memory };
      } else if (isBasic(type, "buffer") || isBasic(type, "pointer")) {
        lengths[memory] = length;
      }
    }
    const some = <T extends object>(record: T): T | undefined =>
      Object.keys(record).length === 0 ? undefined : record;
    return {
      ...some(as) && { as },
      ...some(pass) && { pass },
      ...some(lengths) && { lengths },
    };
  }

  /** Objects that may be missing, as the comment says. */
  #absent({ params, names, doc }: Function): Record<string, string> {
    return Object.fromEntries(params.flatMap((type, index) => {
      const handle = this.#handles.get(this.#target(type) ?? "");
      const name = names[index] ?? "";
      return index > 0 && handle !== undefined &&
          /\bnull\b/i.test(paragraphOf(name, doc))
        ? [[name, `?${handle.name}`]]
        : [];
    }));
  }

  /** Which results are failures, as the type or the comment says. */
  #error(
    one: Function,
    of: Handle | undefined,
    hasOut: boolean,
  ): SaidFailure | undefined {
    const guessed = this.#when(one, hasOut);
    if (guessed === undefined) return undefined;
    // A library has one way: "0 on success" of one function is the same as "or a
    // negative error" of the next.
    const isInt = isBasic(this.#stored(one.result!), "i32");
    const when = guessed === "nonzero" && isInt && this.#isNegative
      ? "negative"
      : guessed;
    const text = this.#explainer(one, of);
    return { when, ...text !== undefined && { text } };
  }

  #when(
    { name, result, doc }: Function,
    hasOut: boolean,
  ): SaidFailure["when"] | undefined {
    if (result === undefined) return undefined;
    const stored = this.#stored(result);
    if (stored.kind === "pointer") {
      return MAKES.some((word) => endsIn(name, word)) ||
          /NULL (?:on|if|when|in case of)[^.]*(?:error|fail|memory)/i.test(doc)
        ? "null"
        : undefined;
    }
    if (!isInteger(stored)) return undefined;
    // The code that is asked for is no failure of asking.
    if (/(?:^|_)(?:err|error|errno|code|status|last_error)$/i.test(name)) {
      return undefined;
    }
    if (
      /(?:negative|less than zero|< ?0|-1)[^.]{0,40}(?:error|fail)|0 or (?:an|a negative) error|(?:error|fail)\w*[^.]{0,30}(?:-1|negative)/i
        .test(doc)
    ) return "negative";
    if (
      result.kind === "named" && isStatus(this.#types, result.name) ||
      /(?:\b0|zero|_OK\b)[^.]{0,30}(?:success|if ok|if successful)/i.test(
        doc,
      ) ||
      hasOut && /^i32$/.test(stored.kind === "basic" ? stored.name : "")
    ) return "nonzero";
    return undefined;
  }

  /** What says why: of the object, of the code, or of nothing. */
  #explainer(
    { result }: Function,
    of: Handle | undefined,
  ): string | undefined {
    const found = this.#explainers.map(({ name, params: [param] }) => {
      if (param === undefined) return { name, rank: 2 };
      if (of !== undefined && this.#target(param) === of.type) {
        return { name, rank: 0 };
      }
      const isOfCode = result !== undefined &&
        isInteger(this.#stored(result)) && isInteger(this.#stored(param)) &&
        (result.kind !== "named" || param.kind === "named" &&
            param.name === result.name);
      return isOfCode ? { name, rank: 1 } : { name, rank: 9 };
    }).filter(({ rank }) => rank < 9);
    return found.sort((a, b) => a.rank - b.rank)[0]?.name;
  }

  #stored(type: Type): Type {
    return underlying(
      type,
      (name) =>
        Object.hasOwn(this.#types, name) ? this.#types[name] : undefined,
    );
  }

  /** What an address points to. */
  #pointed(type: Type | undefined): Type | undefined {
    if (type === undefined) return undefined;
    const stored = this.#stored(type);
    return stored.kind === "pointer" ? stored.to : undefined;
  }

  /** The struct, or the type of which nothing is known, that an address points to. */
  #target(type: Type | undefined): string | undefined {
    const to = this.#pointed(type);
    if (to === undefined) return undefined;
    const stored = this.#stored(to);
    if (stored.kind !== "named") return undefined;
    const kind = this.#types[stored.name]?.kind;
    return kind === "opaque" || kind === "struct" ? stored.name : undefined;
  }
}

function functionOf(
  name: string,
  definition: FunctionDefinition,
): Function | undefined {
  const { params, results, variadic } = parseType(
    definition.type,
  ) as FunctionType;
  if (variadic) return undefined;
  const { params: own = [], doc = "" } = definition;
  const all = { names: own, count: params.length };
  const names = params.map((_, index) =>
    positionOf(own[index] ?? "", all) === index ? own[index]! : ""
  );
  return { name, params, names, result: results[0], doc };
}

/** Whether a name has a word at its end: `sqlite3_close_v2`, `SDL_DestroyWindow`, `FT_Done_Face`, `PQfinish`. */
function endsIn(name: string, word: string): boolean {
  const capital = word[0]!.toUpperCase() + word.slice(1);
  return new RegExp(
    `(?:^|_|^[A-Z]+)${word}(?:_?v\\d|_all|_ex)?$|(?:^|[a-z_])${capital}(?:_?[A-Z]\\w*)?$`,
  ).test(name);
}

/** Whether a function frees one, or all of a list: not what one has (`sqlite3_db_release_memory`). */
function isFreeing(name: string): boolean {
  return FREES.some((word) => endsIn(name, word)) ||
    /_(?:free|destroy|delete|unref|release)_(?!unused|memory|cache|buffer|space)/
      .test(name);
}

/** The function that `new` calls, of those which make one. */
function maker({ makers }: Handle): Function {
  const rank = ({ name }: Function) => {
    const found = MAKES.findIndex((word) => endsIn(name, word));
    return found < 0 ? MAKES.length : found;
  };
  return [...makers].sort((a, b) =>
    rank(a) - rank(b) || a.name.length - b.name.length
  )[0]!;
}

/** What the comment says of a parameter, as Doxygen has it: `@param parent Or NULL`. */
function paragraphOf(name: string, doc: string): string {
  if (!/^\w+$/.test(name)) return "";
  return new RegExp(
    `[@\\\\]param\\s*(?:\\[[^\\]]*\\])?\\s*${name}\\b([^@]*)`,
  ).exec(doc)?.[1] ?? "";
}

/** Which way a parameter goes, where the comment says so as Doxygen has it: `@param[out] data`. */
function directionOf(name: string, doc: string): string | undefined {
  if (!/^\w+$/.test(name)) return undefined;
  const said = new RegExp(
    `[@\\\\]param\\s*\\[\\s*([a-z]+(?:\\s*,\\s*[a-z]+)?)\\s*\\]\\s*${name}\\b`,
  ).exec(doc)?.[1];
  return said;
}

function isBasic(type: Type | undefined, name: string): boolean {
  return type?.kind === "basic" && type.name === name;
}

/** Whether a function gives a text, as its type or its name says. */
function isText(name: string, result: Type | undefined): boolean {
  return isBasic(result, "cstring") || isTextByName(name, result);
}

/** A `char *` that nobody is to write to. */
function isTextByName(name: string, result: Type | undefined): boolean {
  return isBasic(result, "buffer") && TEXT.test(name);
}

function isInteger(type: Type): boolean {
  return type.kind === "basic" && /^[iu](?:\d+|size)$/.test(type.name);
}

/** Whether an enum says how something went: its 0 is called so. */
function isStatus(types: Description["types"], name: string): boolean {
  const type = types[name];
  return type?.kind === "enum" && Object.entries(type.values).some(
    ([name, value]) =>
      value === 0 && /(?:^|_)(?:OK|SUCCESS|NO_?ERROR)$|E_OK$/i.test(name),
  );
}
