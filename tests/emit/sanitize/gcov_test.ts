/**
 * Counts that gcov cannot read.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertRejects } from "@std/assert";
import { EmitError } from "../../../emit/error.ts";
import { gcov, gcovOf } from "../../../emit/sanitize/gcov.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { needOnce } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { must } from "../../helpers/succeed.ts";

test("gcovOf() names the gcov of the compiler", () => {
  for (
    const [words, wanted] of [
      ["", "gcov"],
      ["cc -O0", "gcov"],
      ["ccache gcc-12 -m64", "gcov-12"],
      ["/opt/gcc/bin/g++", "/opt/gcc/bin/gcov"],
      ["x86_64-linux-gnu-gcc-13.2", "x86_64-linux-gnu-gcov-13.2"],
    ] as const
  ) assertEquals(gcovOf(words.split(" ")), wanted);
});

test(
  "counts of another gcc are no counts of nothing: gcov's words are told",
  needOnce("gcc", "gcov"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "counted.c");
    writeFileSync(source, "int main(void) { return 0; }\n");
    const program = join(directory, "counted");
    must("gcc", [
      ...["--coverage", "-dumpdir", `${directory}/`],
      ...["-o", program, source],
    ]);
    must(program, []);
    const counter = gcov(directory);
    const counts = await counter.read(program, [directory]);
    assertEquals([...counts.values()].length, 1);
    for (const ending of ["gcno", "gcda"]) {
      const path = join(directory, `counted.${ending}`);
      const bytes = readFileSync(path);
      bytes.write("*99B", 4, "latin1"); // the version, backwards
      writeFileSync(path, bytes);
    }
    await assertRejects(
      async () => await counter.read(program, [directory]),
      EmitError,
      "Cannot read what was counted: gcov says\n",
    );
  },
);
