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
 * called, and whichever image of it they belong to. A function of it is one that
 * jumps to the address; a variable's address is written where the linker has
 * put it for their code.
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
import { locate } from "../find/find_library.ts";
import { isPlatform } from "../find/platform_library.ts";
import { neededByFunctions, weaken } from "../image/elf_object.ts";
import type { Export, Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { cc } from "../toolchain/cc.ts";
import { targetBeside } from "../toolchain/target.ts";
import { cNameOf, type CNames, cNamesOf, Unwritable } from "./c_names.ts";
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
  const { image } = request;
  const wrappers = image.format === "elf"
    ? await written(request, wanted, why)
    : [];
  if (image.format !== "elf") {
    for (const [name] of wanted) {
      why.set(name, "its code is in a header, and wrappers are for Linux");
    }
  }
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
      return [{ name, definition, line: lineOf(name, definition, names) }];
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
): string {
  const own = wrapperOf(name);
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
  const kindOf = kindsIn(request.image);
  const object = join(request.work, "wrappers.o");
  for (let left = wrappers; left.length > 0;) {
    let refusals = await compileAll(request, left, object);
    if (refusals.size === 0) {
      const bytes = system.read(object);
      const needed = neededByFunctions(bytes, object);
      const of = ({ name }: Wrapper) =>
        needed.get(wrapperOf(name)) ?? new Set();
      const all = [...new Set(left.flatMap((each) => [...of(each)]))].sort();
      const links = all.filter((name) => kindOf(name) !== undefined);
      weaken(bytes, object, (name) => kindOf(name) === "variable");
      system.overwrite(object, bytes);
      const objects = [object, await compileLinks(request, links, kindOf)];
      const missing = await missingIn(request, objects);
      if (missing.size === 0) return { objects, links };
      refusals = new Map(left.flatMap((each) => {
        const name = [...of(each)].find((name) => missing.has(name));
        if (name === undefined) return [];
        return [[
          each.name,
          `its code uses ${
            JSON.stringify(name)
          }, which no library has that this one needs`,
        ]];
      }));
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

/** What a name is in the library, or in those that it needs; undefined for what is of the platform, or nobody's. */
type KindOf = (name: string) => "function" | "variable" | undefined;

function kindsIn(image: Image): KindOf {
  const own = new Map(image.exports.map((each) => [each.name, each]));
  let others: Map<string, Export> | undefined;
  return (name) => {
    const found = own.get(name) ?? (others ??= exportsOfNeeds(image)).get(name);
    if (found === undefined || found.kind === "tls") return undefined;
    return found.kind === "ifunc" ? "function" : found.kind;
  };
}

function exportsOfNeeds({ needs }: Image): Map<string, Export> {
  return new Map(
    needs.filter((name) => !isPlatform(name)).flatMap((name) => {
      try {
        const { exports } = readLibrary(locate(name).path).image;
        return exports.map((each) => [each.name, each] as const);
      } catch (error) {
        if (error instanceof EmitError) return [];
        throw error;
      }
    }),
  );
}

/** How a function is left for another whose address lies in the table, in assembly. */
const JUMPS = {
  x64: (at: number) => `endbr64\\n jmp *plugin_links+${at}(%rip)`,
  // Allowed where calls by address have to be: "bti c", and nothing elsewhere.
  arm64: (at: number) =>
    `hint #34\\n adrp x16, plugin_links+${at}\\n ` +
    `ldr x16, [x16, :lo12:plugin_links+${at}]\\n br x16`,
} as const;

/**
 * Where the linker keeps the address of a variable for all code, as C that
 * reads the instructions which load it: nothing else names that place.
 */
const SLOTS = {
  x64: (name: string) =>
    `void **slot; __asm__("leaq ${name}@GOTPCREL(%%rip), %0" : "=r"(slot));`,
  // The page, and the load that has the rest of it, in units of eight bytes.
  arm64: (name: string) =>
    `char *page; unsigned *load; __asm__("adrp %0, :got:${name}\\n adr %1, 1f\\n` +
    `1: ldr x16, [%0, :got_lo12:${name}]" : "=&r"(page), "=&r"(load) : : "x16"); ` +
    `void **slot = (void **)(page + (*load >> 10 & 0xfff) * 8);`,
} as const;

/** Compiles the table of addresses, a function for each function that jumps to it, and what writes a variable's where code looks for it. */
async function compileLinks(
  request: HeaderRequest,
  links: readonly string[],
  kindOf: KindOf,
): Promise<string> {
  const { arch } = request.image;
  const source = join(request.work, "links.c");
  const object = join(request.work, "links.o");
  const lines = links.map((name, index) =>
    kindOf(name) === "variable"
      ? {
        // Nobody has it when this is loaded.
        asm: `__asm__(".weak ${name}\\n");\n`,
        write: `  { ${SLOTS[arch](name)} *slot = plugin_links[${index}]; }\n`,
      }
      : {
        asm:
          `__asm__(".text\\n.balign 16\\n.globl ${name}\\n.hidden ${name}\\n` +
          `.type ${name}, %function\\n${name}: ${JUMPS[arch](8 * index)}\\n` +
          `.size ${name}, .-${name}\\n");\n`,
        write: "",
      }
  );
  system.overwrite(
    source,
    `__attribute__((visibility("hidden"))) void *plugin_links[${
      links.length + 1
    }];
${EXPORT} void plugin_link(void *addresses) {
  __builtin_memcpy(plugin_links, addresses, ${8 * links.length});
${lines.map(({ write }) => write).join("")}}
${lines.map(({ asm }) => asm).join("")}`,
  );
  const { status, stderr } = await cc(
    ["-c", "-O2", "-fPIC", "-g0", "-fno-ident", "-o", object, source],
    targetBeside(request.image),
  );
  if (status !== 0) throw await refused(request, stderr);
  return object;
}

/** The names that nothing has of which objects are made. */
async function missingIn(
  request: HeaderRequest,
  objects: readonly string[],
): Promise<Set<string>> {
  const { status, stderr } = await cc([
    "-shared",
    "-Wl,-z,defs",
    "-o",
    join(request.work, "wrappers.so"),
    ...objects,
    "-lm",
  ], targetBeside(request.image));
  if (status === 0) return new Set();
  const missing = Array.from(
    stderr.matchAll(
      /undefined (?:reference to [`'‘]([^'’\n]+)['’]|symbol: (\S+))/g,
    ),
    ([, name, other]) => (name ?? other)!,
  );
  if (missing.length === 0) throw await refused(request, stderr);
  return new Set(missing);
}
