// SQLite with a table in memory: bound parameters, rows, and a JavaScript
// function that SQLite calls. There is no helper: annotations say what is a
// class, a failure and a row.
import console from "node:console";
import { open, PluginError, type Pointer, variable } from "@native/plugin";
import type {
  Libsqlite3,
  Libsqlite3Constants,
  Libsqlite3Types,
} from "./libsqlite3.so.0.d.ts";

const sqlite = open<Libsqlite3, Libsqlite3Types, Libsqlite3Constants>(
  new URL("./libsqlite3.so.0.json", import.meta.url),
);
const { Database } = sqlite.symbols;

using db = new Database(":memory:");
db.exec("create table animal (id integer primary key, name text, weight real)");

const insert = "insert into animal (name, weight) values (?, ?) returning id";
using inserting = db.prepare(insert);
const animals = [["Mole", 0.085], ["Größe 🐘", 5400.5], ["Owl", null]] as const;
for (const [name, weight] of animals) {
  console.log(`inserted ${inserting.get(name, weight)?.id}`);
}

const heavy = "select * from animal where weight > ? or weight is null";
for (const { id, name, weight } of db.prepare(heavy).all(1)) {
  console.log(`${id} ${name}: ${weight ?? "unknown"}`);
}

// void (*)(sqlite3_context *, int count, sqlite3_value **values)
const { sqlite3_value_text, sqlite3_result_text } = sqlite.symbols;
function backwards(
  context: Pointer | null,
  _: number,
  values: Pointer | null,
): void {
  const text = sqlite3_value_text(variable("pointer", values!).value); // the first
  if (text === null) throw new TypeError("null has no other end");
  sqlite3_result_text(context, [...text].reverse().join(""));
}
db.create_function("backwards", 1, sqlite.constants.SQLITE_UTF8, backwards);

for (
  const row of db.prepare("select backwards(name) as word from animal")
    .iterate()
) {
  console.log(`backwards: ${row.word}`);
}

try {
  db.prepare("select backwards(null)").run();
} catch (error) {
  console.log(`thrown through SQLite: ${error}`);
}
for (const wrong of ["select nowhere", "insert into animal values (1, 2, 3)"]) {
  try {
    db.prepare(wrong).run();
  } catch (error) {
    if (!(error instanceof PluginError)) throw error;
    const { message, failure } = error;
    console.log(`SQLite says: ${message} (${failure?.name})`);
  }
}
