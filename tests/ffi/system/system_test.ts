import { commandLine } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  exists,
  isMissing,
  statusIfAny,
  system,
} from "../../../ffi/system/system.ts";
import { absolutePath } from "../../../ffi/system/absolute.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

test("system: the machine and the process", () => {
  assertEquals([system.os, system.arch], [process.platform, process.arch]);
  assertEquals(system.cwd(), process.cwd());
  assertEquals(system.env("PATH"), process.env.PATH);
  assertEquals(system.env("PLUGIN_NO_SUCH_VARIABLE"), undefined);
  assertEquals(typeof system.stdout.isTTY, "boolean");
});

test("system: files are read", () => {
  const directory = emptyDirectory();
  const path = join(directory, "text");
  const bytes = new TextEncoder().encode("Größe\n".repeat(1000));
  writeFileSync(path, bytes);
  assertEquals(new Uint8Array(system.read(path)), bytes);
  assertEquals(system.readText(path), "Größe\n".repeat(1000));
  const file = system.open(path);
  const some = new Uint8Array(6);
  assertEquals(file.read(some, 8), 6);
  assertEquals(some, bytes.slice(8, 14));
  assertEquals(file.read(some, bytes.length - 2), 2);
  assertEquals(file.read(some, bytes.length), 0);
  file.close();
  // What has no size can have bytes all the same.
  assertEquals(system.readText("/dev/null"), "");
  assertEquals(system.read("/dev/null").length, 0);
  if (existsSync("/proc/self/stat")) {
    assert(system.read("/proc/self/stat").length > 0);
  }
});

test("system: what is at a path", () => {
  const directory = system.realPath(emptyDirectory());
  const path = join(directory, "file");
  writeFileSync(path, "four");
  symlinkSync("file", join(directory, "link"));
  const { dev, ino, size, mtimeMs } = statSync(path);
  const status = system.status(join(directory, "link"));
  assertEquals(
    [status.isFile, status.isDirectory, status.dev, status.ino, status.size],
    [true, false, dev, ino, size],
  );
  assertEquals(Math.floor(status.mtimeMs), Math.floor(mtimeMs));
  assertEquals(system.status(directory).isDirectory, true);
  assertEquals(system.realPath(join(directory, ".", "link")), path);
  assertEquals(system.isWritable(directory), true);
  assertEquals(system.isWritable(join(directory, "none")), false);
});

test("system: files are written, renamed and removed", () => {
  const directory = emptyDirectory();
  const [one, other] = [join(directory, "one"), join(directory, "other")];
  const before = process.umask(0o027);
  try {
    system.write(one, "Größe", 0o755);
    system.write(other, new Uint8Array([1, 2, 3]), 0o644);
  } finally {
    process.umask(before);
  }
  assertEquals(readFileSync(one, "utf8"), "Größe");
  assertEquals([...readFileSync(other)], [1, 2, 3]);
  const modes = [one, other].map((path) => statSync(path).mode & 0o777);
  assertEquals(modes, [0o750, 0o640]);
  // A file that is there is never written over.
  const error = assertThrows(() => system.write(one, "", 0o644));
  assertEquals((error as { code?: string }).code, "EEXIST");
  system.rename(one, other);
  assertEquals(readFileSync(other, "utf8"), "Größe");
  system.remove(other);
  assertEquals([existsSync(one), existsSync(other)], [false, false]);
});

test("system: a file is written over", () => {
  const path = join(emptyDirectory(), "file");
  system.overwrite(path, "a long text");
  system.overwrite(path, "short");
  assertEquals(system.readText(path), "short");
  system.overwrite(path, new Uint8Array([1, 2]));
  assertEquals([...system.read(path)], [1, 2]);
});

test("system: a file that the disk has gets its name where nothing has it", () => {
  const directory = emptyDirectory();
  const [one, other] = [join(directory, "one"), join(directory, "other")];
  const before = process.umask(0);
  try {
    system.writeThrough(one, "text", 0o600);
  } finally {
    process.umask(before);
  }
  assertEquals(statSync(one).mode & 0o777, 0o600);
  system.link(one, other);
  system.remove(one);
  assertEquals(system.readText(other), "text");
  system.writeThrough(one, new Uint8Array([1]), 0o644);
  for (
    const call of [
      () => system.link(one, other),
      () => system.writeThrough(other, "", 0o644),
    ]
  ) {
    assertEquals((assertThrows(call) as { code?: string }).code, "EEXIST");
  }
});

test("system: directories are made, listed and removed", () => {
  const directory = system.makeTemporaryDirectory("plugin-test-");
  try {
    assertEquals(system.realPath(directory), directory);
    assertEquals(system.list(directory), []);
    assert(/^plugin-test-./.test(basename(directory)));
    const inner = join(directory, "one", "two");
    const error = assertThrows(() => system.makeDirectory(inner));
    assert(isMissing(error));
    system.makeDirectories(inner, 0o700);
    system.makeDirectories(inner);
    assertEquals(statSync(inner).mode & 0o777, 0o700);
    const twice = assertThrows(() => system.makeDirectory(inner));
    assertEquals((twice as { code?: string }).code, "EEXIST");
    writeFileSync(join(directory, "file"), "");
    symlinkSync("one", join(directory, "link"));
    const entries = system.list(directory).map(({ name, isDirectory }) =>
      `${name} ${isDirectory}`
    );
    assertEquals(entries.sort(), ["file false", "link false", "one true"]);
  } finally {
    system.removeDirectory(directory);
  }
  assertEquals(existsSync(directory), false);
});

test("system: errors have the system's code", () => {
  const directory = emptyDirectory();
  const none = join(directory, "none");
  const calls = [
    () => system.read(none),
    () => system.readText(none),
    () => system.open(none),
    () => system.status(none),
    () => system.realPath(none),
    () => system.rename(none, `${none}2`),
    () => system.remove(none),
    () => system.list(none),
    () => system.makeDirectory(join(none, "below")),
    () => system.overwrite(join(none, "file"), ""),
    () => system.write(join(none, "file"), "", 0o644),
  ];
  for (const call of calls) {
    const error = assertThrows(call);
    assertEquals(
      (error as { code?: string }).code,
      "ENOENT",
      call.toString(),
    );
    assert(isMissing(error));
  }
  const error = assertThrows(() => system.read(directory));
  assertEquals((error as { code?: string }).code, "EISDIR");
});

test("exists() and statusIfAny() tell what is not there", () => {
  const directory = emptyDirectory();
  writeFileSync(join(directory, "file"), "");
  mkdirSync(join(directory, "directory"));
  assertEquals(exists(directory), true);
  assertEquals(exists(join(directory, "none")), false);
  assertEquals(statusIfAny(join(directory, "none")), undefined);
  assertEquals(statusIfAny(join(directory, "file", "below")), undefined);
  assertEquals(statusIfAny(join(directory, "file"))?.size, 0);
});

test("absolutePath() starts from the working directory", () => {
  assertEquals(absolutePath("a/../b.so"), join(process.cwd(), "b.so"));
  assertEquals(absolutePath("/x//./y/../z"), "/x/z");
  assertEquals(absolutePath("."), process.cwd());
});

/** A command line of this runtime that writes a million bytes and a newline at the end. */
function writer(): string[] {
  const program = join(emptyDirectory(), "program.ts");
  const face = new URL("../../../ffi/system/system.ts", import.meta.url).href;
  writeFileSync(
    program,
    `import { system } from ${JSON.stringify(face)};\n` +
      `system.stdout.write("line\\n".repeat(200_000) + "end\\n");\n`,
  );
  return commandLine(program);
}

/** A shell, and what starts a Python, say on stderr that a locale is not installed. */
const PLAIN = { env: { LC_ALL: "C" } };

test("system.stdout is quiet when nobody reads on", async () => {
  const command = writer().map((word) => `'${word}'`).join(" ");
  const ran = await run("sh", ["-c", `${command} | head -n 1`], PLAIN);
  assertEquals(ran, { status: 0, stdout: "line\n", stderr: "" });
});

/** Runs its arguments with a pipe that does not wait for its reader, who is slow. */
const SLOW = `
import fcntl, os, subprocess, sys, time
out, into = os.pipe()
fcntl.fcntl(into, fcntl.F_SETFL, fcntl.fcntl(into, fcntl.F_GETFL) | os.O_NONBLOCK)
process = subprocess.Popen(sys.argv[1:], stdout=into)
os.close(into)
time.sleep(0.5)
read = b""
while more := os.read(out, 65536):
  read += more
  time.sleep(0.01)
sys.stdout.write(f"{process.wait()} {len(read)} {read[-4:].decode()}")
`;

test(
  "system.stdout waits for a pipe that is full",
  need("python3"),
  async () => {
    const ran = await run("python3", ["-c", SLOW, ...writer()], PLAIN);
    assertEquals(ran, { status: 0, stdout: "0 1000004 end\n", stderr: "" });
  },
);
