// examples/libraries/libpq.ts by koffi.
import console from "node:console";
import process from "node:process";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libpq.so");
koffi.opaque("PGconn");
koffi.opaque("PGresult");
const f = (prototype: string) => lib.func(prototype);
const connect = f("PGconn *PQconnectdb(const char *conninfo)");
const status = f("int PQstatus(PGconn *c)");
const errorMessage = f("const char *PQerrorMessage(PGconn *c)");
const finish = f("void PQfinish(PGconn *c)");
const query = f("PGresult *PQexec(PGconn *c, const char *query)");
const queryParams = f(
  "PGresult *PQexecParams(PGconn *c, const char *q, int n, const void *types, const char **values, const void *lengths, const void *formats, int format)",
);
const resultStatus = f("int PQresultStatus(PGresult *r)");
const resultError = f("const char *PQresultErrorMessage(PGresult *r)");
const clear = f("void PQclear(PGresult *r)");
const ntuples = f("int PQntuples(PGresult *r)");
const nfields = f("int PQnfields(PGresult *r)");
const fname = f("const char *PQfname(PGresult *r, int column)");
const isNull = f("int PQgetisnull(PGresult *r, int row, int column)");
const getValue = f("const char *PQgetvalue(PGresult *r, int row, int column)");

const CONNECTION_OK = 0, COMMAND_OK = 1, TUPLES_OK = 2;
const CONNECTION = ["CONNECTION_OK", "CONNECTION_BAD"];
class Failure extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}
// deno-lint-ignore no-explicit-any -- koffi has no types for what a library gives
function checked(result: any): any {
  const is = resultStatus(result);
  if (is === COMMAND_OK || is === TUPLES_OK) return result;
  const text = resultError(result);
  clear(result);
  throw new Failure(text, `status ${is}`);
}
// deno-lint-ignore no-explicit-any -- the same
function rowsOf(result: any): Record<string, string | null>[] {
  return Array.from({ length: ntuples(result) }, (_, row) =>
    Object.fromEntries(
      Array.from({ length: nfields(result) }, (_, column) => [
        fname(result, column),
        isNull(result, row, column) ? null : getValue(result, row, column),
      ]),
    ));
}

const db = connect(process.argv[2] ?? "host=/nowhere");
try {
  if (db === null) throw new Failure("no memory", "");
  if (status(db) !== CONNECTION_OK) {
    throw new Failure(errorMessage(db), CONNECTION[status(db)] ?? "");
  }
  clear(checked(
    query(db, "create temporary table animal (id serial, name text)"),
  ));
  clear(checked(queryParams(
    ...[db, "insert into animal (name) values ($1), ($2)", 2, null],
    ...[["Mole", null], null, null, 0],
  )));
  const rows = checked(query(db, "select * from animal"));
  try {
    for (const { id, name } of rowsOf(rows)) console.log(id, name);
  } finally {
    clear(rows);
  }
  clear(checked(query(db, "select nowhere")));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(
    error.message.split("\n")[0]?.split("failed: ").at(-1),
    error.code,
  );
} finally {
  finish(db);
}
