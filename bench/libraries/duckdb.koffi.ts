// examples/libraries/duckdb.ts by koffi.
import console from "node:console";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libduckdb.so");
for (const type of ["database", "connection", "statement"]) koffi.opaque(type);
koffi.struct("result", {
  column_count: "uint64_t",
  row_count: "uint64_t",
  rows_changed: "uint64_t",
  columns: "void *",
  error_message: "char *",
  internal_data: "void *",
});
const f = (prototype: string) => lib.func(prototype);
const open = f("int duckdb_open(const char *path, _Out_ database **db)");
const connect = f("int duckdb_connect(database *db, _Out_ connection **c)");
const close = f("void duckdb_close(_Inout_ database **db)");
const disconnect = f("void duckdb_disconnect(_Inout_ connection **c)");
const query = f(
  "int duckdb_query(connection *c, const char *sql, _Out_ result *r)",
);
const destroyResult = f("void duckdb_destroy_result(_Inout_ result *r)");
const resultError = f("const char *duckdb_result_error(result *r)");
const errorType = f("int duckdb_result_error_type(result *r)");
const prepare = f(
  "int duckdb_prepare(connection *c, const char *sql, _Out_ statement **s)",
);
const prepareError = f("const char *duckdb_prepare_error(statement *s)");
const destroyPrepare = f("void duckdb_destroy_prepare(_Inout_ statement **s)");
const bindVarchar = f(
  "int duckdb_bind_varchar(statement *s, uint64_t i, const char *text)",
);
const bindDouble = f(
  "int duckdb_bind_double(statement *s, uint64_t i, double v)",
);
const execute = f(
  "int duckdb_execute_prepared(statement *s, _Out_ result *r)",
);
const rowCount = f("uint64_t duckdb_row_count(result *r)");
const rowsChanged = f("uint64_t duckdb_rows_changed(result *r)");
koffi.disposable("text", "char *", f("void duckdb_free(void *p)"));
const valueVarchar = f(
  "text duckdb_value_varchar(_Inout_ result *r, uint64_t column, uint64_t row)",
);
const valueDouble = f(
  "double duckdb_value_double(_Inout_ result *r, uint64_t column, uint64_t row)",
);

const NAMES: Record<number, string> = { 24: "DUCKDB_ERROR_BINDER" };
class Failure extends Error {
  readonly code: string | undefined;
  constructor(message: string, code?: number) {
    super(message);
    this.code = code === undefined ? undefined : NAMES[code];
  }
}
function checked(code: number, result: unknown): unknown {
  if (code === 0) return result;
  const failure = new Failure(resultError(result), errorType(result));
  destroyResult(result);
  throw failure;
}
function run(sql: string): unknown {
  const result = {};
  return checked(query(db[0], sql, result), result);
}

const database = [null], db = [null], insert = [null];
try {
  if (open(":memory:", database) !== 0) throw new Failure("no database");
  if (connect(database[0], db) !== 0) throw new Failure("no connection");
  destroyResult(run("create table animal (name text, weight double)"));
  const sql = "insert into animal values (?, ?)";
  if (prepare(db[0], sql, insert) !== 0) {
    throw new Failure(prepareError(insert[0]));
  }
  for (
    const [name, weight] of [["Mole", 0.085], ["Größe 🐘", 5400.5]] as const
  ) {
    bindVarchar(insert[0], 1, name);
    bindDouble(insert[0], 2, weight);
    const result = {};
    checked(execute(insert[0], result), result);
    console.log(`${rowsChanged(result)}`);
    destroyResult(result);
  }
  const rows = run(
    "select name, sum(weight) from animal group by all order by 2",
  );
  for (let row = 0; row < rowCount(rows); row++) {
    console.log(valueVarchar(rows, 0, row), valueDouble(rows, 1, row));
  }
  destroyResult(rows);
  destroyResult(run("select nowhere from animal"));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message.split("\n")[0], error.code);
} finally {
  destroyPrepare(insert);
  disconnect(db);
  close(database);
}
