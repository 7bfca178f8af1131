import { test } from "../../helpers/test.ts";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FunctionDefinition } from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const C = need("cc");
const QUIET = ["--", "-Wno-psabi"];

test(
  "a struct that the description does not know all of gets no thunk",
  C,
  async () => {
    const path = join(emptyDirectory(), "structs.so");
    const ran = await plugin(
      ...["build", fixture("structs.c"), "-o", path, "--json", ...QUIET],
    );
    assertEquals(JSON.parse(ran.stdout).thunks.refused, {
      take_long: "parameter 1: Long.x: long double has no JavaScript value",
      take_nothing: "parameter 1: Nothing is empty",
      take_open: "parameter 1: Open.values: it has an array that is open",
      take_wave: "parameter 1: Wave.z: double _Complex has no JavaScript value",
    });
    const { symbols } = readManifest(`${path}.json`);
    const without = Object.entries(symbols).filter(([, symbol]) =>
      !(symbol as FunctionDefinition).thunk
    );
    assertEquals(without.map(([name]) => name), [
      "missing",
      "missing_quietly",
      "take_long",
      "take_nothing",
      "take_open",
      "take_wave",
      "total",
    ]);
  },
);

test("plugin emit says how many functions wait for --thunks", C, async () => {
  const path = join(emptyDirectory(), "structs.so");
  sharedLibrary(path, ["-g", "-w", "-Wno-psabi", fixture("structs.c")]);
  const ran = await plugin("emit", path);
  assertStringIncludes(
    ran.stdout,
    "22 functions with structs by value: --thunks makes them callable",
  );
  assert(!readdirSync(join(path, "..")).some((name) => /thunks/.test(name)));
  const { symbols, thunks } = readManifest(`${path}.json`);
  assertEquals([thunks, (symbols.middle as FunctionDefinition).thunk], [
    undefined,
    undefined,
  ]);
});

const WRONG: readonly (readonly [readonly string[], string])[] = [
  [
    ["--thunk", "total"],
    `Cannot make the thunk "total": wanted a name and its type, as in "printf (cstring, i32) => i32"`,
  ],
  [["--thunk", "totl (i32) => f64"], `did you mean "total"?`],
  [
    ["--thunk", "middle (Point, Point) => Point"],
    `"middle" is (Point, Point) => Point, which needs no signature`,
  ],
  [
    ["--thunk", "total (i64, f64) => f64"],
    `"total" is (i32, ...) => f64, and the signature is none of it: parameter 1 is i32, not i64`,
  ],
  [
    ["--thunk", "total () => f64"],
    `none of it: parameter 1 is i32, and it has none there`,
  ],
  [
    ["--thunk", "total (i32, f64) => void"],
    `none of it: its result is f64, not void`,
  ],
  [
    ["--thunk", "total (i32, ...) => f64"],
    `none of it: it has a "..." as well`,
  ],
  [
    ["--thunk", "total (i32, Pont) => f64"],
    `"total" is (i32, ...) => f64, and no type is called "Pont": did you mean "Point"?`,
  ],
  [["--thunk", "total (i32,"], "Cannot parse the type"],
  [
    ["--errno", "nothing*"],
    `Cannot read errno after "nothing*": no function of that name is described`,
  ],
  [
    ["--errno", "totel"],
    `no function of that name is described: did you mean "total"?`,
  ],
];

test(
  "plugin build says what is wrong with the wish for a thunk",
  C,
  async () => {
    const path = join(emptyDirectory(), "structs.so");
    for (const [options, message] of WRONG) {
      const ran = await plugin(
        ...["build", fixture("structs.c"), "-o", path, ...options, ...QUIET],
      );
      assertEquals([options, ran.status], [options, 2]);
      assertStringIncludes(ran.stderr, message);
    }
  },
);

test("plugin emit says apart what functions are given", C, async () => {
  const directory = emptyDirectory();
  const source = join(directory, "given.c");
  writeFileSync(
    source,
    `typedef struct { double x, y; } point;
double given(double (*f)(point)) { return f((point){1, 2}); }
`,
  );
  const path = sharedLibrary(join(directory, "given.so"), ["-g", source]);
  const { stdout } = await succeedSilently(plugin("emit", path));
  assertStringIncludes(
    stdout,
    "\n1 callback type with structs by value: --thunks makes it callable\n",
  );
});

test("thunks are hardened as the user asks for the library", C, async () => {
  const directory = emptyDirectory();
  const path = join(directory, "structs.so");
  sharedLibrary(path, ["-g", "-w", "-Wno-psabi", fixture("structs.c")]);
  const canary = "-fstack-protector-all";
  for (const hardened of [false, true]) {
    await succeed(plugin(
      ...["emit", path, "--thunks", ...hardened ? ["--", canary] : []],
    ));
    const bytes = readFileSync(`${path}.thunks.so`, "latin1");
    assertEquals(bytes.includes("__stack_chk_fail"), hardened);
  }
  // In the library itself: it has no function but the thunks with a frame that is written to.
  await succeed(plugin(
    ...["build", fixture("structs.c"), "-o", path, ...QUIET, canary],
  ));
});
