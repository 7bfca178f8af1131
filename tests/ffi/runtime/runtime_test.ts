/**
 * Which runtime this is, and whether it is new enough.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "@native/plugin";
import { nodeFfi, type NodeProcess } from "../../../ffi/runtime/node.ts";
import { adapter } from "../../../ffi/runtime/runtime.ts";
import { RUNTIME, skip } from "../../helpers/need.ts";

const NODE = RUNTIME === "Node"
  ? { skip: false }
  : skip("only Node can be without node:ffi");

test("the adapter is this runtime's", () => {
  assertEquals(adapter.name, RUNTIME);
});

test("an older Node is told which one is needed", () => {
  for (const version of ["22.18.0", "24.9.0", "25.0.0", "26.9.1"]) {
    const old = { versions: { node: version } } as NodeProcess;
    const error = assertThrows(() => nodeFfi(old), PluginError);
    assertEquals([error.code, error.message], [
      "unsupported",
      `Cannot load plugins on Node ${version}: wanted Node 26.10 or newer, Deno, or Bun`,
    ]);
  }
});

test("a Node whose JavaScript is older is told the same", NODE, () => {
  // What Node 20 has not got; modules are evaluated before the version is asked.
  const { stdout } = spawnSync(process.execPath, [
    "--input-type=module",
    "--eval",
    `delete ArrayBuffer.prototype.detached;
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });
await import("${new URL(
      "../../../mod.ts",
      import.meta.url,
    )}").catch((e) => console.log(e.message));`,
  ], { encoding: "utf8" });
  assertEquals(
    stdout.trim(),
    "Cannot load plugins on Node 20.20.2: wanted Node 26.10 or newer, Deno, or Bun",
  );
});

test("a Node where a program has set a Deno is a Node", NODE, () => {
  const face = new URL("../../../mod.ts", import.meta.url).href;
  const { stdout } = spawnSync(process.execPath, [
    "--input-type=module",
    "--eval",
    `globalThis.Deno = {};
const { open } = await import("${face}");
try { open("/nowhere.so"); } catch (e) { console.log(e.code); }`,
  ], { encoding: "utf8" });
  assertEquals(stdout.trim(), "not_found");
});

test("a Node whose node:ffi is switched off is told the flag", NODE, () => {
  const face = new URL("../../../mod.ts", import.meta.url).href;
  const { stdout } = spawnSync(process.execPath, [
    "--no-experimental-ffi",
    "--input-type=module",
    "--eval",
    `await import("${face}").catch((e) => console.log(e.code, e.message));`,
  ], { encoding: "utf8" });
  assertEquals(
    stdout.trim(),
    `unsupported Cannot load plugins on Node ${adapter.version}: ` +
      "it has no node:ffi, run it without --no-experimental-ffi, or take a build that has it",
  );
});

test(
  "a Deno that loads no native code is not taken for an old Node",
  RUNTIME === "Deno" ? { skip: false } : skip("Deno alone"),
  () => {
    const face = new URL("../../../mod.ts", import.meta.url).href;
    const script = `delete Deno.dlopen;
await import("${face}").catch((e) => console.log(e.code, e.message));`;
    const { stdout } = spawnSync(process.execPath, ["eval", script], {
      encoding: "utf8",
    });
    assertEquals(
      stdout.trim().slice(0, 82),
      "unsupported Cannot load plugins on this Deno: it has no Deno.dlopen, as where prog",
    );
  },
);

test("on Node only the warning of node:ffi is kept back", NODE, () => {
  const face = new URL("../../../mod.ts", import.meta.url).href;
  const { stderr } = spawnSync(process.execPath, [
    "--input-type=module",
    "--eval",
    `await import("${face}"); process.emitWarning("mine", "ExperimentalWarning");`,
  ], { encoding: "utf8" });
  assertEquals(stderr.match(/\w+Warning: .*/g), ["ExperimentalWarning: mine"]);
});
