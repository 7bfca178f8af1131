/**
 * What do millions of small calls into a real library cost? Reading a million
 * rows of SQLite: ours beside the SQLite that the runtime brings, and beside
 * koffi with the same library. And ours with a reader of rows: a plugin of 40
 * lines of C, which calls SQLite four times where JavaScript calls it once.
 *
 * @module
 */

import { rmSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { open, type Pointer } from "@native/plugin";
import { koffi } from "./peers.ts";
import { report } from "./measure.ts";
import { takeTurns, timed } from "./take_turns.ts";

const ROWS = 1_000_000;
const SQL = "select id, weight, name from animal";
const STEP_ROW = 100; // SQLITE_ROW, a macro
const FILE = fileURLToPath(
  new URL("../build/bench/rows.sqlite", import.meta.url),
);

/** What every side makes of a row: an integer, a real and text. */
interface Row {
  id: number;
  weight: number;
  name: string;
}

const plugin = open(process.argv[2]!); // a manifest of libsqlite3
const reader = open("build/bench/sqlite_rows.so"); // bench/sqlite.c
const statement = prepare();
const ours = pluginRows();
const { next, columns } = readers();
const koffis = koffiRows();
const [name, own] = await runtimesOwn();

takeTurns("rows one by one", {
  plugin: timed(() => check(ours()), ROWS),
  "plugin, a reader": timed(() => check(next()), ROWS),
  [name]: timed(() => check(own.iterate()), ROWS),
  koffi: timed(() => check(koffis()), ROWS),
});
takeTurns("rows all at once", {
  plugin: timed(() => check([...ours()]), ROWS),
  "plugin, a reader": timed(() => check(columns()), ROWS),
  [name]: timed(() => check(own.all()), ROWS),
  koffi: timed(() => check([...koffis()]), ROWS),
});
await report("sqlite", `A row of ${ROWS} in SQLite`);

/** Uses all of every row, and makes sure that it was read. */
function check(rows: Iterable<Row>): void {
  let sum = 0;
  for (const { id, weight, name } of rows) sum += id + weight + name.length;
  assertEquals(sum, 750_020_638_896);
}

/** Makes the table, and the statement that all of ours use. */
function prepare(): Pointer {
  const out = new BigUint64Array(1);
  const { pointer } = plugin.lookup("sqlite3_version");
  const at = (address: bigint): Pointer =>
    pointer.offset(Number(address - pointer.address));
  rmSync(FILE, { force: true });
  plugin.lookup("sqlite3_open")(FILE, out);
  const db = at(out[0]!);
  const create =
    `create table animal (id integer primary key, weight real, name text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${ROWS})
    insert into animal select i, i * 0.5, 'animal number ' || i from n`;
  plugin.lookup("sqlite3_exec")(db, create, null, null, null);
  plugin.lookup("sqlite3_prepare_v2")(db, SQL, -1, out, null);
  return at(out[0]!);
}

function pluginRows(): () => Iterable<Row> {
  const step = plugin.lookup("sqlite3_step", "(*sqlite3_stmt) => i32");
  const reset = plugin.lookup("sqlite3_reset", "(*sqlite3_stmt) => i32");
  const integer = plugin.lookup(
    "sqlite3_column_int64",
    "(*sqlite3_stmt, i32) => isize",
  );
  const real = plugin.lookup(
    "sqlite3_column_double",
    "(*sqlite3_stmt, i32) => f64",
  );
  const text = plugin.lookup(
    "sqlite3_column_text",
    "(*sqlite3_stmt, i32) => cstring",
  );
  return function* () {
    while (step(statement) === STEP_ROW) {
      yield {
        id: integer(statement, 0),
        weight: real(statement, 1),
        name: text(statement, 2)!,
      };
    }
    reset(statement);
  };
}

/** The same rows through bench/sqlite.c: one by one, and hundreds in a call. */
function readers(): { next(): Iterable<Row>; columns(): Row[] } {
  const nextRow = reader.lookup("next_row") as (statement: Pointer) => Row;
  const nextRows = reader.lookup("next_rows");
  const reset = plugin.lookup("sqlite3_reset", "(*sqlite3_stmt) => i32");
  const most = 256;
  const ids = new Float64Array(most);
  const weights = new Float64Array(most);
  const ends = new Int32Array(most);
  const names = new Uint8Array(most * 4096);
  const bytes = new Int32Array(1);
  const decoder = new TextDecoder();
  return {
    *next() {
      for (let row; (row = nextRow(statement)).id !== 0;) yield row;
      reset(statement);
    },
    columns() {
      const rows: Row[] = [];
      for (;;) {
        const count = nextRows(
          statement,
          most,
          ids,
          weights,
          ends,
          names,
          bytes,
        ) as number;
        const text = decoder.decode(names.subarray(0, bytes[0]));
        for (let i = 0, start = 0; i < count; i++) {
          const end = ends[i]!;
          const name = text.slice(start, end);
          rows.push({ id: ids[i]!, weight: weights[i]!, name });
          start = end;
        }
        if (count < most) break;
      }
      reset(statement);
      return rows;
    },
  };
}

function koffiRows(): () => Iterable<Row> {
  const library = koffi.load(plugin.path);
  koffi.opaque("sqlite3");
  koffi.opaque("sqlite3_stmt");
  const out = [null];
  library.func("int sqlite3_open(const char *file, _Out_ sqlite3 **db)")(
    FILE,
    out,
  );
  const [db] = out;
  library.func(
    "int sqlite3_prepare_v2(sqlite3 *db, const char *sql, int length, _Out_ sqlite3_stmt **statement, void *tail)",
  )(db, SQL, -1, out, null);
  const [statement] = out;
  const step = library.func("int sqlite3_step(sqlite3_stmt *)");
  const reset = library.func("int sqlite3_reset(sqlite3_stmt *)");
  const integer = library.func(
    "int64_t sqlite3_column_int64(sqlite3_stmt *, int)",
  );
  const real = library.func(
    "double sqlite3_column_double(sqlite3_stmt *, int)",
  );
  const text = library.func(
    "const char *sqlite3_column_text(sqlite3_stmt *, int)",
  );
  return function* () {
    while (step(statement) === STEP_ROW) {
      yield {
        id: integer(statement, 0),
        weight: real(statement, 1),
        name: text(statement, 2),
      };
    }
    reset(statement);
  };
}

/** A statement of the SQLite that the runtime brings. */
interface Statement {
  iterate(): Iterable<Row>;
  all(): Row[];
}

/** The SQLite that the runtime brings, and its name. */
async function runtimesOwn(): Promise<[name: string, statement: Statement]> {
  if (!("Bun" in globalThis)) {
    const { DatabaseSync } = await import("node:sqlite");
    const statement = new DatabaseSync(FILE).prepare(SQL) as unknown;
    return ["node:sqlite", statement as Statement];
  }
  const { Database } = process.getBuiltinModule(
    "bun:sqlite" as "fs",
  ) as unknown as {
    Database: new (file: string) => { query(sql: string): Statement };
  };
  return ["bun:sqlite", new Database(FILE).query(SQL)];
}
