// plugin emit libduckdb.so --header duckdb.h --annotate duckdb
import console from "node:console";
import { open, PluginError } from "@native/plugin";
import type { Libduckdb } from "./libduckdb.so.d.ts";

const library = new URL("./libduckdb.so.json", import.meta.url);
const { Database } = open<Libduckdb>(library).symbols;

using database = new Database(":memory:");
using db = database.connect();
using made = db.query("create table animal (name text, weight double)");
using insert = db.prepare("insert into animal values (?, ?)");
for (const [name, weight] of [["Mole", 0.085], ["Größe 🐘", 5400.5]] as const) {
  insert.bind_varchar(1n, name);
  insert.bind_double(2n, weight);
  using done = insert.execute();
  console.log(`${done.rows_changed()}`);
}
using rows = db.query("select name, sum(weight) from animal group by all order by 2");
for (let row = 0n; row < rows.row_count(); row++) {
  console.log(rows.value_varchar(0n, row), rows.value_double(1n, row));
}
try {
  using none = db.query("select nowhere from animal");
} catch (error) {
  if (!(error instanceof PluginError)) throw error;
  console.log(error.message.split("\n")[0], error.failure?.name);
}
