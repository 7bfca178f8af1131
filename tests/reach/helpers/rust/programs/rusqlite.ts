import console from "node:console";
import { rust } from "../program.ts";

/** A value of SQLite, as its crate has it. */
interface Value {
  readonly type: "Null" | "Integer" | "Real" | "Text" | "Blob";
  readonly value?: unknown;
}

interface Row {
  get(name: string): Value;
}

const row = (...values: Value[]) => rust.params_from_iter(values);
using db = rust.Connection.open_in_memory();
db.execute_batch(
  "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age REAL)",
);
for (const [name, age] of [["Grace", 85], ["Ada", 36.5], ["Alan", 41]]) {
  const count = db.execute(
    "INSERT INTO person (name, age) VALUES (?1, ?2)",
    row({ type: "Text", value: name }, { type: "Real", value: age }),
  );
  console.log(`${count} ${db.last_insert_rowid()}`);
}
{
  using older = db.prepare(
    "SELECT id, name FROM person WHERE age > ?1 ORDER BY name",
  );
  using found = older.query_map(
    row({ type: "Integer", value: 40n }),
    (row: Row) => `${row.get("id").value} ${row.get("name").value}`,
  );
  for (const one of found) console.log(one);
}
console.log(
  db.query_row(
    "SELECT sum(age) AS sum FROM person",
    row(),
    (row: Row) => row.get("sum").value,
  ),
);
try {
  db.execute("INSERT INTO nowhere VALUES (1)", row());
} catch (error) {
  console.log((error as Error).message);
}
