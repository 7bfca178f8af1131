import { test } from "../../helpers/test.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { filesOf, packageWith } from "../../../emit/toolchain/debian.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { needOnce } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";

/** What Debian knows where a package is installed for two architectures. */
function twice(): string {
  const directory = emptyDirectory();
  const write = (name: string, ...lines: string[]) =>
    writeFileSync(join(directory, name), `${lines.join("\n")}\n`);
  for (const name of ["info", "updates"]) mkdirSync(join(directory, name));
  write("arch", "amd64", "i386");
  write("info/format", "1");
  const both = ["amd64", "i386"];
  write(
    "status",
    ...both.flatMap((architecture) => [
      "Package: libfoo-dev",
      "Status: install ok installed",
      "Maintainer: Foo <foo@example.com>",
      `Architecture: ${architecture}`,
      "Multi-Arch: same",
      "Version: 1",
      "Description: foo",
      "",
    ]),
  );
  for (const architecture of both) {
    write(
      `info/libfoo-dev:${architecture}.list`,
      "/usr/include/foo.h",
      `/usr/lib/${architecture}/foo.pc`,
    );
  }
  return directory;
}

test(
  "the files of a package that is there for two architectures are found",
  needOnce("dpkg", "dpkg-query"),
  async () => {
    await withVariable("DPKG_ADMINDIR", twice(), async () => {
      const name = await packageWith("/usr/lib/i386/foo.pc");
      assertEquals(name, "libfoo-dev:i386");
      assertEquals(await filesOf(name!), [
        "/usr/include/foo.h",
        "/usr/lib/i386/foo.pc",
      ]);
      assertEquals(await packageWith("/usr/include/bar.h"), undefined);
    });
  },
);
