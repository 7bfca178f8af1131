// plugin emit libarchive.so --header archive.h --header archive_entry.h --annotate libarchive
import console from "node:console";
import process from "node:process";
import { open } from "@native/plugin";
import type { Libarchive } from "./libarchive.so.d.ts";

const file = process.argv[2]!;
const library = new URL("./libarchive.so.json", import.meta.url);
const { Archive, Entry } = open<Libarchive>(library).symbols;
{
  using archive = Archive.write();
  archive.write_set_format_pax_restricted();
  archive.write_open_filename(file);
  using entry = new Entry();
  entry.set_pathname("whale.txt");
  entry.set_size(9);
  entry.set_filetype(0o100000); // a file
  archive.write_header(entry);
  archive.write_data("Moby Dick");
}
using archive = Archive.read();
archive.read_support_filter_all();
archive.read_support_format_all();
archive.read_open_filename(file, 10240);
for (const entry of archive) {
  console.log(entry.pathname(), archive.read_data(Number(entry.size())).length);
}
