import { userInfo } from "node:os";
import { assertEquals } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { test } from "../../helpers/test.ts";
import { withVariable } from "../../helpers/variable.ts";

test("a program that is started without HOME has the user's", async () => {
  const ran = await withVariable(
    "HOME",
    undefined,
    () => run("/bin/sh", ["-c", 'echo "$HOME"']),
  );
  assertEquals(ran.stdout.trim(), userInfo().homedir);
});

test("a letter that arrives in two pieces is whole", async () => {
  // "ü" is of two bytes, "語" of three.
  const parts = ["a \\303", "\\274b \\350", "\\252", "\\236\\n"];
  const script = parts.map((part) => `printf '${part}'`).join("; sleep 0.1; ");
  const ran = await run("/bin/sh", ["-c", `{ ${script}; } >&2; ${script}`]);
  assertEquals([ran.stderr, ran.stdout], ["a üb 語\n", "a üb 語\n"]);
});

test("a program that a signal ended is told so, behind what it said", async () => {
  const ended = await run("/bin/sh", ["-c", "printf half >&2; kill -9 $$"]);
  assertEquals(
    ended.stderr,
    "half\n/bin/sh was ended by SIGKILL, as the system does where memory runs out\n",
  );
  const silent = await run("/bin/sh", ["-c", "kill -SEGV $$"]);
  assertEquals(silent.stderr, "/bin/sh was ended by SIGSEGV\n");
  assertEquals([ended.status >= 128, silent.status >= 128], [true, true]);
});
