import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { dirname } from "@std/path";
import { SUPPORT_VERSION } from "../../../ffi/support/support_version.ts";
import { library } from "../../helpers/fixture.ts";
import { need, needRuntime, RUNTIME, skip } from "../../helpers/need.ts";
import {
  commandLine,
  ROOT,
  runProgram,
  writeProgram,
} from "../../helpers/program.ts";
import { withVariable } from "../../helpers/variable.ts";
import { run } from "../helpers/program.ts";

/** Runs a program that finds no support library, or another one. */
async function without(support: string, body: string): Promise<string> {
  const { output } = await withVariable(
    "PLUGIN_SUPPORT",
    support,
    () => run(body),
  );
  return output;
}

const BY_ADDRESS = `
const twice = plugin.lookup("choose")("twice");
try {
  console.log(twice(2));
} catch (error) {
  console.log(error.code, error.message);
}`;

test(
  "without the support library the error says what brings it",
  need("cc"),
  async () => {
    assertEquals(
      await without("off", BY_ADDRESS),
      RUNTIME === "Node"
        ? "unsupported Cannot call a function pointer on Node: it takes the support library, " +
          "and PLUGIN_SUPPORT=off says that it is not to be used: run without that"
        : "4",
    );
  },
);

test(
  "one that was compiled from other sources is not used",
  need("cc"),
  async () => {
    const other = await library("other_support.c");
    assertEquals(
      await without(other, BY_ADDRESS),
      RUNTIME === "Node"
        ? "unsupported Cannot call a function pointer on Node: it takes the support library, " +
          `and "${other}" is of version another, wanted ${SUPPORT_VERSION}; bring it with: plugin support`
        : "4",
    );
  },
);

test("one that is named and not there is told", need("cc"), async () => {
  assertEquals(
    await without("/nowhere/support.so", BY_ADDRESS),
    RUNTIME === "Node"
      ? "unsupported Cannot call a function pointer on Node: it takes the support library, " +
        'and PLUGIN_SUPPORT names "/nowhere/support.so", which is not there; bring it with: plugin support'
      : "4",
  );
});

/** How every error ends of what takes it. */
const TAKES =
  ": it takes the support library, and PLUGIN_SUPPORT=off says that it is not to be used: run without that";

test(
  "without it a function that another thread calls back is refused, with what brings it",
  need("cc"),
  async () => {
    const output = await without(
      "off",
      `try {
        console.log(await plugin.lookup("times").async(1, (x) => x));
      } catch ({ message }) {
        console.log(message);
      }`,
    );
    const refused =
      `times.async(): argument 2 (f): ${RUNTIME} cannot call it ` +
      "back from another thread";
    const handle =
      ', but as a callback(type, function, { threads: "any" }) without a result';
    assertEquals(
      output,
      RUNTIME === "Deno"
        ? "0"
        : `${refused}${RUNTIME === "Bun" ? handle : ""}${TAKES}`,
    );
  },
);

/** Callbacks for any thread, by what Bun cannot carry without it. */
const ANY = {
  "a result": "(i32) => i32",
  "a text": "(cstring) => void",
  "neither": "(i32) => void",
};

for (const [what, type] of Object.entries(ANY)) {
  test(
    `without it a callback for any thread with ${what} is made or refused, with what brings it`,
    need("cc"),
    async () => {
      const output = await without(
        "off",
        `try {
          callback("${type}", () => 0, { threads: "any" })[Symbol.dispose]();
          console.log("made");
        } catch ({ message }) {
          console.log(message);
        }`,
      );
      const isMade = RUNTIME === "Deno" ||
        RUNTIME === "Bun" && what === "neither";
      const why = RUNTIME === "Bun"
        ? `on Bun a callback from any thread can have no ${what.slice(2)}`
        : "Node calls no JavaScript from another thread";
      assertEquals(
        output,
        isMade ? "made" : `Cannot make a callback "${type}": ${why}${TAKES}`,
      );
    },
  );
}

test("without it functions are called as before", need("cc"), async () => {
  assertEquals(
    await without(
      "off",
      `console.log(plugin.lookup("is_twice")(plugin.lookup("choose")("twice")));`,
    ),
    "true",
  );
});

test(
  "where it may not be looked for, the flag that permits it is named",
  RUNTIME === "Bun" ? skip("Bun has no permissions") : need("cc"),
  async () => {
    const path = await library("other_support.c");
    const text = `try {
  open(${JSON.stringify(path)}, { symbols: {}, isolated: true });
} catch ({ message }) {
  console.log(message);
}`;
    const readable = [ROOT, realpathSync(tmpdir())];
    const ways = RUNTIME === "Deno"
      ? [
        [["--allow-ffi", "--allow-read"], "run with --allow-env=HOME"],
        [
          ["--allow-ffi", "--allow-env", `--allow-read=${dirname(path)}`],
          "run with --allow-read=",
        ],
      ] as const
      : [
        [
          [
            "--permission",
            "--allow-ffi",
            ...readable.map((path) => `--allow-fs-read=${path}`),
          ],
          "run with --allow-fs-read=",
        ],
      ] as const;
    for (const [flags, wanted] of ways) {
      const { stdout, stderr } = runProgram(text, {
        flags,
        env: { PLUGIN_SUPPORT: "" },
      });
      assertStringIncludes(
        stdout,
        `it is not there as far as this program may look: ${wanted}`,
        stderr,
      );
    }
  },
);

test(
  "where it may not be asked whose it is, the flag that permits it is named",
  needRuntime("permissions for one library", "cc"),
  async () => {
    const path = await library("other_support.c");
    const text = `try {
  open(${JSON.stringify(path)}, { symbols: {}, isolated: true });
} catch ({ message }) {
  console.log(message);
}`;
    const { stdout, stderr } = runProgram(text, {
      flags: [
        "--allow-ffi",
        "--allow-env",
        `--allow-read=${path},${path}.json`,
      ],
      env: { PLUGIN_SUPPORT: path },
    });
    assertStringIncludes(
      stdout,
      `whose "${path}" is may not be asked: run with --allow-read=${
        dirname(path)
      }`,
      stderr,
    );
    assert(!stdout.includes("plugin support"), stdout);
  },
);

test(
  "a plugin that may not be read is refused with the flag that permits it",
  RUNTIME === "Bun" ? skip("Bun has no permissions") : need("cc"),
  async () => {
    const path = await library("other_support.c");
    const text = `try {
  open(${JSON.stringify(path)}, { symbols: {} });
} catch ({ code, message }) {
  console.log(code, message);
}`;
    const flags = RUNTIME === "Deno"
      ? ["--allow-ffi"]
      : ["--permission", "--allow-ffi", `--allow-fs-read=${ROOT}`];
    // Node reads the program itself.
    const program = writeProgram(text);
    const [runtime, ...args] = commandLine(program, {
      flags: RUNTIME === "Deno"
        ? flags
        : [...flags, `--allow-fs-read=${dirname(program)}`],
    });
    const { stdout, stderr } = spawnSync(runtime!, args, { encoding: "utf8" });
    const flag = RUNTIME === "Deno" ? "--allow-read" : "--allow-fs-read";
    assertStringIncludes(stdout, "permission_denied ", stderr);
    assertStringIncludes(stdout, `run with ${flag}=${path}`, stderr);
  },
);
