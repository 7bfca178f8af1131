/**
 * The names of the parameters of functions that are given, or lie in a struct: debug
 * information has their types alone.
 *
 * @module
 */

import type {
  SymbolDefinition,
  TypeDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import type { Description } from "../describe/description.ts";
import { mapFields, mapFunctions } from "../describe/map_description.ts";
import { declared, memberHeads } from "./declarators.ts";
import { plainName } from "./doc.ts";
import { isName, nameOf, parametersIn, split } from "./params.ts";
import { closing, type Head, type Token } from "./tokens.ts";

/** What the parameters of a function are called; undefined where none has a name. */
type Names = readonly string[] | undefined;

/**
 * Gives the functions that a library is given, and those in its structs, the names of
 * their parameters.
 *
 * @param description What a library exports.
 * @param declarations Those of its sources or headers; the first of a name counts.
 * @param asDeclared Says what a name is where it is declared.
 * @returns The description, with names where a declaration has as many as the type.
 */
export function withCallbackParams(
  description: Description,
  declarations: readonly Head[],
  asDeclared: (name: string) => string = plainName,
): Description {
  const { symbols, types, defined } = description;
  const functions = Object.keys(symbols).filter((name) =>
    takesFunctions(symbols[name]!)
  );
  const structs = [types, defined?.types ?? {}].flatMap((types) =>
    Object.keys(types).filter((name) => hasFunctions(types[name]!))
  );
  if (functions.length + structs.length === 0) return description;

  const typedefs = typedefsIn(declarations);
  const params = paramsOf(declarations, new Set(functions.map(asDeclared)));
  const members = membersOf(declarations, new Set(structs.map(plainName)));
  const named = mapFunctions(description, (name, definition) => {
    const declarators = params.get(asDeclared(name)) ?? [];
    const { params: own } = parseType(definition.type) as FunctionType;
    const all = own.flatMap((param, index) => {
      const names = namesFor(param, declarators[index], typedefs);
      return names === undefined ? [] : [[`${index + 1}`, names]];
    });
    return all.length === 0
      ? definition
      : { ...definition, callbackParams: Object.fromEntries(all) };
  });
  return mapFields(named, (owner, field) => {
    const declarator = members.get(`${plainName(owner)}.${field.name}`);
    const names = declarator &&
      namesFor(parseType(field.type), declarator, typedefs);
    return names === undefined ? field : { ...field, params: names };
  });
}

/** Whether a function has one among its parameters. */
function takesFunctions({ kind, type }: SymbolDefinition): boolean {
  return kind === "function" && type.indexOf("=>") !== type.lastIndexOf("=>");
}

/** Whether a type is a struct or a union with functions among its members. */
function hasFunctions(type: TypeDefinition): boolean {
  return (type.kind === "struct" || type.kind === "union") &&
    type.fields.some((field) => field.type.includes("=>"));
}

/** What each typedef stands for, as it is written. */
function typedefsIn(declarations: readonly Head[]): Declarators {
  const typedefs = new Map<string, readonly Token[]>();
  for (const { tokens } of declarations) {
    if (tokens[0]?.text !== "typedef") continue;
    const of = tokens.slice(1);
    addFirst(typedefs, nameOf(of), of);
  }
  return typedefs;
}

/** The parameters of functions, as they are written. */
function paramsOf(
  declarations: readonly Head[],
  functions: ReadonlySet<string>,
): ReadonlyMap<string, readonly Token[][]> {
  const all = new Map<string, readonly Token[][]>();
  for (const head of declarations) {
    const found = parametersIn(head, (name) => functions.has(name));
    if (found !== undefined) addFirst(all, found.name, found.params);
  }
  return all;
}

/** The members of types, as they are written, as `Type.member`. */
function membersOf(
  declarations: readonly Head[],
  types: ReadonlySet<string>,
): Declarators {
  const members = new Map<string, readonly Token[]>();
  for (const head of declarations) {
    if (head.body === undefined) continue;
    const owners = declared(head).filter(({ text }) => types.has(text));
    if (owners.length === 0) continue;
    for (const member of memberHeads(head.body)) {
      for (const { text: name } of declared(member)) {
        for (const { text: owner } of owners) {
          addFirst(members, `${owner}.${name}`, member.tokens);
        }
      }
    }
  }
  return members;
}

/** What names are declared as. */
type Declarators = ReadonlyMap<string, readonly Token[]>;

function addFirst<T>(map: Map<string, T>, name: string, value: T): void {
  if (!map.has(name)) map.set(name, value);
}

/** The names for a function, where what declares it has one for each parameter. */
function namesFor(
  type: Type,
  declarator: readonly Token[] | undefined,
  typedefs: Declarators,
): Names {
  if (type.kind !== "function" || declarator === undefined) return undefined;
  const params = paramsIn(declarator, typedefs)?.map(nameOf);
  return params?.length === type.params.length &&
      params.some((name) => name !== "")
    ? params
    : undefined;
}

/** The parameters of a function that is declared: by itself, as a pointer, or by a typedef. */
function paramsIn(
  declarator: readonly Token[],
  typedefs: Declarators,
  seen = new Set<string>(),
): Token[][] | undefined {
  const open = declarator.findIndex(({ text }) => text === "(");
  if (open < 0) {
    const name = declarator.find(isName)?.text;
    if (name === undefined || seen.has(name)) return undefined;
    const of = typedefs.get(name);
    return of && paramsIn(of, typedefs, seen.add(name));
  }
  const close = closing(declarator, open);
  const inside = declarator.slice(open + 1, close);
  // int name(int a), where int (CALLS *name)(int a) has its list behind.
  if (declarator[close + 1]?.text !== "(") return split(inside);
  // int (*name)(int a), and what gives a function: int (*(*name)(int a))(int)
  return inside.some(({ text }) => text === "(")
    ? paramsIn(inside, typedefs, seen)
    : split(declarator.slice(close + 2, closing(declarator, close + 1)));
}
