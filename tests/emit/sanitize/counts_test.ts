/**
 * Programs that read counts, and what they say besides.
 *
 * @module
 */

import { assertEquals, assertRejects } from "@std/assert";
import { EmitError } from "../../../emit/error.ts";
import { convertBy, readBy } from "../../../emit/sanitize/counts.ts";
import { test } from "../../helpers/test.ts";

const WARNS = ["-c", "echo 'warning: one file was cut off' >&2"];

test("a warning ends no reading of counts that go into a file", async () => {
  await convertBy("/bin/sh", WARNS, "/");
  const failed = () => convertBy("/bin/sh", ["-c", "echo no >&2; exit 1"], "/");
  await assertRejects(failed, EmitError, "sh says\nno");
});

test("who prints nothing but what is wrong has read nothing", async () => {
  await assertRejects(
    () => readBy("/bin/sh", WARNS, "/"),
    EmitError,
    "sh says\nwarning: one file was cut off",
  );
  const both = [...WARNS.slice(0, 1), `${WARNS[1]}; echo 1`];
  assertEquals(await readBy("/bin/sh", both, "/"), "1\n");
});
