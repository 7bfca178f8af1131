/**
 * Prints the `.d.ts` of a manifest: the types of `open<Hello>("./hello.so")`.
 *
 * @module
 */

import {
  type Constant,
  type FunctionDefinition,
  type Manifest,
  RETURN,
  type SymbolDefinition,
  type VariableDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import { BASIC_NAMES, type FunctionType } from "../../ffi/notation/type.ts";
import { hasComposite } from "../thunk/composite_values.ts";
import { declareClass, membersOfClasses } from "./declare_classes.ts";
import { signatureOf } from "./declare_seen.ts";
import { declareType, objectOf, wideTypes } from "./named.ts";
import { docComment, lineComment } from "./comments.ts";
import { type Line, type Printed, printLines } from "./lines.ts";
import { GLOBALS, interfaceName, propertyName, RESERVED } from "./names.ts";
import { printParameters, printResult } from "./print_signature.ts";
import { shownTypes } from "./shown_types.ts";
import { arrayOf, IMPORTS, type Names, Values } from "./value_types.ts";

/**
 * Prints the declarations of a plugin.
 *
 * @param manifest The plugin's manifest.
 * @returns TypeScript: an interface with a member for each symbol, and the
 * types that they use. The same text for the same manifest.
 */
export function printDeclaration(manifest: Manifest): string {
  return declareAll(manifest).text;
}

/**
 * Prints the declarations of a plugin, and says where it has printed what.
 *
 * @param manifest The plugin's manifest.
 * @returns As {@linkcode printDeclaration}, with the place of each symbol, each
 * type, and each member of one.
 */
export function declareAll(manifest: Manifest): Printed {
  const { library, symbols, types } = manifest;
  const shown = shownTypes(manifest);
  const { name, typesName, constantsName, names } = nameAll(manifest);
  const values = new Values(manifest, (type) => names.get(type)!);
  const named = Object.entries(shown).flatMap(([type, definition]) =>
    definition.kind === "class"
      ? declareClass(names.get(type)!, definition, symbols, values)
      : declareType(names.get(type)!, definition, values)
  );
  const inClasses = membersOfClasses(types);
  const members: Line[] = [
    ...Object.entries(symbols).flatMap(([name, symbol]) =>
      inClasses.has(name) ? [] : member(name, symbol, types, values)
    ),
    ...exportedClasses(manifest).map(({ name, of }) => ({
      before: "  ",
      name: propertyName(name),
      after: `: typeof ${names.get(of)!.out};`,
      of: name,
    })),
  ];
  const objects = Object.entries(types).flatMap(([type, definition]) => {
    const object = objectOf(type, definition, types, names, values);
    return object === undefined ? [] : [`  ${propertyName(type)}: ${object};`];
  });
  const constants = Object.values(manifest.constants ?? {});
  if (constants.some(isPointer)) values.use("Pointer");
  const { imports } = values;
  return printLines([
    lineComment(
      `The types of ${library.file}, written by "plugin". Do not edit.`,
    ),
    ...(imports.length === 0 ? [] : [importing(imports)]),
    "",
    ...named,
    ...declareOpaque(values.opaque, names),
    `/** What ${library.file} exports. */`,
    `export interface ${name} {`,
    ...members,
    "}",
    "",
    ...(objects.length === 0 ? [] : [
      `/** The types of ${library.file}, as \`plugin.type\` gives them. */`,
      `export interface ${typesName} {`,
      ...objects,
      "}",
      "",
    ]),
    ...declareConstants(constantsName, manifest),
  ]);
}

/** Types of which there are only addresses: their names tell these from each other. */
function declareOpaque(
  opaque: ReadonlySet<string>,
  names: ReadonlyMap<string, Names>,
): Line[] {
  return [...opaque].sort().flatMap((type): Line[] => {
    const { out } = names.get(type)!;
    return [
      "/** It is only ever pointed to. */",
      { before: "export interface ", name: out, after: " {", of: type },
      `  readonly "only pointed to": ${JSON.stringify(out)};`,
      "}",
      "",
    ];
  });
}

/** A name that a plugin exports, as its declarations have it. */
export interface ExportedName {
  readonly name: string;
  /** The comment above it. */
  readonly doc?: string | undefined;
  /** Whether it is a class, which is declared under this name already. */
  readonly isClass: boolean;
}

/**
 * The names that a plugin exports: all that can be looked up in it without a
 * type.
 *
 * @param manifest The plugin's manifest.
 */
export function exportedNames(manifest: Manifest): ExportedName[] {
  const { symbols, types } = manifest;
  const inClasses = membersOfClasses(types);
  const { names } = nameAll(manifest);
  const own = Object.entries(symbols).flatMap(([name, symbol]) => {
    if (inClasses.has(name)) return [];
    if (symbol.kind === "variable") {
      return [{ name, doc: symbol.doc, isClass: false }];
    }
    const type = typeOfCalls(symbol);
    return uncallable(symbol, type, types) === undefined
      ? [{ name, doc: documentation(symbol), isClass: false }]
      : [];
  });
  const classes = exportedClasses(manifest).map(({ name, of }) => ({
    name,
    isClass: name === of && names.get(of)!.out === of,
  }));
  return [...own, ...classes];
}

/** The classes that a plugin exports, by their own names and by others that they have. */
function exportedClasses(
  manifest: Manifest,
): { readonly name: string; readonly of: string }[] {
  const { symbols, types } = manifest;
  return Object.entries(shownTypes(manifest)).flatMap(([name, type]) => {
    const of = type.kind === "alias" ? type.type : name;
    return types[of]?.kind === "class" && !Object.hasOwn(symbols, name)
      ? [{ name, of }]
      : [];
  });
}

/** The arguments of {@linkcode Plugin} that type a plugin. */
export function interfacesOf(manifest: Manifest): string[] {
  const { name, typesName, constantsName, names } = nameAll(manifest);
  const values = new Values(manifest, (type) => names.get(type)!);
  const hasTypes = Object.entries(manifest.types).some(([type, definition]) =>
    objectOf(type, definition, manifest.types, names, values) !== undefined
  );
  const rest = manifest.constants === undefined ? [] : [constantsName];
  return [
    name,
    ...hasTypes ? [typesName] : rest.length > 0 ? ["object"] : [],
    ...rest,
  ];
}

/** Widest line that is filled. */
const WIDTH = 80;

function importing(imports: readonly string[]): string {
  const line = `import type { ${imports.join(", ")} } from "@native/plugin";`;
  return line.length <= WIDTH
    ? line
    : `import type {\n  ${imports.join(",\n  ")},\n} from "@native/plugin";`;
}

/** Names that no interface and no type can have. */
const TAKEN: readonly string[] = [
  ...IMPORTS,
  ...RESERVED,
  ...BASIC_NAMES.map((name) => arrayOf(name) ?? name),
  ...GLOBALS,
];

/**
 * The name of the interface that {@linkcode printDeclaration} declares.
 *
 * @param file File name of the library.
 */
export function interfaceOf(file: string): string {
  return nameInterface(file, new Set(TAKEN));
}

function unlike(name: string, taken: ReadonlySet<string>): string {
  while (taken.has(name)) name += "_";
  return name;
}

/** The interface gives way: what is called as the library is, a program means when it says so. */
function nameInterface(file: string, taken: ReadonlySet<string>): string {
  const name = interfaceName(file);
  return unlike(taken.has(name) ? `${name}Plugin` : name, taken);
}

/** Gives each type and the interface a name that nothing else has. */
function nameAll(
  { library, types }: Manifest,
): {
  name: string;
  typesName: string;
  constantsName: string;
  names: ReadonlyMap<string, Names>;
} {
  const taken = new Set(TAKEN);
  const fresh = (name: string): string => {
    const own = unlike(name, taken);
    taken.add(own);
    return own;
  };
  const out = Object.keys(types).map((type) =>
    [type, fresh(type.replace(/\.|::/g, "_"))] as const
  );
  const wide = wideTypes(types);
  const names = out.map(([type, out]): [string, Names] => [
    type,
    { out, in: wide.has(type) ? fresh(`${out}Init`) : out, of: type },
  ]);
  const name = fresh(nameInterface(library.file, taken));
  const typesName = fresh(`${name}Types`);
  const constantsName = fresh(`${name}Constants`);
  return { name, typesName, constantsName, names: new Map(names) };
}

/** The third type argument of `open`, where there are constants. */
function declareConstants(
  name: string,
  { library, constants }: Manifest,
): string[] {
  if (constants === undefined) return [];
  return [
    `/** The constants of ${library.file}. */`,
    `export interface ${name} {`,
    ...Object.entries(constants).map(([name, constant]) =>
      `  readonly ${propertyName(name)}: ${literal(constant)};`
    ),
    "}",
    "",
  ];
}

function literal(constant: Constant): string {
  if (typeof constant !== "object") return JSON.stringify(constant);
  const { type, value } = constant;
  switch (type) {
    case "i64":
    case "u64":
      return `${value}n`;
    case "f64":
      return "number";
    case "pointer":
      return value === "0" ? "null" : "Pointer";
  }
}

function isPointer(constant: Constant): boolean {
  return typeof constant === "object" && constant.type === "pointer";
}

function member(
  name: string,
  symbol: SymbolDefinition,
  types: Manifest["types"],
  values: Values,
): Line[] {
  const key = propertyName(name);
  const line = (after: string): Line => ({
    before: "  ",
    name: key,
    after,
    of: name,
  });
  if (symbol.kind === "variable") {
    return [
      ...docComment(symbol.doc, "  "),
      line(`: ${variable(symbol, values)};`),
    ];
  }
  const type = typeOfCalls(symbol);
  const why = uncallable(symbol, type, types);
  if (why !== undefined) return [`  ${lineComment(`${key}: ${why}`)}`];
  return [
    ...docComment(documentation(symbol), "  "),
    line(callable(name, type, symbol, values)),
  ];
}

/** The type that `lookup(name)` gives a function at: its own, or the only signature of one with a variable number of arguments. */
function typeOfCalls({ type, calls = [] }: FunctionDefinition): FunctionType {
  const own = parseType(type) as FunctionType;
  const [only] = calls;
  return own.variadic && only !== undefined && calls.length === 1
    ? parseType(only.type) as FunctionType
    : own;
}

function variable(
  { type, const: fixed, get }: VariableDefinition,
  values: Values,
) {
  const parsed = parseType(type);
  const [given, into] = [values.of(parsed, "out"), values.of(parsed, "in")];
  // What functions give is a copy, and a frozen one where it is a struct.
  const isCopy = get !== undefined && parsed.kind === "named" &&
    values.types[parsed.name]?.kind !== "class";
  const out = isCopy ? `Readonly<${given}>` : given;
  const both = fixed || into === out ? out : `${out}, ${into}`;
  const own = `${values.use("Variable")}<${both}>`;
  return fixed ? `Readonly<${own}>` : own;
}

/** What stands behind the name of a function, which may go on below. */
function callable(
  name: string,
  type: FunctionType,
  definition: FunctionDefinition,
  values: Values,
): string {
  const { annotations = {} } = definition;
  const signature = signatureOf(name, definition, values, type);
  const params = printParameters(signature.params);
  const result = printResult(signature);
  values.use("NativeFunction");
  const end = annotations.nonblocking ? `>["async"];` : ">;";
  const line = `: NativeFunction<[${params.join(", ")}], ${result}${end}`;
  const before = `  ${propertyName(name)}`;
  return before.length + line.length <= WIDTH ? line : [
    ": NativeFunction<",
    ...(params.length === 0
      ? ["    [],"]
      : ["    [", ...params.map((param) => `      ${param},`), "    ],"]),
    `    ${result}`,
    `  ${end}`,
  ].join("\n");
}

/** The comment of a function, and what its annotations say. */
function documentation(
  { doc, annotations = {} }: FunctionDefinition,
): string | undefined {
  const {
    free,
    errno,
    nonblocking,
    threads = [],
    lengths = {},
    out = [],
    error,
  } = annotations;
  const notes = [
    ...Object.entries(lengths).flatMap(([name, length]) =>
      name === RETURN || out.includes(name)
        ? []
        : [`- \`${name}\` has room for \`${length}\`.`]
    ),
    ...threads.map((name) => `- \`${name}\` is called from any thread.`),
    ...(free === undefined ? [] : [
      `- What it gives, \`${free}\` frees: a text at once, a pointer by \`using\`.`,
    ]),
    ...(error === undefined ? [] : [
      `- It throws where it fails${
        error.text === undefined ? "" : `, with what \`${error.text}\` says`
      }.`,
    ]),
    ...(errno ? ["- It leaves an `errno` for `lastError`."] : []),
    ...(nonblocking ? ["- It runs on another thread."] : []),
  ];
  if (notes.length === 0) return doc;
  return [...(doc === undefined ? [] : [doc, ""]), ...notes].join("\n");
}

/** Why `lookup(name)` refuses a function; what `lookup` would throw, the compiler says. */
function uncallable(
  { thunk, noThunk, calls = [] }: FunctionDefinition,
  type: FunctionType,
  types: Manifest["types"],
): string | undefined {
  if (thunk !== undefined) return undefined;
  if (type.variadic) {
    return calls.length === 0
      ? "takes a variable number of arguments, and no --thunk names a signature"
      : `look it up with a signature: ${
        calls.map(({ type }) => `"${type}"`).join(", ")
      }`;
  }
  if (!hasComposite(type, types)) return undefined;
  return noThunk === undefined
    ? "has a struct by value and no thunk: plugin emit --thunks makes one"
    : `has a struct by value, and no thunk can be made: ${
      noThunk.replaceAll(/[\r\n\u2028\u2029]+/g, " ")
    }`;
}
