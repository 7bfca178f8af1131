/**
 * Runs benchmarks on every runtime, and draws their charts; with `--draw` it
 * only draws what is in `bench/results`.
 *
 * @module
 */

import type { Results } from "../bench/measure.ts";
import {
  bring,
  capture,
  ROOT,
  type Runtime,
  runtimes,
  show,
} from "./runtimes.ts";

/** Every file of questions. */
const NAMES = [
  "call",
  "struct",
  "arrays",
  "text",
  "callback",
  "async",
  "threads",
  "open",
  "start",
  "image",
  "sqlite",
  "objects",
  "go",
  "rust",
  "memory",
  "isolated",
];
/** Those that print what is no time, or compare themselves with themselves: no chart has them. */
const PRINTED = ["memory", "isolated"];

/** What is built for those that are no C. */
const SOURCES: Readonly<Record<string, string>> = {
  go: "bench/go/values",
  image: "bench/image",
  rust: "bench/rust",
};

if (Deno.args[0] === "--draw") {
  await draw();
  Deno.exit(0);
}
const names = Deno.args.length > 0 ? Deno.args : NAMES;
const unknown = names.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`No benchmark "${unknown}": there are ${NAMES.join(", ")}`);
  Deno.exit(2);
}
await bring("peers", { koffi: "3.3.4" });
await bring("peer_ffi_rs", { "ffi-rs": "1.3.7" });
await Deno.mkdir(`${ROOT}build/bench`, { recursive: true });
await buildAddon();
const all = await runtimes();
for (const name of names) {
  const library = await build(name);
  for (const { program, run, env } of all) {
    await must(program, [...run, `bench/${name}.ts`, library], env);
  }
  if (!PRINTED.includes(name)) await keep(name, all);
}
await draw();

/** Builds the addon of napi-rs, which stands beside us where there is a cargo. */
async function buildAddon(): Promise<void> {
  const addon = `${ROOT}build/bench/napi.node`;
  const { success, output } = await capture("cargo", [
    "build",
    "--release",
    "--manifest-path",
    "bench/napi/Cargo.toml",
  ]).catch(({ message }: Error) => ({ success: false, output: message }));
  if (success) {
    const suffix = Deno.build.os === "darwin" ? "dylib" : "so";
    const library = `bench/napi/target/release/libbench_napi.${suffix}`;
    await Deno.copyFile(`${ROOT}${library}`, addon);
    return;
  }
  console.error(
    `napi-rs is left out, cargo did not build its addon: ${output}`,
  );
  await Deno.remove(addon).catch(() => {});
}

/** Builds the library of one file of questions. */
async function build(name: string): Promise<string> {
  if (name === "open" || name === "memory") return await buildOpen();
  if (name === "start") {
    await must(Deno.execPath(), ["run", "-A", "tools/npm.ts"]);
    return await build("call");
  }
  if (name === "sqlite") return await describeSqlite();
  if (name === "go") await buildGoPeers("build/bench");
  if (name === "isolated") await buildGrpc("build/bench");
  const library = `build/bench/${name}.so`;
  const source = SOURCES[name] ?? `bench/${name}.c`;
  const said = name === "objects" ? ["--annotate", "bench/objects.json"] : [];
  await plugin("build", source, ...said, "-o", library);
  return library;
}

/** Describes the system's SQLite, and builds what reads its rows; gives the manifest. */
async function describeSqlite(): Promise<string> {
  const rows = ["bench/sqlite.c", "-o", "build/bench/sqlite_rows.so"];
  await plugin("build", ...rows, "--", "-lsqlite3");
  const manifest = "build/bench/sqlite.so.json";
  const header = ["--header", "sqlite3.h", "--include", "sqlite3_*"];
  await plugin("emit", "libsqlite3.so.0", ...header, "-o", manifest);
  return manifest;
}

/** Builds libraries of several sizes, and what Go needs; gives their directory. */
async function buildOpen(): Promise<string> {
  const directory = "build/bench/open";
  await Deno.mkdir(`${ROOT}${directory}`, { recursive: true });
  for (const count of [5, 280, 500, 5000]) {
    const source = `${directory}/f${count}.c`;
    const functions = Array.from(
      { length: count },
      (_, i) => `int function_${i}(int a, double b) { return a + (int)b; }\n`,
    );
    await Deno.writeTextFile(`${ROOT}${source}`, functions.join(""));
    await plugin("build", source, "-o", `${directory}/f${count}.so`);
  }
  await buildGoPlugin(directory);
  return directory;
}

/** Go's own plugin, and a program that opens it. */
async function buildGoPlugin(directory: string): Promise<void> {
  const goPlugin = ["-buildmode=plugin", "-o", `${directory}/go_plugin.so`];
  await must("go", ["build", ...goPlugin, "bench/go/plugin.go"]);
  const host = ["-o", `${directory}/go_host`, "bench/go/host/host.go"];
  await must("go", ["build", ...host]);
}

/** The same, and hashicorp/go-plugin, which is fetched. */
async function buildGoPeers(directory: string): Promise<void> {
  await buildGoPlugin(directory);
  await buildGrpc(directory);
}

/** Builds the plugin of go-plugin, and its host. */
async function buildGrpc(directory: string): Promise<void> {
  const program = `${ROOT}${directory}/go_grpc`;
  await must("go", ["build", "-C", "bench/go/grpc", "-o", program, "."]);
}

async function plugin(...args: string[]): Promise<void> {
  const { success, output } = await capture(Deno.execPath(), [
    "run",
    "-A",
    "emit/main.ts",
    ...args,
  ]);
  if (success) return;
  console.error(output);
  Deno.exit(1);
}

async function must(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  if (!await show(program, args, env)) Deno.exit(1);
}

/** Puts the results of all runtimes into one file, from which the charts are drawn. */
async function keep(name: string, all: readonly Runtime[]): Promise<void> {
  const results: Results[] = [];
  for (const runtime of all) {
    const path = `${ROOT}build/bench/results/${name}-${runtime.name}.json`;
    results.push(JSON.parse(await Deno.readTextFile(path)));
  }
  await Deno.writeTextFile(
    `${ROOT}bench/results/${name}.json`,
    `${JSON.stringify(results, threeDigits, 1)}\n`,
  );
}

/** What is behind the third digit is the machine's mood. */
function threeDigits(_key: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(3)) : value;
}

/** Draws the charts, with packages that nothing else needs. */
async function draw(): Promise<void> {
  const directory = await bring("chart-tools", {
    "@observablehq/plot": "0.6.17",
    linkedom: "0.18.15",
  });
  const run = ["run", "-A", "--no-check", "--config"];
  await must(Deno.execPath(), [
    ...run,
    `${directory}/deno.json`,
    "bench/draw.ts",
  ]);
}
