import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { answerOf, placesOf, RUNTIMES } from "../../../emit/commands/doctor.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { inNoexec, noMounts } from "../../helpers/mount.ts";
import { need, needRuntime, RUNTIME, skip } from "../../helpers/need.ts";
import { commandLine, ROOT } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";

const MAIN = join(ROOT, "emit/main.ts");

interface Finding {
  readonly name: string;
  readonly state: string;
  readonly found: string;
  readonly remedy?: string;
}

async function findings(
  ...options: Parameters<typeof spawnPlugin>[1][]
): Promise<{ status: number; of: (name: string) => Finding }> {
  const { status, stdout } = await spawnPlugin(
    ["doctor", "--json"],
    ...options,
  );
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  const of = (wanted: string) => findings.find(({ name }) => name === wanted)!;
  return { status, of };
}

test("plugin doctor builds a plugin, and says what lacks", {
  ...need("cc"),
  timeout: 600_000,
}, async () => {
  const { status, of } = await findings();
  assertEquals(status, 0);
  assertEquals([of("cc").state, of("plugin build").state], ["fine", "fine"]);
  // A test can start only what it asks for.
  const { state, found, remedy } = of("rust");
  assertEquals([state, found], ["missing", "not there"]);
  assertStringIncludes(remedy!, "rust");
  if (process.platform === "linux") {
    assertMatch(of("system").found, /^linux \w+ (?:gnu|musl)$/);
  }
  assertEquals(of(RUNTIME).state, "fine");
  assertStringIncludes(of(RUNTIME).found, "this one");
});

test("plugin doctor finds a runtime that npm has brought", {
  ...need("cc", "npm"),
  timeout: 600_000,
}, async () => {
  const { of } = await findings();
  const { status, stdout } = spawnSync(
    "npx",
    ["--offline", "--yes", "bun", "--version"],
    { encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  const { found } = of("Bun");
  if (RUNTIME === "Bun") {
    assertEquals(found, `${process.versions.bun}, this one`);
  } else if (status === 0) {
    assertEquals(found, `${stdout.trim()}, by npx -y bun`);
  } else if (found !== "not there") {
    assertStringIncludes(found, ", that of the tests: ");
  }
});

test("plugin doctor looks for a runtime where its own modules are no files", () => {
  const self = new URL(
    "https://example.com/plugin/0.1.0/emit/commands/doctor.ts",
  );
  assertEquals(placesOf("bun", self).map(({ program }) => program), [
    ["bun"],
    ["npx", "--offline", "--yes", "bun"],
  ]);
});

test("plugin doctor says what a variable names, and what a compiler answers", {
  ...need("cc"),
  timeout: 600_000,
}, async () => {
  const directory = emptyDirectory();
  const rustup = "error: rustup could not choose a version of cargo to run";
  writeFileSync(
    join(directory, "cargo"),
    `#!/bin/sh\necho '${rustup}, because one' >&2\nexit 1\n`,
    { mode: 0o755 },
  );
  writeFileSync(join(directory, "mute"), "#!/bin/sh\nexit 3\n", {
    mode: 0o755,
  });
  const { status, of } = await findings({
    env: {
      CC: "nope -m64",
      CXX: "mute",
      PATH: `${directory}:${process.env["PATH"]}`,
    },
  });
  assertEquals(status, 1);
  const { found, remedy } = of("cc");
  assertEquals(found, 'CC names "nope -m64", which is not there');
  assertEquals(remedy, "unset CC, or name another");
  assertEquals(
    of("c++").found,
    'CXX names "mute", which fails: it ends with 3',
  );
  assertEquals(of("rust").found, `${rustup}, because one`);
  assertEquals(of("rust").remedy, "rustup default stable");
});

test("plugin doctor does not wait for a tool that does not answer", {
  ...need(),
  timeout: 120_000,
}, async () => {
  const directory = emptyDirectory();
  const silent = join(directory, "silent");
  writeFileSync(silent, "#!/bin/sh\nsleep 100\necho 1.2\n", { mode: 0o755 });
  const { status, of } = await findings({ env: { CC: silent } });
  assertEquals(status, 1);
  assertEquals([of("cc").state, of("cc").found], [
    "wrong",
    `CC names "${silent}", which fails: ${silent} has not answered for 10 s`,
  ]);
});

test("plugin doctor says what takes a newer compiler", {
  ...need("cc"),
  timeout: 600_000,
}, async () => {
  const directory = emptyDirectory();
  const cargo = join(directory, "cargo");
  writeFileSync(cargo, "#!/bin/sh\necho cargo 1.70.0\n", { mode: 0o755 });
  const { of } = await findings({
    env: { PATH: `${directory}:${process.env["PATH"]}` },
  });
  const { state, found, remedy } = of("rust");
  assertEquals(
    [state, found],
    ["missing", "1.70.0, and crates as they are take 1.88"],
  );
  assert(remedy !== undefined, "it says how to get a newer one");
});

test("plugin doctor says what PLUGIN_SUPPORT is worth", {
  ...need(),
  timeout: 120_000,
}, async () => {
  const text = join(emptyDirectory(), "support.so");
  writeFileSync(text, "no library");
  const none = join(emptyDirectory(), "none.so");
  for (
    const [value, found] of [
      ["off", "left aside: PLUGIN_SUPPORT=off"],
      [text, `PLUGIN_SUPPORT names "${text}", which is none`],
      [none, `PLUGIN_SUPPORT names "${none}", which is not there`],
    ] as const
  ) {
    const { of } = await findings({ env: { PLUGIN_SUPPORT: value } });
    const { state, found: said, remedy } = of("support library");
    assertEquals([state, said, remedy], [
      "missing",
      found,
      "unset PLUGIN_SUPPORT",
    ]);
  }
});

test("plugin doctor takes no answer of Deno's for one of Node", {
  ...RUNTIME === "Deno" ? {} : skip("only Deno answers for another one"),
}, async () => {
  const path = process.env["PATH"];
  process.env["PATH"] = emptyDirectory();
  try {
    const { isOfDeno } = await answerOf(["node", "--version"]);
    assert(isOfDeno !== false);
    assertEquals(
      (await answerOf([process.execPath, "--version"])).isOfDeno,
      true,
    );
  } finally {
    process.env["PATH"] = path;
  }
});

test("plugin doctor without a compiler says how to get one", async () => {
  const { status, stdout } = await plugin("doctor");
  assertEquals(status, 1);
  assertStringIncludes(stdout, "  !  cc               not there\n");
  assert(/ {22}(?:apt|apk|dnf|xcode|")/.test(stdout), stdout);
});

/** What a process may do that may start no program. */
const FEW = {
  Deno: ["--allow-read", "--allow-write", "--allow-env", "--allow-sys"],
  Node: ["--permission", "--allow-fs-read=*", "--allow-fs-write=*"],
  Bun: [],
}[RUNTIME];

test("plugin doctor says what is not permitted", {
  ...RUNTIME === "Bun" ? skip("Bun has no permissions") : need("cc"),
  timeout: 600_000,
}, async () => {
  const doctor = async (...flags: string[]) => {
    const args = ["doctor", "--json"];
    const [runtime, ...line] = commandLine(MAIN, { flags, args });
    const { status, stdout } = await run(runtime!, line);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const of = (wanted: string) => {
      const { state, found, remedy } = findings.find(({ name }) =>
        name === wanted
      )!;
      return [state, found, remedy?.split(" ")[0]];
    };
    return { status, of };
  };
  const own = RUNTIME.toLowerCase();
  const few = await doctor(...FEW);
  const none = "this process may load no library";
  assertEquals(few.of("permissions"), ["missing", none, own]);
  const unknown = "not known: this process may not start it";
  assertEquals(few.of("cc"), ["wrong", unknown, own]);
  assertEquals(few.status, 1);
  const more = await doctor(...FEW, "--allow-ffi");
  assertEquals(more.of("permissions")[0], "fine");
});

test(
  "a command without a permission names the flag",
  needRuntime("permissions for one library"),
  async () => {
    const [runtime, ...line] = commandLine(MAIN, {
      // What has no flag at all gets those of the test.
      flags: ["--allow-env"],
      args: ["doctor"],
    });
    const { status, stderr } = await run(runtime!, line);
    assertEquals(status, 1);
    assertMatch(
      stderr,
      /^error: This is not permitted: .*--allow-read flag\n$/,
    );
  },
);

test("plugin doctor names a place that no code is loaded from", {
  ...need(),
  skip: process.platform === "linux" ? noMounts() : "noexec is Linux's",
}, async () => {
  await inNoexec(async (place) => {
    const { of } = await findings({ env: { XDG_CACHE_HOME: place } });
    assertEquals(of("places").state, "wrong");
    assertStringIncludes(of("places").found, `${place}/native-plugin: mounted`);
  });
});

test("the runtimes of plugin doctor are those of the package", () => {
  const { engines } = JSON.parse(
    readFileSync(new URL("../../../package.json", import.meta.url), "utf8"),
  );
  assertEquals(
    Object.fromEntries(RUNTIMES.map(({ tool, least }) => [tool, `>=${least}`])),
    engines,
  );
});
