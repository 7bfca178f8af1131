/**
 * How long does a program take that calls one function of a library, from the
 * start of the process to its end? Beside the runtime's own functions, koffi,
 * and a program that does nothing. Ours is the one file that both JSR and npm
 * have, which `deno task npm` makes.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { report } from "./measure.ts";
import { takeTurns, timed, type Turn } from "./take_turns.ts";

const library = JSON.stringify(realpathSync(process.argv[2]!)); // from bench/call.c
const room = "build/bench/start";

const DENO = `
const { symbols } = Deno.dlopen(${library}, {
  add_i32: { parameters: ["i32", "i32"], result: "i32" },
});
console.log(symbols.add_i32(2, 3));
`;

const BUN = `
import { dlopen } from "bun:ffi";
const { symbols } = dlopen(${library}, {
  add_i32: { args: ["i32", "i32"], returns: "i32" },
});
console.log(symbols.add_i32(2, 3));
`;

const NODE = `
import { DynamicLibrary } from "node:ffi";
const library = new DynamicLibrary(${library});
const signature = { arguments: ["i32", "i32"], return: "i32" };
console.log(library.getFunction("add_i32", signature)(2, 3));
`;

const PLUGIN = `
import { open } from ${JSON.stringify(pathToFileURL("build/npm/mod.js").href)};
console.log(open(${library}).lookup("add_i32", "(i32, i32) => i32")(2, 3));
`;

const KOFFI = `
import { createRequire } from "node:module";
const koffi = createRequire(${
  JSON.stringify(pathToFileURL("build/peers/package.json").href)
})("koffi");
console.log(koffi.load(${library}).func("int add_i32(int, int)")(2, 3));
`;

/** Takes the time of a program from its start to its end. */
function whole(name: string, source: string): Turn {
  const file = `${room}/${name}.mjs`;
  writeFileSync(file, source);
  const args = "Deno" in globalThis ? ["run", "-A", file] : [file];
  const env = { ...process.env, NODE_OPTIONS: "", NODE_NO_WARNINGS: "1" };
  return timed(() => execFileSync(process.execPath, args, { env }));
}

mkdirSync(room, { recursive: true });
takeTurns("the whole process", {
  plugin: whole("plugin", PLUGIN),
  ..."Deno" in globalThis
    ? { "Deno.dlopen": whole("raw", DENO) }
    : "Bun" in globalThis
    ? { "bun:ffi": whole("raw", BUN) }
    : { "node:ffi": whole("raw", NODE) },
  koffi: whole("koffi", KOFFI),
  nothing: whole("nothing", ""),
});
await report("start", "Starting");
