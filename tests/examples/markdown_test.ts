import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { needBreadth } from "../helpers/need.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/markdown", import.meta.url),
);

/** A cold build brings goldmark and compiles Go's own library. */
const SLOW = { ...needBreadth("go", "cc"), timeout: 300_000 };

test("examples/markdown renders with goldmark", SLOW, async () => {
  const args = ["build", ".", "-o", "markdown.so"];
  await succeed(spawnPlugin(args, { cwd: directory }));
  const ran = await succeedSilently(runHost("host.ts", directory));
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});
