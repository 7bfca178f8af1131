/**
 * What wrappers use of their library: a table of addresses, which is filled when
 * they are loaded, functions that jump to what lies there, and what writes the
 * address of a variable where the linker has put it for their code.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { EmitError } from "../error.ts";
import { locate } from "../find/find_library.ts";
import { isPlatform } from "../find/platform_library.ts";
import type { Export, Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { cc } from "../toolchain/cc.ts";
import { targetBeside } from "../toolchain/compiler_target.ts";
import { type HeaderRequest, refused } from "./compile_header.ts";

const EXPORT = `__attribute__((visibility("default")))`;

/** What a name is in the library, or in those that it needs; undefined for what is of the platform, or nobody's. */
export type KindOf = (name: string) => "function" | "variable" | undefined;

/**
 * Says what names are.
 *
 * @param image The library.
 */
export function kindsIn(image: Image): KindOf {
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

/** A function that is another whose address lies in the table, in assembly for Mach-O. */
const MACH_JUMPS = {
  x64: (at: number) => `jmp *_plugin_links+${at}(%rip)`,
  arm64: (at: number) =>
    `hint #34\\n adrp x16, _plugin_links@PAGE\\n ` +
    `add x16, x16, _plugin_links@PAGEOFF\\n ldr x16, [x16, #${at}]\\n br x16`,
} as const;

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

/**
 * Compiles the table of addresses, a function for each function that jumps to
 * it, and what writes a variable's where code looks for it.
 *
 * @param request The library.
 * @param links The names whose addresses lie in the table, in its order.
 * @param kindOf Says what they are.
 * @returns Path of the object.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function compileLinks(
  request: HeaderRequest,
  links: readonly string[],
  kindOf: KindOf,
): Promise<string> {
  const { arch, format } = request.image;
  const source = join(request.work, "links.c");
  const object = join(request.work, "links.o");
  const lines = links.map((name, index) =>
    kindOf(name) === "variable"
      ? {
        // Nobody has it when this is loaded.
        asm: `__asm__(".weak ${name}\\n");\n`,
        write: `  { ${SLOTS[arch](name)} *slot = plugin_links[${index}]; }\n`,
      }
      : format !== "elf"
      ? {
        asm: `__asm__(".text\\n.p2align 4\\n.globl _${name}\\n` +
          `.private_extern _${name}\\n` +
          `_${name}: ${MACH_JUMPS[arch](8 * index)}\\n");\n`,
        write: "",
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

/**
 * The names that nothing has of which objects are made.
 *
 * @param request The library.
 * @param objects Paths of the objects.
 * @returns The names, as C has them.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function missingIn(
  request: HeaderRequest,
  objects: readonly string[],
): Promise<Set<string>> {
  const { status, stderr } = await cc([
    "-shared",
    // Unasked Apple's linker leaves nothing open.
    ...request.image.format === "elf" ? ["-Wl,-z,defs"] : [],
    "-o",
    join(request.work, "wrappers.so"),
    ...objects,
    "-lm",
  ], targetBeside(request.image));
  if (status === 0) return new Set();
  const missing = Array.from(
    stderr.matchAll(
      /undefined (?:reference to [`'‘]([^'’\n]+)['’]|symbol: (\S+))|^ +"(\S+)", referenced from:/gm,
    ),
    ([, ...names]) => names.find((name) => name !== undefined)!,
  ).map((name) =>
    request.image.format === "elf" ? name : name.replace(/^_/, "")
  );
  if (missing.length === 0) throw await refused(request, stderr);
  return new Set(missing);
}
