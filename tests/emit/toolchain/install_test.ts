/**
 * What is said to whom a tool is missing.
 *
 * @module
 */

import process from "node:process";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { installCommands } from "../../../emit/toolchain/install.ts";
import { skip } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

test(
  "installCommands() has one for each manager of packages",
  process.platform === "darwin" ? skip("there is one way on macOS") : {},
  () => {
    const said = installCommands("c++");
    assertStringIncludes(said, '"apt install g++" (Debian, Ubuntu)');
    assertStringIncludes(said, ' or "zypper install gcc-c++" (openSUSE)');
    assertEquals(said.includes("undefined"), false);
  },
);
