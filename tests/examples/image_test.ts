import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need, skip } from "../helpers/need.ts";

const directory = fileURLToPath(
  new URL("../../examples/image", import.meta.url),
);

/** The `image` crate is not for the Rust of older systems. */
const RUST = 88;
const cargo = need("rust", "cc");
const { stdout } = spawnSync("cargo", ["--version"], { encoding: "utf8" });
const isOld = Number(/^cargo 1\.(\d+)/.exec(stdout ?? "")?.[1] ?? RUST) < RUST;

/** A cold build brings the `image` crate and compiles it. */
const SLOW = {
  ...(cargo.skip === false && isOld ? skip(`needs Rust 1.${RUST}`) : cargo),
  timeout: 600_000,
};

test("examples/image makes thumbnails of a folder", SLOW, async () => {
  const args = ["build", ".", "-o", "image.so"];
  const built = await spawnPlugin(args, { cwd: directory });
  assertEquals(built.status, 0, built.stderr);
  const host = "Deno" in globalThis ? ["run", "-A", "host.ts"] : ["host.ts"];
  const ran = await run(process.execPath, host, { cwd: directory });
  assertEquals([ran.status, ran.stderr], [0, ""]);
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});
