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
import {
  type FunctionType,
  parseType,
  type Type,
} from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import type { Entry, SaidFailure } from "./parse_annotation_file.ts";

/** What is proposed, in the order of a file. */
export type Proposal = [name: string, entry: Entry][];

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
  readonly free: string;
  readonly makers: readonly Function[];
  owner?: string;
}

/** Names of what frees, the surest first. */
const FREES = [
  "free",
  "destroy",
  "close",
  "delete",
  "release",
  "unref",
  "finalize",
  "cleanup",
  "finish",
  "clear",
];

/** Names of what makes one, the surest first. */
const MAKES = [
  "new",
  "create",
  "alloc",
  "open",
  "init",
  "connect",
  "make",
  "dup",
  "copy",
  "load",
  "read",
  "parse",
];

/** Names of parameters that say how long the one before is. */
const LENGTH =
  /^(?:n|len|length|size|count|cnt|num|.*(?:_len|len|_size|_length|_count|Len|Size|Length|Count|Bytes|Byte))$/;

/** Names of parameters through which something comes back. */
const OUT =
  /^(?:out|result|ret|pp[A-Z]\w*|\w+_out|out_\w+|\w+_ret|\w+_return)$/;

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
    this.#handles = this.#findHandles();
    const ways = this.#functions.map((one) => this.#when(one, false));
    const count = (way: SaidFailure["when"]) =>
      ways.filter((one) => one === way).length;
    this.#isNegative = count("negative") > count("nonzero");
    this.#explainers = this.#functions.filter(({ name, result, params }) =>
      isText(result) && params.length <= 1 &&
      /(?:err|error)_?(?:msg|message|string|str|text)?$|strerror|geterror/i
        .test(name)
    );
  }

  all(): Proposal {
    const classes = [...this.#handles.values()].map((
      { type, name, free, owner },
    ): [string, Entry] => [
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
      let name = className(type);
      while (taken.has(name)) name += "_";
      taken.add(name);
      handles.set(type, { type, name, free: free.name, makers });
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

  #freeOf(type: string): Function | undefined {
    const found = this.#functions.filter(({ params }) =>
      params.length === 1 && this.#target(params[0]) === type
    ).flatMap((one) => {
      const rank = FREES.findIndex((word) => endsIn(one.name, word));
      return rank < 0 ? [] : [{ one, rank }];
    });
    return found.sort((a, b) =>
      a.rank - b.rank || a.one.name.length - b.one.name.length
    )[0]?.one;
  }

  /** Whether a function gives a new one, as its result or through an address. */
  #makes(one: Function, type: string): boolean {
    return this.#target(one.result) === type &&
        MAKES.some((word) => one.name.toLowerCase().includes(word)) ||
      this.#outs(one).some((index) =>
        this.#target(this.#pointed(one.params[index])) === type
      );
  }

  /** The parameters through which something comes back. */
  #outs({ params, names }: Function): number[] {
    return params.flatMap((type, index) => {
      const to = this.#pointed(type);
      if (to === undefined) return [];
      const isObject = this.#target(to) !== undefined;
      const isScalar = to.kind === "basic" && to.name !== "void";
      return isObject && index === params.length - 1 ||
          (isObject || isScalar) && OUT.test(names[index] ?? "")
        ? [index]
        : [];
    });
  }

  #entry(one: Function): Entry {
    const { name, params, names, result } = one;
    const outs = this.#outs(one);
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
        : `static ${made.name}.${memberName(one.name, made.type)}`
      : of !== undefined
      ? `${of.name}.${memberName(name, of.type)}`
      : undefined;
    const error = this.#error(one, of, outs.length > 0);
    const lengths = this.#lengths(one, outs);
    const said = (index: number) => names[index] || `${index + 1}`;
    const isOwned = made !== undefined && this.#target(result) === made.type &&
      of !== undefined;
    return {
      ...method !== undefined && { method },
      ...outs.length > 0 && { out: outs.map(said) },
      ...error !== undefined && { error },
      ...isOwned && { owner: "caller" },
      ...lengths,
    };
  }

  /** Lengths that stand behind what they are the length of. */
  #lengths(
    { params, names }: Function,
    outs: readonly number[],
  ): Pick<Entry, "as" | "pass" | "lengths"> {
    const lengths: Record<string, string> = {};
    const pass: Record<string, { length: string }> = {};
    const as: Record<string, string> = {};
    for (let index = 0; index + 1 < params.length; index++) {
      const [type, length] = [params[index]!, names[index + 1] ?? ""];
      if (
        outs.includes(index) || !isInteger(this.#stored(params[index + 1]!))
      ) {
        continue;
      }
      if (!LENGTH.test(length)) continue;
      const memory = names[index] || `${index + 1}`;
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
        isInteger(this.#stored(param)) &&
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

/** Whether a name has a word at its end: `sqlite3_close_v2`, `SDL_DestroyWindow`, `PQfinish`. */
function endsIn(name: string, word: string): boolean {
  const capital = word[0]!.toUpperCase() + word.slice(1);
  return new RegExp(
    `(?:^|_|^[A-Z]+)${word}(?:_?v\\d|_all|_ex)?$|(?:^|[a-z_])${capital}(?:[A-Z]\\w*)?$`,
  ).test(name);
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

/** The name of a class: `git_revwalk` is a `Revwalk`, `sqlite3_stmt` a `Stmt`. */
function className(type: string): string {
  const words = type.replace(/^_+|(?:_t|_st|_s)$/g, "").split("_")
    .filter((word) => word !== "");
  const own = words.length > 1 ? words.slice(1) : words;
  return own.length === 0
    ? type
    : own.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

/** What a function is called as a method: without the words of its class. */
function memberName(name: string, type: string): string {
  const stem = type.replace(/^_+|(?:_t|_st|_s)$/g, "");
  if (name.startsWith(`${stem}_`)) return name.slice(stem.length + 1);
  const prefix = /^[A-Za-z0-9]+_/.exec(name)?.[0] ?? "";
  return name.slice(prefix.length) || name;
}

function isBasic(type: Type | undefined, name: string): boolean {
  return type?.kind === "basic" && type.name === name;
}

function isText(type: Type | undefined): boolean {
  return isBasic(type, "cstring");
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
