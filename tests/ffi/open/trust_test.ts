/**
 * Whose plugins are opened, and that what was checked is what is loaded.
 *
 * @module
 */

import { FACE } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import {
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { Worker } from "node:worker_threads";
import { dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  open,
  type OpenOptions,
  PluginError,
  type PublicKey,
  type Trust,
} from "@native/plugin";
import { buildAfresh, emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { copies } from "../helpers/copies.ts";
import {
  assertRefused,
  edit,
  MINE,
  mine,
  other,
  run,
  sign,
  signed,
} from "../helpers/signed.ts";

const C = need("cc");
const LINUX = process.platform === "linux" ? C : skip("needs Linux's loader");

// ----------------------------------------------------------------- signatures

test(
  "trust is what a caller says, not what all objects inherit",
  C,
  async () => {
    const path = await signed("once.c");
    const inherited = Object.prototype as { name?: string };
    inherited.name = "another";
    try {
      for (const trust of [[mine.pem], { keys: [mine.pem] }]) {
        assertEquals(
          open(path, { trust }).lookup("get_seven", "() => i32")(),
          7,
        );
      }
      const { code } = assertThrows(
        () => open(path, { trust: { keys: [mine.pem], name: "another" } }),
        PluginError,
      );
      assertEquals(code, "wrong_plugin");
    } finally {
      delete inherited.name;
    }
  },
);

test("a signed plugin opens, by a key in any form", C, async () => {
  const key = createPublicKey(mine.pem);
  const raw = key.export({ type: "spki", format: "der" }).subarray(12);
  const forms: PublicKey[] = [mine.pem, key, new Uint8Array(raw)];
  for (const form of forms) {
    const path = await signed("once.c");
    const plugin = open(path, { trust: [other.pem, form] });
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 7);
    assertEquals(plugin.path, path);
    assertEquals(plugin.manifest.signature?.key, mine.text);
  }
  assertEquals(copies(), []);
});

test(
  "one that is not signed does not, nor does one signed by another",
  C,
  async () => {
    const path = await buildAfresh("once.c");
    assertRefused("unsigned", "its manifest is not signed", path);
    await sign(path, other);
    assertRefused(
      "untrusted",
      `signed by the key ${other.text}, trusted is ${mine.text}`,
      path,
    );
    await sign(path);
    assertEquals(open(path, MINE).lookup("initialised", "i32").value, 1);
  },
);

test("layout and order are not signed, everything else is", C, async () => {
  const changes: [string, boolean, Parameters<typeof edit>[1]][] = [
    ["the order", true, (json) => {
      const { types } = json;
      delete json.types;
      json.types = types;
    }],
    ["a type", false, (json) => json.symbols.seven.type = "u32"],
    ["a symbol's name", false, (json) => {
      json.symbols.eight = json.symbols.seven;
      delete json.symbols.seven;
    }],
    ["the digest", false, (json) => json.library.sha256 = "00"],
    ["the file", false, (json) => json.library.file = "twice.so"],
    ["what nobody knows", false, (json) => json.more = 1],
    [
      "a name on the prototype",
      false,
      (json) =>
        Object.defineProperty(json, "__proto__", {
          value: 1,
          enumerable: true,
        }),
    ],
    ["the signature", false, (json) => {
      const { value } = json.signature;
      json.signature.value = (value[0] === "A" ? "B" : "A") + value.slice(1);
    }],
    ["an empty signature", false, (json) => json.signature.value = ""],
  ];
  for (const [what, opens, change] of changes) {
    const path = await signed("once.c");
    edit(path, change);
    if (opens) open(path, MINE);
    else assertRefused("bad_signature", "it was changed since", path);
    assert(what);
  }
});

test(
  "what is signed is what is read, however often a name is written",
  C,
  async () => {
    const path = await signed("once.c");
    const text = readFileSync(`${path}.json`, "utf8");
    const write = (changed: string) => {
      assert(changed !== text);
      writeFileSync(`${path}.json`, changed);
    };
    for (
      const last of [
        '"symbols": {}',
        '"version": "9"',
        '"\\u0076ersion": "9"',
        '"__proto__": { "version": "9" }',
        '"Signature": null',
        '"v\u0435rsion": "9"', // a Cyrillic letter
      ]
    ) {
      write(text.replace(/\}\s*$/, `, ${last} }`));
      assertRefused("bad_signature", "it was changed since", path);
    }
    // The last of two members counts, for the signature as for what is read.
    write(text.replace("{", '{ "library": 1, "symbols": {}, '));
    assertEquals(open(path, MINE).lookup("get_seven", "() => i32")(), 7);
  },
);

test("another's signature does not pass for mine", C, async () => {
  const path = await sign(await buildAfresh("once.c"), other);
  edit(path, (json) => json.signature.key = mine.text);
  assertRefused("bad_signature", "it was changed since", path);
});

test("a signature that is none is a bad manifest", C, async () => {
  const path = await signed("once.c");
  edit(path, (json) => json.signature.algorithm = "none");
  assertRefused("bad_manifest", 'signature.algorithm is "none"', path);
  edit(path, (json) => json.signature = { algorithm: "ed25519", key: 7 });
  assertRefused("bad_manifest", "signature.key is 7, wanted a string", path);
});

test("trust that was meant and is not there trusts nobody", C, async () => {
  const path = await signed("once.c");
  const { missing } = {} as { missing: PublicKey[] };
  assertThrows(
    () => open(path, { trust: missing }),
    TypeError,
    "open(): trust is undefined",
  );
  const keys = [mine.pem];
  class Lost {
    keys = keys;
    get minVersion() {
      return undefined;
    }
  }
  const demands: [string, unknown][] = [
    ["name", { keys, name: undefined }],
    ["minVersion", { keys, minVersion: undefined }],
    ["revocations", { keys, revocations: undefined }],
    ["minVersion", new Lost()],
  ];
  for (const [member, trust] of demands) {
    assertThrows(
      () => open(path, { trust: trust as Trust }),
      TypeError,
      `open(): trust.${member} is undefined: leave it out`,
    );
  }
  open(path);
});

test("trust takes Ed25519 public keys, and nothing else", C, async () => {
  const path = await signed("once.c");
  const { signature } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  assert(open(path, { trust: [signature.key] }));
  assertThrows(
    () => open(path, { trust: [signature.key.replace(/.{5}=$/, "AAAA=")] }),
    TypeError,
  );
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const secret = readFileSync(`${mine.name}.pem`, "utf8");
  const wrong: [unknown, string][] = [
    [[], "trust is not a list of public keys: it takes at least one"],
    [mine.pem, "trust is not a list of public keys"],
    [[mine.pem, ""], "trust[1] is not an Ed25519 public key"],
    [
      ["key.pub.pem"],
      'trust[0] is not an Ed25519 public key: it cannot be read (wanted the text of a PEM file, as readFileSync(path, "utf8") gives it, and not its path',
    ],
    [
      [secret],
      "trust[0] is not an Ed25519 public key: it cannot be read (it is a private key)",
    ],
    [[publicKey], "trust[0] is not an Ed25519 public key: it is for ec"],
    [
      [new Uint8Array(31)],
      "(wanted PEM, a key as a signature names it, a KeyObject or 32 bytes)",
    ],
    [
      [7],
      "(wanted PEM, a key as a signature names it, a KeyObject or 32 bytes)",
    ],
  ];
  for (const [trust, words] of wrong) {
    assertThrows(
      () => open(path, { trust: trust as PublicKey[] }),
      TypeError,
      words,
    );
  }
});

// -------------------------------------------------------------------- the bytes

/** Bytes of a file that no memory has room for, and every file system. */
const HUGE = 2 ** 42;

test("all bytes are compared, though there is a build id", C, async () => {
  const path = await signed("once.c");
  const bytes = readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  rmSync(path);
  writeFileSync(path, bytes);
  assertRefused("wrong_library", "its sha256 is", path);
});

test("files that are larger than memory are not read", C, async () => {
  const path = await signed("once.c");
  const directory = dirname(path);
  const good = [path, `${path}.json`].map((file) =>
    [file, readFileSync(file)] as const
  );
  writeFileSync(join(directory, "plugin.json"), "{}");
  const [wrong, size] = ["wrong_library", `its size is ${HUGE}`];
  const cases: [string, string, string, string, OpenOptions][] = [
    [path, path, wrong, size, MINE],
    [path, path, wrong, size, { fresh: true }],
    [path, path, wrong, size, { integrity: "sha256" }],
    [`${path}.json`, path, "bad_manifest", `it has ${HUGE} bytes`, MINE],
    [`${path}.json`, path, "bad_manifest", `it has ${HUGE} bytes`, {}],
    [
      join(directory, "plugin.json"),
      directory,
      "bad_manifest",
      `it has ${HUGE} bytes`,
      MINE,
    ],
  ];
  for (const [file, named, code, words, options] of cases) {
    truncateSync(file, HUGE); // sparse: the disk has nothing of it
    assertRefused(code, words, named, options);
    for (const [file, bytes] of good) {
      rmSync(file);
      writeFileSync(file, bytes);
    }
  }
  open(path, MINE);
});

test(
  "what was checked is what is loaded, whatever becomes of the file",
  LINUX,
  async () => {
    const path = await signed("once.c");
    const plugin = open(path, MINE);
    const maps = readFileSync("/proc/self/maps", "utf8");
    assert(!maps.includes(path), "the file itself is loaded");
    assertStringIncludes(maps, `/plugin-${process.getuid!()}-${process.pid}-`);
    // Written over, a library that is loaded from it would end the process.
    writeFileSync(path, new Uint8Array(statSync(path).size));
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 7);
    const seven = plugin.lookup("seven", "i32");
    seven.value = 8;
    assertEquals(plugin.lookup("get_seven", "() => i32")(), 8);
    seven.value = 7; // other tests have the same library
    assertEquals(copies(), []);
  },
);

test("the library of the thunks is covered too", C, async () => {
  const make = async () => {
    const path = join(emptyDirectory(), "records.so");
    await run("build", fixture("records.c"), "-o", path);
    await run("emit", path, "--thunks");
    return await sign(path);
  };
  const point = { x: 1, y: 2 };
  const good = open(await make(), MINE).lookup("mid");
  assertEquals(good(point, point), point);
  const path = await make();
  const { thunks } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  const companion = join(dirname(path), thunks.file);
  const bytes = readFileSync(companion);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(companion, bytes);
  const plugin = open(path, MINE);
  const error = assertThrows(() => plugin.lookup("mid"), PluginError);
  assertEquals(error.code, "wrong_library");
  assertStringIncludes(error.message, `${companion}": its sha256 is`);
});

// ------------------------------------------------------------------------ once

test(
  "a trusted plugin is one plugin, and runs its initialisers once",
  C,
  async () => {
    const path = await signed("once.c");
    const plugin = open(path, MINE);
    const link = join(emptyDirectory(), "once.so");
    symlinkSync(path, link);
    for (const spelling of [path, link, `${path}.json`]) {
      assertStrictEquals(open(spelling, MINE), plugin);
      assertStrictEquals(open(spelling), plugin);
      assertStrictEquals(open(spelling, { integrity: "sha256" }), plugin);
    }
    assertEquals(plugin.lookup("initialised", "i32").value, 1);
    assertRefused("untrusted", `trusted is ${other.text}`, path, {
      trust: [other.pem],
    });
  },
);

test("what was loaded without trust is not trusted afterwards", C, async () => {
  const path = await signed("once.c");
  const plugin = open(path, { integrity: "sha256" });
  assertRefused("untrusted", "it was loaded before without trust", path);
  assertStrictEquals(open(path), plugin);
});

test("Workers that trust one plugin share one image", C, async () => {
  const path = await signed("once.c");
  const script = join(emptyDirectory(), "worker.ts");
  writeFileSync(
    script,
    `import { parentPort } from "node:worker_threads";
import { open } from ${FACE};
parentPort.on("message", ([path, key]) => {
  const plugin = open(path, { trust: [key] });
  parentPort.postMessage(plugin.lookup("initialised", "i32").value);
});`,
  );
  const workers = Array.from({ length: 8 }, () => new Worker(script));
  try {
    for (let round = 0; round < 5; round++) {
      const path = await signed("once.c");
      const answers = workers.map((worker) =>
        new Promise((resolve, reject) => {
          worker.once("message", resolve);
          worker.once("error", reject);
          worker.postMessage([path, mine.pem]);
        })
      );
      assertEquals(await Promise.all(answers), Array(8).fill(1));
      const plugin = open(path, MINE);
      assertEquals(plugin.lookup("initialised", "i32").value, 1);
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  assertEquals(open(path, MINE).lookup("initialised", "i32").value, 1);
  assertEquals(copies(), []);
});
