/** The declarations of libraries that others have written, by their headers, are what strict TypeScript takes. */
import { test } from "../../helpers/test.ts";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory } from "../../helpers/directory.ts";
import { needOnce, skip } from "../../helpers/need.ts";
import { plugin } from "../helpers/cli.ts";
import { withCompiler } from "../helpers/headers.ts";
import { complaintsOf } from "../helpers/strict.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

/** Libraries by their header; `deno task reach` has all that are installed. */
const LIBRARIES = {
  "zlib.h": "libz.so",
  "sqlite3.h": "libsqlite3.so",
};

const there = Object.entries(LIBRARIES).filter(([header]) =>
  existsSync(`/usr/include/${header}`)
);

test(
  "strict tsc takes the declarations of installed libraries, by gcc and clang",
  there.length > 0 ? needOnce("cc", "gcc", "clang") : skip("needs zlib.h"),
  async () => {
    const directory = emptyDirectory();
    const declared: string[] = [];
    for (const [header, library] of there) {
      for (const compiler of ["gcc", "clang"]) {
        const path = join(directory, `${library}.${compiler}.json`);
        const args = ["--header", header, "--thunks", "-o", path];
        await succeedSilently(withCompiler(
          compiler,
          () => plugin("emit", library, ...args),
        ));
        declared.push(path.replace(/json$/, "d.ts"));
      }
    }
    // What finds nothing may have looked at nothing.
    const wrong = join(directory, "wrong.d.ts");
    writeFileSync(wrong, "export const wrong: PluginNothing;\n");
    const said = await complaintsOf([...declared, wrong]);
    assertEquals(said.map((line) => line.slice(line.indexOf("wrong.d.ts"))), [
      "wrong.d.ts(1,21): error TS2304: Cannot find name 'PluginNothing'.",
    ]);
  },
);
