/**
 * The classes that annotations make of a library's handles.
 *
 * @module
 */

import {
  type ClassDefinition,
  type FunctionDefinition,
  type Iteration,
  type Row,
  type Seen,
  SeenError,
  seenOf,
  seenTypesOf,
  type TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { printType, type Type } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import {
  type AnnotationEntry,
  badEntry,
  OF_TYPES,
} from "./parse_annotation_file.ts";
import type { Constants } from "./constant_names.ts";

/**
 * The classes without their members.
 *
 * @param path The annotation file, for errors.
 * @param entries What is said. A type that the library does not name, a
 * `void *`, is a class where functions say so (`as`).
 * @param description What the library exports.
 * @param constants What constants stand for.
 * @returns The classes by name.
 * @throws {EmitError} `bad_annotations`.
 */
export function declareClasses(
  path: string,
  entries: readonly (readonly [string, AnnotationEntry])[],
  { types, symbols }: Description,
  constants: Constants,
): Record<string, ClassDefinition> {
  const classes: Record<string, ClassDefinition> = {};
  const ofTypes = entries.filter(([, entry]) => entry.handle !== undefined);
  const names = ofTypes.map(([, { handle }]) => handle!);
  for (const [name, entry] of ofTypes) {
    const wrong = (detail: string) => badEntry(path, name, detail);
    const { handle, free, owner, iterate, members } = entry;
    const odd = Object.keys(entry).find((field) => !OF_TYPES.includes(field));
    if (odd !== undefined) throw wrong(`"${odd}" is said of functions`);
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined && !isSaidOf(handle!, entries)) {
      throw wrong(
        `the library uses no type of that name` +
          didYouMean(name, Object.keys(types)),
      );
    }
    const own = handle!;
    if (Object.hasOwn(types, own) || Object.hasOwn(classes, own)) {
      throw wrong(`"${own}" is a type already: call the class otherwise`);
    }
    if (free !== undefined && symbols[free]?.kind !== "function") {
      throw wrong(
        `no function "${free}" is described` +
          didYouMean(free, Object.keys(symbols)),
      );
    }
    if (owner !== undefined && !names.includes(owner)) {
      throw wrong(
        `no "handle" is called "${owner}"` + didYouMean(owner, names),
      );
    }
    classes[own] = {
      kind: "class",
      handle: "pointer",
      ...type !== undefined && { of: name },
      ...owner !== undefined && { owner },
      ...free !== undefined && { free },
      ...members && { members: checkedMembers(members, type, wrong) },
      ...iterate && { iterate: iterationOf(name, iterate, constants) },
      ...type?.doc !== undefined && { doc: type.doc },
    };
  }
  return classes;
}

/** The members that are properties: those that there are, and no bit-fields. */
function checkedMembers(
  members: readonly string[],
  type: TypeDefinition | undefined,
  wrong: (detail: string) => Error,
): readonly string[] {
  const all = type?.kind === "struct" || type?.kind === "union"
    ? type.fields
    : [];
  const names = all.filter(({ bits }) => bits === undefined)
    .map(({ name }) => name);
  for (const member of members) {
    if (names.includes(member)) continue;
    throw wrong(
      all.some(({ name }) => name === member)
        ? `its member "${member}" is a bit-field, which has no address and cannot be a property: take it out of "members"`
        : `it has no member "${member}"` + didYouMean(member, names),
    );
  }
  return members;
}

/** Whether functions are said to take or give objects of a class. */
function isSaidOf(
  handle: string,
  entries: readonly (readonly [string, AnnotationEntry])[],
): boolean {
  return entries.some(([, { as = {} }]) =>
    Object.values(as).some((type) => type === handle || type === `?${handle}`)
  );
}

/** How something is walked through, with the values of the constants that it names. */
function iterationOf(
  name: string,
  { row, ...others }: NonNullable<AnnotationEntry["iterate"]>,
  constants: Constants,
): Iteration {
  return {
    ...others,
    ...row && {
      row: {
        ...row,
        ...row.read && {
          read: Object.entries(row.read).map(([type, symbol]) => ({
            type: constants.code(name, type),
            ...symbol !== null && { symbol },
          })),
        },
      } as Row,
    },
  };
}

/** Why a function cannot be seen as it is said to be. */
export function problemSeen(
  definition: FunctionDefinition,
  { types }: Description,
  symbol: string,
): string | undefined {
  try {
    seenOf(definition, seenTypesOf(types), symbol);
    return undefined;
  } catch (error) {
    if (error instanceof SeenError) return error.message;
    throw error;
  }
}

/**
 * The methods that a glob makes: `"git_commit_*": { "method": "Commit.*" }` has
 * all whose first argument is a `Commit`, but what frees it.
 *
 * @param text What they are: the star is what the glob's star stands for.
 * @param glob The glob.
 * @param symbols The functions that it fits.
 * @param description What the library exports, its functions annotated.
 */
export function methodsOf(
  text: string,
  glob: string,
  symbols: readonly string[],
  { types, symbols: all }: Description,
): [symbol: string, text: string][] {
  const [, word, of] = /^(static )?([^.]*)/.exec(text)!;
  const prefix = /^[^*?{[]*/.exec(glob)![0];
  const definition = types[of!];
  const free = definition?.kind === "class" ? definition.free : undefined;
  const known = seenTypesOf(types);
  return symbols.filter((symbol) => {
    if (symbol === free) return false;
    const seen = seenOf(all[symbol] as FunctionDefinition, known, symbol);
    return isNamed(seen?.type.params[0], of!) === (word === undefined);
  }).map((
    symbol,
  ) => [symbol, text.replace("*", symbol.slice(prefix.length))]);
}

/**
 * Gives the classes their members, and looks at the whole of what is said.
 *
 * @param path The annotation file, for errors.
 * @param description What the library exports, its functions annotated.
 * @param methods What functions are of a class, by their names.
 * @param classes The classes that the file says.
 * @returns The description.
 * @throws {EmitError} `bad_annotations`.
 */
export function withMembers(
  path: string,
  description: Description,
  methods: readonly (readonly [string, string])[],
  classes: ReadonlySet<string>,
): Description {
  const { symbols } = description;
  const types = seenTypesOf(description.types);
  const wrong = (name: string, detail: string) => badEntry(path, name, detail);
  const known = new Map<string, Seen | undefined>();
  for (const [name, symbol] of Object.entries(symbols)) {
    if (symbol.kind !== "function") continue;
    try {
      known.set(name, seenOf(symbol, types, name));
    } catch (error) {
      if (!(error instanceof SeenError)) throw error;
      throw wrong(name, error.message);
    }
    for (const text of explainers(symbol)) {
      const [by] = text.split(".");
      if (symbols[by!]?.kind !== "function") {
        throw wrong(
          name,
          `no function "${by}" is described, which explains its failures`,
        );
      }
    }
  }
  const made = new Map(
    [...classes].map((name) => [name, new Members(name)] as const),
  );
  for (const [symbol, text] of methods) {
    const seen = known.get(symbol);
    const { kind, of, key } = memberIn(text, symbol);
    const members = made.get(of);
    if (members === undefined) {
      throw wrong(
        symbol,
        `"${text}": no "handle" is called "${of}"` +
          didYouMean(of, [...classes]),
      );
    }
    const [first] = seen?.type.params ?? [];
    const isMethod = isNamed(first, of);
    if (kind === "new") {
      const [result] = seen?.type.results ?? [];
      if (!isNamed(result, of)) {
        const isOrNull = result?.kind === "optional" && isNamed(result.of, of);
        const remedy = isOrNull ? `: say too "error": { "when": "null" }` : "";
        throw wrong(symbol, `it gives ${shown(result)}, wanted ${of}${remedy}`);
      }
    } else if (kind !== "method" && kind !== "static" && !isMethod) {
      throw wrong(
        symbol,
        `its first argument is ${shown(first)}, wanted ${of}`,
      );
    }
    if (
      kind !== "method" && kind !== "static" && seen?.said.nonblocking === true
    ) {
      throw wrong(
        symbol,
        `it is "nonblocking" and gives a promise, which only a method does, or a "static"`,
      );
    }
    const problem = members.add(
      kind === "method" && !isMethod ? "static" : kind,
      key,
      symbol,
    );
    if (problem !== undefined) throw wrong(symbol, problem);
  }
  const result: Record<string, TypeDefinition> = { ...description.types };
  for (const [name, members] of made) {
    const definition = result[name] as ClassDefinition;
    checkIteration(path, name, definition, known, members);
    result[name] = members.of(definition);
  }
  return { ...description, types: result };
}

function explainers(
  { annotations: { error } = {} }: FunctionDefinition,
): string[] {
  return [error?.text, error?.code, error?.of].filter((text) =>
    text !== undefined
  );
}

function isNamed(type: Type | undefined, name: string): boolean {
  return type?.kind === "named" && type.name === name;
}

function shown(type: Type | undefined): string {
  return type === undefined ? "nothing" : printType(type);
}

type MemberKind = "new" | "method" | "get" | "set" | "text" | "static";

/** What a function is of a class: `"new Database"`, `"Database.prepare"`, `"get Statement.sql"`. */
function memberIn(
  text: string,
  symbol: string,
): { kind: MemberKind; of: string; key: string } {
  const [, word = "method", of = text, key = ""] =
    /^(?:(new|get|set|static) )?([^.\s]+)(?:\.(\S+))?$/.exec(text) ?? [];
  if (word === "new") return { kind: "new", of, key };
  const name = key === "" ? symbol : key;
  return name === "toString"
    ? { kind: "text", of, key: name }
    : { kind: word as MemberKind, of, key: name };
}

/** The members of a class on their way. */
class Members {
  readonly #name: string;
  readonly #methods: Record<string, string> = {};
  readonly #statics: Record<string, string> = {};
  readonly #accessors: Record<string, { get?: string; set?: string }> = {};
  #new: string | undefined;
  #text: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** Adds one; gives why that cannot be. */
  add(kind: MemberKind, key: string, symbol: string): string | undefined {
    switch (kind) {
      case "new":
        if (this.#new !== undefined) {
          return `"${this.#new}" makes a ${this.#name} already`;
        }
        this.#new = symbol;
        return undefined;
      case "text":
        this.#text = symbol;
        return undefined;
      case "get":
      case "set":
        (this.#accessors[key] ??= {})[kind] = symbol;
        return undefined;
      case "method":
      case "static": {
        const members = kind === "method" ? this.#methods : this.#statics;
        if (Object.hasOwn(members, key)) {
          return `"${this.#name}.${key}" is "${members[key]}" already`;
        }
        members[key] = symbol;
        return undefined;
      }
    }
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#methods, key);
  }

  of(
    { kind, handle, of, owner, free, members, iterate, doc }: ClassDefinition,
  ): ClassDefinition {
    const some = <T extends object>(members: T): T | undefined =>
      Object.keys(members).length === 0 ? undefined : members;
    const accessors = Object.fromEntries(
      Object.entries(this.#accessors).flatMap(([key, { get, set }]) =>
        get === undefined
          ? []
          : [[key, { get, ...set !== undefined && { set } }]]
      ),
    );
    const all = {
      kind,
      handle,
      of,
      owner,
      free,
      new: this.#new,
      methods: some(this.#methods),
      statics: some(this.#statics),
      members,
      accessors: some(accessors),
      text: this.#text,
      iterate,
      doc,
    };
    return Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    ) as unknown as ClassDefinition;
  }
}

/** Makes sure that a class can be walked through as is said of it. */
function checkIteration(
  path: string,
  name: string,
  { of, iterate }: ClassDefinition,
  known: ReadonlyMap<string, Seen | undefined>,
  members: Members,
): void {
  if (iterate === undefined) return;
  const wrong = (detail: string) => badEntry(path, of ?? name, detail);
  const { next, count, methods, start = [], end = [], bind, row } = iterate;
  const more = count === undefined ? 0 : 1;
  if (next === undefined && (count === undefined || row === undefined)) {
    throw wrong(`"iterate" has no "next"`);
  }
  const functions: [symbol: string | undefined, params: number][] = [
    [next, 1 + more],
    [count, 1],
    ...[...start, ...end].map((symbol) => [symbol, 1] as [string, number]),
    [bind?.count, 1],
    ...Object.values(bind?.kinds ?? {}).map((symbol) =>
      [symbol, symbol === bind?.kinds.null ? 2 : 3] as [string, number]
    ),
    [row?.count, 1],
    [row?.name, 2],
    [row?.type, 2],
    [row?.null, 2 + more],
    [row?.value, 2 + more],
    ...(row?.read ?? []).map(({ symbol }) =>
      [symbol, 2 + more] as [string, number]
    ),
  ];
  for (const [symbol, wanted] of functions) {
    if (symbol === undefined) continue;
    if (!known.has(symbol)) {
      throw wrong(
        `no function "${symbol}" is described` +
          didYouMean(symbol, [...known.keys()]),
      );
    }
    const { params = [] } = known.get(symbol)?.type ?? {};
    if (params.length !== wanted || !isNamed(params[0], name)) {
      throw wrong(
        `"${symbol}" takes (${
          params.map((type) => printType(type)).join(", ")
        }), wanted ${name}` +
          (wanted === 1 ? "" : ` and ${wanted - 1} more`),
      );
    }
  }
  if (count === undefined && known.get(next!)?.said.done === undefined) {
    throw wrong(
      `"${next}" needs the annotation "done": when is there no more?`,
    );
  }
  for (const key of Object.keys(methods ?? {})) {
    if (members.has(key)) throw wrong(`"${name}.${key}" is a method already`);
  }
}
