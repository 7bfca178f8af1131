/**
 * The numbers of C that differ between targets, as Rust's own compiler has them.
 *
 * @module
 */

import { execFileSync } from "node:child_process";
import { assert, assertEquals } from "@std/assert";
import { numberOfC } from "../../../../emit/source/rust/number_of_c.ts";
import { need } from "../../../helpers/need.ts";
import { test } from "../../../helpers/test.ts";

const rustc = (...args: string[]) =>
  execFileSync("rustc", args, { encoding: "utf8" });

test("long is what each target of Rust has", need("rust"), () => {
  const triples = rustc("--print", "target-list").trim().split("\n").filter(
    // One of each processor and system, and what looks like another one.
    (triple) =>
      /^(?:arm|aarch64|i686|riscv|x86_64).*-(?:apple|linux|windows)-/
        .test(triple) && !/-(?:musl|gnullvm|uwp)|\dl|sim$/.test(triple),
  );
  assert(triples.length > 20, triples.join());
  for (const triple of triples) {
    const cfg = rustc("--print", "cfg", "--target", triple);
    const bits = /^windows$/m.test(cfg)
      ? "32"
      : cfg.match(/^target_pointer_width="(\d+)"$/m)?.[1];
    assertEquals(
      [triple, numberOfC("c_long", triple), numberOfC("c_ulong", triple)],
      [triple, `i${bits}`, `u${bits}`],
    );
  }
});

test("char has a sign where Rust says so", () => {
  const signed = {
    "x86_64-unknown-linux-gnu": "i8",
    "aarch64-unknown-linux-gnu": "u8",
    "aarch64-apple-darwin": "i8",
    "arm64e-apple-darwin": "i8",
    "armv7-unknown-linux-gnueabihf": "u8",
    "aarch64-pc-windows-msvc": "i8",
  };
  for (const [triple, type] of Object.entries(signed)) {
    assertEquals([triple, numberOfC("c_char", triple)], [triple, type]);
  }
});

test("what is no number of C is none, nor what differs where nothing is known", () => {
  assertEquals(numberOfC("c_int", undefined), "i32");
  assertEquals(numberOfC("c_long", undefined), undefined);
  for (const name of ["constructor", "c_void", "c_size_t"]) {
    assertEquals(numberOfC(name, "x86_64-unknown-linux-gnu"), undefined);
  }
});
