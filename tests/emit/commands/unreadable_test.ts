/**
 * Files that a stranger may have left: pipes, devices, and what is larger than
 * memory. Each is told in one sentence, and nothing is read of it that has no
 * end.
 */

import { assertEquals } from "@std/assert";
import { linkSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { run } from "../../../emit/toolchain/run.ts";
import { buildAfresh, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { plugin } from "../helpers/cli.ts";
import { succeed } from "../../helpers/succeed.ts";

/** A file of so many bytes, none of which the disk has to keep. */
function sparse(path: string, beginning: string, size: number): string {
  writeFileSync(path, beginning, "latin1");
  truncateSync(path, size);
  return path;
}

/** What a command says when it has failed. */
async function refusal(...argv: string[]): Promise<string> {
  const { status, stderr } = await plugin(...argv);
  assertEquals(status, 1, argv.join(" "));
  return stderr.slice(stderr.lastIndexOf(": ") + 2).trim();
}

test("a library that is none, or is larger than what is read", async () => {
  const directory = emptyDirectory();
  const none = sparse(join(directory, "none.so"), "", 2 ** 40);
  const large = sparse(join(directory, "large.so"), "\x7fELF", 2 ** 40);
  for (const command of ["inspect", "emit"]) {
    assertEquals(
      await refusal(command, none),
      "it begins with 00000000, wanted a shared library (ELF or Mach-O, of 64 bits)",
    );
    assertEquals(
      await refusal(command, large),
      "it has 1099511627776 bytes, at most 2147483647 are read",
    );
  }
});

test(
  "a manifest that is a pipe, a device, or larger than what is read",
  need("cc"),
  async () => {
    const built = await buildAfresh("version.c");
    const directory = emptyDirectory();
    const beside = (name: string) => {
      linkSync(built, join(directory, name));
      return join(directory, `${name}.json`);
    };
    const pipe = beside("pipe.so");
    await run("mkfifo", [pipe]);
    const device = beside("device.so");
    symlinkSync("/dev/zero", device);
    const large = sparse(beside("large.so"), "{", 2 ** 40);
    const key = join(directory, "key");
    await succeed(plugin("keygen", "-o", key));
    const sign = ["sign", "--key", `${key}.pem`];
    for (const command of [["inspect"], ["check"], ["types"], sign]) {
      const argv = (path: string) => [...command, path];
      for (const path of [pipe, device]) {
        assertEquals(await refusal(...argv(path)), "it is not a file");
      }
      assertEquals(
        await refusal(...argv(large)),
        "it has 1099511627776 bytes, at most 201326592 are read",
      );
    }
  },
);
