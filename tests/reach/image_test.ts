import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need } from "../helpers/need.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/image", import.meta.url),
);

/**
 * The `image` crate is not for the Rust of older systems. A cold build brings
 * and compiles it.
 */
const SLOW = { ...need("rust>=1.88", "cc"), timeout: 600_000 };

test("examples/image makes thumbnails of a folder", SLOW, async () => {
  const args = ["build", ".", "-o", "image.so"];
  await succeed(spawnPlugin(args, { cwd: directory }));
  const ran = await succeedSilently(runHost("host.ts", directory));
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});
