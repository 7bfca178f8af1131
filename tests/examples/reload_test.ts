import { test } from "../helpers/test.ts";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/reload", import.meta.url),
);

test(
  "examples/reload is rebuilt five times while it runs",
  need("cc"),
  async () => {
    const library = join(emptyDirectory(), "counter.so");
    const build = async (version: number) => {
      await succeedSilently(spawnPlugin([
        ...["build", join(directory, "counter.c"), "-o", library],
        ...["--", `-DVERSION=${version}`],
      ]));
    };
    await build(1);
    const host = join(directory, "host.ts");
    const args = "Deno" in globalThis ? ["run", "-A", host] : [host];
    const child = spawn(process.execPath, [...args, library]);
    let stdout = "";
    let stderr = "";
    child.stderr.on("data", (data) => stderr += data);
    const ended = new Promise((resolve) => child.on("close", resolve));
    let version = 1;
    for await (const data of child.stdout) {
      stdout += data;
      if (stdout.endsWith("\n") && version < 6) await build(++version);
    }
    assertEquals(
      [await ended, stderr, stdout],
      [0, "", readFileSync(join(directory, "expected.txt"), "utf8")],
    );
  },
);
