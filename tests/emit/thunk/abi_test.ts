import { withCompiler } from "../helpers/headers.ts";
import { test } from "../../helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { isSameFunction } from "../../../ffi/manifest/compatible.ts";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import type { FunctionType } from "../../../ffi/notation/type.ts";
import { run } from "../../../emit/toolchain/run.ts";
import type {
  FunctionDefinition,
  Manifest,
  PointerThunks,
} from "../../../ffi/manifest/manifest.ts";
import { needOnce } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { generate, Random, type Shapes } from "../helpers/shapes.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

// The oracle is the compiler: a program with the library's own types calls each
// function itself and through its thunk, and compares what the function saw
// and what came back. The same of pointers to functions, both ways: by the thunk
// that calls one, and by what stands before a function that is given a frame.

/** Functions that are tried by each pair of compilers. */
const FUNCTIONS = 120;

const PAIRS = [["gcc", "gcc"], ["clang", "gcc"], ["gcc", "clang"]] as const;

for (const [own, thunks] of PAIRS) {
  test(
    `thunks by ${thunks} call what ${own} compiled, as ${own} calls it`,
    needOnce("cc", own, thunks),
    async () => {
      await inDirectory(async (directory) => {
        const shapes = generate(new Random(1234567), FUNCTIONS);
        const library = `${directory}/shapes.so`;
        writeFileSync(`${directory}/shapes.h`, shapes.header);
        writeFileSync(
          `${directory}/shapes.c`,
          shapes.source + pointers(shapes),
        );
        await withCompiler(own, async () => {
          await succeedSilently(
            plugin("build", `${directory}/shapes.c`, ...QUIET),
          );
        });
        const linked = readManifest(`${library}.json`);
        assertEquals(
          await compare(directory, own, shapes, linked, library),
          "",
        );
        await withCompiler(thunks, async () => {
          await succeedSilently(plugin("emit", library, "--thunks"));
        });
        const beside = readManifest(`${library}.json`);
        const companion = `${directory}/${beside.thunks!.file}`;
        assertEquals(
          await compare(directory, own, shapes, beside, companion),
          "",
        );
      });
    },
  );
}

/** How many of them are tried as pointers too: for each type there are many functions to compile. */
const POINTERS = 12;

/** Functions that take pointers to the others. */
function pointers({ functions }: Shapes): string {
  return functions.slice(0, POINTERS).map(({ params, result }, index) =>
    `void take_${index}(${result} (*f)(${
      params.join(", ") || "void"
    })) { (void)f; }\n`
  ).join("");
}

const QUIET = ["--", "-w", "-Wno-psabi"];

/** What differs, a line for each function. */
async function compare(
  directory: string,
  compiler: string,
  shapes: Shapes,
  manifest: Manifest,
  thunks: string,
): Promise<string> {
  const program = `${directory}/compare`;
  writeFileSync(`${program}.c`, driver(shapes, manifest));
  await succeedSilently(run(compiler, [
    "-w",
    "-Wno-psabi",
    "-O1",
    `${program}.c`,
    "-o",
    program,
    `${directory}/shapes.so`,
    `-Wl,-rpath,${directory}`,
    "-ldl",
  ]));
  const { status, stdout } = await run(program, [thunks]);
  const { length } = readFileSync(`${program}.c`, "utf8").match(/try_/g)!;
  assertEquals([status, length], [0, shapes.functions.length]);
  assert(Object.keys(manifest.pointers ?? {}).length > POINTERS / 2);
  return stdout;
}

/** The thunks of the pointer that a function takes; its type may be there under another text. */
function pointerOf(
  { symbols, types, pointers = {} }: Manifest,
  index: number,
): PointerThunks | undefined {
  const { type } = symbols[`take_${index}`] as FunctionDefinition;
  const [wanted] = (parseType(type) as FunctionType).params as [FunctionType];
  const named = new Map(Object.entries(types));
  const found = Object.keys(pointers).find((text) =>
    isSameFunction(parseType(text) as FunctionType, wanted, named)
  );
  const thunks = found === undefined ? undefined : pointers[found];
  return thunks !== undefined && "thunk" in thunks ? thunks : undefined;
}

/** The function that a frame is given to, and what tries it. */
function pointerTry(
  { name, params, result }: Shapes["functions"][number],
  { thunk, answer }: PointerThunks,
): { readonly before: string; readonly statements: string } {
  const args = params.map((_, index) => `p${index}`);
  const hasResult = result !== "void";
  const at = thunk.results[0];
  const copies = (to: (index: number) => string) =>
    params.map((_, index) => `  ${to(index)}\n`).join("");
  const call = `${hasResult ? `${result} r = ` : ""}`;
  const check = (what: string) =>
    `  if (seen != wanted) puts("${name}: other arguments ${what}");\n` +
    (hasResult
      ? `  if (hash_${result}(1, &again) != back) puts("${name}: another result ${what}");\n`
      : "");
  return {
    before: `static void framed_${name}(char *frame) {
${params.map((type, index) => `  ${type} p${index};\n`).join("")}${
      copies((index) =>
        `memcpy(&p${index}, frame + ${thunk.params[index]}, sizeof p${index});`
      )
    }  ${call}${name}(${args.join(", ")});
  ${hasResult ? `memcpy(frame + ${at}, &r, sizeof r);` : ""}
}
`,
    statements: `{
  void *(*answer)(void *, void *) = dlsym(thunks, "${answer}");
  ${result} (*f)(${params.join(", ") || "void"}) = answer(framed_${name}, 0);
  ${hasResult ? `${result} again;` : ""}
  seen = 0;
  ${hasResult ? "again = " : ""}f(${args.join(", ")});
${check("answered")}
  char frame[${thunk.size}] __attribute__((aligned(16)));
  memset(frame, 0xAA, sizeof frame);
${
      copies((index) =>
        `memcpy(frame + ${thunk.params[index]}, &p${index}, sizeof p${index});`
      )
    }  void *target = (void *)&${name};
  memcpy(frame + ${thunk.target}, &target, 8);
  void (*thunk)(void *) = dlsym(thunks, "${thunk.symbol}");
  seen = 0;
  thunk(frame);
  ${hasResult ? `memcpy(&again, frame + ${at}, sizeof again);` : ""}
${check("pointed")}
  answer(0, f);
  ${
      hasResult
        ? `${result} none; memset(&none, 0, sizeof none); wanted = seen = 0;
  back = hash_${result}(1, &none); again = f(${args.join(", ")});
${check("let go of")}`
        : ""
    }
}
`,
  };
}

function driver({ header, functions }: Shapes, manifest: Manifest): string {
  const pointed: string[] = [];
  const prototypes = functions.map(({ name, params, result }) =>
    `extern ${result} ${name}(${params.join(", ")});\n`
  );
  const tries = functions.map(({ name, params, result }, seed) => {
    const { thunk } = manifest.symbols[name] as FunctionDefinition;
    if (thunk === undefined) throw new Error(`${name} has no thunk`);
    const own = seed < POINTERS ? pointerOf(manifest, seed) : undefined;
    const more = own && pointerTry(functions[seed]!, own);
    if (more !== undefined) pointed.push(more.before);
    const args = params.map((_, index) => `p${index}`);
    const fill = params.map((type, index) =>
      `  ${type} p${index};\n  fill_${type}(&p${index}, ${seed} * 977 + ${index} + 1);\n` +
      `  memcpy(frame + ${
        thunk.params[index]
      }, &p${index}, sizeof p${index});\n`
    );
    const hasResult = result !== "void";
    const call = `${name}(${args.join(", ")});`;
    return `{ // try_${name}
  char frame[${thunk.size}] __attribute__((aligned(16)));
  memset(frame, 0xAA, sizeof frame);
${fill.join("")}
  ${hasResult ? `${result} r = ` : ""}${call}
  uint64_t wanted = seen, back = ${hasResult ? `hash_${result}(1, &r)` : "0"};
  seen = 0;
  ${
      thunk.target === undefined
        ? ""
        : `{ void *f = (void *)&${name}; memcpy(frame + ${thunk.target}, &f, 8); }`
    }
  void (*thunk)(void *) = dlsym(thunks, "${thunk.symbol}");
  if (thunk == 0) return 2;
  thunk(frame);
  ${
      hasResult
        ? `${result} given; memcpy(&given, frame + ${
          thunk.results[0]
        }, sizeof given);`
        : ""
    }
  if (seen != wanted) puts("${name}: other arguments");
  if (${
      hasResult ? `hash_${result}(1, &given)` : "0"
    } != back) puts("${name}: another result");
${more?.statements ?? ""}}
`;
  });
  return `#include <dlfcn.h>
#include <stdio.h>
${header}${prototypes.join("")}${pointed.join("")}
int main(int argc, char **argv) {
void *thunks = dlopen(argv[1], RTLD_NOW);
if (thunks == 0) { puts(dlerror()); return 1; }
${tries.join("")}
return 0;
}
`;
}
