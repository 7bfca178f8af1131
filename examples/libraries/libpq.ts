// plugin emit libpq.so --header libpq-fe.h -I /usr/include/postgresql --annotate libpq
import console from "node:console";
import process from "node:process";
import { open, PluginError } from "@native/plugin";
import type { Libpq } from "./libpq.so.d.ts";

const { Connection } =
  open<Libpq>(new URL("./libpq.so.json", import.meta.url)).symbols;

try {
  using db = new Connection(process.argv[2] ?? "host=/nowhere");
  db.exec("create temporary table animal (id serial, name text)");
  db.execParams("insert into animal (name) values ($1), ($2)", ["Mole", null]);
  using rows = db.exec("select * from animal");
  for (const { id, name } of rows) console.log(id, name);
  db.exec("select nowhere");
} catch (error) {
  if (!(error instanceof PluginError)) throw error;
  console.log(error.message.split("\n")[0]?.split("failed: ").at(-1), error.failure?.name);
}
