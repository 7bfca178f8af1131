// examples/sqlite/host.ts by bun:ffi alone.
import console from "node:console";
import { CString, dlopen, JSCallback, type Pointer, ptr, read } from "bun:ffi";

const { symbols: sqlite } = dlopen("libsqlite3.so.0", {
  sqlite3_open: { args: ["ptr", "ptr"], returns: "i32" },
  sqlite3_close_v2: { args: ["ptr"], returns: "i32" },
  sqlite3_extended_errcode: { args: ["ptr"], returns: "i32" },
  sqlite3_errmsg: { args: ["ptr"], returns: "ptr" },
  sqlite3_prepare_v2: {
    args: ["ptr", "ptr", "i32", "ptr", "ptr"],
    returns: "i32",
  },
  sqlite3_step: { args: ["ptr"], returns: "i32" },
  sqlite3_finalize: { args: ["ptr"], returns: "i32" },
  sqlite3_bind_text: {
    args: ["ptr", "i32", "ptr", "i32", "i64"],
    returns: "i32",
  },
  sqlite3_bind_double: { args: ["ptr", "i32", "f64"], returns: "i32" },
  sqlite3_bind_null: { args: ["ptr", "i32"], returns: "i32" },
  sqlite3_column_count: { args: ["ptr"], returns: "i32" },
  sqlite3_column_name: { args: ["ptr", "i32"], returns: "ptr" },
  sqlite3_column_type: { args: ["ptr", "i32"], returns: "i32" },
  sqlite3_column_text: { args: ["ptr", "i32"], returns: "ptr" },
  sqlite3_column_double: { args: ["ptr", "i32"], returns: "f64" },
  sqlite3_create_function: {
    args: ["ptr", "ptr", "i32", "i32", "ptr", "ptr", "ptr", "ptr"],
    returns: "i32",
  },
  sqlite3_value_text: { args: ["ptr"], returns: "ptr" },
  sqlite3_result_text: { args: ["ptr", "ptr", "i32", "i64"], returns: "void" },
  sqlite3_result_error: { args: ["ptr", "ptr", "i32"], returns: "void" },
});

const OK = 0, ROW = 100, DONE = 101, UTF8 = 1, TRANSIENT = -1n;
const FLOAT = 2, INTEGER = 1, NULL = 5;
const NAMES: Record<number, string> = {
  1: "SQLITE_ERROR",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
};
class Failure extends Error {
  readonly code: number;
  constructor() {
    super(`${new CString(sqlite.sqlite3_errmsg(db)!)}`);
    this.code = sqlite.sqlite3_extended_errcode(db);
  }
}
const check = (code: number) => {
  if (code !== OK) throw new Failure();
};
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(`${text}\0`);
type Value = string | number | null;
function bind(s: Pointer, at: number, value: Value): number {
  if (value === null) return sqlite.sqlite3_bind_null(s, at);
  if (typeof value === "number") {
    return sqlite.sqlite3_bind_double(s, at, value);
  }
  const text = bytes(value);
  return sqlite.sqlite3_bind_text(s, at, ptr(text), text.length - 1, TRANSIENT);
}
function column(s: Pointer, c: number): Value {
  const type = sqlite.sqlite3_column_type(s, c);
  if (type === NULL) return null;
  return type === FLOAT || type === INTEGER
    ? sqlite.sqlite3_column_double(s, c)
    : `${new CString(sqlite.sqlite3_column_text(s, c)!)}`;
}
function* query(
  sql: string,
  ...values: Value[]
): Generator<Record<string, Value>> {
  const out = new BigUint64Array(1), text = bytes(sql);
  check(sqlite.sqlite3_prepare_v2(db, ptr(text), -1, ptr(out), null));
  const s = Number(out[0]) as Pointer;
  try {
    values.forEach((value, at) => check(bind(s, at + 1, value)));
    for (let code; (code = sqlite.sqlite3_step(s)) !== DONE;) {
      if (code !== ROW) throw new Failure();
      yield Object.fromEntries(
        Array.from(
          { length: sqlite.sqlite3_column_count(s) },
          (_, c): [string, Value] => [
            `${new CString(sqlite.sqlite3_column_name(s, c)!)}`,
            column(s, c),
          ],
        ),
      );
    }
  } finally {
    sqlite.sqlite3_finalize(s);
  }
}

const place = new BigUint64Array(1);
if (sqlite.sqlite3_open(ptr(bytes(":memory:")), ptr(place)) !== OK) {
  throw new Error("no memory");
}
const db = Number(place[0]) as Pointer;
let thrown: unknown;
const backwards = new JSCallback(
  (context, _, values) => {
    const given = sqlite.sqlite3_value_text(read.ptr(values, 0) as Pointer);
    if (given === null) {
      thrown = new TypeError("null has no other end");
      sqlite.sqlite3_result_error(context, ptr(bytes("thrown")), -1);
      return;
    }
    const text = bytes([...`${new CString(given)}`].reverse().join(""));
    sqlite.sqlite3_result_text(context, ptr(text), text.length - 1, TRANSIENT);
  },
  { args: ["ptr", "i32", "ptr"], returns: "void" },
);
try {
  const create =
    "create table animal (id integer primary key, name text, weight real)";
  [...query(create)];
  const insert = "insert into animal (name, weight) values (?, ?) returning id";
  const animals = [["Mole", 0.085], ["Größe 🐘", 5400.5], [
    "Owl",
    null,
  ]] as const;
  for (const [name, weight] of animals) {
    console.log(`inserted ${[...query(insert, name, weight)][0]?.id}`);
  }
  const heavy = "select * from animal where weight > ? or weight is null";
  for (const { id, name, weight } of query(heavy, 1)) {
    console.log(`${id} ${name}: ${weight ?? "unknown"}`);
  }
  const name = bytes("backwards");
  check(
    sqlite.sqlite3_create_function(
      ...[db, ptr(name), 1, UTF8, null, backwards.ptr, null, null] as const,
    ),
  );
  for (const row of query("select backwards(name) as word from animal")) {
    console.log(`backwards: ${row.word}`);
  }
  try {
    [...query("select backwards(null)")];
  } catch {
    console.log(`thrown through SQLite: ${thrown}`);
  }
  for (
    const wrong of ["select nowhere", "insert into animal values (1, 2, 3)"]
  ) {
    try {
      [...query(wrong)];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.log(`SQLite says: ${error.message} (${NAMES[error.code]})`);
    }
  }
} finally {
  sqlite.sqlite3_close_v2(db);
  backwards.close();
}
