/**
 * Private copies: nobody else can touch them, and none is left behind.
 *
 * @module
 */

import { withVariable } from "../../helpers/variable.ts";
import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "@native/plugin";
import {
  buildAfresh,
  emptyDirectory,
  fixture,
  library,
  spoil,
} from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import {
  assertRefused,
  copies,
  edit,
  MINE,
  mine,
  sign,
  signed,
} from "../helpers/signed.ts";

const C = need("cc");
const LINUX = process.platform === "linux" ? C : skip("needs Linux's loader");

/** Calls with another directory of temporary files. */
function inTemporary(directory: string, call: () => void): void {
  withVariable("TMPDIR", directory, call);
}

test("no copy is written where others could exchange it", C, async () => {
  const path = await signed("once.c");
  const shared = emptyDirectory();
  chmodSync(shared, 0o777);
  inTemporary(
    shared,
    () =>
      assertRefused(
        "no_copy",
        `others may rename what is in "${shared}"`,
        path,
      ),
  );
  assertEquals(readdirSync(shared), []);

  const sticky = emptyDirectory();
  chmodSync(sticky, 0o1777);
  const { sha256 } = JSON.parse(readFileSync(`${path}.json`, "utf8")).library;
  const name = `plugin-${process.getuid!()}-${process.pid}-${sha256}`;
  mkdirSync(join(sticky, name));
  chmodSync(join(sticky, name), 0o777);
  inTemporary(
    sticky,
    () => assertRefused("no_copy", `${name}" is somebody else's`, path),
  );
  assertEquals(readdirSync(join(sticky, name)), []);

  rmSync(join(sticky, name), { recursive: true });
  symlinkSync(shared, join(sticky, name));
  inTemporary(
    sticky,
    () => assertRefused("no_copy", `${name}" is somebody else's`, path),
  );

  rmSync(join(sticky, name));
  inTemporary(sticky, () => open(path, MINE));
  assertEquals(readdirSync(sticky), []);
});

test("a library that cannot be loaded leaves no copy", LINUX, async () => {
  const path = await buildAfresh("once.c");
  const bytes = spoil(path);
  edit(
    path,
    (json) =>
      json.library.sha256 = createHash("sha256").update(bytes).digest("hex"),
  );
  await sign(path);
  assertRefused("load_failed", "no dynamic section", path);
  assertEquals(copies(), []);
});

test(
  "Deno: permission for the directory of copies is asked for by its flag",
  "Deno" in globalThis ? C : skip("only Deno has permissions"),
  async () => {
    const path = await sign(await library("once.c"));
    const script = join(emptyDirectory(), "program.ts");
    const root = fixture("../..");
    const temporary = emptyDirectory();
    const face = JSON.stringify(
      new URL("../../../mod.ts", import.meta.url).href,
    );
    writeFileSync(
      script,
      `import { open } from ${face};
try {
  const plugin = open(${JSON.stringify(path)}, { trust: [${
        JSON.stringify(mine.pem)
      }] });
  console.log(plugin.lookup("get_seven", "() => i32")());
} catch (e) { console.log(e.code, e.message); }`,
    );
    const permitted = (...flags: string[]) =>
      spawnSync(process.execPath, [
        ...[
          "run",
          "--no-prompt",
          "--no-check",
          `--config=${join(root, "deno.json")}`,
        ],
        ...[
          `--allow-read=${dirname(path)},${root},${temporary}`,
          "--allow-env",
        ],
        ...[...flags, script],
      ], { encoding: "utf8", env: { ...process.env, TMPDIR: temporary } })
        .stdout
        .trim();
    const write = ["--allow-sys=uid", `--allow-write=${temporary}`];
    const asked: [string[], string][] = [
      [["--allow-sys=uid"], "run again with the --allow-write flag"],
      [[...write, `--allow-ffi=${path}`], `run with --allow-ffi=${temporary}`],
      [[...write, `--allow-ffi=${temporary}`], "7"],
    ];
    for (const [flags, words] of asked) {
      assertStringIncludes(permitted(...flags), words);
    }
    assertEquals(readdirSync(temporary), []);
  },
);
