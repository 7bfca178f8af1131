/**
 * Where the reports of the tools say that mistakes are, as the tools write them.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import process from "node:process";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { mistakesIn } from "../../../emit/sanitize/sanitizer_reports.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { needOnce } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { must } from "../../helpers/succeed.ts";

const SOURCE = `namespace my {
struct Reader {
  int *at;
  int read(int from, unsigned int more) {
    return at[from + (int)more];
  }
};
}
int main(int count, char **) {
  volatile int most = 2147483647;
  int *some = new int[4]();
  my::Reader reader = {some};
  int got = reader.read(2, 2) != 7;
  got += most + count;
  delete[] some;
  return got * 0;
}
`;

/** The lines that the reports of a program are of, whose source lies in a directory. */
function linesIn(directory: string, file: string, tool: string): number[] {
  mkdirSync(directory, { recursive: true });
  const source = join(directory, file);
  writeFileSync(source, SOURCE);
  const program = join(emptyDirectory(), "program");
  const checked = tool === "valgrind" ? [] : [`-fsanitize=${tool}`];
  must("c++", ["-g", "-O0", ...checked, source, "-o", program]);
  const line = tool === "valgrind" ? ["valgrind", program] : [program];
  const { stderr } = spawnSync(line[0]!, line.slice(1), { encoding: "utf8" });
  return mistakesIn([stderr], [realpathSync(directory)])
    .map(({ place }) => place.line);
}

for (const tool of ["address", "undefined"] as const) {
  test(
    `a mistake is where ${tool} says, also in a source with blanks in its path`,
    needOnce("gcc", "c++"),
    () => {
      const line = tool === "address" ? 5 : 14;
      const root = realpathSync(emptyDirectory());
      for (const file of ["decoder.cpp", "my decoder.cpp"]) {
        for (const directory of ["src", "the sources (of 2026)"]) {
          const found = linesIn(join(root, directory), file, tool);
          assertEquals(found, [line], `${directory}/${file}`);
        }
      }
    },
  );
}

test(
  "a mistake is where valgrind says, also in a source with blanks in its name",
  needOnce("c++", "valgrind"),
  () => {
    for (const file of ["decoder.cpp", "my decoder.cpp"]) {
      const root = realpathSync(emptyDirectory());
      assertEquals(linesIn(root, file, "valgrind"), [5], file);
    }
  },
);

test(
  "what valgrind says of itself is no part of a mistake",
  needOnce("cc", "valgrind"),
  () => {
    const directory = realpathSync(emptyDirectory());
    const source = join(directory, "large.c");
    const program = join(directory, "large");
    writeFileSync(source, LARGE);
    must("cc", ["-g", "-O0", source, "-o", program]);
    const { stderr } = spawnSync("valgrind", [program], { encoding: "utf8" });
    assertStringIncludes(stderr, "Warning: set address range perms");
    const [found, ...others] = mistakesIn([stderr], [directory]);
    assertEquals([found?.place.line, others], [6, []]);
    assert(!found!.text.includes("Warning"), found!.text);
  },
);

/** A mistake, and then a mapping that is large enough for valgrind to say so. */
const LARGE = `#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
int main(void) {
  volatile char *some = malloc(4);
  some[4] = 1;
  mmap(0, 1 << 29, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  free((void *)some);
  return 0;
}
`;

const LEAKING = `#include <stdlib.h>
struct node { struct node *next; };
static void small(void) { malloc(10); }
static void pair(void) {
  struct node *one = malloc(sizeof *one);
  one->next = malloc(3);
}
int main(void) { small(); pair(); pair(); return 0; }
`;

test("each leak is a mistake of its own", needOnce("gcc", "cc"), () => {
  const directory = realpathSync(emptyDirectory());
  const source = join(directory, "leaking.c");
  const program = join(directory, "program");
  writeFileSync(source, LEAKING);
  must("cc", ["-g", "-O0", "-fsanitize=address", source, "-o", program]);
  const { stderr } = spawnSync(program, {
    encoding: "utf8",
    env: { ...process.env, ASAN_OPTIONS: "detect_leaks=1" },
  });
  const found = mistakesIn([stderr], [directory]).map((one) =>
    `${one.place.function}:${one.place.line} ${one.title}`
  );
  assertEquals(found.sort(), [
    "pair:5 Direct leak of 8 byte(s) in 1 object(s)",
    "pair:6 Indirect leak of 3 byte(s) in 1 object(s)",
    "small:3 Direct leak of 10 byte(s) in 1 object(s)",
  ]);
});
