import { FACE, runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import {
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { needBreadth, skip } from "../helpers/need.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { withVariable } from "../helpers/variable.ts";
import { withSupport } from "../helpers/support.ts";
import { succeedSilently } from "../helpers/succeed.ts";

await withSupport();

const directory = fileURLToPath(
  new URL("../../examples/gallery", import.meta.url),
);
const isEnforced = process.platform === "linux" &&
  !/^(?:[1-4]|5\.(?:\d|1[0-2]))\./.test(release());
const NEEDS = isEnforced ? needBreadth("cc") : skip("Linux 5.13 only");

test("examples/gallery draws what may be drawn", NEEDS, async () => {
  await succeedSilently(
    spawnPlugin(["build", "decoder.c"], { cwd: directory }),
  );
  const ran = await runHost("host.ts", directory);
  assertEquals(
    [ran.status, ran.stderr, ran.stdout],
    [0, "", readFileSync(`${directory}/expected.txt`, "utf8")],
  );
});

test(
  "examples/gallery leaves no uploads behind where it cannot go on",
  NEEDS,
  async () => {
    const place = emptyDirectory();
    const temporary = emptyDirectory();
    const host = readFileSync(`${directory}/host.ts`, "utf8"); // and no decoder
    writeFileSync(`${place}/host.ts`, host.replace('"@native/plugin"', FACE));
    const ran = await withVariable(
      "TMPDIR",
      temporary,
      () => runHost("host.ts", place),
    );
    assertNotEquals(ran.status, 0);
    assertStringIncludes(ran.stderr, "decoder.so");
    assertEquals(readdirSync(temporary), []);
  },
);
