import { test } from "node:test";
import { readFileSync } from "node:fs";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { tooOld } from "../../emit/oldest.ts";
import { fixture } from "../fixture.ts";

test("tooOld() lets every runtime in that package.json names", () => {
  assertEquals(tooOld(process.versions), undefined);
  const { engines } = JSON.parse(
    readFileSync(fixture("../../package.json"), "utf8"),
  );
  const oldest = `${engines.node.slice(2)}.0`;
  assertEquals(tooOld({ node: oldest }), undefined);
  assertEquals(tooOld({ node: "27.0.0" }), undefined);
  // Bun and Deno say which Node they are like.
  assertEquals(tooOld({ node: "24.3.0", bun: "1.4.5" }), undefined);
  assertEquals(tooOld({ node: "24.2.0", deno: "2.9.6" }), undefined);
});

test("tooOld() says what is there and what was wanted", () => {
  for (const node of ["26.9.9", "20.20.2", "8.0.0"]) {
    assertEquals(
      tooOld({ node }),
      `This is Node ${node}, and the plugin command needs Node 26.10, Deno or Bun: with Bun, run "bunx --bun plugin"`,
    );
  }
});
