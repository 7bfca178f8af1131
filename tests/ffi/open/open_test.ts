/**
 * Opening: once for each file, however it is spelled, and nothing left behind
 * when it fails. The sentences are those of Go's own host test.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { dirname, join, relative } from "@std/path";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { callback, open, PluginError, watch } from "@native/plugin";
import { buildAfresh, emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";

const C = need("cc");

test(
  "a variable is read, a function is called, the plugin sees what was written",
  C,
  async () => {
    const plugin = open(await buildAfresh("once.c"));
    const seven = plugin.lookup("seven", "i32");
    assertEquals(seven.value, 7);
    const get = plugin.lookup("get_seven", "() => i32");
    assertEquals(get(), 7);
    seven.value = 8;
    assertEquals(get(), 8);
  },
);

test(
  "the initialisers have run when open returns, and run once",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const plugin = open(path);
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
    for (let i = 0; i < 10_000; i++) open(path);
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
  },
);

test("a file that no directory has is said to be one", {
  ...C,
  skip: process.platform === "linux" ? C.skip : skip("Linux only").skip,
}, async () => {
  const path = await buildAfresh("once.c");
  const file = openSync(path, "r");
  try {
    assertEquals(open(`/proc/self/fd/${file}`).has("seven"), true);
    rmSync(path);
    const error = assertThrows(
      () => open(`/proc/self/fd/${file}`, { symbols: { seven: "i32" } }),
      PluginError,
    );
    assertEquals(error.code, "not_found");
    assertStringIncludes(error.message, "it has no name in any directory");
  } finally {
    closeSync(file);
  }
});

test(
  "data is called nowhere, where the caller says that it is a function",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    rmSync(`${path}.json`);
    const error = assertThrows(
      () =>
        open(path, { symbols: { seven: "() => i32", get_seven: "() => i32" } }),
      PluginError,
    );
    assertEquals(error.code, "contract");
    assertStringIncludes(error.message, "seven   () => i32  a variable");
  },
);

test("what frees a result is a function of one address", C, async () => {
  const path = await buildAfresh("kept.c");
  const plugin = open(path);
  const look = (free: string) => () =>
    plugin.lookup("copy_of", "(cstring) => pointer", { free });
  for (
    const [free, code, sentence] of [
      [
        "length_after",
        "unsupported",
        "wanted a function of one address to free",
      ],
      ["no_such", "unknown_symbol", 'nor what it needs has "no_such"'],
    ] as const
  ) {
    const error = assertThrows(look(free), PluginError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, sentence);
  }
  let looks = 0;
  const options = {
    get free() {
      return looks++ === 0 ? "free" : 1 as never;
    },
  };
  using copy = plugin.lookup("copy_of", "(cstring) => pointer", options)("a");
  assertEquals([copy!.cstring(), looks], ["a", 1]);
});

test("a path of which the loader would make another one is refused", {
  ...C,
  skip: C.skip ||
    (process.platform === "linux" ? false : skip("needs Linux's loader").skip),
}, async () => {
  const path = await buildAfresh("once.c");
  for (const word of ["$LIB", "${PLATFORM}", "$ORIGIN"]) {
    const directory = join(emptyDirectory(), word);
    mkdirSync(directory);
    const file = join(directory, "once.so");
    for (const end of ["", ".json"]) copyFileSync(path + end, file + end);
    for (const options of [{}, { symbols: { seven: "i32" } }]) {
      const error = assertThrows(() => open(file, options), PluginError);
      assertEquals(error.code, "load_failed");
      assert(error.message.includes(`takes the "${word}" in "${file}"`));
    }
    rmSync(`${file}.json`);
    const error = assertThrows(
      () => open(file, { symbols: { seven: "i32" } }),
      PluginError,
    );
    assertEquals(error.code, "load_failed");
  }
});

test("one file is one plugin, however it is spelled", C, async () => {
  const path = await buildAfresh("once.c");
  const directory = emptyDirectory();
  const link = join(directory, "link.so");
  symlinkSync(path, link);
  const hard = join(dirname(path), "hard.so");
  linkSync(path, hard);
  copyFileSync(`${path}.json`, `${hard}.json`);
  const plugin = open(path);
  for (
    const spelling of [
      path,
      relative(process.cwd(), path),
      `${dirname(path)}/./x/../once.so`,
      pathToFileURL(path),
      link,
      hard,
      `${path}.json`,
    ]
  ) {
    assertStrictEquals(open(spelling), plugin);
  }
  assertEquals(plugin.path, path);
  assertEquals(plugin.lookup("initialised", "i32").value, 1);
});

test("the same name and type give the same object", C, async () => {
  const plugin = open(await library("calls.c"));
  assertStrictEquals(plugin.lookup("id_i32"), plugin.lookup("id_i32"));
  const typed = plugin.lookup("id_i32", "(i32) => i32");
  assertStrictEquals(typed, plugin.lookup("id_i32", "(i32) => i32"));
  assertStrictEquals(plugin.lookup("v_i32"), plugin.lookup("v_i32"));
});

test("the names of two plugins do not meet", C, async () => {
  const [one, two] = [
    open(await buildAfresh("once.c")),
    open(await buildAfresh("once.c")),
  ];
  assert(one !== two);
  one.lookup("seven", "i32").value = 1;
  two.lookup("seven", "i32").value = 2;
  assertEquals(one.lookup("get_seven", "() => i32")(), 1);
  assertEquals(two.lookup("get_seven", "() => i32")(), 2);
});

test(
  "a failed open leaves nothing, and the same path opens when it is mended",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    renameSync(`${path}.json`, `${path}.away`);
    assertThrows(() => open(path), PluginError, "it has no manifest");
    renameSync(`${path}.away`, `${path}.json`);
    assertEquals(open(path).lookup("initialised", "i32").value, 1);
  },
);

test(
  "a good plugin opens after a bad one, and goes on working",
  C,
  async () => {
    const good = open(await buildAfresh("once.c"));
    assertThrows(() => open(join(emptyDirectory(), "no.so")), PluginError);
    assertEquals(good.lookup("get_seven", "() => i32")(), 7);
    assertEquals(open(await buildAfresh("once.c")).has("seven"), true);
  },
);

test("a manifest may lie elsewhere", C, async () => {
  const path = await buildAfresh("once.c");
  const directory = emptyDirectory();
  const manifest = join(directory, "other.json");
  renameSync(`${path}.json`, manifest);
  assertEquals(open(path, { manifest }).has("seven"), true);
});

test(
  "a manifest finds the library beside it, also after both have moved",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const directory = join(emptyDirectory(), "ünd so weiter");
    mkdirSync(directory);
    for (const end of ["", ".json"]) {
      copyFileSync(path + end, join(directory, `once.so${end}`));
    }
    const plugin = open(pathToFileURL(join(directory, "once.so.json")));
    assertEquals(plugin.path, join(directory, "once.so"));
  },
);

test(
  "an initialiser that calls back may open plugins, also its own",
  C,
  async () => {
    const hooked = await buildAfresh("callbacks.c");
    const path = await buildAfresh("initialiser.c", hooked);
    const other = await buildAfresh("once.c");
    const calls = open(hooked);
    const inner: unknown[] = [];
    calls.lookup("hook").value = (count: number) => {
      inner.push(count, open(path), open(other).lookup("seven", "i32").value);
    };
    const plugin = open(path);
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
    assertEquals(inner, [1, plugin, 7]);
    assertStrictEquals(open(path), plugin);
  },
);

test("what an initialiser's callback throws is thrown by open", C, async () => {
  const hooked = await buildAfresh("callbacks.c");
  const path = await buildAfresh("initialiser.c", hooked);
  open(hooked).lookup("hook").value = () => {
    throw new Error("too early");
  };
  assertThrows(() => open(path), Error, "too early");
  assertEquals(open(path).lookup("initialised", "i32").value, 1);
});

test("an opened plugin outlives its files", C, async () => {
  const path = await buildAfresh("once.c");
  const plugin = open(path);
  rmSync(path);
  rmSync(`${path}.json`);
  assertEquals(plugin.lookup("get_seven", "() => i32")(), 7);
});

test("symbols lists what lookup knows", C, async () => {
  const plugin = open(await buildAfresh("once.c"));
  assertEquals(Object.keys(plugin.symbols), [
    "get_seven",
    "initialised",
    "seven",
  ]);
  assertEquals(plugin.has("seven"), true);
  assertEquals(plugin.has("toString"), false);
});

test(
  "a symbol that is wrong in the manifest keeps nothing from opening",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    const json = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    json.symbols = { none: { kind: "function", type: 7 }, ...json.symbols };
    writeFileSync(`${path}.json`, JSON.stringify(json));
    const plugin = open(path);
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 7);
    assertThrows(
      () => plugin.lookup("none"),
      PluginError,
      `Cannot read the manifest "${path}.json": symbols.none.type is 7, wanted a string`,
    );
  },
);

test("an option that nobody reads is refused", need("cc"), async () => {
  const path = await library("calls.c");
  // What was meant to confine it would confine nothing.
  const wrong: [object, string][] = [
    [{ permissions: {} }, "open(): permissions is an option of isolated: {"],
    [{ isolted: true }, `"isolted": did you mean "isolated"?`],
    [Object.create({ memory: 1 }), "open(): memory is an option of isolated"],
    [{ crashreport: true }, `did you mean "crashReport"?`],
    [{ isolated: undefined }, "open(): isolated is undefined"],
    [
      { isolated: { permissions: undefined } },
      "open(): isolated.permissions is undefined",
    ],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => open(path, options), TypeError, message);
  }
  // What else an object has is its own.
  assertEquals(open(path, { colour: "red" } as object), open(path));
  assertThrows(
    () => watch(path, () => {}, { intervall: 1 } as object),
    TypeError,
    `did you mean "interval"?`,
  );
  assertThrows(
    () =>
      open(path).lookup("add", undefined as never, { fre: "free" } as object),
    TypeError,
    `lookup(): options: there is no option "fre": did you mean "free"?`,
  );
  const restart = { times: 1, within: 1, backof: 1 };
  assertThrows(
    () => open(path, { isolated: { restart } as object }),
    TypeError,
    `open(): isolated.restart: there is no option "backof": did you mean "backoff"?`,
  );
  assertThrows(
    () => open(path, { isolated: { permissions: { reed: [] } as object } }),
    TypeError,
    `open(): isolated.permissions: there is no permission "reed": did you mean "read"?`,
  );
  assertThrows(
    () => callback("() => void", () => {}, { thread: "any" } as object),
    TypeError,
    `callback(): options: there is no option "thread": did you mean "threads"?`,
  );
});
