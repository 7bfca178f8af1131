/**
 * Files that appear whole.
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { writeFiles } from "../../../emit/files/write_files.ts";
import { system } from "../../../ffi/system/system.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/test.ts";

test("writeFiles() gives a name to what the disk has", async () => {
  await inDirectory((directory) => {
    const [one, two] = [`${directory}/one`, `${directory}/two`];
    writeFileSync(one, "before");
    const done: string[] = [];
    // Nobody can cut the power in a test: what is asked of the system is told.
    const own = system as { -readonly [K in keyof typeof system]: unknown };
    const { writeThrough, rename } = system;
    own.writeThrough = (path: string, data: string, mode: number) => {
      writeThrough.call(system, path, data, mode);
      done.push(`${data} on the disk, ${readFileSync(one, "utf8")} there`);
    };
    own.rename = (from: string, to: string) => {
      rename.call(system, from, to);
      done.push(to);
    };
    try {
      writeFiles([{ path: one, data: "1" }, { path: two, data: "2" }]);
    } finally {
      Object.assign(own, { writeThrough, rename });
    }
    assertEquals(done, [
      "1 on the disk, before there",
      "2 on the disk, before there",
      one,
      two,
    ]);
    assertEquals(readdirSync(directory).sort(), ["one", "two"]);
  });
});
