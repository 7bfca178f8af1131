// examples/libraries/libarchive.ts by koffi.
import console from "node:console";
import process from "node:process";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libarchive.so");
koffi.opaque("archive");
koffi.opaque("archive_entry");
const f = (prototype: string) => lib.func(prototype);
const errorString = f("const char *archive_error_string(archive *a)");
const readNew = f("archive *archive_read_new()");
const writeNew = f("archive *archive_write_new()");
const free = f("int archive_free(archive *a)");
const setFormat = f("int archive_write_set_format_pax_restricted(archive *a)");
const openWrite = f(
  "int archive_write_open_filename(archive *a, const char *file)",
);
const entryNew = f("archive_entry *archive_entry_new()");
const entryFree = f("void archive_entry_free(archive_entry *e)");
const setPathname = f(
  "void archive_entry_set_pathname(archive_entry *e, const char *name)",
);
const setSize = f(
  "void archive_entry_set_size(archive_entry *e, int64_t size)",
);
const setFiletype = f(
  "void archive_entry_set_filetype(archive_entry *e, unsigned int type)",
);
const writeHeader = f("int archive_write_header(archive *a, archive_entry *e)");
const writeData = f(
  "int64_t archive_write_data(archive *a, const void *data, size_t size)",
);
const supportFilter = f("int archive_read_support_filter_all(archive *a)");
const supportFormat = f("int archive_read_support_format_all(archive *a)");
const openRead = f(
  "int archive_read_open_filename(archive *a, const char *file, size_t block)",
);
const nextHeader = f(
  "int archive_read_next_header(archive *a, _Out_ archive_entry **e)",
);
const pathname = f("const char *archive_entry_pathname(archive_entry *e)");
const size = f("int64_t archive_entry_size(archive_entry *e)");
const readData = f(
  "int64_t archive_read_data(archive *a, _Out_ uint8_t *data, size_t size)",
);

const EOF = 1, file = process.argv[2]!;
function check(archive: unknown, status: number): number {
  if (status < 0) throw new Error(errorString(archive));
  return status;
}
const writer = writeNew();
try {
  check(writer, setFormat(writer));
  check(writer, openWrite(writer, file));
  const entry = entryNew();
  try {
    setPathname(entry, "whale.txt");
    setSize(entry, 9);
    setFiletype(entry, 0o100000);
    check(writer, writeHeader(writer, entry));
    const data = new TextEncoder().encode("Moby Dick");
    check(writer, writeData(writer, data, data.length));
  } finally {
    entryFree(entry);
  }
} finally {
  free(writer);
}
const reader = readNew();
try {
  check(reader, supportFilter(reader));
  check(reader, supportFormat(reader));
  check(reader, openRead(reader, file, 10240));
  const out = [null];
  while (check(reader, nextHeader(reader, out)) !== EOF) {
    const [entry] = out;
    const data = new Uint8Array(Number(size(entry)));
    const read = check(reader, readData(reader, data, data.length));
    console.log(pathname(entry), read);
  }
} finally {
  free(reader);
}
