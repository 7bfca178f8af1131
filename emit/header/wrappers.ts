/**
 * Compiles what headers define and no library has: inline functions, macros
 * with parameters, and functions with a `va_list` as functions with `...`.
 *
 * ```c
 * #include "lua.h"
 * EXPORT void plugin_wrap_lua_pop(lua_State *p0, int p1) { lua_pop(p0, p1); }
 * #undef lua_inline
 * EXPORT extern __typeof__(lua_inline) plugin_wrap_lua_inline ALIAS("lua_inline");
 * ```
 *
 * What they use of the library they reach through a table of addresses, which
 * is filled when they are loaded: they need no library, whatever its file is
 * called, and whichever image of it they belong to.
 *
 * @module
 */

import type {
  FunctionDefinition,
  SymbolDefinition,
} from "../../ffi/manifest/manifest.ts";
import { parseType } from "../../ffi/notation/parse_type.ts";
import type { FunctionType, Type } from "../../ffi/notation/type.ts";
import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import type { Description } from "../describe/description.ts";
import { EmitError } from "../error.ts";
import { neededByFunctions, weaken } from "../image/elf_object.ts";
import { neededByMachFunctions } from "../image/macho_object.ts";
import type { Image } from "../image/image.ts";
import { cNameOf, type CNames, cNamesOf } from "./c_names.ts";
import { Unwritable } from "../thunk/unwritable.ts";
import {
  briefly,
  ccWithAllErrors,
  faultsIn,
  type HeaderRequest,
  including,
  prelude,
  refused,
  setLines,
  undefine,
} from "./compile_header.ts";
import { compileLinks, kindsIn, missingIn } from "./wrapper_links.ts";

/** What the linker calls the wrapper of a function. */
export function wrapperOf(name: string): string {
  return `plugin_wrap_${name}`;
}

/** What each compile of wrappers needs: nothing of theirs is left out, and what is no function is none. */
const FLAGS = [
  "-c",
  "-O2",
  "-fPIC",
  "-g0",
  "-fno-ident",
  "-ffunction-sections",
  "-fdata-sections",
  "-Werror=implicit-function-declaration",
  "-Werror=int-conversion",
];

const EXPORT = `__attribute__((visibility("default")))`;

/** A wrapper on its way. */
interface Wrapper {
  readonly name: string;
  readonly definition: FunctionDefinition;
  /** What defines it: one line of C. */
  readonly line: string;
}

function isMacro({ definition }: Wrapper): boolean {
  return definition.wrapped === "macro";
}

/**
 * Compiles the wrappers that a description has.
 *
 * @param request The library and its headers.
 * @param description What it exports, with the wrappers as symbols.
 * @returns The same with what was compiled; what cannot be is skipped.
 * @throws {EmitError} `compile_failed` when the headers do not compile, or a
 * macro that was asked for does not; `no_tool`.
 */
export async function withWrappers(
  request: HeaderRequest,
  description: Description,
): Promise<Description> {
  const wanted = Object.entries(description.symbols).filter(
    (entry): entry is [string, FunctionDefinition] => isWrapped(entry[1]),
  );
  if (wanted.length === 0) {
    return { ...description, wrappers: { objects: [], links: [] } };
  }
  const why = new Map<string, string>();
  const wrappers = await written(request, wanted, why);
  const made = await compile(request, wrappers, why);
  for (const [name, { type, wrapped }] of wanted) {
    const reason = why.get(name);
    if (reason !== undefined && wrapped === "macro") {
      throw badMacro(`${name} ${type}`, reason);
    }
  }
  return {
    ...description,
    symbols: Object.fromEntries(
      Object.entries(description.symbols).filter(([name]) => !why.has(name)),
    ),
    skipped: { ...description.skipped, ...Object.fromEntries(why) },
    wrappers: made,
  };
}

function isWrapped(symbol: SymbolDefinition): symbol is FunctionDefinition {
  return symbol.kind === "function" && symbol.wrapped !== undefined;
}

/** The error of a macro that was asked for. */
export function badMacro(macro: string, why: string): EmitError {
  return new EmitError(
    "usage",
    `Cannot wrap the macro ${JSON.stringify(macro)}: ${why}`,
  );
}

/** Writes the wrappers; macros come first, for names are undefined before the others. */
async function written(
  request: HeaderRequest,
  wanted: readonly (readonly [string, FunctionDefinition])[],
  why: Map<string, string>,
): Promise<Wrapper[]> {
  const typed = wanted.filter(([, { wrapped }]) => wrapped !== "inline");
  const names = await cNamesOf(
    request,
    typed.map(([, { type }]) => parseType(type) as FunctionType),
  );
  const wrappers = wanted.flatMap(([name, definition]): Wrapper[] => {
    try {
      const line = lineOf(name, definition, names, request.image);
      return [{ name, definition, line }];
    } catch (error) {
      if (!(error instanceof Unwritable)) throw error;
      why.set(name, error.message);
      return [];
    }
  });
  return [
    ...wrappers.filter(isMacro),
    ...wrappers.filter((wrapper) => !isMacro(wrapper)),
  ];
}

function lineOf(
  name: string,
  { type, wrapped }: FunctionDefinition,
  names: CNames,
  { format }: Image,
): string {
  const own = wrapperOf(name);
  if (wrapped === "inline" && format !== "elf") {
    // Apple's compilers know aliases in assembly alone, and of what is there.
    return `__asm__(".globl _${own}\\n.set _${own}, _${name}"); ` +
      `static __typeof__(${name}) *const plugin_keep_${name} ` +
      `__attribute__((used)) = ${name};`;
  }
  if (wrapped === "inline") {
    return `extern __typeof__(${name}) ${own} ` +
      `__attribute__((alias("${name}"), visibility("default")));`;
  }
  const { params, results } = parseType(type) as FunctionType;
  const [result] = results;
  const returned = result === undefined ? "void" : cNameOf(result, names);
  const declared = params.map((param, index) =>
    `${inWrapper(param, wrapped, names)} plugin_p${index}`
  );
  const given = params.map((_, index) => `plugin_p${index}`);
  if (wrapped === "va_list") {
    const call = `${name}(${[...given, "plugin_list"].join(", ")})`;
    return `${EXPORT} ${returned} ${own}(${declared.join(", ")}, ...) { ` +
      `__builtin_va_list plugin_list; ` +
      `__builtin_va_start(plugin_list, ${given.at(-1)}); ` +
      (result === undefined ? `${call}; ` : `${returned} r = ${call}; `) +
      `__builtin_va_end(plugin_list); ${
        result === undefined ? "" : "return r; "
      }}`;
  }
  const call = `${name}(${given.join(", ")})`;
  return `${EXPORT} ${returned} ${own}(${declared.join(", ") || "void"}) { ${
    result === undefined
      ? `${call};`
      : `${proofOf(result, call)}return ${call};`
  } }`;
}

/** C takes a `void *` for an address of whatever it wants; a macro may look at what is there. */
function inWrapper(
  type: Type,
  wrapped: FunctionDefinition["wrapped"],
  names: CNames,
): string {
  return wrapped === "va_list" && type.kind === "pointer"
    ? "void *"
    : cNameOf(type, names);
}

/** What a proof says that fails. */
const PROOF = /it gives (?:no|an) address/;

/** What a macro of a header of the system gives is not compared by the compiler. */
function proofOf(result: Type, call: string): string {
  const isAddress = result.kind === "pointer" || result.kind === "function" ||
    result.kind === "basic" &&
      /^(?:pointer|cstring|utf16|utf32|latin1|buffer)$/.test(result.name);
  return isAddress
    ? `_Static_assert(__builtin_classify_type(${call}) == 5, "it gives no address"); `
    : result.kind === "basic"
    ? `_Static_assert(__builtin_classify_type(${call}) != 5, "it gives an address"); `
    : "";
}

/** What was compiled. */
type Made = NonNullable<Description["wrappers"]>;

/**
 * Compiles wrappers, and leaves out those that the compiler or the linker refuses.
 *
 * @param why Takes the reasons.
 */
async function compile(
  request: HeaderRequest,
  wrappers: readonly Wrapper[],
  why: Map<string, string>,
): Promise<Made> {
  const { image } = request;
  const kindOf = kindsIn(image);
  const object = join(request.work, "wrappers.o");
  for (let left = wrappers; left.length > 0;) {
    let refusals = await compileAll(request, left, object);
    if (refusals.size === 0) {
      const bytes = system.read(object);
      const needed = image.format === "elf"
        ? neededByFunctions(bytes, object)
        : neededByMachFunctions(bytes, object);
      const of = ({ name }: Wrapper) =>
        needed.get(wrapperOf(name)) ?? new Set();
      const all = [...new Set(left.flatMap((each) => [...of(each)]))].sort();
      const links = all.filter((name) => kindOf(name) !== undefined);
      const users = (names: ReadonlySet<string>, why: string) =>
        new Map(left.flatMap((each) => {
          const name = [...of(each)].find((name) => names.has(name));
          if (name === undefined) return [];
          return [[each.name, `its code uses ${JSON.stringify(name)}, ${why}`]];
        }));
      if (image.format === "elf") {
        weaken(bytes, object, (name) => kindOf(name) === "variable");
        system.overwrite(object, bytes);
      } else {
        refusals = users(
          new Set(links.filter((name) => kindOf(name) === "variable")),
          "a variable of the library, where macOS lets nobody write its address",
        );
      }
      if (refusals.size === 0) {
        const objects = [object, await compileLinks(request, links, kindOf)];
        const missing = await missingIn(request, objects);
        if (missing.size === 0) return { objects, links };
        refusals = users(
          missing,
          "which no library has that this one needs",
        );
      }
    }
    for (const [name, reason] of refusals) why.set(name, reason);
    const next = left.filter(({ name }) => !refusals.has(name));
    if (next.length === left.length) {
      throw await refused(request, "its wrappers cannot be linked");
    }
    left = next;
  }
  return { objects: [], links: [] };
}

/** Compiles the wrappers; gives what the compiler says of those that it refuses. */
async function compileAll(
  request: HeaderRequest,
  wrappers: readonly Wrapper[],
  object: string,
): Promise<Map<string, string>> {
  const names = wrappers.filter((each) => !isMacro(each))
    .map(({ name }) => name);
  const lines = wrappers.map(({ line }) => `${line}\n`);
  const macros = wrappers.filter(isMacro).length;
  const source = join(request.work, "wrappers.c");
  system.overwrite(
    source,
    prelude(request.headers) + setLines + lines.slice(0, macros).join("") +
      undefine(names) + setLines + "\n".repeat(macros) +
      lines.slice(macros).join(""),
  );
  const { status, stderr } = await ccWithAllErrors([
    ...including(request).filter((arg) => arg !== "-w"),
    ...await briefly(request),
    ...FLAGS,
    "-o",
    object,
    source,
  ], request);
  if (status === 0) return new Map();
  const faults = faultsIn(stderr);
  if (faults.size === 0) throw await refused(request, stderr);
  return new Map(Array.from(faults, ([at, error]) => {
    const { name, definition } = wrappers[at]!;
    const proof = PROOF.exec(error)?.[0];
    return [
      name,
      proof === undefined
        ? `the C compiler says: ${error}`
        : `${proof}, and its type is ${definition.type}`,
    ];
  }));
}
