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
