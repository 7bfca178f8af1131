// A query helper for the system's SQLite. Its types come from sqlite3.h.
import { open, type Pointer, variable } from "@native/plugin";

/** What a parameter is bound to, and a column holds. */
export type Value = number | string | null;

export const sqlite = open(new URL("./libsqlite3.so.0.json", import.meta.url));
// Two views are chosen: a number, not a bigint; a string, not its address.
const integer = sqlite.lookup(
  "sqlite3_column_int64",
  "(*sqlite3_stmt, i32) => isize",
);
const text = sqlite.lookup(
  "sqlite3_column_text",
  "(*sqlite3_stmt, i32) => cstring",
);

const { constants } = sqlite; // macros of sqlite3.h, which no library knows

/** Throws SQLite's own words for what went wrong. */
export function check(db: Pointer, status: number): void {
  if (status === constants.SQLITE_OK || status === constants.SQLITE_DONE) {
    return;
  }
  throw new Error(sqlite.lookup("sqlite3_errmsg")(db));
}

/** Runs one statement with bound parameters, and gives its rows. */
export function* query<Row = Record<string, Value>>(
  db: Pointer,
  sql: string,
  ...values: Value[]
): Generator<Row> {
  const out = variable("pointer"); // sqlite3_stmt **
  check(db, sqlite.lookup("sqlite3_prepare_v2")(db, sql, -1, out, null));
  const statement = out.value!;
  try {
    values.forEach((value, i) => check(db, bind(statement, i + 1, value)));
    const names = Array.from(
      { length: sqlite.lookup("sqlite3_column_count")(statement) },
      (_, i) => sqlite.lookup("sqlite3_column_name")(statement, i),
    );
    const step = sqlite.lookup("sqlite3_step");
    let status: number;
    while ((status = step(statement)) === constants.SQLITE_ROW) {
      const row = names.map((name, i) => [name, column(statement, i)]);
      yield Object.fromEntries(row);
    }
    check(db, status);
  } finally {
    sqlite.lookup("sqlite3_finalize")(statement);
  }
}

function bind(statement: Pointer, i: number, value: Value): number {
  if (value === null) return sqlite.lookup("sqlite3_bind_null")(statement, i);
  if (typeof value === "string") {
    const bindText = sqlite.lookup("sqlite3_bind_text");
    return bindText(statement, i, value, -1, constants.SQLITE_TRANSIENT);
  }
  const kind = Number.isSafeInteger(value) ? "int64" : "double";
  return sqlite.lookup(`sqlite3_bind_${kind}`)(statement, i, value);
}

function column(statement: Pointer, i: number): Value {
  const type = sqlite.lookup("sqlite3_column_type")(statement, i);
  if (type === constants.SQLITE_INTEGER) return integer(statement, i);
  if (type === constants.SQLITE_FLOAT) {
    return sqlite.lookup("sqlite3_column_double")(statement, i);
  }
  return type === constants.SQLITE_TEXT ? text(statement, i) : null;
}
