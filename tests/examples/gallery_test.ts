import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { needBreadth, skip } from "../helpers/need.ts";
import { withSupport } from "../helpers/support.ts";

await withSupport();

const directory = fileURLToPath(
  new URL("../../examples/gallery", import.meta.url),
);
const isEnforced = process.platform === "linux" &&
  !/^(?:[1-4]|5\.(?:\d|1[0-2]))\./.test(release());
const NEEDS = isEnforced ? needBreadth("cc") : skip("Linux 5.13 only");

test("examples/gallery draws what may be drawn", NEEDS, async () => {
  const built = await spawnPlugin(["build", "decoder.c"], { cwd: directory });
  assertEquals([built.status, built.stderr], [0, ""]);
  const ran = await runHost("host.ts", directory);
  assertEquals(
    [ran.status, ran.stderr, ran.stdout],
    [0, "", readFileSync(`${directory}/expected.txt`, "utf8")],
  );
});
