/**
 * What does text cost, in and out? Ours beside koffi, ffi-rs and napi-rs, and beside what
 * the runtime's own users write.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { ffiRs, koffi, napiRs } from "./peers.ts";
import { bindRaw, rawText } from "./raw.ts";
import { question, report } from "./measure.ts";

const path = process.argv[2]!; // the library of bench/text.c
const plugin = open(path);
const length = plugin.lookup("length", "(cstring) => usize");
const shortText = plugin.lookup("short_text", "() => cstring");
const thousand = plugin.lookup("thousand", "() => cstring");

const library = koffi.load(path);
const koffiLength = library.func("size_t length(const char *text)");
const koffiShortText = library.func("const char *short_text()");
const koffiThousand = library.func("const char *thousand()");

const { length: rawLength } = bindRaw(path, {
  length: { params: ["cstring"], result: "usize" },
});

const { I32, String } = ffiRs.DataType;
ffiRs.open({ library: "text", path });
const rs = ffiRs.define({
  length: { library: "text", retType: I32, paramsType: [String] },
  short_text: { library: "text", retType: String, paramsType: [] },
});

const eleven = "hello world";
const long = "x".repeat(1000);

question("11 characters in", {
  plugin: () => length(eleven),
  koffi: () => koffiLength(eleven),
  raw: () => Number(rawLength!(rawText(eleven))),
  "ffi-rs": () => rs.length([eleven]),
  ...napiRs(({ length }) => () => length(eleven)),
});
question("1000 characters in", {
  plugin: () => length(long),
  koffi: () => koffiLength(long),
  raw: () => Number(rawLength!(rawText(long))),
  ...napiRs(({ length }) => () => length(long)),
});
question("8 characters out", {
  plugin: () => shortText(),
  koffi: () => koffiShortText(),
  "ffi-rs": () => rs.short_text([]),
  ...napiRs(({ short_text }) => () => short_text()),
});
question("1000 characters out", {
  plugin: () => thousand(),
  koffi: () => koffiThousand(),
  ...napiRs(({ thousand }) => () => thousand()),
});

await report("text", "Text");
