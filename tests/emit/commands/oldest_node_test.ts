import { test } from "../../helpers/test.ts";
import { readFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { tooOld } from "../../../emit/commands/oldest_node.ts";
import { system } from "../../../ffi/system/system.ts";
import { fixture } from "../../helpers/fixture.ts";

test("tooOld() lets every runtime in that package.json names", () => {
  assertEquals(tooOld(system.node), undefined);
  const { engines } = JSON.parse(
    readFileSync(fixture("../../package.json"), "utf8"),
  );
  const oldest = `${engines.node.slice(2)}.0`;
  assertEquals(tooOld(oldest), undefined);
  assertEquals(tooOld("27.0.0"), undefined);
  // Bun and Deno also say which Node they are like.
  const isNode = !("Deno" in globalThis || "Bun" in globalThis);
  assertEquals(system.node !== undefined, isNode);
});

test("tooOld() says what is there and what was wanted", () => {
  for (const node of ["26.9.9", "20.20.2", "8.0.0"]) {
    assertEquals(
      tooOld(node),
      `This is Node ${node}, and the plugin command needs Node 26.10, Deno or Bun: with Bun, run "bunx --bun plugin"`,
    );
  }
});
