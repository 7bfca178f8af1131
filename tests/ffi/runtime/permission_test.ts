/**
 * What works where only the one library is permitted.
 *
 * @module
 */

import process from "node:process";
import { test } from "../../helpers/test.ts";
import { ROOT, runProgram } from "../../helpers/program.ts";
import { copyFileSync } from "node:fs";
import { dirname, join } from "@std/path";
import { assertEquals } from "@std/assert";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, needRuntime, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const DENO = needRuntime("permissions for one library", "cc");
const NODE = RUNTIME === "Node"
  ? need("cc")
  : skip("only Node has its permission model");

/** Runs a program that may load one library, and those in `more`, and read what it needs. */
async function permitted(
  source: string,
  body: string,
  more: readonly string[] = [],
) {
  const path = await library(source);
  const { stdout, stderr, status } = runProgram(
    `
const plugin = open(${JSON.stringify(path)});
const show = (value) => console.log(JSON.stringify(value, (_, v) => typeof v === "bigint" ? v + "n" : v));
const refused = (f) => { try { f(); show("passed"); } catch (e) { console.log(e.code, e.message); } };
${body}`,
    {
      flags: [
        `--allow-ffi=${[path, ...more]}`,
        `--allow-read=${[
          dirname(path),
          ...more.map((file) => dirname(file)),
          ROOT,
        ]}`,
      ],
    },
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout.trim().split("\n");
}

test("one permitted library: functions, texts, variables", DENO, async () => {
  assertEquals(
    await permitted(
      "calls.c",
      `
show(plugin.lookup("id_i32")(7));
show(plugin.lookup("length")("grüß"));
show(plugin.lookup("greeting")());
show(plugin.lookup("same_text")("x".repeat(9000)).length);
const bytes = Uint8Array.of(1, 2, 3);
show(plugin.lookup("sum_bytes")(bytes, 3));
const v = plugin.lookup("v_i32");
v.value = 5;
show([v.value, plugin.lookup("read_v_i32")()]);
show(plugin.lookup("v_text").value);
show(plugin.lookup("v_pair").value);
plugin.lookup("v_pair").value = { first: 8, second: 9 };
show(plugin.lookup("v_pair").value);`,
    ),
    [
      "7",
      "6",
      '"grüß Gott"',
      "9000",
      '"6n"',
      "[5,5]",
      '"text"',
      '{"first":1,"second":2}',
      '{"first":8,"second":9}',
    ],
  );
});

test("one permitted library: structs", DENO, async () => {
  assertEquals(
    await permitted(
      "records.c",
      `
show(plugin.lookup("mid")({ x: 0, y: 2 }, { x: 4, y: 8 }));
const Point = plugin.type("Point");
const p = new Point({ x: 1, y: 2 });
plugin.lookup("move")(p, 10, 20);
show([p.x, p.y]);
show(plugin.lookup("total_of")({ key: "k", next: null, count: 3 }));`,
    ),
    ['{"x":2,"y":5}', "[11,22]", "3"],
  );
});

test(
  "one permitted library: symbols, with a manifest and without",
  DENO,
  async () => {
    const bare = join(emptyDirectory(), "bare.so");
    copyFileSync(await library("calls.c"), bare);
    assertEquals(
      await permitted(
        "calls.c",
        `
const symbols = { length: "(cstring) => usize", v_i32: "i32" };
for (const path of [plugin.path, ${JSON.stringify(bare)}]) {
  const { length, v_i32 } = open(path, { symbols }).symbols;
  show([length("grüß"), v_i32.value]);
}
refused(() => open("/lib/libm.so.6", { symbols }));`,
        [bare],
      ),
      [
        "[6,-32]",
        "[6,-32]",
        'permission_denied Cannot read the plugin "/lib/libm.so.6": permission denied, run with --allow-read=/lib/libm.so.6',
      ],
    );
  },
);

test(
  "one permitted library: what is refused says which flag would allow it",
  DENO,
  async () => {
    assertEquals(
      await permitted(
        "callbacks.c",
        `refused(() => plugin.lookup("times")(1, (x) => x));`,
      ),
      [
        "permission_denied Cannot make a callback of times(): permission denied, run with --allow-ffi without a path",
      ],
    );
    assertEquals(
      await permitted(
        "records.c",
        `refused(() => plugin.type("Point").at(plugin.lookup("point_new")(1, 2)));`,
      ),
      [
        "permission_denied Cannot read the memory at a Pointer: permission denied, run with --allow-ffi without a path",
      ],
    );
  },
);

// ----------------------------------------------------------------------- Node

/** Runs a program under Node's permission model. */
async function limited(body: string, ...allow: string[]) {
  const path = await library("callbacks.c");
  const { stdout, stderr, status } = runProgram(
    `try {
  const plugin = open(${JSON.stringify(path)});
  ${body}
} catch (e) {
  console.log(e.code, e.message);
}`,
    {
      flags: [
        "--permission",
        "--disable-warning=SecurityWarning", // that permissions are given
        "--allow-fs-read=*",
        ...allow,
      ],
    },
  );
  assertEquals([status, stderr], [0, ""]);
  return stdout.trim().replaceAll(path, "callbacks.so");
}

test(
  "Node's permission model: what is refused says which flag would allow it",
  NODE,
  async () => {
    const body = `console.log(plugin.lookup("times")(3, (x) => x));
console.log(await plugin.lookup("slow").async(1));`;
    assertEquals(
      await limited(body),
      'permission_denied Cannot load the plugin "callbacks.so": permission denied, run with --allow-ffi',
    );
    // The support library needs no Worker; the pipe that it wakes Node by
    // counts as a network since 26.12.
    const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
    const net = major > 26 || minor >= 12
      ? ["--allow-net", "--disable-warning=ExperimentalWarning"]
      : [];
    assertEquals(await limited(body, "--allow-ffi", ...net), "3\n1");
    if (net.length > 0) {
      assertEquals(
        await limited(body, "--allow-ffi"),
        '3\npermission_denied Cannot look up "slow" in "callbacks.so": permission denied, run with --allow-worker',
      );
      assertEquals(
        await limited(
          `await plugin.lookup("times").async(1, (x) => x);`,
          ...["--allow-ffi", "--allow-worker"],
        ),
        "unsupported times.async(): argument 2 (f): Node cannot call it back from another thread: it takes the support library, and Node may not wait for its threads, run with --allow-net or --allow-addons",
      );
    }
    const without = `process.env.PLUGIN_SUPPORT = "off";\n${body}`;
    assertEquals(
      await limited(without, "--allow-ffi"),
      '3\npermission_denied Cannot look up "slow" in "callbacks.so": permission denied, run with --allow-worker',
    );
    assertEquals(
      await limited(without, "--allow-ffi", "--allow-worker"),
      "3\n1",
    );
  },
);
