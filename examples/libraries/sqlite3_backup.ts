// plugin emit libsqlite3.so --header sqlite3.h --annotate sqlite3
import console from "node:console";
import process from "node:process";
import { open, PluginError } from "@native/plugin";
import type { Libsqlite3 } from "./libsqlite3.so.d.ts";

const sqlite = open<Libsqlite3>(new URL("./libsqlite3.so.json", import.meta.url));
const { Backup, Database } = sqlite.symbols;

using zoo = new Database(":memory:");
zoo.exec("create table animal (name text); insert into animal values ('Mole')");
zoo.exec("insert into animal select hex(randomblob(900)) from json_each('[1,2,3,4,5,6,7,8,9]')");
using copy = new Database(process.argv[2]!);
{
  using backup = new Backup(copy, "main", zoo, "main");
  while (backup.step(2)) console.log(`${backup.remaining()} of ${backup.pagecount()}`);
}
console.log(copy.prepare("select count(*) as count from animal").get()?.count);
try {
  new Backup(copy, "main", copy, "main");
} catch (error) {
  if (error instanceof PluginError) console.log(error.message);
}
