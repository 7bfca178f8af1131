/**
 * Reports of crashes in this process, for those who ask for them: a handler in
 * C keeps what there is to know (`native/report.c`), and the runtime, started
 * once more, prints it (`../backtrace/report.ts`).
 *
 * @module
 */

import { lineOf, type ReportedPlugin } from "../backtrace/reported_plugin.ts";
import { PluginError } from "../error.ts";
import { adapter } from "../runtime/runtime.ts";
import { programUrl } from "../support/find.ts";
import type { Support } from "../support/support_library.ts";
import { isOneBinary } from "../system/one_binary.ts";
import { isFile } from "../system/system.ts";

/** How the runtime runs a program of ours, which reads files and no more. */
const RUN: Readonly<Record<typeof adapter.name, readonly string[]>> = {
  Deno: [
    ..."run --quiet --no-prompt --no-config --no-lock --allow-read".split(" "),
  ],
  Bun: ["run"],
  Node: ["--no-warnings"],
};

const WHAT = "Cannot report crashes";

const NOTHING = new Uint8Array(1);

let running: Support | undefined;
/** The files that are reported. */
const known = new Set<string>();

/**
 * Reports from now on the crashes of plugins that are named.
 *
 * @throws {PluginError} `unsupported`.
 */
export function startReports(): void {
  if (running !== undefined) return;
  const support = adapter.support(WHAT);
  const { host, library, path } = support;
  if (host.os !== "linux") {
    throw new PluginError("unsupported", `${WHAT}: it takes Linux`);
  }
  const words = new TextEncoder().encode(
    command(path).map((word) => `${word}\0`).join(""),
  );
  const open = library.bind("plugin_report_open", ["buffer", "f64"], "i32");
  const error = open(words.length === 0 ? NOTHING : words, words.length);
  if (error !== 0) {
    throw new PluginError(
      "unsupported",
      `${WHAT}: no process can be started for it, the system says error ${error}`,
    );
  }
  running = support;
}

/** What the runtime is called with; nothing where there is no runtime, or not all of our files. */
function command(support: string): string[] {
  const program = programUrl("ffi/backtrace/report");
  const isLocal = program.protocol === "file:";
  const file = isLocal ? decodeURIComponent(program.pathname) : program.href;
  if (isOneBinary() || isLocal && !isFile(file)) return [];
  return [...RUN[adapter.name], file, support];
}

/**
 * Reports the crashes of a plugin, once they are reported at all.
 *
 * @param plugin The plugin; its file before it is loaded, as its initialisers can crash.
 */
export function reportCrashesOf(plugin: ReportedPlugin): void {
  const { file } = plugin;
  if (running === undefined || known.has(file) || /[\t\n]/.test(file)) return;
  known.add(file);
  const line = new TextEncoder().encode(`${lineOf(plugin)}\0`);
  running.library.bind("plugin_report_add", ["buffer"], "i32")(line);
}
