import { test } from "../../helpers/test.ts";
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import {
  TEMPLATE_NAMES,
  type TemplateName,
} from "../../../emit/commands/new.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { shellWord } from "../../../emit/toolchain/shell_word.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import {
  need,
  needOnce,
  needReach,
  RUNTIME,
  skip,
} from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { ROOT } from "../../helpers/program.ts";
import { npmPackage } from "../../helpers/package.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { needProject, NEEDS, passes } from "../helpers/project.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

// A name that means something to a compiler, and one that C has to spell otherwise.
const NAME = RUNTIME === "Deno" ? "class" : "my-project";

for (const language of TEMPLATE_NAMES) {
  // The others' guides in docs/ do the same on Deno.
  const options = language === "c"
    ? needProject(language)
    : needReach(...NEEDS[language], ...(RUNTIME === "Node" ? ["npm"] : []));
  test(
    `plugin new ${language} makes a project that passes`,
    { ...options, timeout: 600_000 },
    async () => {
      await passes(language, language === "c" ? NAME : "my-project");
    },
  );
}

/** How each tool says that files are as it would write them. */
const FORMATTED: readonly [string, TemplateName, ...string[]][] = [
  ["gofmt", "go", "-l", "."],
  ["zig", "zig", "fmt", "--check", "."],
  ["rustfmt", "rust", "--check", "src/lib.rs"],
];

for (const [tool, language, ...args] of FORMATTED) {
  const options = needOnce(...NEEDS[language], tool);
  test(
    `plugin new ${language} writes what ${tool} would`,
    options,
    async () => {
      const directory = join(emptyDirectory(), "hello");
      await plugin("new", language, directory);
      const ran = await run(tool, args, { cwd: directory });
      assertEquals([ran.status, ran.stdout], [0, ""]);
    },
  );
}

test("plugin new writes what deno fmt and deno lint would", {
  skip: RUNTIME !== "Deno" && "the runtime is not Deno",
}, async () => {
  for (const language of TEMPLATE_NAMES) {
    const directory = join(emptyDirectory(), "a-rather-long-name");
    await plugin("new", language, directory);
    for (const args of [["fmt", "--check"], ["lint"]]) {
      await succeed(run(process.execPath, args, { cwd: directory }));
    }
  }
});

test("plugin new says what it wrote and what to do", async () => {
  await inDirectory(async (directory) => {
    const { stdout } = await plugin("new", "c", join(directory, "hello"));
    for (const file of readdirSync(join(directory, "hello"))) {
      assertStringIncludes(stdout, `hello/${file}\n`);
    }
    assertStringIncludes(stdout, "deno task build && deno task test\n");
    const again = join(directory, "again");
    const json = await plugin("new", "c", again, "--json");
    const { written } = JSON.parse(json.stdout);
    assert(written.includes(join(again, "plugin.c")));
    assert(written.every((path: string) => existsSync(path)));
  });
});

test("plugin new says paths as a shell takes them", async () => {
  await inDirectory(async (directory) => {
    const place = join(directory, "my plugin's");
    mkdirSync(place);
    const { stdout } = await plugin("new", "c", join(place, "hello"));
    const [, command] = /^On Deno:\n {2}(cd .*) && deno task build/m.exec(
      stdout,
    )!;
    const ran = await run("sh", ["-c", `${command} && pwd`]);
    assertEquals(ran.stdout.trim(), join(realpathSync(place), "hello"));
  });
});

/** Makes a project that is published, and gives the job that does it. */
async function published(directory: string): Promise<string> {
  await succeedSilently(plugin("new", "c", directory, "--publish"));
  return readFileSync(
    join(directory, ".github/workflows/publish.yml"),
    "utf8",
  );
}

test("plugin new --publish writes a job for four targets", async () => {
  const directory = join(emptyDirectory(), "hello");
  const job = await published(directory);
  const targets = [...job.matchAll(/\{ target: ([\w-]+), os: [\w.-]+ \}/g)];
  assertEquals(targets.map(([, target]) => target), [
    "linux-x64",
    "linux-arm64",
    "darwin-x64",
    "darwin-arm64",
  ]);
  // On each of them, so what is published was tested where it runs.
  assertStringIncludes(job, "      - run: node --test\n      - run: ");
  assertStringIncludes(job, "uses: mlugg/setup-zig");
  const { name, version, private: kept, scripts } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  assertEquals([name, version, kept], ["hello", "0.1.0", undefined]);
  assertEquals(scripts.start, "node host.ts");
});

test("what is published names a version, though it is linked here", async () => {
  for (const publish of [[], ["--publish"]]) {
    const directory = join(emptyDirectory(), "hello");
    const { stdout } = await plugin(
      ...["new", "c", directory, "--link", ROOT, ...publish],
    );
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(directory, "package.json"), "utf8"),
    );
    // Of dependencies Deno asks npm, which need not have the package yet.
    const asked = { ...dependencies, ...peerDependencies }["@native/plugin"];
    const isPublished = publish.length > 0;
    assertEquals(dependencies === undefined, isPublished);
    assertMatch(asked, isPublished ? /^\^\d+\.\d+\.\d+$/ : /^link:\//);
    const linking = ["npm install --no-save ", "bun link @nat", "deno link "];
    for (const words of linking) {
      assertEquals(stdout.includes(words), isPublished, words);
    }
    // Nothing that others get, by git or as a package, names this machine's clone.
    const naming = readdirSync(directory, { recursive: true }).map(String)
      .filter((path) => statSync(join(directory, path)).isFile())
      .filter((path) =>
        readFileSync(join(directory, path), "utf8").includes(ROOT.slice(0, -1))
      );
    assertEquals(
      naming.sort(),
      isPublished ? [] : ["README.md", "deno.json", "package.json"],
    );
  }
});

test(
  "installing a linked project that is published leaves its package.json",
  needOnInstall(),
  async () => {
    const directory = join(emptyDirectory(), "hello");
    const { stdout } = await succeedSilently(
      plugin("new", "c", directory, "--link", ROOT, "--publish"),
    );
    const path = join(directory, "package.json");
    const before = readFileSync(path, "utf8");
    const own = RUNTIME === "Node"
      ? /npm install --no-save /.exec(stdout)![0] +
        shellWord(await npmPackage())
      : /\(cd .* && bun link @native\/plugin/.exec(stdout)![0];
    const global = emptyDirectory();
    await succeed(run("sh", ["-e", "-c", own], {
      cwd: directory,
      env: {
        NO_COLOR: "1",
        NODE_OPTIONS: "",
        BUN_INSTALL_GLOBAL_DIR: global,
        BUN_INSTALL_BIN: global,
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      },
    }));
    assertEquals(readFileSync(path, "utf8"), before);
    assert(existsSync(join(directory, "node_modules/.bin/plugin")));
  },
);

/** Deno installs nothing: deno.json links the clone. */
function needOnInstall() {
  if (RUNTIME === "Deno") return skip("deno.json links the clone");
  return RUNTIME === "Node" ? need("npm") : need();
}

const ON_X64 = process.platform === "linux" && process.arch === "x64"
  ? need("cc", "zig")
  : skip("the steps of linux-x64");

test("its steps build, and pack what they have built", ON_X64, async () => {
  const directory = join(emptyDirectory(), "hello");
  const job = await published(directory);
  const steps = [...job.matchAll(/- run: (.+)/g)].map(([, step]) =>
    step!.replaceAll("${{ matrix.target }}", "linux-x64")
  );
  const { scripts } = JSON.parse(
    readFileSync(join(directory, "package.json"), "utf8"),
  );
  // Of the shell's words those that follow `plugin`.
  const wordsOf = (command: string) =>
    command.trim().split(" ").flatMap((word) =>
      word.includes("*") ? globSync(word, { cwd: directory }) : [word]
    );
  for (const step of steps) {
    const command = step === "npm run build" ? `npx ${scripts.build}` : step;
    if (command.startsWith("npx plugin ")) {
      const args = wordsOf(command.slice("npx plugin ".length));
      await succeedSilently(spawnPlugin(args, { cwd: directory }));
    } else if (command.startsWith("mkdir ")) {
      await succeedSilently(
        run("/bin/sh", ["-e", "-c", command], { cwd: directory }),
      );
    }
  }
  assertEquals(readdirSync(join(directory, "npm")).sort(), [
    "hello",
    "hello-linux-x64",
  ]);
});

test(
  "its steps build for musl where the plugin needs a C library",
  ON_X64,
  async () => {
    const directory = join(emptyDirectory(), "hello");
    const job = await published(directory);
    const [, script = ""] = job.match(/run: \|\n((?: {10}.*\n)+)/) ?? [];
    const [build = "", move = ""] = script
      .replaceAll("${{ matrix.target }}", "linux-x64").trim().split("\n");
    const [, , ...args] = build.trim().split(" ");
    const source = join(directory, "plugin.c");
    for (const needsLibc of [false, true]) {
      if (needsLibc) {
        writeFileSync(
          source,
          `#include <stdlib.h>\nint none(void) { return getenv("PLUGIN_NONE") == 0; }\n`,
        );
      }
      rmSync(join(directory, "build"), { recursive: true, force: true });
      mkdirSync(join(directory, "build"));
      const { stderr } = await succeed(spawnPlugin(args, { cwd: directory }));
      assertMatch(stderr, /^(?:built {3}\S+ \(\d+ s\)\n)*$/);
      await succeedSilently(run("/bin/sh", ["-e", "-c", move], {
        cwd: directory,
      }));
      assertEquals(
        readdirSync(join(directory, "build")),
        needsLibc ? ["linux-x64-musl"] : [],
      );
    }
  },
);

test("plugin new refuses a directory that is there", async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, "hello");
    mkdirSync(path);
    const { status, stderr } = await plugin("new", "c", path);
    assertEquals(status, 2);
    assertStringIncludes(
      stderr,
      `error: Cannot make a project in "${path}": it is there already\n`,
    );
    assertEquals(readdirSync(path), []);
  });
});

test("plugin new refuses what it cannot do, and makes nothing", async () => {
  await inDirectory(async (directory) => {
    const wrong: [string[], number, string][] = [
      [
        ["c", join(directory, "a b")],
        2,
        'Cannot make a project "a b": wanted a name of the letters a to z, digits, "-" and "_" that begins with a letter or a digit',
      ],
      [
        ["c", join(directory, "héllo")],
        2,
        'Cannot make a project "héllo": wanted a name of',
      ],
      [["c", "/"], 2, 'Cannot make a project "/": wanted a name of'],
      [
        ["rusty", join(directory, "hello")],
        2,
        'There is no project in "rusty", only in c, cpp, go, rust, zig: did you mean "rust"?',
      ],
      [
        [],
        2,
        '"plugin new" needs a language (c, cpp, go, rust, zig) and a name',
      ],
      [["c"], 2, '"plugin new" needs a name'],
      [["c", "a", "b"], 2, '"plugin new" takes one name, and got "b" too'],
      [
        ["c", join(directory, "no/hello")],
        1,
        `Cannot make a project in "${directory}/no/hello": `,
      ],
      [
        ["c", join(directory, "hello"), "--link", directory],
        1,
        `Cannot link "${directory}": it is not a checkout of @native/plugin, there is no mod.ts in it`,
      ],
    ];
    for (const [args, code, message] of wrong) {
      const { status, stderr } = await plugin("new", ...args);
      assertEquals(status, code, args.join(" "));
      assertStringIncludes(stderr, `error: ${message}`);
    }
    assertEquals(readdirSync(directory), []);
  });
});
