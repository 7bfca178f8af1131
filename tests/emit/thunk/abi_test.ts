import { withCompiler } from "../helpers/headers.ts";
import { test } from "../../helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import type {
  FunctionDefinition,
  Manifest,
} from "../../../ffi/manifest/manifest.ts";
import { needOnce } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { generate, Random, type Shapes } from "../helpers/shapes.ts";

// The oracle is the compiler: a program with the library's own types calls each
// function itself and through its thunk, and compares what the function saw
// and what came back.

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
        writeFileSync(`${directory}/shapes.c`, shapes.source);
        await withCompiler(own, async () => {
          const ran = await plugin("build", `${directory}/shapes.c`, ...QUIET);
          assertEquals([ran.status, ran.stderr], [0, ""]);
        });
        const linked = readManifest(`${library}.json`);
        assertEquals(
          await compare(directory, own, shapes, linked, library),
          "",
        );
        await withCompiler(thunks, async () => {
          const ran = await plugin("emit", library, "--thunks");
          assertEquals([ran.status, ran.stderr], [0, ""]);
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
  const built = await run(compiler, [
    "-w",
    "-Wno-psabi",
    "-O1",
    `${program}.c`,
    "-o",
    program,
    `${directory}/shapes.so`,
    `-Wl,-rpath,${directory}`,
    "-ldl",
  ]);
  assertEquals([built.status, built.stderr], [0, ""]);
  const { status, stdout } = await run(program, [thunks]);
  const { length } = readFileSync(`${program}.c`, "utf8").match(/try_/g)!;
  assertEquals([status, length], [0, shapes.functions.length]);
  return stdout;
}

function driver({ header, functions }: Shapes, manifest: Manifest): string {
  const prototypes = functions.map(({ name, params, result }) =>
    `extern ${result} ${name}(${params.join(", ")});\n`
  );
  const tries = functions.map(({ name, params, result }, seed) => {
    const { thunk } = manifest.symbols[name] as FunctionDefinition;
    if (thunk === undefined) throw new Error(`${name} has no thunk`);
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
}
`;
  });
  return `#include <dlfcn.h>
#include <stdio.h>
${header}${prototypes.join("")}
int main(int argc, char **argv) {
void *thunks = dlopen(argv[1], RTLD_NOW);
if (thunks == 0) { puts(dlerror()); return 1; }
${tries.join("")}
return 0;
}
`;
}
