// examples/libraries/libarchive.ts by bun:ffi alone.
import console from "node:console";
import process from "node:process";
import { CString, dlopen, ptr, read } from "bun:ffi";

const { symbols: lib } = dlopen("libarchive.so", {
  archive_error_string: { args: ["ptr"], returns: "ptr" },
  archive_read_new: { args: [], returns: "ptr" },
  archive_write_new: { args: [], returns: "ptr" },
  archive_free: { args: ["ptr"], returns: "i32" },
  archive_write_set_format_pax_restricted: { args: ["ptr"], returns: "i32" },
  archive_write_open_filename: { args: ["ptr", "ptr"], returns: "i32" },
  archive_entry_new: { args: [], returns: "ptr" },
  archive_entry_free: { args: ["ptr"], returns: "void" },
  archive_entry_set_pathname: { args: ["ptr", "ptr"], returns: "void" },
  archive_entry_set_size: { args: ["ptr", "i64"], returns: "void" },
  archive_entry_set_filetype: { args: ["ptr", "u32"], returns: "void" },
  archive_write_header: { args: ["ptr", "ptr"], returns: "i32" },
  archive_write_data: { args: ["ptr", "ptr", "u64"], returns: "i64" },
  archive_read_support_filter_all: { args: ["ptr"], returns: "i32" },
  archive_read_support_format_all: { args: ["ptr"], returns: "i32" },
  archive_read_open_filename: { args: ["ptr", "ptr", "u64"], returns: "i32" },
  archive_read_next_header: { args: ["ptr", "ptr"], returns: "i32" },
  archive_entry_pathname: { args: ["ptr"], returns: "ptr" },
  archive_entry_size: { args: ["ptr"], returns: "i64" },
  archive_read_data: { args: ["ptr", "ptr", "u64"], returns: "i64" },
});
const EOF = 1;
const text = (text: string) => ptr(new TextEncoder().encode(`${text}\0`));
function check(archive: any, status: number | bigint): number {
  if (status >= 0) return Number(status);
  throw new Error(`${new CString(lib.archive_error_string(archive)!)}`);
}
const file = text(process.argv[2]!);
const writer = lib.archive_write_new();
try {
  check(writer, lib.archive_write_set_format_pax_restricted(writer));
  check(writer, lib.archive_write_open_filename(writer, file));
  const entry = lib.archive_entry_new();
  try {
    lib.archive_entry_set_pathname(entry, text("whale.txt"));
    lib.archive_entry_set_size(entry, 9);
    lib.archive_entry_set_filetype(entry, 0o100000);
    check(writer, lib.archive_write_header(writer, entry));
    const data = new TextEncoder().encode("Moby Dick");
    check(writer, lib.archive_write_data(writer, ptr(data), data.length));
  } finally {
    lib.archive_entry_free(entry);
  }
} finally {
  lib.archive_free(writer);
}
const reader = lib.archive_read_new();
try {
  check(reader, lib.archive_read_support_filter_all(reader));
  check(reader, lib.archive_read_support_format_all(reader));
  check(reader, lib.archive_read_open_filename(reader, file, 10240));
  const out = new BigUint64Array(1);
  while (
    check(reader, lib.archive_read_next_header(reader, ptr(out))) !== EOF
  ) {
    const entry = read.ptr(ptr(out), 0) as any;
    const data = new Uint8Array(Number(lib.archive_entry_size(entry)));
    const count = data.length === 0
      ? 0
      : check(reader, lib.archive_read_data(reader, ptr(data), data.length));
    console.log(`${new CString(lib.archive_entry_pathname(entry)!)}`, count);
  }
} finally {
  lib.archive_free(reader);
}
