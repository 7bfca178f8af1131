/**
 * Plugins that may do little: attempts to leave, what runs all the same, and what
 * is refused before anything runs.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { release, tmpdir } from "node:os";
import process from "node:process";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { basename, dirname, join } from "@std/path";
import {
  type Contract,
  type IsolatedOptions,
  open,
  PluginError,
} from "@native/plugin";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { withBase } from "../helpers/beside.ts";
import { ROOT } from "../../helpers/program.ts";
import { runScript } from "../helpers/program.ts";
import { isRunning, until } from "../helpers/runners.ts";
import { mine, run as emit, sign } from "../helpers/signed.ts";
import { need, needBreadth, RUNTIME, skip } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";
import { type Attempt, attemptsAt, type Place } from "./helpers/attempts.ts";
import { compile } from "../../helpers/shared_library.ts";

await withSupport();

/** Linux as a number of two digits behind the point: 6.08. */
const LINUX = process.platform === "linux"
  ? Number(
    release().replace(/^(\d+)\.(\d+).*/, (_, a, b) =>
      `${a}.${b.padStart(2, "0")}`),
  )
  : 0;

/** Whether the kernel has Landlock switched on, where that may be read. */
function hasLandlock(): boolean {
  try {
    return readFileSync("/sys/kernel/security/lsm", "utf8")
      .includes("landlock");
  } catch {
    return true;
  }
}

const NEEDS = LINUX >= 5.13 && hasLandlock()
  ? need("cc")
  : skip("Linux with Landlock only");

// deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
type Any = Record<string, any>;

/** Users that attempts are made by: the one that runs the tests, and an ordinary one where that is root. */
const USERS = process.getuid?.() === 0 ? [0, 65534] : [undefined];

/** Starts to listen, at a port or at a name. */
async function listen(at: number | string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((done) =>
    typeof at === "string"
      ? server.listen(at, done)
      : server.listen(at, "127.0.0.1", done)
  );
  return server;
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** An empty directory that everybody may use, and copies of libraries in it. */
function sharedDirectory(libraries: readonly string[]): string {
  const directory = mkdtempSync(join(realpathSync(tmpdir()), "plugin-test-"));
  chmodSync(directory, 0o777);
  for (const path of libraries) {
    copyFileSync(path, join(directory, basename(path)));
    chmodSync(join(directory, basename(path)), 0o755);
  }
  return directory;
}

/** The files of an attempt, made by whoever makes it. */
function filesOf(
  directory: string,
): Pick<Place, "directory" | "file" | "secret"> {
  mkdirSync(directory);
  for (const name of ["in", "out", "empty"]) mkdirSync(`${directory}/${name}`);
  const file = `${directory}/file`;
  const secret = `${directory}/out/secret`;
  for (const path of [file, secret]) writeFileSync(path, "secret");
  symlinkSync("../out/secret", `${directory}/in/link`);
  return { directory, file, secret };
}

/** Opens a plugin; undefined where this kernel is too old to enforce what is asked for. */
function openIfEnforced<C extends Contract>(
  path: string,
  options: { symbols: C; isolated: true | IsolatedOptions },
) {
  try {
    return open(path, options);
  } catch (error) {
    const isOld = error instanceof PluginError &&
      error.code === "unsupported" &&
      LINUX < 6.12;
    if (isOld) return undefined;
    throw error;
  }
}

/** How an attempt went: 0 when it succeeded, or the error; undefined where nobody can tell. */
function made(
  path: string,
  name: string,
  attempt: Attempt,
  isolated: true | IsolatedOptions,
): { error: number; refused: string[] } | undefined {
  using plugin = openIfEnforced(path, {
    symbols: { leave: "(cstring, cstring, cstring, i32) => i32" },
    isolated,
  });
  if (plugin === undefined) return undefined;
  const { path: target = "", beside = "", number = 0 } = attempt;
  try {
    const error = plugin.symbols.leave(name, target, beside, number);
    return { error, refused: plugin.refused };
  } catch (error) {
    if (
      !attempt.ends || !(error instanceof PluginError) || error.status !== 0
    ) throw error;
    return { error: 0, refused: plugin.refused };
  }
}

for (const user of USERS) {
  const who = user === undefined || user > 0 ? "an ordinary user" : "root";
  test(`attempts to leave, made by ${who}`, NEEDS, async () => {
    const directory = sharedDirectory([
      await library("leave.c"),
      await library("once.c"),
    ]);
    const path = join(directory, "leave.so");
    const here = open(path, { symbols: { become: "(i32) => i32" } });
    const socket = `${directory}/socket`;
    const servers = await Promise.all([0, 0, socket].map(listen));
    chmodSync(socket, 0o777);
    const [first, second] = servers as [Server, Server, Server];
    const place = {
      ports: [portOf(first), portOf(second)] as const,
      library: join(directory, "once.so"),
      socket,
      host: process.pid,
    };
    const attempts = (count: number) =>
      attemptsAt({ ...place, ...filesOf(`${directory}/${count}`) });
    const wrong: string[] = [];
    try {
      if (user) assertEquals(here.symbols.become(user), 0);
      const { length } = attempts(0);
      assert(length >= 60);
      for (let i = 0; i < length; i++) {
        const [name, permitted] = attempts(2 * i + 1)[i]!;
        const { lacks = [] } = permitted;
        const before = made(
          path,
          name,
          permitted,
          permitted.with === undefined ? true : { permissions: permitted.with },
        );
        if (
          before !== undefined && before.error !== 0 &&
          !lacks.includes(before.error)
        ) {
          wrong.push(`${name} ${i}, permitted: ${JSON.stringify(before)}`);
        }
        const [, attempt] = attempts(2 * i + 2)[i]!;
        const { without = {}, memory, told } = attempt;
        const { error = told === undefined ? 13 : 1 } = attempt;
        const after = made(path, name, attempt, {
          permissions: without,
          ...memory === undefined ? {} : { memory },
        });
        if (after === undefined) continue;
        const isTold = told === undefined
          ? after.refused.length === 0
          : after.refused.includes(told);
        if (after.error !== error || !isTold) {
          wrong.push(
            `${name} ${i}, refused: ${
              JSON.stringify(after)
            }, wanted ${error} ${told}`,
          );
        }
      }
    } finally {
      if (user) here.symbols.become(0);
      for (const server of servers) server.close();
      rmSync(directory, { recursive: true });
    }
    assertEquals(wrong, []);
  });
}

/** Plugins with many threads, and what sixteen of them count together. */
const CROWDS = [
  ["crowd.cpp", "crowd", "c++", 16n * 200n * 50n + 16n * 100n + 16n],
  ["go/crowd", "Crowd", "go", 16n * 20n * 100n],
  ["rust/crowd", "crowd", "rust>=1.77", 16 * 50 * 50 + 16 * 5 + 16],
] as const;

for (const [source, name, language, counted] of CROWDS) {
  test(
    `sixteen threads, confined: ${source}`,
    NEEDS.skip === false ? needBreadth(language, "cc") : NEEDS,
    async () => {
      const path = await library(source);
      using plugin = open<Any>(path, {
        isolated: { permissions: {}, memory: 2 ** 28 },
      });
      assertEquals(plugin.lookup(name)(16), counted);
      assertEquals(plugin.refused, []);
    },
  );
}

test(
  "initialisers are confined, and what they print arrives",
  NEEDS,
  () => {
    const directory = emptyDirectory();
    const path = compile(
      join(directory, "early.so"),
      `#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
static int file, sock, terminal;
__attribute__((constructor)) static void run(void) {
  file = open("/etc/passwd", O_RDONLY) < 0 ? errno : 0;
  sock = socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0;
  terminal = getchar();
  printf("printed\\n");
  fputs("told\\n", stderr);
}
int failed(void) { return file * 100 + sock * 10 + (terminal == EOF); }
`,
    );
    const { output, status } = runScript(`
const { symbols } = open(${JSON.stringify(path)}, {
  symbols: { failed: "() => i32" },
  isolated: { permissions: {} },
});
console.log(symbols.failed());
`);
    assertEquals(
      [status, ...output.split("\n").toSorted()],
      [0, "1311", "printed", "told"],
    );
  },
);

test(
  "what follows is confined as well, and what was refused is told",
  NEEDS,
  async () => {
    const path = await library("leave.c");
    using plugin = open(path, {
      symbols: {
        leave: "(cstring, cstring, cstring, i32) => i32",
        give_up: "() => void",
      },
      isolated: { permissions: {}, restart: "next" },
    });
    const { leave, give_up: giveUp } = plugin.symbols;
    for (let round = 0; round < 3; round++) {
      assertEquals(plugin.refused, []);
      assertEquals(leave("fork_it", "", "", 0), 1);
      assertEquals(leave("shm", "", "", 0), 1);
      assertEquals(leave("shm", "", "", 0), 1);
      assertEquals(plugin.refused, ["clone()", "shmget()"]);
      const error = assertThrows(() => giveUp(), PluginError);
      assertEquals([error.code, error.signal], ["crashed", "SIGABRT"]);
      assertEquals(error.refused, ["clone()", "shmget()"]);
      assert(
        error.message.includes("it was refused clone(), shmget()"),
        error.message,
      );
      assertEquals(leave("read_file", "/etc/passwd", "", 0), 13);
    }
  },
);

test(
  "an error that the plugin gives tells what it was refused",
  NEEDS,
  async () => {
    const directory = emptyDirectory();
    const path = compile(
      join(directory, "fails.so"),
      `#include <sys/socket.h>
int dial(int port) { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? -1 : port; }
`,
    );
    const annotations = join(directory, "fails.json");
    writeFileSync(
      annotations,
      JSON.stringify({ dial: { error: { when: "negative" } } }),
    );
    await emit("emit", path, "--annotate", annotations);
    using plugin = open<Any>(path, { isolated: { permissions: {} } });
    const error = assertThrows(() => plugin.symbols.dial(80), PluginError);
    assertEquals([error.code, error.refused], [
      "returned_error",
      ["socket(AF_INET, SOCK_STREAM)"],
    ]);
  },
);

test(
  "and so does one of Go",
  NEEDS.skip === false ? needBreadth("go", "cc") : NEEDS,
  async () => {
    using plugin = open<Any>(await library("go/crowd"), {
      isolated: { permissions: {} },
    });
    const error = assertThrows(() => plugin.symbols.Dial(), PluginError);
    assertEquals(error.code, "returned_error");
    assert(error.message.includes("operation not permitted"), error.message);
    assert(
      error.refused?.includes("socket(AF_INET, SOCK_STREAM)"),
      String(error.refused),
    );
  },
);

test(
  "copies that were signed, what they bring and thunks beside them",
  NEEDS,
  async () => {
    const { path } = await withBase("lib");
    await emit("emit", path);
    await sign(path);
    for (const fresh of [false, true]) {
      using plugin = open<Any>(path, {
        trust: [mine.pem],
        fresh,
        isolated: { permissions: {}, restart: "next" },
      });
      assertEquals(plugin.symbols.top(), 42);
    }
    const structs = compile(
      join(emptyDirectory(), "structs.so"),
      `typedef struct { double x, y; } Point;
Point middle(Point a, Point b) { return (Point){(a.x + b.x) / 2, (a.y + b.y) / 2}; }
`,
    );
    await emit("emit", "--thunks", structs);
    using plugin = open<Any>(structs, { isolated: { permissions: {} } });
    assertEquals(
      plugin.symbols.middle({ x: 0, y: 2 }, { x: 4, y: 4 }),
      { x: 2, y: 3 },
    );
  },
);

test("what is needed is libraries, and no other files", NEEDS, () => {
  // The loader takes the name for that of the library itself; what is there is a secret.
  const directory = emptyDirectory();
  mkdirSync(join(directory, "secrets"));
  const secret = join(directory, "secrets", "key");
  writeFileSync(secret, "secret");
  const source = `#include <errno.h>
#include <fcntl.h>
int base(void) { return 0; }
int failed(const char *path) { return open(path, O_RDONLY) < 0 ? errno : 0; }
`;
  const named = compile(
    join(directory, "key.so"),
    source,
    "-Wl,-soname,key",
  );
  const path = compile(
    join(directory, "needs.so"),
    source.replace("base(void) { return 0; }", "base(void);"),
    ...["-Wl,-soname,key", "-Wl,--no-as-needed", named],
    `-Wl,-rpath,${dirname(secret)}`,
  );
  using plugin = open(path, {
    symbols: { failed: "(cstring) => i32" },
    isolated: { permissions: {} },
  });
  assertEquals(plugin.symbols.failed(secret), 13);
});

test(
  "what it has started ends with it, also when the host is killed",
  NEEDS,
  async () => {
    const path = compile(
      join(emptyDirectory(), "stays.so"),
      `#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
int stays(void) {
  int process = fork();
  while (process == 0) pause();
  return process;
}
/* It has no child but what it has started itself. */
int waits(void) {
  if (fork() == 0) _exit(0);
  int count = 0;
  while (wait(0) > 0) count++;
  return count;
}
`,
    );
    const { output } = runScript(`
import process from "node:process";
const { stays, waits } = open(${JSON.stringify(path)}, {
  symbols: { stays: "() => i32", waits: "() => i32" },
  isolated: { permissions: { run: true } },
}).symbols;
console.log(waits(), stays());
process.kill(process.pid, "SIGKILL");`);
    const [count, started] = output.split(" ");
    assertEquals(count, "1", output);
    // Another process ends it, whose turn may come later.
    await until(() => !isRunning(Number(started)));
  },
);

test("an end for want of memory says how much there was", NEEDS, async () => {
  const path = compile(
    join(emptyDirectory(), "takes.so"),
    `#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int takes(int megabytes) {
  for (int i = 0; i < megabytes; i++) memset(malloc(1 << 20), 1, 1 << 20);
  return megabytes;
}
void leaves(int status) { _exit(status); }
int waits(int x) { usleep(1000); return x; }
`,
  );
  const openWith = (memory: number) =>
    open(path, {
      symbols: {
        takes: "(i32) => i32",
        leaves: "(i32) => void",
        waits: "(i32) => i32",
      },
      isolated: { permissions: {}, memory, restart: "next" },
    });
  using plugin = openWith(2 ** 26);
  const { takes, leaves } = plugin.symbols;
  assertEquals(takes(32), 32);
  assertMatch(
    assertThrows(() => takes(64), PluginError, "SIGSEGV").message,
    /: SIGSEGV; it had 6\d(?:\.\d)? of the 64 MB that isolated\.memory permits$/,
  );
  assertMatch(
    assertThrows(() => leaves(2), PluginError).message,
    /: it exited with status 2; isolated\.memory permits it 64 MB$/,
  );
  // There is room for some threads, and all calls are run on those.
  const all = Array.from(
    { length: 40 },
    (_, i) => plugin.symbols.waits.async(i),
  );
  assertEquals(await Promise.all(all), Array.from(all, (_, i) => i));
  using small = openWith(2 ** 24);
  small.symbols.takes(10);
  const error = await assertRejects(
    () => small.symbols.waits.async(1),
    PluginError,
    "permit more isolated.memory",
  );
  assertEquals([error.code, error.path], ["unsupported", path]);
});

test("a file that is not there is named", NEEDS, async () => {
  const path = await library("leave.c");
  const error = assertThrows(
    () =>
      open(path, {
        isolated: { permissions: { read: ["/missing/data"] } },
        symbols: {},
      }),
    PluginError,
    "permissions.read: /missing/data: No such file",
  );
  assertEquals(error.code, "not_found");
});

test(
  "what is no permission is refused before anything runs",
  NEEDS,
  async () => {
    const path = await library("leave.c");
    for (
      const [options, wanted] of [
        [{ permissions: true }, "isolated.permissions: wanted an object"],
        [{ permissions: [] }, "isolated.permissions: wanted an object"],
        [{ permissions: null }, "isolated.permissions: wanted an object"],
        [
          { permissions: { reads: [] } },
          'no permission "reads": did you mean "read"',
        ],
        [
          { permissions: { read: "./data" } },
          "permissions.read: wanted true, false or an array",
        ],
        [{ permissions: { read: [""] } }, "permissions.read: wanted paths"],
        [{ permissions: { read: ["a\0b"] } }, "permissions.read: wanted paths"],
        [
          { permissions: { write: [new URL("https://a/")] } },
          "permissions.write: wanted paths",
        ],
        [{ permissions: { net: ["example.com"] } }, "Linux knows no names"],
        [{ permissions: { net: [0] } }, "wanted ports from 1 to 65535, got 0"],
        [{ permissions: { net: [1.5] } }, "wanted ports from 1 to 65535"],
        [
          { permissions: { run: ["git"] } },
          "permissions.run: wanted true or false",
        ],
        [
          { permissions: { sys: ["hostname"] } },
          "permissions.sys: wanted true or false",
        ],
        [{ permissions: { env: ["A=B"] } }, "permissions.env: wanted names"],
        [{ permissions: { env: ["*"] } }, "true is all"],
        [{ permissions: { env: ["A*B"] } }, "a * may end one"],
        [{ memory: 2 ** 28 }, "it takes permissions as well"],
        [
          { permissions: {}, memory: 5 },
          "isolated.memory: wanted a number of bytes",
        ],
        [
          { permissions: { run: true }, memory: 2 ** 28 },
          "cannot be enforced with permissions.run",
        ],
      ] as const
    ) {
      assertThrows(
        () => open(path, { isolated: options as never }),
        Error,
        wanted,
      );
    }
  },
);

test(
  "it is said where libraries may not be looked for",
  RUNTIME === "Deno" ? NEEDS : skip("only Deno has permissions"),
  () => {
    const directory = emptyDirectory();
    const path = compile(
      join(directory, "rounds.so"),
      "double cos(double);\ndouble round_of(double x) { return cos(x); }\n",
      "-Wl,--no-as-needed",
      "-lm",
    );
    const body = `
try {
  const { symbols } = open(${JSON.stringify(path)}, {
    symbols: { round_of: "(f64) => f64" },
    isolated: { permissions: {} },
  });
  console.log(symbols.round_of(0));
} catch ({ code, message }) {
  console.log(code, message.includes("may not be looked at"));
}
`;
    const flags = ["--allow-ffi", "--allow-env", "--allow-sys"];
    const here = `--allow-read=${directory},${ROOT}`;
    assertEquals(
      [["--allow-read"], [here]].map((read) =>
        runScript(body, [...flags, ...read]).output
      ),
      ["1", "permission_denied true"],
    );
  },
);
