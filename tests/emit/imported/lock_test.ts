/**
 * Locks of processes that are not there any more.
 *
 * @module
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { withLock } from "../../../emit/imported/lock.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { skip } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

/** A number that no process has: the kernel gives none above 2^22. */
const NOBODY = "4194999";

/** Whether a lock is taken within a second. */
async function isFree(path: string): Promise<boolean> {
  const taken = withLock(path, () => Promise.resolve(true));
  const late = new Promise<false>((resolve) =>
    setTimeout(() => resolve(false), 1000)
  );
  const was = await Promise.race([taken, late]);
  if (existsSync(path)) rmSync(path); // whoever was there lets go
  await taken;
  return was;
}

test(
  "withLock() takes nobody for dead whose number is of another container",
  process.platform === "linux" ? {} : skip("there are no namespaces"),
  async () => {
    await inDirectory(async (directory) => {
      const path = `${directory}/lock`;
      const own = await withLock(
        path,
        () => Promise.resolve(readFileSync(path, "utf8")),
      );
      const dead = own.replace(/^\d+/, NOBODY);
      writeFileSync(path, dead);
      assertEquals(await isFree(path), true, dead);
      // The same name of the host, and numbers of its own.
      writeFileSync(path, dead.replace(/\d$/, (digit) => `${9 - +digit}`));
      assertEquals(await isFree(path), false);
      // Another machine, whose first namespace has the same number.
      writeFileSync(path, dead.replace(/ \S+ (?=\d+$)/, " 0f-boot "));
      assertEquals(await isFree(path), false);
    });
  },
);
