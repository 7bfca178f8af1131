/**
 * One plugin for each file: whatever a manifest or a directory has come to lead
 * to, and however little is said of a library.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  linkSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  open,
  type OpenOptions,
  type Plugin,
  PluginError,
} from "@native/plugin";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { buildAfresh, emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const C = need("cc");

/** Options that keep `open` from giving what the same spelling gave a moment ago. */
const LOOK: OpenOptions = {};
const SURE: OpenOptions = { integrity: "sha256" };

/** Two libraries in one directory, without manifests beside them, and the manifest of each. */
async function two(): Promise<
  { directory: string; once: object; calls: object }
> {
  const directory = emptyDirectory();
  const manifest = async (name: string): Promise<object> => {
    const path = await buildAfresh(`${name}.c`);
    copyFileSync(path, join(directory, `${name}.so`));
    return JSON.parse(readFileSync(`${path}.json`, "utf8"));
  };
  return {
    directory,
    once: await manifest("once"),
    calls: await manifest("calls"),
  };
}

function write(path: string, json: object): void {
  rmSync(path, { force: true });
  writeFileSync(path, JSON.stringify(json));
}

function file({ path }: Plugin): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

test(
  "a manifest that names another library now gives that one",
  C,
  async () => {
    for (const options of [LOOK, SURE]) {
      const { directory, once, calls } = await two();
      const manifest = join(directory, "current.json");
      write(manifest, once);
      assertEquals(file(open(manifest, options)), "once.so");
      write(manifest, calls);
      assertEquals(file(open(manifest, options)), "calls.so");
      write(manifest, once);
      assertEquals(file(open(manifest, options)), "once.so");
    }
  },
);

test(
  "so does one of the same size and time, in the same place on the disk",
  C,
  async () => {
    const { directory, once, calls } = await two();
    const manifest = join(directory, "current.json");
    const texts = [once, calls].map((json) => JSON.stringify(json));
    const most = Math.max(...texts.map(({ length }) => length));
    const names = [once, calls].map((_, index) => {
      writeFileSync(manifest, texts[index]!.padEnd(most));
      utimesSync(manifest, 1000, 1000);
      return file(open(manifest, LOOK));
    });
    assertEquals(names, ["once.so", "calls.so"]);
  },
);

test("so does a directory whose index names another manifest", C, async () => {
  for (const options of [LOOK, SURE]) {
    const { directory, once, calls } = await two();
    write(join(directory, "once.json"), once);
    write(join(directory, "calls.json"), calls);
    const index = (name: string) =>
      write(join(directory, "plugin.json"), {
        plugin: 1,
        targets: Object.fromEntries(
          ["linux-x64", "linux-arm64", "linux-x64-musl", "linux-arm64-musl"]
            .concat(["darwin-x64", "darwin-arm64"])
            .map((target) => [target, `${name}.json`]),
        ),
      });
    index("once");
    assertEquals(file(open(directory, options)), "once.so");
    index("calls");
    assertEquals(file(open(directory, options)), "calls.so");
    // The index is the same, the manifest is not.
    write(join(directory, "calls.json"), once);
    assertEquals(file(open(directory, options)), "once.so");
  }
});

test("a manifest that failed to open leads nowhere", C, async () => {
  const { directory, once, calls } = await two();
  const manifest = join(directory, "current.json");
  write(join(directory, "once.so.json"), once);
  const json = structuredClone(once) as { library: Record<string, unknown> };
  json.library.buildId = "00ff";
  json.library.sha256 = "00ff";
  write(manifest, json);
  const { code } = assertThrows(() => open(manifest)) as PluginError;
  assertEquals(code, "wrong_library");
  const plugin = open(join(directory, "once.so"));
  // That the library is open does not make it the one described.
  assertThrows(() => open(manifest, LOOK), PluginError, "00ff");
  write(manifest, calls);
  assertEquals(file(open(manifest)), "calls.so");
  write(manifest, once);
  assert(open(manifest, LOOK) === plugin);
});

test("what is open is described as it was opened", C, async () => {
  for (const options of [LOOK, SURE]) {
    const { directory, once } = await two();
    const library = join(directory, "once.so");
    const [first, same, other, wrong] = ["first", "same", "other", "wrong"]
      .map((name) => join(directory, `${name}.json`)) as [
        string,
        string,
        string,
        string,
      ];
    const said = structuredClone(once) as {
      symbols: Record<string, { type: string }>;
    };
    said.symbols.get_seven = { ...said.symbols.get_seven, type: "() => u32" };
    write(first, once);
    write(same, once);
    write(other, said);
    writeFileSync(wrong, "{");
    const plugin = open(library, { ...options, manifest: first });
    assert(open(library, { ...options, manifest: same }) === plugin);
    assert(open(same, options) === plugin);
    for (
      const [again, code] of [
        [() => open(library, { ...options, manifest: other }), "replaced"],
        [() => open(other, options), "replaced"],
        [() => open(library, { ...options, manifest: wrong }), "bad_manifest"],
        [
          () => open(library, { ...options, manifest: `${wrong}.gone` }),
          "not_found",
        ],
      ] as const
    ) {
      assertEquals((assertThrows(again) as PluginError).code, code);
    }
    const fresh = open(library, { ...options, manifest: other, fresh: true });
    assertEquals(fresh.lookup("get_seven", "() => u32")(), 7);
  }
});

/** A library with a companion, which is another file now, of bytes that differ in one. */
async function withCompanion(): Promise<{ path: string; spoil: () => void }> {
  const path = join(emptyDirectory(), "system.so");
  for (
    const args of [
      ["build", fixture("system.c"), "-o", path],
      ["emit", path, "--thunks"],
    ]
  ) {
    await succeedSilently(command(...args));
  }
  return {
    path,
    spoil() {
      const companion = `${path}.thunks.so`;
      const bytes = readFileSync(companion);
      bytes[bytes.length - 1]! ^= 0x5a;
      rmSync(companion);
      writeFileSync(companion, bytes);
    },
  };
}

function assertWrong(act: () => unknown): void {
  const { code, message } = assertThrows(act) as PluginError;
  assertEquals(code, "wrong_library");
  assert(message.includes('.thunks.so": its sha256 is '), message);
}

test(
  "who opens it first decides not how a companion is compared",
  C,
  async () => {
    const { path, spoil } = await withCompanion();
    const plugin = open(path);
    open(path, SURE);
    spoil();
    assertWrong(() => plugin.lookup("twice"));
  },
);

test(
  "a companion that is loaded is compared for who asks for it later",
  C,
  async () => {
    const { path, spoil } = await withCompanion();
    assertEquals(typeof open(path).lookup("twice"), "function");
    spoil();
    assertWrong(() => open(path, SURE));
    assertEquals(typeof open(path).lookup("twice"), "function");
  },
);

test(
  "a library that has no manifest is one file too, by all its names",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    rmSync(`${path}.json`);
    const hard = `${path}.hard`;
    linkSync(path, hard);
    const symbols = { seven: "i32" } as const;
    const plugin = open(path, { symbols });
    assert(open(hard, { symbols }) === plugin);
    const other = open(hard, { symbols: { get_seven: "() => i32" } });
    plugin.symbols.seven.value = 8;
    assertEquals(other.symbols.get_seven(), 8);
  },
);
