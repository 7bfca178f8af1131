/**
 * Finds the macros with parameters that are expressions, and a type for each:
 * C has none for them. Parameters are what the functions take that the macro
 * gives them to, and what has the members that it reads; the others are the
 * first that compiles. The result is what the compiler says.
 *
 * ```c
 * extern lua_State *given_0; extern int given_1;
 * __typeof__((0, lua_pop(given_0, given_1))) try(lua_State *p0, int p1) { return lua_pop(p0, p1); }
 * ```
 *
 * @module
 */

import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { closing, type Token, tokens } from "../csource/tokens.ts";
import { describePointees } from "../describe/pointees.ts";
import type { Description } from "../describe/description.ts";
import { readLibrary } from "../image/library_file.ts";
import { cNameOf, type CNames, cNamesOf } from "./c_names.ts";
import { Unwritable } from "../thunk/unwritable.ts";
import {
  atFault,
  briefly,
  ccWithAllErrors,
  type HeaderRequest,
  linking,
  prelude,
  refused,
  setLines,
} from "./compile_header.ts";
import { isExpression, type Macro, preprocessed } from "./list_macros.ts";

/** What a parameter is tried as of which nothing is known, in this order. */
const TRIED = ["i32", "pointer", "cstring", "f64"].map((text) =>
  parseType(text)
);

/** A macro at types that it may have. */
interface Trial {
  readonly name: string;
  readonly params: readonly Type[];
}

/**
 * Lists the macros of the library's own headers.
 *
 * @param request The headers.
 * @param description What they say of the library.
 * @returns Their types by name, sorted: `"(*lua_State, i32) => void"`.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function macroTypes(
  request: HeaderRequest,
  description: Description,
): Promise<Record<string, string>> {
  const { macros } = await preprocessed(request);
  const { isWanted = () => true } = request;
  const chosen = [...macros].filter(([name, macro]) =>
    macro.isOwn && isExpression(macro) && !name.startsWith("_") &&
    isWanted(name) && !Object.hasOwn(description.symbols, name) &&
    !Object.hasOwn(description.skipped, name)
  );
  const known = new Known(macros, description);
  const trials = chosen.flatMap(([name]) => trialsOf(name, known.of(name)));
  const types = await compile(request, trials);
  return Object.fromEntries(
    Object.entries(types).sort(([a], [b]) => a < b ? -1 : 1),
  );
}

/** What may be meant, the likeliest first. */
function trialsOf(
  name: string,
  params: readonly (Type | undefined)[],
): Trial[] {
  const isKnown = params.every((type) => type !== undefined);
  const tried = isKnown ? TRIED.slice(0, 1) : TRIED;
  return tried.map((type) => ({
    name,
    params: params.map((known) => known ?? type),
  }));
}

/** What is known of the parameters of macros. */
class Known {
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #symbols: Description["symbols"];
  readonly #owners = new Map<string, string | undefined>();
  readonly #found = new Map<string, readonly (Type | undefined)[]>();

  constructor(
    macros: ReadonlyMap<string, Macro>,
    { symbols, types, defined }: Description,
  ) {
    this.#macros = macros;
    this.#symbols = symbols;
    for (
      const [name, type] of Object.entries({ ...defined?.types, ...types })
    ) {
      if (type.kind !== "struct" && type.kind !== "union") continue;
      for (const { name: field } of type.fields) {
        // What several have says of none.
        this.#owners.set(field, this.#owners.has(field) ? undefined : name);
      }
    }
  }

  /** The types of a macro's parameters, as far as its body says them. */
  of(name: string): readonly (Type | undefined)[] {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    const { params = [], body = "" } = this.#macros.get(name) ?? {};
    this.#found.set(name, []); // while it is looked into
    const list = [...tokens(body)];
    const found = params.map((param) => this.#typeOf(param, list));
    this.#found.set(name, found);
    return found;
  }

  #typeOf(param: string, body: readonly Token[]): Type | undefined {
    for (const [at, token] of body.entries()) {
      if (token.kind !== "name") continue;
      if (token.text === param) {
        const type = this.#byMember(body, at);
        if (type !== undefined) return type;
      } else if (body[at + 1]?.text === "(") {
        const place = placeIn(body, at + 1, param);
        const type = place === undefined
          ? undefined
          : this.#paramOf(token.text, place);
        if (type !== undefined) return type;
      }
    }
    return undefined;
  }

  /** What has the member that is read of it: `(p)->x`. */
  #byMember(body: readonly Token[], at: number): Type | undefined {
    let [before, behind] = [at - 1, at + 1];
    while (body[before]?.text === "(" && body[behind]?.text === ")") {
      before--;
      behind++;
    }
    const isPointer = body[behind]?.text === "-" &&
      body[behind + 1]?.text === ">";
    if (!isPointer && body[behind]?.text !== ".") return undefined;
    const owner = this.#owners.get(
      body[behind + (isPointer ? 2 : 1)]?.text ?? "",
    );
    if (owner === undefined) return undefined;
    return parseType(isPointer ? `*${owner}` : owner);
  }

  /** What a function, or another macro, takes there. */
  #paramOf(name: string, place: number): Type | undefined {
    const symbol = Object.hasOwn(this.#symbols, name)
      ? this.#symbols[name]
      : undefined;
    return symbol?.kind === "function"
      ? (parseType(symbol.type) as FunctionType).params[place]
      : this.of(name)[place];
  }
}

/** Which argument of a call a name is, with nothing around it but parentheses. */
function placeIn(
  body: readonly Token[],
  open: number,
  name: string,
): number | undefined {
  const close = closing(body, open);
  let [place, depth, start] = [0, 0, open + 1];
  for (let at = open + 1; at <= close; at++) {
    const { text = ")" } = body[at] ?? {};
    if (depth === 0 && (text === "," || at === close)) {
      const argument = body.slice(start, at)
        .filter(({ text }) => text !== "(" && text !== ")");
      if (argument.length === 1 && argument[0]!.text === name) return place;
      place++;
      start = at + 1;
    }
    if (text === "(") depth++;
    else if (text === ")") depth--;
  }
  return undefined;
}

/** What the references to the functions are called. */
const PREFIX = "plugin_ref_";

async function compile(
  request: HeaderRequest,
  trials: readonly Trial[],
): Promise<Record<string, string>> {
  const names = await cNamesOf(
    request,
    trials.map(({ params }) => ({
      kind: "function",
      params: [...params],
      results: [],
      variadic: false,
    })),
  );
  let left = trials.flatMap((trial) => {
    const line = lineOf(trial, names);
    return line === undefined ? [] : [{ name: trial.name, line }];
  });
  const source = join(request.work, "tried.c");
  const library = join(request.work, "tried.so");
  // The compiler says but once that a function is not declared, and passes over
  // what is behind an error: as many rounds as find something.
  while (left.length > 0) {
    const lines = left.map(({ line }, index) => line(index));
    system.overwrite(
      source,
      prelude(request.headers) + setLines + lines.join(""),
    );
    const { status, stderr } = await ccWithAllErrors([
      ...linking(request).filter((arg) => arg !== "-w"),
      ...await briefly(request),
      "-Werror=implicit-function-declaration",
      "-Werror=int-conversion",
      "-o",
      library,
      source,
    ], request);
    if (status === 0) {
      const first = new Map<string, number>();
      for (const [index, { name }] of left.entries()) {
        if (!first.has(name)) first.set(name, index);
      }
      const { symbols } = describePointees(readLibrary(library).image, PREFIX);
      return Object.fromEntries(
        Array.from(first, ([name, index]) => [name, symbols[`${index}`]?.type])
          .filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
    }
    const wrong = new Set(atFault(stderr));
    const next = left.filter((_, index) => !wrong.has(index));
    if (next.length === left.length) throw await refused(request, stderr);
    left = next;
  }
  return {};
}

/** A function around the macro, by its number; none where C has no word for a type. */
function lineOf(
  { name, params }: Trial,
  names: CNames,
): ((index: number) => string) | undefined {
  let types: readonly string[];
  try {
    types = params.map((type) => cNameOf(type, names));
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
  const callOf = (prefix: string) =>
    `${name}(${types.map((_, at) => `${prefix}${at}`).join(", ")})`;
  const list = types.map((type, at) => `${type} p${at}`).join(", ") || "void";
  return (index) => {
    // Behind a function's name its parameters are not yet known.
    const before = types.map((type, at) =>
      `extern ${type} plugin_given_${index}_${at}; `
    );
    const result = `__typeof__((0, ${callOf(`plugin_given_${index}_`)}))`;
    const own = `plugin_try_${index}`;
    return `${before.join("")}${result} ${own}(${list}) ` +
      `{ return ${callOf("p")}; } ` +
      `__typeof__(${own}) *${PREFIX}${index} = &${own};\n`;
  };
}
