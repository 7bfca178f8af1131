import { test } from "node:test";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { assertEquals, assertRejects } from "@std/assert";
import { basename } from "@std/path";
import { EmitError } from "../../emit/error.ts";
import { locate } from "../../emit/locate.ts";
import { inDirectory, spawnPlugin } from "./cli.ts";

test("locate() takes the file at a path, whoever else has the name", async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/libc.so.6`;
    writeFileSync(path, "");
    assertEquals(await locate(path), { path, system: false });
  });
});

test("locate() does not search for what has a directory", async () => {
  await inDirectory(async (directory) => {
    await assertRejects(
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
}, async () => {
  const { path, system } = await locate("libc.so.6");
  assertEquals([basename(path), system], ["libc.so.6", true]);
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
