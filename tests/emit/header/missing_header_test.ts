/** What is said of a header that the compiler does not find, and the machine does. */
import { test } from "../../helpers/test.ts";
import { existsSync } from "node:fs";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { developmentNames } from "../../../emit/header/missing_header.ts";
import { needBreadth, skip } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin } from "../helpers/cli.ts";

/** A header that lies where the compiler does not look, and which nobody has named by then. */
const XML = "/usr/include/libxml2/libxml/parser.h";
const GTK = "/lib/x86_64-linux-gnu/libgtk-3.so.0";

test(
  "a header that lies elsewhere is told of with the package that knows it",
  existsSync(XML)
    ? needBreadth("cc", "pkg-config")
    : skip("needs libxml2's headers"),
  async () => {
    const { stderr } = await plugin(
      "emit",
      "libxml2.so.2",
      "--header",
      "libxml/parser.h",
    );
    assertStringIncludes(
      stderr,
      "does not find libxml/parser.h; it lies in /usr/include/libxml2: --pkg-config libxml-2.0 knows it",
    );
  },
);

test(
  "it is $PKG_CONFIG that is asked",
  existsSync(XML) ? needBreadth("cc") : skip("needs libxml2's headers"),
  async () => {
    const { stderr } = await withVariable(
      "PKG_CONFIG",
      "/none/pkg-config",
      () => plugin("emit", "libxml2.so.2", "--header", "libxml/parser.h"),
    );
    assertStringIncludes(stderr, "name that with -I /usr/include/libxml2. It");
  },
);

test(
  "a header that is nowhere is told of with the package that has it",
  existsSync(GTK) && !existsSync("/usr/include/gtk-3.0")
    ? needBreadth("cc", "dpkg", "dpkg-query", "apt-cache")
    : skip("needs GTK 3 without its headers"),
  async () => {
    // GTK 4, which may be here with its headers, has none of this name.
    const { stderr } = await plugin("emit", GTK, "--header", "gtk/gtkx.h");
    assertStringIncludes(stderr, "in the package libgtk-3-dev: apt install ");
  },
);

test("developmentNames() is Debian's rule", () => {
  assertEquals(developmentNames("zlib1g"), ["zlib1g-dev"]);
  assertEquals(developmentNames("libsqlite3-0"), [
    "libsqlite3-0-dev",
    "libsqlite3-dev",
  ]);
  assertEquals(developmentNames("libglib2.0-0t64"), [
    "libglib2.0-0-dev",
    "libglib2.0-dev",
  ]);
});
