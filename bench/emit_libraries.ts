/**
 * The libraries that `bench/emit.ts` is about.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { availableParallelism } from "node:os";

function must(program: string, args: readonly string[], cwd: string): void {
  const { status } = spawnSync(program, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed`);
}

/** SQLite as the crate libsqlite3-sys has it, compiled by `gcc -g -O2`. */
export function sqliteLibrary(work: string): string {
  const library = `${work}libsqlite3.so`;
  if (existsSync(library)) return library;
  writeFileSync(
    `${work}Cargo.toml`,
    `[package]\nname = "bench"\nversion = "0.0.0"\nedition = "2021"\n` +
      `[lib]\npath = "lib.rs"\n[dependencies]\nlibsqlite3-sys = "=0.39.1"\n`,
  );
  writeFileSync(`${work}lib.rs`, "");
  must("cargo", ["vendor", "--quiet", "vendor"], work);
  const source = "vendor/libsqlite3-sys/sqlite3/sqlite3.c";
  const flags = ["-g", "-O2", "-w", "-fPIC", "-shared"];
  must("gcc", [...flags, source, "-o", library], work);
  return library;
}

/**
 * C++ with many units, each of 0.9 MB of debug information and three exports.
 * One is compiled; the others are its assembly with another number in its names.
 */
export function cxxLibrary(work: string): string {
  const count = Number(process.env.PLUGIN_BENCH_UNITS ?? 60);
  const library = `${work}cxx${count}.so`;
  if (existsSync(library)) return library;
  const source = fileURLToPath(new URL("./unit.cc", import.meta.url));
  const first = 101; // all numbers have as many digits, so the names have one length
  const base = `${work}unit.s`;
  const flags = ["-std=c++17", "-g", "-O0", "-fPIC", `-DN=${first}`];
  must("g++", [...flags, "-S", source, "-o", base], work);
  const text = readFileSync(base, "utf8");
  const objects: string[] = [];
  for (let unit = first; unit < first + count; unit++) {
    const assembly = `${work}unit${unit}.s`;
    const names = /(unit_(?:sum|len|var)?|Point)101/g;
    writeFileSync(assembly, text.replace(names, `$1${unit}`));
    objects.push(assembly);
  }
  const jobs = `-P${availableParallelism()}`;
  const { status } = spawnSync("xargs", [jobs, "-n1", "gcc", "-c"], {
    cwd: work,
    input: objects.join("\n"),
    stdio: ["pipe", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error("gcc -c failed");
  writeFileSync(`${work}map`, "{ global: unit_*; local: *; };\n");
  must("g++", [
    "-shared",
    `-Wl,--version-script=${work}map`,
    ...objects.map((path) => path.replace(/\.s$/, ".o")),
    "-o",
    library,
  ], work);
  return library;
}
