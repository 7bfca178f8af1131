/** Which headers are the library's own because they came with its package. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../../helpers/directory.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin } from "../helpers/cli.ts";
import { packageLists } from "../helpers/debian.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

test(
  "what came with the package of the header is the library's own, and no more",
  need("cc", "dpkg", "dpkg-query"),
  async () => {
    const cwd = emptyDirectory();
    const file = (path: string, text: string) =>
      writeFileSync(join(cwd, path), text);
    // In one directory, as the system's is, and named alike by nobody.
    file(
      "form.h",
      `#include <stdio.h>
#include <errors.h>
#include <linked.h>
#include <stranger.h>
int form_new(void);
`,
    );
    file("errors.h", "#include <deeper.h>\n#define E_OK 0\n");
    file("deeper.h", "enum { E_DEEP = -9 };\n");
    file("real.h", "#define E_REAL 4\n");
    symlinkSync("real.h", join(cwd, "linked.h"));
    file("stranger.h", "#include <back.h>\n#define E_STRANGE 3\n");
    file("back.h", "#define E_BACK 8\n");
    file("form.c", "int form_new(void) { return 1; }\n");
    const library = join(cwd, "libform.so");
    sharedLibrary(library, ["form.c"], { cwd });
    const constantsOf = async (lists: Record<string, string[]>) => {
      await withVariable("DPKG_ADMINDIR", packageLists(lists), async () => {
        const named = ["--header", "form.h", "--", "-isystem", cwd];
        await succeedSilently(plugin("emit", library, ...named));
      });
      return existsSync(`${library}.headers.json`)
        ? JSON.parse(readFileSync(`${library}.headers.json`, "utf8")).constants
        : {};
    };
    const headers = ["form", "errors", "deeper", "real", "back"]
      .map((name) => join(cwd, `${name}.h`));
    const stranger = [join(cwd, "stranger.h")];
    assertEquals(
      await constantsOf({ "libform-dev": headers, other: stranger }),
      { E_DEEP: -9, E_OK: 0, E_REAL: 4 },
    );
    // The C library's package has everybody's.
    const libc = [...headers, ...stranger, "/usr/include/features.h"];
    assertEquals(await constantsOf({ "libc6-dev": libc }), {});
    assertEquals(await constantsOf({ other: stranger }), {});
  },
);
