/** Headers that declare more: those of C++ and of the C library are none, and the compiler is asked about no list of them twice. */
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../../helpers/directory.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { plugin } from "../helpers/cli.ts";
import { withCompiler } from "../helpers/headers.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const HEADERS = {
  "pool.h": "int pool_depth(void);\n",
  "pool_both.h": `#if defined(__cplusplus) && !defined(POOL_PLAIN)
extern "C" {
#endif
int pool_both(void);
`,
  "pool_class.h": `extern "C" {
int pool_open(void);
}
class Pool { int depth() { return pool_depth(); } };
`,
  "pool_of_c.h": "/* part of the GNU C Library */\nint pool_of_c(void);\n",
  "pool_wrong.h": "int pool_wrong(nobody *);\n",
};

test(
  "what is written in C++, or the C library's, is not tried, and nothing twice",
  need("cc"),
  async () => {
    const cwd = emptyDirectory();
    const file = (name: string, text: string) =>
      writeFileSync(join(cwd, name), text);
    for (const [name, text] of Object.entries(HEADERS)) file(name, text);
    file(
      "pool.c",
      ["depth", "both", "open", "of_c", "wrong"]
        .map((name) => `int pool_${name}(void) { return 1; }\n`).join(""),
    );
    sharedLibrary("libpool.so", ["-s", "pool.c"], { cwd });
    const counting = join(cwd, "counting");
    file(
      "counting",
      `#!/bin/sh
for each; do case $each in */others.c) tr '\\n' ' ' <"$each" >>${cwd}/asked; echo >>${cwd}/asked;; esac; done
exec cc "$@"
`,
    );
    chmodSync(counting, 0o755);
    const ran = await succeedSilently(withCompiler(
      counting,
      () =>
        plugin(
          "emit",
          join(cwd, "libpool.so"),
          "--header",
          "pool.h",
          "-I",
          cwd,
        ),
    ));
    assertEquals(
      /^ +of those .*$/m.exec(ran.stdout)?.[0],
      "  of those pool_both.h 1: --header pool.h --header pool_both.h",
    );
    const asked = readFileSync(join(cwd, "asked"), "utf8").trim().split("\n");
    assertEquals(asked.length, new Set(asked).size);
    assertEquals(asked.filter((text) => /class|of_c/.test(text)), []);
  },
);
