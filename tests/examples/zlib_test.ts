import { test } from "node:test";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/run.ts";
import { spawnPlugin } from "../emit/cli.ts";
import { need } from "../need.ts";

const directory = fileURLToPath(
  new URL("../../examples/zlib", import.meta.url),
);
const zlib = process.platform === "linux" && existsSync("/usr/include/zlib.h")
  ? need("cc")
  : { skip: "needs Debian's zlib1g-dev" };

test("examples/zlib agrees with node:zlib", zlib, async () => {
  const emitted = await spawnPlugin(
    ["emit", "libz.so.1", "--header", "zlib.h"],
    { cwd: directory },
  );
  assertEquals([emitted.status, emitted.stderr], [0, ""]);
  const args = "Deno" in globalThis ? ["run", "-A", "host.ts"] : ["host.ts"];
  const ran = await run(process.execPath, args, { cwd: directory });
  assertEquals([ran.status, ran.stderr], [0, ""]);
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});
