import { test } from "../../helpers/test.ts";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { checkAlone } from "../../../ffi/identity/identity.ts";
import { PluginError } from "../../../mod.ts";
import { run } from "../../../emit/toolchain/run.ts";
import { need, skip } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { library, toolsFor } from "../../helpers/fixture.ts";
import { plugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = process.platform === "linux"
  ? need("cc")
  : skip("reads what ELF files run at load");
const BOTH = process.platform === "linux" ? need("cc", "readelf") : C;

const SOURCE = `#include <stdio.h>
__attribute__((constructor)) static void first(void) { puts("loaded"); }
__attribute__((constructor)) void second(void) {}
typedef struct { double x, y; } P;
P turn(P p) { return (P){-p.y, p.x}; }
long double precise;
int table[1000];
`;

function compile(
  directory: string,
  ...flags: string[]
): string {
  writeFileSync(`${directory}/a.c`, SOURCE);
  return sharedLibrary(`${directory}/a.so`, [`${directory}/a.c`, ...flags]);
}

test(
  "plugin inspect names what runs at load, and runs none of it",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const library = compile(directory, "-g");
      const { status, stdout } = await plugin("inspect", library, "--json");
      assertEquals(status, 0);
      const json = JSON.parse(stdout);
      const names = json.initialisers.map(({ name }: { name: string }) => name);
      assertEquals(names.slice(-2), ["first", "second"]);
      const stripped = compile(directory, "-s");
      const text = (await plugin("inspect", stripped)).stdout;
      assertStringIncludes(text, "  second (DT_INIT_ARRAY)"); // exported
      assert(/ {2}0x[0-9a-f]+ \(DT_INIT_ARRAY\)/.test(text), text);
      assertEquals(readdirSync(directory).sort(), ["a.c", "a.so"]);
    });
  },
);

test(
  "plugin inspect finds initialisers that only relocations tell",
  BOTH,
  async () => {
    await inDirectory(async (directory) => {
      const library = compile(directory);
      const { stdout } = await run("readelf", ["-W", "-S", library]);
      const [, offset, size] = / \.init_array +INIT_ARRAY +\w+ (\w+) (\w+)/
        .exec(
          stdout,
        )!;
      // As lld leaves it: the loader fills it from the relocations.
      const bytes = readFileSync(library);
      const at = parseInt(offset!, 16);
      bytes.fill(0, at, at + parseInt(size!, 16));
      writeFileSync(library, bytes);
      const json = JSON.parse(
        (await plugin("inspect", library, "--json")).stdout,
      );
      const names = json.initialisers.map(({ name }: { name: string }) => name);
      assertEquals(names.slice(-2), ["first", "second"]);
    });
  },
);

test(
  "plugin inspect says format, target, needs, sizes and types",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const library = compile(directory, "-g", "-Wl,--build-id=0xabcd");
      const { stdout } = await succeedSilently(plugin("inspect", library));
      for (
        const line of [
          `library   ${library}`,
          "manifest  none",
          "format    ELF",
          "build id  abcd",
          "types     from debug information",
          "exports   4",
          "  turn: (P) => P",
          "  precise: skipped, long double has no JavaScript value",
          "  table: [1000]i32",
          "  second: () => void",
        ]
      ) assertStringIncludes(stdout, `${line}\n`);
      assert(/ {2}libc\.so\.6: .*GLIBC_2\.\d/.test(stdout), stdout);
      const zeroed = / +(\d+) {2}zeroed/.exec(stdout);
      assert(Number(zeroed?.[1]) >= 4000, stdout);
    });
  },
);

test("plugin inspect takes the types of the manifest", C, async () => {
  await inDirectory(async (directory) => {
    writeFileSync(`${directory}/a.c`, SOURCE);
    await plugin("build", `${directory}/a.c`);
    for (const file of ["a.so", "a.so.json"]) {
      const ran = await succeedSilently(
        plugin("inspect", `${directory}/${file}`),
      );
      assertStringIncludes(ran.stdout, `manifest  ${directory}/a.so.json\n`);
      assertStringIncludes(ran.stdout, "types     from the manifest\n");
      assertStringIncludes(ran.stdout, "exports   4, and 1 thunk\n");
      assert(!ran.stdout.includes("plugin_thunk"), "thunks are only counted");
    }
  });
});

test("plugin inspect agrees with readelf", BOTH, async () => {
  await inDirectory(async (directory) => {
    const library = compile(directory);
    const { stdout } = await run("readelf", ["-W", "-d", "-V", library]);
    const json = JSON.parse(
      (await plugin("inspect", library, "--json")).stdout,
    );
    const needed = [...stdout.matchAll(/NEEDED.*\[(.*)\]/g)];
    assertEquals(json.needs, needed.map(([, name]) => name));
    const versions = [...stdout.matchAll(/Name: (\S+)\s+Flags/g)];
    assertEquals(
      json.versions.map(({ version }: { version: string }) => version).sort(),
      versions.map(([, version]) => version).sort(),
    );
  });
});

test("plugin inspect says what a library would ask for", C, async () => {
  await inDirectory(async (directory) => {
    const compile = (
      name: string,
      source: string,
      ...flags: string[]
    ) => {
      const input = `${directory}/${name}.c`;
      writeFileSync(input, source);
      return sharedLibrary(`${directory}/${name}.so`, [input, ...flags]);
    };
    compile(
      "libbase",
      "#include <sys/socket.h>\nint base(void) { return listen(socket(1, 1, 0), 1); }\n",
    );
    const library = compile(
      "asks",
      `#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wordexp.h>
int base(void);
int pidfd_send_signal(int, int, void *, unsigned);
int pidfd_getfd(int, int, unsigned);
int execveat(int, const char *, char *const *, char *const *, int);
int ask(const char *a) {
  pidfd_send_signal(1, 9, 0, 0);
  pidfd_getfd(1, 1, 0);
  execveat(1, a, 0, 0, 0);
  FILE *file = fopen64(a, "r");
  return base() + mkdir(a, 0) + chmod(a, 0) + system(getenv(a)) + (file != 0) +
         kill(fork(), 1) + if_nametoindex(a) + (getpwuid(0) != 0) +
         mkstemps((char *)a, 1) + wordexp(a, 0, 0) + mkfifo(a, 0) +
         creat(a, 0) + rmdir(a) + unlink(a) + link(a, a) + symlink(a, a);
}
`,
      ...["-D_GNU_SOURCE", `-L${directory}`, "-lbase", "-Wl,-rpath,$ORIGIN"],
    );
    const { stdout } = await plugin("inspect", library);
    assertStringIncludes(
      stdout,
      "asks for  permissions, as far as its imports tell\n",
    );
    for (
      const line of [
        "  read, write: fopen64",
        "  read: getpwuid",
        "  write: creat, link, mkdir, mkstemps, rmdir and 2 more",
        "  read, run: execveat, system, wordexp",
        "  run: fork, kill, pidfd_send_signal",
        "  net: true, sys: if_nametoindex",
        "  net: true: listen",
        "  env: getenv",
        "  never given: chmod, mkfifo, pidfd_getfd",
        "  net: socket",
      ]
    ) assertStringIncludes(stdout, `${line}\n`);
    assertStringIncludes(
      (await plugin("inspect", library, "--verbose")).stdout,
      "  write: creat, link, mkdir, mkstemps, rmdir, symlink, unlink\n",
    );
    const json = JSON.parse(
      (await plugin("inspect", library, "--json")).stdout,
    );
    assertEquals(
      json.asks.find(({ permission }: { permission: string }) =>
        permission === "net"
      ),
      {
        permission: "net",
        library: `${directory}/libbase.so`,
        symbols: ["socket"],
      },
    );
    const quiet = compile("quiet", "int quiet(void) { return 1; }\n");
    assertStringIncludes(
      (await plugin("inspect", quiet)).stdout,
      "asks for  no permission, as far as its imports tell\n",
    );
    const itself = compile(
      "itself",
      "long syscall(long);\nlong itself(void) { return syscall(39); }\n",
    );
    assertStringIncludes(
      (await plugin("inspect", itself)).stdout,
      "  anything: it asks the kernel itself",
    );
  });
});

test(
  "plugin inspect tells what comes with a language from what is called",
  need(...toolsFor("go/values")),
  async () => {
    const { stdout } = await plugin("inspect", await library("go/values"));
    assert(!stdout.includes("never given"), stdout);
    assertMatch(
      stdout,
      /^ {2}every library in Go imports, whether it calls it or not: .*setuid$/m,
    );
  },
);

test("what the Android NDK has linked is told from musl's", C, async () => {
  await inDirectory(async (directory) => {
    writeFileSync(`${directory}/a.c`, "int one(void) { return 1; }\n");
    for (const name of ["libc.so", "libdl.so", "liblog.so"]) {
      const path = `${directory}/${name}`;
      const soname = `-Wl,-soname,${name}`;
      sharedLibrary(path, ["-nostdlib", soname, "-xc", "/dev/null"]);
    }
    const told = async (...needs: string[]) => {
      const path = `${directory}/a${needs.length}.so`;
      const libraries = needs.map((name) => `${directory}/${name}`);
      const link = ["-nostdlib", "-Wl,--no-as-needed", ...libraries];
      sharedLibrary(path, ["-g", `${directory}/a.c`, ...link]);
      const { stdout } = await plugin("inspect", "--json", path);
      const error = assertThrows(() => checkAlone(path), PluginError);
      return [path, JSON.parse(stdout).libc, error.message];
    };
    const [, musl] = await told("libc.so");
    assertEquals(musl, "musl");
    for (const more of [["libdl.so"], ["liblog.so", "libdl.so"]]) {
      const [path, libc, why] = await told("libc.so", ...more);
      assertEquals(libc, "bionic");
      assertStringIncludes(why, 'it needs the C library "bionic"');
      const emitted = await plugin("emit", path);
      assertEquals(emitted.status, 1);
      assertStringIncludes(emitted.stderr, "it is for Android");
    }
  });
});
