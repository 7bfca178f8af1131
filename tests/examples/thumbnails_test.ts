import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need, skip } from "../helpers/need.ts";
import { withSupport } from "../helpers/support.ts";
import { succeedSilently } from "../helpers/succeed.ts";

await withSupport();

const directory = fileURLToPath(
  new URL("../../examples/thumbnails", import.meta.url),
);
const NEEDS = process.platform === "linux" ? need("cc") : skip("Linux only");

test("examples/thumbnails survives its decoder", NEEDS, async () => {
  await succeedSilently(
    spawnPlugin(["build", "thumbnail.c"], { cwd: directory }),
  );
  const ran = await runHost("host.ts", directory);
  assertEquals(
    [ran.status, ran.stderr, ran.stdout],
    [0, "", readFileSync(`${directory}/expected.txt`, "utf8")],
  );
});
