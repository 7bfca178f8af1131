import { test } from "../../helpers/test.ts";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, PluginError, Pointer } from "../../../mod.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";
import { readManifest, spawnPlugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";
import { sharedLibrary } from "../../helpers/shared_library.ts";

const EXPECTED = {
  BIG: { type: "u64", value: "18446744073709551615" },
  EMPTY_TEXT: "",
  ENDLESS: { type: "f64", value: "Infinity" },
  HALF: 0.5,
  KEEP: { type: "pointer", value: "-1" },
  LETTER: 97,
  LEVEL_HIGH: 2,
  LEVEL_LOW: -1,
  NAME: "Zoë and more",
  NOWHERE: { type: "pointer", value: "0" },
  SAFE: 9007199254740991,
  SIZE: 8,
  SMALL: { type: "i64", value: "-9223372036854775808" },
  THIRD: Math.fround(1 / 3),
  WIDE: "wide",
};

async function described(cc: string, ...more: string[]) {
  const cwd = emptyDirectory();
  for (const name of ["constants.c", "constants.h"]) {
    copyFileSync(fixture(name), `${cwd}/${name}`);
  }
  sharedLibrary("libconstants.so", ["constants.c"], { compiler: cc, cwd });
  const ran = await spawnPlugin(
    ["emit", "./libconstants.so", "--header", "constants.h", ...more],
    { cwd, env: { CC: cc } },
  );
  return { cwd, ran };
}

for (const cc of ["gcc", "clang"]) {
  test(
    `plugin emit --constants reads macros by ${cc}`,
    needBreadth(cc),
    async () => {
      const { cwd, ran } = await described(cc, "--constants", "*");
      await succeedSilently(ran);
      const { constants } = readManifest(`${cwd}/libconstants.so.json`);
      assertEquals({ ...constants }, EXPECTED);
      assertEquals(Object.keys(constants!), Object.keys(EXPECTED));
    },
  );
}

test(
  "headers that define macros alone do not describe a library, which is told as such",
  needBreadth("cc"),
  async () => {
    const { cwd } = await described("cc");
    writeFileSync(`${cwd}/macros.h`, "#define FOUR 4\n");
    const { status, stderr } = await spawnPlugin(
      ["emit", "./libconstants.so", "--header", "macros.h"],
      { cwd },
    );
    assertEquals(status, 1);
    assertStringIncludes(
      stderr,
      'libconstants.so": nothing of what it exports',
    );
    assertStringIncludes(stderr, '"level" (no header given declares it)');
  },
);

const C = need("cc");
const BREADTH = needBreadth("cc");

test(
  "a macro that a pragma has given its value back has that",
  needBreadth("clang"),
  async () => {
    const { cwd } = await described("clang");
    const changed = (name: string, value: string, between: string) =>
      `#define ${name} ${value}
#pragma push_macro("${name}")
#undef ${name}
#define ${name} ${between}
#pragma pop_macro("${name}")
`;
    writeFileSync(
      `${cwd}/changed.h`,
      changed("WORD", '"three"', "3") + changed("HALF", "0.5", "2") +
        changed("THREE", "3", '"three"') + changed("FIVE", "5", "extern") +
        "#define FOUR 4\n#define FIVE_TOO FIVE\n" +
        "#define OPEN (5\nint level(void);\n",
    );
    const emit = (...more: string[]) =>
      spawnPlugin(
        ["emit", "./libconstants.so", "--header", "changed.h", ...more],
        { cwd, env: { CC: "clang" } },
      );
    await succeedSilently(emit("--constants", "*"));
    const all = {
      FIVE: 5,
      FIVE_TOO: 5,
      FOUR: 4,
      HALF: 0.5,
      THREE: 3,
      WORD: "three",
    };
    const { constants } = readManifest(`${cwd}/libconstants.so.json`);
    assertEquals({ ...constants }, all);
    assertEquals((await emit()).stderr, "");
    const beside = JSON.parse(
      readFileSync(`${cwd}/libconstants.so.headers.json`, "utf8"),
    );
    assertEquals(beside.constants, all);
    const open = await emit("--constants", "OPEN");
    assertStringIncludes(open.stderr, 'Cannot read the constants "OPEN"');
  },
);

test("plugin.constants has their values", C, async () => {
  const { cwd } = await described("cc", "--constants", "*");
  const plugin = open(`${cwd}/libconstants.so`);
  const { constants } = plugin;
  assertEquals({ ...constants, KEEP: null } as unknown, {
    ...EXPECTED,
    BIG: 2n ** 64n - 1n,
    ENDLESS: Infinity,
    KEEP: null,
    NOWHERE: null,
    SMALL: -(2n ** 63n),
  });
  assertEquals(constants.KEEP instanceof Pointer, true);
  assertEquals(constants.KEEP.address, 2n ** 64n - 1n);
  assertEquals(plugin.constants, constants);
  assertEquals(constants.LEVEL_HIGH, plugin.lookup("level", "() => i32")());
  assertEquals(constants.toString, undefined);
  assertThrows(() => constants.LEVEL_LOW = 1, TypeError);
});

test("the declarations have their values as types", BREADTH, async () => {
  const { cwd } = await described("cc", "--constants", "*");
  const types = readFileSync(`${cwd}/libconstants.so.d.ts`, "utf8");
  for (
    const line of [
      "export interface LibconstantsConstants {",
      "  readonly LEVEL_LOW: -1;",
      '  readonly NAME: "Zoë and more";',
      "  readonly BIG: 18446744073709551615n;",
      "  readonly KEEP: Pointer;",
      "  readonly NOWHERE: null;",
      "  readonly ENDLESS: number;",
      'import type { NativeFunction, Pointer } from "@native/plugin";',
    ]
  ) assertStringIncludes(types, line);
});

test(
  "--constants takes globs, and what fits none is an error",
  BREADTH,
  async () => {
    const { cwd, ran } = await described("cc", "--constants", "LEVEL_*");
    await succeedSilently(ran);
    const manifest = `${cwd}/libconstants.so.json`;
    assertEquals({ ...readManifest(manifest).constants }, {
      LEVEL_HIGH: 2,
      LEVEL_LOW: -1,
    });
    const check = (glob: string) =>
      spawnPlugin(
        [
          "check",
          "./libconstants.so",
          "--header",
          "constants.h",
          "--constants",
          glob,
        ],
        { cwd },
      );
    await succeed(check("LEVEL_*"));
    const stale = await check("LEVEL_LOW");
    assertEquals(stale.status, 1);
    assertStringIncludes(stale.stdout, "- constant LEVEL_HIGH: 2\n");
    const wrong = await described("cc", "--constants", "LEVLE_*");
    assertEquals([wrong.ran.status, wrong.ran.stdout], [2, ""]);
    assertStringIncludes(
      wrong.ran.stderr,
      'Cannot read the constants "LEVLE_*": the headers define no macro and no enumerator of that name with a value',
    );
    const without = await spawnPlugin(
      ["emit", "./libconstants.so", "--constants", "*"],
      { cwd },
    );
    assertEquals(without.status, 2);
    assertStringIncludes(without.stderr, "name them with --header");
  },
);

test("constants of a manifest are validated", BREADTH, async () => {
  for (
    const [constant, message] of [
      [
        true,
        "constants.LEVEL_LOW is true, wanted a finite number, a string or an object",
      ],
      [null, "constants.LEVEL_LOW is null"],
      [{ type: "u65", value: "1" }, 'constants.LEVEL_LOW.type is "u65"'],
      [{ type: "u64", value: "-1" }, 'constants.LEVEL_LOW.value is "-1"'],
      [
        { type: "i64", value: "9".repeat(19) },
        "wanted a whole number of 64 bits",
      ],
      [{ type: "f64", value: "1" }, "wanted Infinity"],
    ] as const
  ) {
    const { cwd } = await described("cc", "--constants", "LEVEL_LOW");
    const path = `${cwd}/libconstants.so.json`;
    const json = JSON.parse(readFileSync(path, "utf8"));
    json.constants.LEVEL_LOW = constant;
    writeFileSync(path, JSON.stringify(json));
    const error = assertThrows(
      () => open(`${cwd}/libconstants.so`).constants,
      PluginError,
      message,
    ) as PluginError;
    assertEquals(error.code, "bad_manifest");
  }
});
