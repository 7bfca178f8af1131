/**
 * The support library's own tests on other machines.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { execFileSync, type StdioOptions } from "node:child_process";
import { readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { emptyDirectory } from "../helpers/fixture.ts";
import { needOnce } from "../helpers/need.ts";

const PROGRAMS = fileURLToPath(new URL("../native/", import.meta.url));
const SOURCES = fileURLToPath(new URL("../../native/", import.meta.url));

/** Zig compiles for other machines, and QEMU runs what is for another processor. */
const OTHERS = [
  ["x86_64-linux-musl", []],
  ["aarch64-linux-musl", ["qemu-aarch64"]],
] as const;

for (const [target, runner] of OTHERS) {
  const needs = needOnce("zig", ...runner);
  test(`the support library does what it says on ${target}`, needs, () => {
    const cwd = emptyDirectory();
    const [zig = "zig", ...first] = (process.env.ZIG ?? "zig").split(" ");
    for (const program of ["call", "pool", "callback"]) {
      execFileSync(zig, [
        ...first,
        ..."cc -std=c11 -O2 -Wall -Wextra -Werror -pthread -static".split(" "),
        "-fno-sanitize=all",
        ...["-target", target, "-o", program],
        join(PROGRAMS, `${program}_program.c`),
        ...readdirSync(SOURCES).filter((file) => file.endsWith(".c")).map((
          file,
        ) => join(SOURCES, file)),
      ], { cwd });
      const [command = join(cwd, program), ...args] = [
        ...runner,
        join(cwd, program),
      ];
      const stdio: StdioOptions = ["ignore", "ignore", "pipe"];
      execFileSync(command, args, { cwd, stdio, timeout: 120_000 });
    }
  });
}
