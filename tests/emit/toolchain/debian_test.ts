import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import {
  filesOf,
  packagesWith,
  packageWith,
} from "../../../emit/toolchain/debian.ts";
import { needOnce } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { packageLists } from "../helpers/debian.ts";

test(
  "the files of a package that is there for two architectures are found",
  needOnce("dpkg", "dpkg-query"),
  async () => {
    const both = ["amd64", "i386"].map((architecture) => [
      `libfoo-dev:${architecture}`,
      ["/usr/include/foo.h", `/usr/lib/${architecture}/foo.pc`],
    ]);
    const lists = packageLists(Object.fromEntries(both));
    await withVariable("DPKG_ADMINDIR", lists, async () => {
      const name = await packageWith("/usr/lib/i386/foo.pc");
      assertEquals(name, "libfoo-dev:i386");
      assertEquals(await filesOf(name!), [
        "/usr/include/foo.h",
        "/usr/lib/i386/foo.pc",
      ]);
      assertEquals(await packageWith("/usr/include/bar.h"), undefined);
      assertEquals(
        (await packagesWith([
          "/usr/include/bar.h",
          "/usr/include/foo.h",
          "/usr/lib/i386/foo.pc",
          "/usr/lib/amd64/foo.pc",
        ])).sort(),
        ["libfoo-dev:amd64", "libfoo-dev:i386"],
      );
    });
  },
);
