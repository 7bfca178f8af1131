import { test } from "node:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { basename } from "@std/path";
import { EmitError } from "../../../emit/error.ts";
import { cached, searchCache } from "../../../emit/find/loader_cache.ts";
import { locate } from "../../../emit/find/locate.ts";
import { inDirectory, spawnPlugin } from "../helpers/cli.ts";

test("locate() takes the file at a path, whoever else has the name", async () => {
  await inDirectory((directory) => {
    const path = `${directory}/libc.so.6`;
    writeFileSync(path, "");
    assertEquals(locate(path), { path, system: false });
  });
});

test("locate() does not search for what has a directory", async () => {
  await inDirectory((directory) => {
    assertThrows(
      () => locate(`${directory}/libc.so.6`),
      EmitError,
      "there is no such file",
    );
  });
});

const glibc = ["/lib64/libc.so.6", "/lib/x86_64-linux-gnu/libc.so.6"]
  .some((path) => existsSync(path));

test("locate() finds the C library as the loader does", {
  skip: !glibc && "needs glibc",
}, () => {
  const { path, system } = locate("libc.so.6");
  assertEquals([basename(path), system], ["libc.so.6", true]);
});

test("locate() knows what a name without its version means", {
  skip: !glibc && "needs glibc",
}, () => {
  for (const name of ["c", "libc", "libc.so.5"]) {
    assertThrows(() => locate(name), EmitError, '; did you mean "libc.so.6"?');
  }
  const error = assertThrows(() => locate("no-such-library"), EmitError);
  assertEquals(error.message.endsWith("does not find it"), true);
});

test("plugin emit looks in LD_LIBRARY_PATH first", async () => {
  await inDirectory(async (directory) => {
    mkdirSync(`${directory}/lib`);
    writeFileSync(`${directory}/lib/libplugin-test.so.7`, "not a library");
    const ran = await spawnPlugin(["emit", "libplugin-test.so.7"], {
      cwd: directory,
      env: { LD_LIBRARY_PATH: `${directory}/lib` },
    });
    assertEquals(ran.status, 1);
    assertEquals(
      ran.stderr.includes(`${directory}/lib/libplugin-test.so.7`),
      true,
    );
  });
});

const ldconfig = ["/sbin/ldconfig", "/usr/sbin/ldconfig"]
  .find((path) => existsSync(path));

test("cached() finds what ldconfig -p lists", {
  skip: (!glibc || ldconfig === undefined) && "needs glibc's ldconfig",
}, () => {
  const { stdout } = spawnSync(ldconfig!, ["-p"], { encoding: "utf8" });
  const listed = new Map<string, string[]>();
  for (const line of stdout.split("\n")) {
    const [, name, path] =
      /^\s*(\S+) \(libc6,(?:x86-64|AArch64)\b[^)]*\) => (.+)$/.exec(line) ?? [];
    if (name === undefined) continue;
    listed.set(name, [...listed.get(name) ?? [], path!]);
  }
  assertEquals(listed.size > 10, true, stdout);
  for (const [name, paths] of listed) assertEquals(cached(name), paths);
  assertEquals(cached("no-such-library.so"), []);
});

test("searchCache() finds nothing in bytes that are no cache, or half of one", () => {
  assertEquals(searchCache(new Uint8Array(), "libc.so.6"), []);
  assertEquals(searchCache(new Uint8Array(4096), "libc.so.6"), []);
  const half = new TextEncoder().encode(
    "glibc-ld.so.cache1.1" + "\xff".repeat(28),
  );
  assertEquals(searchCache(half, "libc.so.6"), []);
});
