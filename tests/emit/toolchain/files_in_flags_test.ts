import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { filesInFlags } from "../../../emit/toolchain/files_in_flags.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { test } from "../../helpers/test.ts";

test(
  "filesInFlags() finds files that a compiler or a linker reads",
  async () => {
    await inDirectory((directory) => {
      const file = (name: string) => {
        const path = join(directory, name);
        writeFileSync(path, "");
        return path;
      };
      const names = ["a.o", "b.map", "libc.so", "libd.a", "libe.dylib", "f.x"];
      const [object, map, shared, archive, , script] = names.map(file);
      const found = (...flags: string[]) => filesInFlags(flags);
      assertEquals(found(object!, "-lm", "-O2", directory), [object]);
      assertEquals(found(`-Wl,--version-script=${map}`), [map]);
      assertEquals(found(`-Wl,-T,${script}`, "-T", script!), [script]);
      assertEquals(found("-lc", `-L${directory}`), [shared]);
      assertEquals(found("-L", directory, "-l", "d"), [archive]);
      assertEquals(found(`-L${directory}`, "-l:f.x", "-lnone"), [script]);
      assertEquals(found("-lc", join(directory, "none.o")), []);
    });
  },
);
