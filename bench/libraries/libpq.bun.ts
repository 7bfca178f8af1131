// examples/libraries/libpq.ts by bun:ffi alone.
import console from "node:console";
import process from "node:process";
import { CString, dlopen, type Pointer, ptr } from "bun:ffi";

const { symbols: pq } = dlopen("libpq.so", {
  PQconnectdb: { args: ["ptr"], returns: "ptr" },
  PQstatus: { args: ["ptr"], returns: "i32" },
  PQerrorMessage: { args: ["ptr"], returns: "cstring" },
  PQfinish: { args: ["ptr"], returns: "void" },
  PQexec: { args: ["ptr", "ptr"], returns: "ptr" },
  PQexecParams: {
    args: ["ptr", "ptr", "i32", "ptr", "ptr", "ptr", "ptr", "i32"],
    returns: "ptr",
  },
  PQresultStatus: { args: ["ptr"], returns: "i32" },
  PQresultErrorMessage: { args: ["ptr"], returns: "cstring" },
  PQclear: { args: ["ptr"], returns: "void" },
  PQntuples: { args: ["ptr"], returns: "i32" },
  PQnfields: { args: ["ptr"], returns: "i32" },
  PQfname: { args: ["ptr", "i32"], returns: "ptr" },
  PQgetisnull: { args: ["ptr", "i32", "i32"], returns: "i32" },
  PQgetvalue: { args: ["ptr", "i32", "i32"], returns: "ptr" },
});

const CONNECTION_OK = 0, COMMAND_OK = 1, TUPLES_OK = 2;
const CONNECTION = ["CONNECTION_OK", "CONNECTION_BAD"];
class Failure extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}
const encoder = new TextEncoder();
const bytes = (text: string) => encoder.encode(`${text}\0`);
function checked(result: Pointer | null): Pointer {
  const is = pq.PQresultStatus(result);
  if (result !== null && (is === COMMAND_OK || is === TUPLES_OK)) return result;
  const text = `${pq.PQresultErrorMessage(result)}`;
  pq.PQclear(result);
  throw new Failure(text, `status ${is}`);
}
function rowsOf(result: Pointer): Record<string, string | null>[] {
  return Array.from({ length: pq.PQntuples(result) }, (_, row) =>
    Object.fromEntries(
      Array.from({ length: pq.PQnfields(result) }, (_, column) => [
        `${new CString(pq.PQfname(result, column)!)}`,
        pq.PQgetisnull(result, row, column)
          ? null
          : `${new CString(pq.PQgetvalue(result, row, column)!)}`,
      ]),
    ));
}

const db = pq.PQconnectdb(ptr(bytes(process.argv[2] ?? "host=/nowhere")));
const query = (text: string) => checked(pq.PQexec(db, ptr(bytes(text))));
try {
  if (db === null) throw new Failure("no memory", "");
  if (pq.PQstatus(db) !== CONNECTION_OK) {
    const code = CONNECTION[pq.PQstatus(db)] ?? "";
    throw new Failure(`${pq.PQerrorMessage(db)}`, code);
  }
  pq.PQclear(query("create temporary table animal (id serial, name text)"));
  const insert = bytes("insert into animal (name) values ($1), ($2)");
  const mole = bytes("Mole"); // kept until the call has ended
  const values = new BigUint64Array([BigInt(ptr(mole)), 0n]);
  pq.PQclear(checked(
    pq.PQexecParams(db, ptr(insert), 2, null, ptr(values), null, null, 0),
  ));
  const rows = query("select * from animal");
  try {
    for (const { id, name } of rowsOf(rows)) console.log(id, name);
  } finally {
    pq.PQclear(rows);
  }
  pq.PQclear(query("select nowhere"));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message.split("\n")[0]?.split("failed: ").at(-1), error.code);
} finally {
  pq.PQfinish(db);
}
