import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need, RUNTIME, skip } from "../helpers/need.ts";
import { typeCheck } from "../helpers/type_check.ts";

const directory = fileURLToPath(
  new URL("../../examples/sqlite", import.meta.url),
);
const sqlite = process.platform === "linux" &&
    existsSync("/usr/include/sqlite3.h")
  ? need("cc")
  : skip("needs Debian's libsqlite3-dev");

test("examples/sqlite calls SQLite, and is called by it", sqlite, async () => {
  const emitted = await spawnPlugin(
    [
      "emit",
      "libsqlite3.so.0",
      "--header",
      "sqlite3.h",
      "--include",
      "sqlite3_*",
      "--constants",
      "SQLITE_*",
      "--annotate",
      "sqlite3",
    ],
    { cwd: directory },
  );
  assertEquals([emitted.status, emitted.stderr], [0, ""]);
  if (RUNTIME === "Deno") {
    // Its types are those of the declarations that were just written.
    const checked = await typeCheck(["host.ts"], { cwd: directory });
    assertEquals([checked.status, checked.stderr], [0, ""]);
  }
  const ran = await runHost("host.ts", directory);
  assertEquals([ran.status, ran.stderr], [0, ""]);
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});
