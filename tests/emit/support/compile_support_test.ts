import { test } from "../../helpers/test.ts";
import { existsSync, globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import {
  bringSupport,
  SOURCES,
  versionOfSources,
} from "../../../emit/support/compile_support.ts";
import { support } from "../../../emit/commands/support.ts";
import { SUPPORT_VERSION } from "../../../ffi/support/support_version.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, needOnce } from "../../helpers/need.ts";
import { assertSupport } from "../helpers/targets.ts";

test("the version is that of the sources", async () => {
  assertEquals(
    SUPPORT_VERSION,
    await versionOfSources(),
    "the sources in native/ have changed: put this version into ffi/support/support_version.ts",
  );
});

test("all sources are counted", () => {
  const native = fileURLToPath(new URL("../../../native/", import.meta.url));
  const files = globSync("**/*.{c,h}", { cwd: native });
  assertEquals(files.sort(), [...SOURCES].sort());
});

test(
  "bringSupport() compiles once, and what it made says its version",
  need("cc"),
  async () => {
    const path = join(emptyDirectory(), "deep", "support.so");
    assertEquals(await bringSupport(path), path);
    const bytes = readFileSync(path);
    assert(bytes.includes(SUPPORT_VERSION));
    await bringSupport(path);
    assertEquals(readFileSync(path), bytes);
  },
);

test("plugin support --target linux-arm64", needOnce("zig"), async () => {
  await assertSupport("linux-arm64");
});

test("plugin support writes where it is told", needOnce("cc"), async () => {
  const output = join(emptyDirectory(), "support.so");
  const said = await support({ output, json: false, verbose: false });
  assertEquals(said, `support ${output}\n`);
  assert(existsSync(output));
});
