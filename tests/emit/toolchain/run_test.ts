import { userInfo } from "node:os";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { test } from "../../helpers/test.ts";

test("a program that is started without HOME has the user's", async () => {
  const { HOME } = process.env;
  delete process.env["HOME"];
  try {
    const ran = await run("/bin/sh", ["-c", 'echo "$HOME"']);
    assertEquals(ran.stdout.trim(), userInfo().homedir);
  } finally {
    if (HOME !== undefined) process.env["HOME"] = HOME;
  }
});

test("a letter that arrives in two pieces is whole", async () => {
  // "ü" is of two bytes, "語" of three.
  const parts = ["a \\303", "\\274b \\350", "\\252", "\\236\\n"];
  const script = parts.map((part) => `printf '${part}'`).join("; sleep 0.1; ");
  const ran = await run("/bin/sh", ["-c", `{ ${script}; } >&2; ${script}`]);
  assertEquals([ran.stderr, ran.stdout], ["a üb 語\n", "a üb 語\n"]);
});
