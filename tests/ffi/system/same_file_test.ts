import { test } from "../../helpers/test.ts";
import {
  chmodSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import type { Status } from "../../../ffi/system/interface.ts";
import {
  isSettled,
  isUntouched,
  stampOf,
} from "../../../ffi/system/same_file.ts";
import { system } from "../../../ffi/system/system.ts";
import { emptyDirectory } from "../../helpers/directory.ts";

/** A file that was written long ago, and what the system says of it. */
function oldFile(): { path: string; before: Status } {
  const path = join(emptyDirectory(), "file");
  writeFileSync(path, "one");
  utimesSync(path, 1000, 1000);
  return { path, before: system.status(path) };
}

test("a file that nobody has written since is the same", () => {
  const { path, before } = oldFile();
  assert(isUntouched(system.status(path), before));
});

test("one that was written is not; nor is another of the same size and time", () => {
  const { path, before } = oldFile();
  const other = `${path}.other`;
  writeFileSync(other, "two");
  utimesSync(other, 1000, 1000);
  renameSync(other, path);
  assertEquals(system.status(path).mtimeMs, before.mtimeMs);
  assert(!isUntouched(system.status(path), before));
});

test("one whose time was set back was touched", async () => {
  const { path, before } = oldFile();
  // Deno tells the seconds of that time, and the clock that files are stamped with
  // is behind by a tick.
  while (
    Math.floor((Date.now() - 50) / 1000) * 1000 <= statSync(path).ctimeMs
  ) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  writeFileSync(path, "two");
  utimesSync(path, 1000, 1000);
  chmodSync(path, 0o600);
  assert(!isUntouched(system.status(path), before));
});

test("what is not there has a stamp of its own", () => {
  const { before } = oldFile();
  assertEquals(stampOf(undefined), "none");
  assertEquals(
    stampOf(before),
    `${before.dev} ${before.ino} 3 ${before.mtimeMs} ${before.ctimeMs}`,
  );
});

test("what is said of a file that was touched a moment ago, another could have", () => {
  const { before } = oldFile();
  assert(!isSettled(before));
  assert(!isSettled({ ...before, ctimeMs: Date.now() - 1000 }));
  assert(isSettled({ ...before, ctimeMs: Date.now() - 3000 }));
  assert(!isSettled({ ...before, ctimeMs: 0 }));
});
