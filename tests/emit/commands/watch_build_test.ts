import { test } from "../../helpers/test.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Plugin, watch } from "../../../mod.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { commandLine } from "../../helpers/program.ts";
import { until } from "../../helpers/wait.ts";

const MAIN = fileURLToPath(new URL("../../../emit/main.ts", import.meta.url));

test(
  "plugin build --watch builds what changes, and watch() takes it",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "n.c");
    const header = join(directory, "n.h");
    const library = join(directory, "n.so");
    writeFileSync(source, `#include "n.h"\nint n(void) { return N; }\n`);
    writeFileSync(header, "#define N 1\n");
    const [program, ...args] = commandLine(MAIN, {
      args: ["build", source, "--watch"],
    });
    const child = spawn(program!, args, { env: process.env });
    let printed = "";
    let errors = "";
    child.stdout.on("data", (bytes) => printed += bytes);
    child.stderr.on("data", (bytes) => errors += bytes);
    try {
      const builds = () => printed.split("library ").length - 1;
      await until(() => builds() === 1);
      const seen: number[] = [];
      using _ = watch(library, (plugin: Plugin) => {
        seen.push(plugin.lookup("n", "() => i32")());
      });
      writeFileSync(header, "#define N 2\n");
      await until(() => seen.includes(2));
      // What does not compile is told, and changes nothing.
      writeFileSync(source, "int n(void) { return }\n");
      await until(() => errors.includes("n.c:1:22: error"));
      assertStringIncludes(errors, `error: Cannot compile "n.c"`);
      writeFileSync(source, "int n(void) { return 3; }\n");
      await until(() => seen.includes(3));
      assertEquals(seen, [1, 2, 3], errors);
      assertEquals(builds(), 3, printed);
    } finally {
      child.kill();
      await once(child, "close");
    }
  },
);
