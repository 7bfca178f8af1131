// examples/sqlite/host.ts by koffi.
import console from "node:console";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libsqlite3.so.0");
for (const type of ["sqlite3", "sqlite3_stmt", "sqlite3_context"]) {
  koffi.opaque(type);
}
const Callback = koffi.proto(
  "void called(sqlite3_context *c, int count, void **values)",
);
const f = (prototype: string) => lib.func(prototype);
const open = f("int sqlite3_open(const char *file, _Out_ sqlite3 **db)");
const close = f("int sqlite3_close_v2(sqlite3 *db)");
const extended = f("int sqlite3_extended_errcode(sqlite3 *db)");
const errmsg = f("const char *sqlite3_errmsg(sqlite3 *db)");
const prepare = f(
  "int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int n, _Out_ sqlite3_stmt **s, const char **tail)",
);
const step = f("int sqlite3_step(sqlite3_stmt *s)");
const finalize = f("int sqlite3_finalize(sqlite3_stmt *s)");
const bindText = f(
  "int sqlite3_bind_text(sqlite3_stmt *s, int i, const char *t, int n, intptr_t end)",
);
const bindDouble = f(
  "int sqlite3_bind_double(sqlite3_stmt *s, int i, double v)",
);
const bindNull = f("int sqlite3_bind_null(sqlite3_stmt *s, int i)");
const reset = f("int sqlite3_reset(sqlite3_stmt *s)");
const columnCount = f("int sqlite3_column_count(sqlite3_stmt *s)");
const columnName = f("const char *sqlite3_column_name(sqlite3_stmt *s, int c)");
const columnType = f("int sqlite3_column_type(sqlite3_stmt *s, int c)");
const columnText = f("const char *sqlite3_column_text(sqlite3_stmt *s, int c)");
const columnDouble = f("double sqlite3_column_double(sqlite3_stmt *s, int c)");
const createFunction = f(
  "int sqlite3_create_function(sqlite3 *db, const char *name, int n, int enc, void *app, called *f, void *step, void *final)",
);
const valueText = f("const char *sqlite3_value_text(void *v)");
const resultText = f(
  "void sqlite3_result_text(sqlite3_context *c, const char *t, int n, intptr_t end)",
);
const resultError = f(
  "void sqlite3_result_error(sqlite3_context *c, const char *t, int n)",
);

const OK = 0, ROW = 100, DONE = 101, UTF8 = 1, TRANSIENT = -1;
const FLOAT = 2, INTEGER = 1, NULL = 5;
const NAMES: Record<number, string> = {
  1: "SQLITE_ERROR",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
};
class Failure extends Error {
  readonly code: number;
  constructor() {
    super(errmsg(db));
    this.code = extended(db);
  }
}
const check = (code: number) => {
  if (code !== OK) throw new Failure();
};
type Value = string | number | null;
function* query(
  sql: string,
  ...values: Value[]
): Generator<Record<string, Value>> {
  const out = [null];
  check(prepare(db, sql, -1, out, null));
  const s = out[0];
  try {
    values.forEach((value, at) =>
      check(
        value === null
          ? bindNull(s, at + 1)
          : typeof value === "number"
          ? bindDouble(s, at + 1, value)
          : bindText(s, at + 1, value, -1, TRANSIENT),
      )
    );
    for (let code; (code = step(s)) !== DONE;) {
      if (code !== ROW) throw new Failure();
      yield Object.fromEntries(
        Array.from({ length: columnCount(s) }, (_, c): [string, Value] => {
          const type = columnType(s, c);
          return [
            columnName(s, c),
            type === NULL
              ? null
              : type === FLOAT || type === INTEGER
              ? columnDouble(s, c)
              : columnText(s, c),
          ];
        }),
      );
    }
  } finally {
    reset(s);
    finalize(s);
  }
}

const place = [null];
if (open(":memory:", place) !== OK) throw new Error("no memory");
const db = place[0];
let thrown: unknown;
const backwards = koffi.register(
  (context: unknown, _: number, values: unknown) => {
    const [value] = koffi.decode(values, "void *", 1);
    const text = valueText(value);
    if (text === null) {
      thrown = new TypeError("null has no other end");
      resultError(context, "thrown", -1);
      return;
    }
    resultText(context, [...text].reverse().join(""), -1, TRANSIENT);
  },
  koffi.pointer(Callback),
);
try {
  [...query(
    "create table animal (id integer primary key, name text, weight real)",
  )];
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
  check(createFunction(db, "backwards", 1, UTF8, null, backwards, null, null));
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
      console.log(
        `SQLite says: ${error.message} (${NAMES[error.code]})`,
      );
    }
  }
} finally {
  close(db);
  koffi.unregister(backwards);
}
