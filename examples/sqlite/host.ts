// SQLite with a table in memory: bound parameters, rows, and JavaScript
// functions that SQLite calls. The helper is query.ts.
import console from "node:console";
import { type Pointer, variable } from "@native/plugin";
import { check, query, sqlite } from "./query.ts";

interface Animal {
  id: number;
  name: string;
  weight: number | null;
}

const { constants } = sqlite;
const out = variable("pointer"); // sqlite3 **
const opened = sqlite.lookup("sqlite3_open")(":memory:", out);
const db = out.value!;
check(db, opened);

const table =
  "create table animal (id integer primary key, name text, weight real)";
const exec = sqlite.lookup("sqlite3_exec");
check(db, exec(db, table, null, null, null));

const insert = "insert into animal (name, weight) values (?, ?) returning id";
const animals = [["Mole", 0.085], ["Größe 🐘", 5400.5], ["Owl", null]] as const;
for (const [name, weight] of animals) {
  for (const { id } of query<Animal>(db, insert, name, weight)) {
    console.log(`inserted ${id}`);
  }
}

const heavy = "select * from animal where weight > ? or weight is null";
for (const { id, name, weight } of query<Animal>(db, heavy, 1)) {
  console.log(`${id} ${name}: ${weight ?? "unknown"}`);
}

// int (*)(void *, int columns, char **values, char **names), for each row
function onRow(
  _: unknown,
  columns: number,
  values: Pointer,
  names: Pointer,
): number {
  const texts = strings(values, columns);
  const row = strings(names, columns).map((name, i) =>
    `${name}=${texts[i] ?? "null"}`
  );
  console.log(`exec: ${row.join(", ")}`);
  return 0;
}
check(db, exec(db, "select name, weight from animal", onRow, null, null));

// void (*)(sqlite3_context *, int count, sqlite3_value **values)
const valueText = sqlite.lookup(
  "sqlite3_value_text",
  "(*sqlite3_value) => cstring",
);
const resultText = sqlite.lookup("sqlite3_result_text");
function backwards(context: Pointer, _: number, values: Pointer): void {
  const text = valueText(variable("pointer", values).value); // the first
  if (text === null) throw new TypeError("null has no other end");
  resultText(
    context,
    [...text].reverse().join(""),
    -1,
    constants.SQLITE_TRANSIENT,
  );
}
const create = sqlite.lookup("sqlite3_create_function");
check(
  db,
  create(
    db,
    "backwards",
    1,
    constants.SQLITE_UTF8,
    null,
    backwards,
    null,
    null,
  ),
);

for (const row of query(db, "select backwards(name) as word from animal")) {
  console.log(`backwards: ${row.word}`);
}

try {
  [...query(db, "select backwards(null)")];
} catch (error) {
  console.log(`thrown through SQLite: ${error}`);
}
try {
  [...query(db, "select nowhere")];
} catch (error) {
  console.log(`SQLite says: ${error}`);
}
console.log("close:", sqlite.lookup("sqlite3_close")(db));

/** The texts in C's array of them. */
function strings(array: Pointer, length: number): (string | null)[] {
  return variable(`[${length}]cstring`, array).value;
}
