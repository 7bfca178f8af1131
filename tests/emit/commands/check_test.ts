import { test } from "../../helpers/test.ts";
import { readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { need } from "../../helpers/need.ts";
import { fixture } from "../../helpers/fixture.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = need("cc");

const SOURCE = `typedef struct { double x, y; } P;
int n;
P mid(P a, P b) { return (P){(a.x + b.x) / 2, (a.y + b.y) / 2}; }
`;

/** Builds a plugin and gives its path. */
async function build(directory: string, source: string): Promise<string> {
  writeFileSync(`${directory}/a.c`, source);
  await succeedSilently(plugin("build", `${directory}/a.c`));
  return `${directory}/a.so`;
}

test("plugin check says that a manifest is right", C, async () => {
  await inDirectory(async (directory) => {
    const library = await build(directory, SOURCE);
    for (const file of [library, `${library}.json`]) {
      const ran = await plugin("check", file);
      assertEquals(ran, {
        status: 0,
        stdout: `${library}.json is right\n`,
        stderr: "",
      });
    }
    const json = JSON.parse((await plugin("check", library, "--json")).stdout);
    assertEquals([json.fresh, json.differences], [true, []]);
  });
});

test("plugin check prints both sides of what changed", C, async () => {
  await inDirectory(async (directory) => {
    const library = await build(directory, SOURCE);
    const old = readFileSync(`${library}.json`);
    const changed = SOURCE.replace("double x, y", "double x; float y")
      .replace("int n", "long n, m").replace("P b)", "P c)")
      .replaceAll("b.", "c.");
    await build(directory, changed);
    writeFileSync(`${library}.json`, old);
    const ran = await plugin("check", library);
    assertEquals([ran.status, ran.stderr], [1, ""]);
    const [head, was, is, ...rest] = ran.stdout.split("\n");
    assertEquals(head, `${library}.json is stale`);
    assert(/^- library.buildId: [0-9a-f]{40}$/.test(was!), was);
    assert(/^\+ library.buildId: [0-9a-f]{40}$/.test(is!), is);
    assertEquals(rest, [
      "+ symbol m: variable i64",
      "- symbol mid: (P, P) => P, of a, b",
      "+ symbol mid: (P, P) => P, of a, c",
      "- symbol n: variable i32",
      "+ symbol n: variable i64",
      "- type P.y: f64 at 8",
      "+ type P.y: f32 at 8",
      "",
    ]);
  });
});

test(
  "plugin check and open agree where the manifest has no build id",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const library = await build(directory, SOURCE);
      const json = JSON.parse(readFileSync(`${library}.json`, "utf8"));
      delete json.library.buildId;
      writeFileSync(`${library}.json`, JSON.stringify(json));
      await succeed(plugin("check", library));
      assertEquals(open(library).path, realpathSync(library));
      await build(directory, `${SOURCE}\nint more;\n`);
      writeFileSync(`${library}.json`, JSON.stringify(json));
      const { status, stdout } = await plugin("check", library);
      assertEquals(status, 1);
      assert(stdout.includes("- library.sha256: "), stdout);
      const fresh = { fresh: true };
      assertThrows(
        () => open(library, fresh),
        PluginError,
        "the manifest describes",
      );
    });
  },
);

test("plugin check misses the library of the thunks", C, async () => {
  await inDirectory(async (directory) => {
    const library = `${directory}/a.so`;
    writeFileSync(`${directory}/a.c`, SOURCE);
    sharedLibrary(library, ["-g", `${directory}/a.c`]);
    await succeed(plugin("emit", library, "--thunks"));
    await succeed(plugin("check", library));
    rmSync(`${library}.thunks.so`);
    const ran = await plugin("check", library);
    assertEquals(ran.status, 1);
    assertStringIncludes(ran.stdout, "- thunks.file: a.so.thunks.so\n");
  });
});

test("plugin check reads a stripped library by its header", C, async () => {
  await inDirectory(async (directory) => {
    const library = `${directory}/libdeclared.so`;
    sharedLibrary(library, ["-s", fixture("declared.c")]);
    const header = ["--header", fixture("declared.h")];
    await succeed(plugin("emit", library, ...header));
    const manifest = `${library}.json`;
    await succeed(plugin("check", library, ...header));
    const without = await plugin("check", library);
    assertEquals(without, {
      status: 0,
      stdout:
        `${manifest} is right (types not compared: the library alone does not say them)\n`,
      stderr: "",
    });
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replace("(i32, i32) => i32", "(i32) => i32"));
    const ran = await plugin("check", library, ...header);
    assertEquals(ran.status, 1);
  });
});

test("plugin check says what is not there", C, async () => {
  await inDirectory(async (directory) => {
    const library = await build(directory, SOURCE);
    rmSync(`${library}.json`);
    const none = await plugin("check", library);
    assertEquals(none.status, 1);
    assertStringIncludes(none.stderr, "there is no manifest beside it");
    writeFileSync(`${library}.json`, `{ "manifest": 2 }`);
    const bad = await plugin("check", library);
    assertEquals([bad.status, bad.stdout], [1, ""]);
    assertStringIncludes(bad.stderr, "error: Cannot read the manifest");
    const missing = await plugin("check", `${directory}/none.so`);
    assertStringIncludes(missing.stderr, "there is no such file");
  });
});
