/**
 * What does text cost, in and out? Ours beside koffi.
 *
 * @module
 */

import process from "node:process";
import { open } from "@native/plugin";
import { koffi } from "./peers.ts";
import { question, report } from "./report.ts";

const path = process.argv[2]!; // the library of bench/text.c
const plugin = open(path);
const length = plugin.lookup("length", "(cstring) => usize");
const shortText = plugin.lookup("short_text", "() => cstring");
const thousand = plugin.lookup("thousand", "() => cstring");

const library = koffi.load(path);
const koffiLength = library.func("size_t length(const char *text)");
const koffiShortText = library.func("const char *short_text()");
const koffiThousand = library.func("const char *thousand()");

const eleven = "hello world";
const long = "x".repeat(1000);

question("11 characters in", {
  plugin: () => length(eleven),
  koffi: () => koffiLength(eleven),
});
question("1000 characters in", {
  plugin: () => length(long),
  koffi: () => koffiLength(long),
});
question("8 characters out", {
  plugin: () => shortText(),
  koffi: () => koffiShortText(),
});
question("1000 characters out", {
  plugin: () => thousand(),
  koffi: () => koffiThousand(),
});

await report("Text");
