import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { existsSync, readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { emptyDirectory } from "../helpers/fixture.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need, RUNTIME, skip } from "../helpers/need.ts";
import { typeCheck } from "../helpers/type_check.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/sqlite", import.meta.url),
);
const sqlite = process.platform === "linux" &&
    existsSync("/usr/include/sqlite3.h")
  ? need("cc")
  : skip("needs Debian's libsqlite3-dev");

test("examples/sqlite calls SQLite, and is called by it", sqlite, async () => {
  await succeedSilently(spawnPlugin(
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
  ));
  if (RUNTIME === "Deno") {
    // Its types are those of the declarations that were just written.
    await succeedSilently(typeCheck(["host.ts"], { cwd: directory }));
  }
  const ran = await succeedSilently(runHost("host.ts", directory));
  assertEquals(
    ran.stdout,
    readFileSync(`${directory}/expected.txt`, "utf8"),
  );
});

/** SQLite as annotations/sqlite3.json says. */
async function annotated() {
  const output = join(emptyDirectory(), "libsqlite3.so.json");
  await succeedSilently(spawnPlugin([
    ...["emit", "libsqlite3.so.0", "--header", "sqlite3.h"],
    ...["--include", "sqlite3_*", "--constants", "SQLITE_*"],
    ...["--annotate", "sqlite3", "-o", output],
  ]));
  // deno-lint-ignore no-explicit-any -- its declarations are those of the example
  return open<any>(output).symbols;
}

test("what is bound and cannot be is named as everywhere", sqlite, async () => {
  const { Database } = await annotated();
  using db = new Database(":memory:");
  using statement = db.prepare("select ?");
  for (
    const [given, name] of [[new Date(), "a Date"], [[1], "an array"], [
      undefined,
      "undefined",
    ]]
  ) {
    assertThrows(() => statement.all(given), TypeError, `, got ${name}`);
  }
});

test(
  "a step of a backup that fails says why, and may be tried again",
  sqlite,
  async () => {
    const { Backup, Database } = await annotated();
    const file = join(emptyDirectory(), "copy.db");
    using zoo = new Database(":memory:");
    zoo.exec("create table animal (name text)");
    using copy = new Database(file);
    using other = new Database(file);
    using backup = new Backup(copy, "main", zoo, "main");
    other.exec("begin exclusive");
    const error = assertThrows(() => backup.step(1), PluginError);
    assertEquals(
      [error.message, error.failure],
      ["database is locked", { code: 5, name: "SQLITE_BUSY" }],
    );
    other.exec("rollback");
    while (backup.step(1));
    assertEquals(copy.prepare("select count(*) as n from animal").get().n, 0);
  },
);
