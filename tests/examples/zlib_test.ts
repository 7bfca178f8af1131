import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { run } from "../../emit/toolchain/run.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { needBreadth } from "../helpers/need.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/zlib", import.meta.url),
);
const zlib = process.platform === "linux" && existsSync("/usr/include/zlib.h")
  ? needBreadth("cc")
  : { skip: "needs Debian's zlib1g-dev" };

async function emit(): Promise<void> {
  await succeedSilently(
    spawnPlugin(["emit", "libz.so.1", "--header", "zlib.h"], {
      cwd: directory,
    }),
  );
}

test("examples/zlib agrees with node:zlib", zlib, async () => {
  await emit();
  const ran = await succeedSilently(runHost("host.ts", directory));
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});

test("examples/zlib opens the zlib that the header is of", zlib, async () => {
  await emit();
  const { stdout } = await run("cc", ["-E", "-P", "-x", "c", "-"], {
    input: "#include <zlib.h>\nversion: ZLIB_VERSION\n",
  });
  const [, version] = /^version: "(.*)"$/m.exec(stdout)!;
  const library = open(`${directory}/libz.so.1.json`);
  assertEquals(library.lookup("zlibVersion")(), version);
});
