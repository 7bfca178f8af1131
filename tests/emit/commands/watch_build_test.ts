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
import { needTerminal } from "../../helpers/terminal.ts";
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

test(
  "plugin build --watch takes a file of Go that is new in the directory",
  { ...need("go", "cc"), timeout: 300_000 },
  async () => {
    const directory = emptyDirectory();
    const library = join(directory, "n.so");
    writeFileSync(join(directory, "go.mod"), "module n\n\ngo 1.18\n");
    writeFileSync(
      join(directory, "n.go"),
      "package n\n\nfunc One() int32 { return 1 }\n",
    );
    const [program, ...args] = commandLine(MAIN, {
      args: ["build", directory, "-o", library, "--watch"],
    });
    const child = spawn(program!, args, { env: process.env });
    let printed = "";
    child.stdout.on("data", (bytes) => printed += bytes);
    child.stderr.on("data", (bytes) => printed += bytes);
    try {
      await until(() => printed.includes("1 function"));
      writeFileSync(
        join(directory, "more.go"),
        "package n\n\nfunc Two() int32 { return 2 }\n",
      );
      await until(() => printed.includes("2 functions"));
    } finally {
      child.kill();
      await once(child, "close");
    }
  },
);

test(
  "plugin build --watch wipes a terminal before each result",
  needTerminal("cc"),
  async () => {
    const source = join(emptyDirectory(), "n.c");
    writeFileSync(source, "int n(void) { return 1; }\n");
    const line = commandLine(MAIN, { args: ["build", source, "--watch"] });
    const child = spawn("python3", [
      "-c",
      "import pty, sys; pty.spawn(sys.argv[1:])",
      ...line,
    ], { env: process.env });
    let printed = "";
    child.stdout.on("data", (bytes) => printed += bytes);
    const results = () => printed.split("\x1b[2J\x1b[3J\x1b[H");
    try {
      await until(() => printed.includes("1 function"));
      writeFileSync(source, "int n(void) { return }\n");
      await until(() => printed.includes("Cannot compile"));
      writeFileSync(source, "int n(void) { return 1; }\nint m;\n");
      await until(() => printed.includes("1 variable"));
      assertEquals(
        results().slice(1).map((text) => /library|error/.exec(text)?.[0]),
        ["library", "error", "library"],
      );
    } finally {
      child.kill();
      await once(child, "close");
    }
  },
);
