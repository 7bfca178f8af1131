/**
 * The program that prints a report of a crash, in a process of its own: what is
 * kept of it, `struct plugin_report` in `native/report.h`, is its standard input.
 *
 * @module
 */

import { nodeModule } from "../system/node_system.ts";
import { system, textAt } from "../system/system.ts";
import { type Frame, readCrash, showFrames } from "./backtrace.ts";
import { CRASH_SIZE } from "./crash_size.ts";
import type { ReportedPlugin } from "./reported_plugin.ts";
import { signalName } from "./signal_names.ts";

/** The plugins by their lines, as far as these make sense. */
function readLines(text: string): ReportedPlugin[] {
  return text.split("\n").flatMap((line) => {
    const [file, plugin] = line.split("\t");
    return plugin === undefined ? [] : [{ file, ...JSON.parse(plugin) }];
  });
}

/**
 * The report.
 *
 * @param bytes What was kept.
 * @param arch The architecture, as `process.arch` spells it.
 * @param outside Files whose code has called the plugin: it is not told of, nor what comes before.
 * @returns Undefined where no plugin has to do with the crash.
 */
export function reportOf(
  bytes: Uint8Array,
  arch: string,
  outside: readonly string[],
): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = CRASH_SIZE + 4;
  const plugins = readLines(
    new TextDecoder().decode(
      bytes.subarray(start, start + view.getUint32(CRASH_SIZE, true)),
    ),
  );
  const removed = / \(deleted\)$/;
  const originals = new Map(
    plugins.map(({ file, library }) => [file, library]),
  );
  let seen = 0;
  const crash = readCrash(bytes, arch, {
    fileOf: (path) => originals.get(path.replace(removed, "")) ?? path,
    isOutside({ library }) {
      const isFirst = seen++ === 0;
      // What the engine makes as it runs is in no file, and neither is what is no code.
      return library === undefined ? !isFirst : outside.includes(library);
    },
  });
  // What is known of one first is all there is to know.
  const byLibrary = new Map(
    plugins.toReversed().map((plugin) => [plugin.library, plugin]),
  );
  const there = [...byLibrary.values()].filter(({ library }) =>
    crash.frames.some((frame) => frame.library === library)
  );
  const [first] = there;
  if (first === undefined) return undefined;
  const where = crash.address === 0
    ? ""
    : `, address 0x${crash.address.toString(16)}`;
  return [
    `The plugin ${first.library} crashed: ${signalName(crash.signal)}${where}`,
    ...showFrames(crash, typesOf(there)).split("\n").map((line) => `  ${line}`),
    ...there.map(({ library, buildId }) =>
      `${library}: ${
        buildId === undefined ? "no build id" : `build id ${buildId}`
      }`
    ),
    "",
  ].join("\n");
}

/** What the manifests say of functions. */
function typesOf(
  plugins: readonly ReportedPlugin[],
): (frame: Frame) => string | undefined {
  const symbols = new Map(
    plugins.map(({ library, manifest }) => [library, symbolsIn(manifest)]),
  );
  return ({ library = "", symbol: called = "" }) => {
    const types = symbols.get(library);
    // Compilers have several of one function: `take_all.localalias`.
    const [symbol] = called.split(".") as [string];
    const { type } = types !== undefined && Object.hasOwn(types, symbol)
      ? types[symbol]!
      : {};
    return typeof type === "string" ? type : undefined;
  };
}

function symbolsIn(
  manifest: string | undefined,
): Record<string, { type?: unknown }> | undefined {
  if (manifest === undefined) return undefined;
  try {
    return JSON.parse(textAt(manifest)).symbols;
  } catch {
    return undefined;
  }
}

/** Prints the report of what is kept at descriptor 0. */
function main(): void {
  const { fstatSync, readSync } = nodeModule<typeof import("node:fs")>(
    "node:fs",
  );
  const bytes = new Uint8Array(fstatSync(0).size);
  for (let at = 0; at < bytes.length;) {
    const count = readSync(0, bytes, at, bytes.length - at, at);
    if (count === 0) break;
    at += count;
  }
  const report = reportOf(bytes, system.arch, system.args);
  if (report !== undefined) system.stderr.write(report);
}

if (import.meta.main) main();
