// examples/libraries/duckdb.ts by bun:ffi alone.
import console from "node:console";
import { CString, dlopen, type Pointer, ptr } from "bun:ffi";

const { symbols: duck } = dlopen("libduckdb.so", {
  duckdb_open: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_connect: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_close: { args: ["ptr"], returns: "void" },
  duckdb_disconnect: { args: ["ptr"], returns: "void" },
  duckdb_query: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_destroy_result: { args: ["ptr"], returns: "void" },
  duckdb_result_error: { args: ["ptr"], returns: "cstring" },
  duckdb_result_error_type: { args: ["ptr"], returns: "i32" },
  duckdb_prepare: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  duckdb_prepare_error: { args: ["ptr"], returns: "cstring" },
  duckdb_destroy_prepare: { args: ["ptr"], returns: "void" },
  duckdb_bind_varchar: { args: ["ptr", "u64", "ptr"], returns: "i32" },
  duckdb_bind_double: { args: ["ptr", "u64", "f64"], returns: "i32" },
  duckdb_execute_prepared: { args: ["ptr", "ptr"], returns: "i32" },
  duckdb_row_count: { args: ["ptr"], returns: "u64" },
  duckdb_rows_changed: { args: ["ptr"], returns: "u64" },
  duckdb_value_varchar: { args: ["ptr", "u64", "u64"], returns: "ptr" },
  duckdb_value_double: { args: ["ptr", "u64", "u64"], returns: "f64" },
  duckdb_free: { args: ["ptr"], returns: "void" },
});

const NAMES: Record<number, string> = { 24: "DUCKDB_ERROR_BINDER" };
class Failure extends Error {
  readonly code: string | undefined;
  constructor(message: string, code?: number) {
    super(message);
    this.code = code === undefined ? undefined : NAMES[code];
  }
}
const RESULT_SIZE = 48; // of a duckdb_result
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(`${text}\0`);
const addressIn = (cell: BigUint64Array) => Number(cell[0]) as Pointer;
function checked(code: number, result: Uint8Array): Uint8Array {
  if (code === 0) return result;
  const place = ptr(result);
  const text = `${duck.duckdb_result_error(place)}`;
  const failure = new Failure(text, duck.duckdb_result_error_type(place));
  duck.duckdb_destroy_result(place);
  throw failure;
}
function run(sql: string): Uint8Array {
  const result = new Uint8Array(RESULT_SIZE);
  const code = duck.duckdb_query(addressIn(db), ptr(bytes(sql)), ptr(result));
  return checked(code, result);
}
function textAt(result: Uint8Array, column: bigint, row: bigint): string {
  const text = duck.duckdb_value_varchar(ptr(result), column, row)!;
  try {
    return `${new CString(text)}`;
  } finally {
    duck.duckdb_free(text);
  }
}

const database = new BigUint64Array(1);
const db = new BigUint64Array(1);
const insert = new BigUint64Array(1);
try {
  if (duck.duckdb_open(ptr(bytes(":memory:")), ptr(database)) !== 0) {
    throw new Failure("no database");
  }
  if (duck.duckdb_connect(addressIn(database), ptr(db)) !== 0) {
    throw new Failure("no connection");
  }
  const create = "create table animal (name text, weight double)";
  duck.duckdb_destroy_result(ptr(run(create)));
  const sql = bytes("insert into animal values (?, ?)");
  if (duck.duckdb_prepare(addressIn(db), ptr(sql), ptr(insert)) !== 0) {
    throw new Failure(`${duck.duckdb_prepare_error(addressIn(insert))}`);
  }
  for (
    const [name, weight] of [["Mole", 0.085], ["Größe 🐘", 5400.5]] as const
  ) {
    const statement = addressIn(insert);
    duck.duckdb_bind_varchar(statement, 1n, ptr(bytes(name)));
    duck.duckdb_bind_double(statement, 2n, weight);
    const result = new Uint8Array(RESULT_SIZE);
    checked(duck.duckdb_execute_prepared(statement, ptr(result)), result);
    console.log(`${duck.duckdb_rows_changed(ptr(result))}`);
    duck.duckdb_destroy_result(ptr(result));
  }
  const rows = run(
    "select name, sum(weight) from animal group by all order by 2",
  );
  for (let row = 0n; row < duck.duckdb_row_count(ptr(rows)); row++) {
    const weight = duck.duckdb_value_double(ptr(rows), 1n, row);
    console.log(textAt(rows, 0n, row), weight);
  }
  duck.duckdb_destroy_result(ptr(rows));
  duck.duckdb_destroy_result(ptr(run("select nowhere from animal")));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message.split("\n")[0], error.code);
} finally {
  duck.duckdb_destroy_prepare(ptr(insert));
  duck.duckdb_disconnect(ptr(db));
  duck.duckdb_close(ptr(database));
}
