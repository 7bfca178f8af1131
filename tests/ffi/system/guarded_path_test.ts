import { test } from "../../helpers/test.ts";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { intruderAt, ownUser } from "../../../ffi/system/guarded_path.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { skip } from "../../helpers/need.ts";

const LINUX = process.platform === "linux" ? {} : skip("needs Linux's modes");

test("a path behind a link is the one that the system walks", LINUX, () => {
  const root = emptyDirectory();
  const open = join(root, "open");
  mkdirSync(join(root, "kept"));
  mkdirSync(join(open, "below"), { recursive: true });
  symlinkSync(join("..", "open", "below"), join(root, "kept", "link"));
  for (const at of ["kept", "open"]) writeFileSync(join(root, at, "x"), "");
  const guard = { owners: [0, ownUser()!], mayBeShared: true };
  const said = () => intruderAt(`${root}/kept/link/../x`, guard);

  assertEquals(said(), undefined);
  chmodSync(open, 0o777);
  assertEquals(said(), `others may write in ${JSON.stringify(open)}`);
  assertEquals(intruderAt(`${root}/kept/x`, guard), undefined);
});
