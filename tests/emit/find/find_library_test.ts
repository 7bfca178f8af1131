import { test } from "../../helpers/test.ts";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from "node:fs";
import { assertEquals, assertThrows } from "@std/assert";
import { spawnSync } from "node:child_process";
import { basename, dirname } from "@std/path";
import { EmitError } from "../../../emit/error.ts";
import { locate } from "../../../emit/find/find_library.ts";
import { resolveFile } from "../../../ffi/open/resolve.ts";
import { systemDirectories } from "../../../ffi/system/libraries.ts";
import { system } from "../../../ffi/system/system.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { spawnPlugin } from "../helpers/cli.ts";

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

test("what locate() finds, open finds too, and the same file", {
  skip: !glibc && "needs glibc",
}, () => {
  const names = readdirSync(dirname(realpathSync(locate("libc.so.6").path)))
    .filter((name) => /\.so\.\d+$/.test(name));
  assertEquals(names.includes("libc.so.6"), true);
  for (const name of names) {
    const { path } = locate(name);
    assertEquals(resolveFile(name).path, realpathSync(path), name);
  }
});

test("locate() ends where texts for the linker name each other", async () => {
  await inDirectory((directory) => {
    const names = Array.from({ length: 50 }, (_, at) => `lib${at}.so`);
    const all = `INPUT(${names.join(" ")} real.so)\n`;
    for (const name of names) writeFileSync(`${directory}/${name}`, all);
    writeFileSync(`${directory}/real.so`, "\x7fELF");
    const found = locate(`${directory}/lib0.so`);
    assertEquals(basename(found.path), "real.so");
    writeFileSync(`${directory}/self.so`, "INPUT(self.so)\n");
    const self = `${directory}/self.so`;
    assertEquals(locate(self), { path: self, system: false });
  });
});

test("locate() tells a pipe from what is not there", async () => {
  await inDirectory((directory) => {
    spawnSync("mkfifo", [`${directory}/a.so`]);
    assertThrows(
      () => locate(`${directory}/a.so`),
      EmitError,
      "it is not a file",
    );
  });
});

test("locate() names all versions that may have been meant", () => {
  const own = system as { -readonly [K in keyof typeof system]: unknown };
  const { list } = system;
  const [first] = systemDirectories();
  const there = [5.1, 5.4, 5.3].flatMap((version) =>
    [".so", ".so.0", ".so.0.0.0"].map((end) => `libplugin${version}${end}`)
  );
  own.list = (path: string) => [
    ...list.call(system, path),
    ...path === first
      ? there.map((name) => ({ name, isDirectory: false }))
      : [],
  ];
  try {
    assertThrows(
      () => locate("plugin"),
      EmitError,
      '; did you mean "libplugin5.1.so.0" or "libplugin5.3.so.0" or "libplugin5.4.so.0"?',
    );
  } finally {
    own.list = list;
  }
});
