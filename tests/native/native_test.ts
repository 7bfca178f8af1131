import { test } from "node:test";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { emptyDirectory } from "../fixture.ts";
import { need, RUNTIME, skip } from "../need.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../native/", import.meta.url));
const PROGRAMS = ["call", "pool", "callback"];

// No runtime is involved: once is enough.
const needs = (compiler: string) =>
  RUNTIME === "Deno"
    ? need(compiler)
    : skip("the support library's own tests run once, beside Deno");

for (const compiler of ["gcc", "clang"]) {
  for (const sanitizer of ["address,undefined", "thread"]) {
    test(`the support library does what it says under ${compiler} -fsanitize=${sanitizer}`, needs(compiler), () => {
      const directory = emptyDirectory();
      const compile = (...args: string[]) =>
        execFileSync(compiler, [
          "-std=c11",
          "-O1",
          "-g",
          "-Wall",
          "-Wextra",
          "-Werror",
          "-pthread",
          `-fsanitize=${sanitizer}`,
          "-fno-sanitize-recover=all",
          ...args,
        ], { cwd: directory });
      const sources = readdirSync(SOURCES).filter((name) =>
        name.endsWith(".c")
      );
      compile("-c", ...sources.map((name) => join(SOURCES, name)));
      const objects = sources.map((name) => name.replace(/c$/, "o"));
      for (const program of PROGRAMS) {
        compile("-o", program, join(HERE, `${program}_program.c`), ...objects);
        execFileSync(join(directory, program), {
          cwd: directory,
          stdio: ["ignore", "ignore", "pipe"],
          timeout: 120_000,
        });
      }
    });
  }
}
