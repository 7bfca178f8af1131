import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { getRawAsset } from "node:sea";
import { open } from "@native/plugin";
import { main } from "./main.ts";

// Node's assets are bytes without a path, and the system's loader takes files.
const directory = mkdtempSync(join(tmpdir(), "words-"));
process.on("exit", () => rmSync(directory, { recursive: true }));
for (const file of ["words.so", "words.so.json"]) {
  writeFileSync(join(directory, file), new Uint8Array(getRawAsset(file)));
}
main(open(join(directory, "words.so")));
