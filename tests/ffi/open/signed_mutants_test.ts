/**
 * What is signed, and changed by chance afterwards: manifests, packs, lists of
 * revocations, and the files that belong to a plugin. What is opened says what
 * was signed, to the last byte that counts; all else is one error that names the
 * file, leaves nothing behind and does not stand in the way of the good one.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import {
  cpSync,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  open,
  type OpenOptions,
  type Plugin,
  PluginError,
} from "@native/plugin";
import { parseType } from "../../../ffi/notation/parse_type.ts";
import { printType } from "../../../ffi/notation/type.ts";
import {
  signedBytes,
  type SignedKind,
} from "../../../ffi/manifest/manifest.ts";
import { describeByHeader } from "../../emit/helpers/headers.ts";
import { buildAfresh, emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { pick, type Random } from "../../helpers/random.ts";
import { test } from "../../helpers/test.ts";
import { copies } from "../helpers/copies.ts";
import {
  assertMixed,
  changeJson,
  MUTANTS,
  mutate,
  tryAll,
} from "../helpers/mutants.ts";
import { MINE, mine, other, run, sign } from "../helpers/signed.ts";

const C = need("cc");

/** Each of these is a file that is written. */
const EACH = Math.max(2000, Math.ceil(MUTANTS / 4));
/** Each of these is a library that is written, and read whole. */
const LIBRARIES = Math.ceil(EACH / 10);

/** Most that memory may grow while some thousands are tried, in bytes. */
const ROOM = 256 * 2 ** 20;

/** Longest message: that of a contract has a line for each symbol. */
const LONGEST = 4000;

// ------------------------------------------------------------------- what counts

/**
 * What a signature vouches for, and the signature itself: what is changed beside
 * them is layout, and so is a list of no keys.
 */
function saidIn(text: string, kind: SignedKind): unknown[] {
  const json = JSON.parse(text);
  const { succeeds = [], ...signature } = json.signature;
  return [`${Buffer.from(signedBytes(json, kind))}`, signature, succeeds];
}

/** Changes what is signed: a value, the text, or the signature by another one of the same shape. */
function changeSigned(text: string, random: Random): string {
  switch (random(40)) {
    case 0: // layout, and the order of members
      return pick(random, [
        JSON.stringify(JSON.parse(text), null, random(4)),
        JSON.stringify(
          Object.fromEntries(Object.entries(JSON.parse(text)).reverse()),
        ),
        text.replace("{", '{"__proto__": null,'),
        text.replace("{", '{"toJSON": 1,'),
        text.replace(/"signature"\s*:/, '"signature": null, $&'),
        `${text}\n `,
        `\ufeff${text}`,
      ]);
    case 1:
    case 2:
    case 3:
    case 4:
      return changeSignature(text, random);
    default:
      return changeJson(text, random);
  }
}

const BASE64 =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function changeSignature(text: string, random: Random): string {
  const json = JSON.parse(text);
  const { signature } = json;
  const member = pick(random, ["value", "key", "algorithm"] as const);
  const before = signature[member] as string;
  const at = random(3) === 0 ? before.length - 1 - random(4) : random(88);
  const after = before.slice(0, at) + pick(random, [...BASE64, "=", "", "-"]) +
    before.slice(at + 1);
  json.signature = pick(random, [
    { ...signature, [member]: after },
    { ...signature, key: other.text },
    { ...signature, succeeds: [{ key: mine.text, value: signature.value }] },
    { ...signature, succeeds: [] },
    undefined,
    [signature],
  ]);
  return JSON.stringify(json);
}

/** What a refusal says: one error, and one sentence that a terminal can show. */
function refusal(error: unknown, words: string): PluginError {
  if (!(error instanceof PluginError)) throw error;
  assertStringIncludes(error.message, words);
  assert(error.message.length < LONGEST, error.message);
  // deno-lint-ignore no-control-regex -- what a terminal would obey
  assert(!/[\0-\x08\x0b-\x1f]/.test(error.message), error.message);
  return error;
}

/** Opens; who is refused is told which file it was, and nothing of it stays. */
function tryOpen(path: string, options: OpenOptions, file: string): Plugin {
  try {
    return open(path, options);
  } catch (error) {
    throw refusal(error, basename(file));
  }
}

/** Does it without leaving copies behind, or memory that grows. */
function leavingNothing(act: () => void): void {
  const before = process.memoryUsage.rss();
  act();
  assertEquals(copies(), []);
  const grown = process.memoryUsage.rss() - before;
  assert(grown < ROOM, `memory grew by ${Math.round(grown / 2 ** 20)} MB`);
}

/** The same in a directory of its own: what was opened once is open, whatever becomes of its manifest. */
function copyOf(path: string): string {
  const copy = join(emptyDirectory(), basename(path));
  cpSync(path, copy, { recursive: true });
  if (existsSync(`${path}.json`)) cpSync(`${path}.json`, `${copy}.json`);
  return copy;
}

// --------------------------------------------------------------------- manifests

test(
  `of ${EACH} changed manifests those are opened that say what was signed`,
  C,
  async () => {
    const signed = await sign(await buildAfresh("once.c"));
    const good = readFileSync(`${signed}.json`, "utf8");
    const wanted = saidIn(good, "manifest");
    let path = copyOf(signed);
    leavingNothing(() => {
      const accepted = tryAll(EACH, 1, (random) => {
        const mutant = changeSigned(good, random);
        writeFileSync(`${path}.json`, mutant);
        tryOpen(path, MINE, path);
        assertEquals(saidIn(mutant, "manifest"), wanted, mutant);
        path = copyOf(signed);
      });
      assertMixed(accepted, EACH);
    });
    writeFileSync(`${path}.json`, good);
    assertEquals(open(path, MINE).lookup("get_seven", "() => i32")(), 7);
  },
);

// ------------------------------------------------------------------------- packs

/** A pack that is signed. */
async function packed(): Promise<string> {
  const pack = join(emptyDirectory(), "once");
  await run("pack", await buildAfresh("once.c"), "-o", pack);
  await run("sign", "--key", `${mine.name}.pem`, "--version", "2", pack);
  return pack;
}

test(
  `of ${EACH} changed indexes of packs, and manifests in them, those are opened that say what was signed`,
  C,
  async () => {
    const signed = await packed();
    const index = readFileSync(join(signed, "plugin.json"), "utf8");
    const [name] = Object.values(JSON.parse(index).targets) as string[];
    const manifest = readFileSync(join(signed, name!), "utf8");
    const files = [
      { file: "plugin.json", kind: "pack index", good: index },
      { file: name!, kind: "manifest", good: manifest },
    ] as const;
    let pack = copyOf(signed);
    leavingNothing(() => {
      const accepted = tryAll(EACH, 2, (random) => {
        const { file, kind, good } = pick(random, files);
        const mutant = changeSigned(good, random);
        writeFileSync(join(pack, file), mutant);
        try {
          // By its index a pack is told by its directory.
          tryOpen(pack, MINE, pack);
          assertEquals(saidIn(mutant, kind), saidIn(good, kind), mutant);
          pack = copyOf(signed);
        } finally {
          writeFileSync(join(pack, file), good);
        }
      });
      assertMixed(accepted, EACH);
    });
    assertEquals(open(pack, MINE).manifest.version, "2");
  },
);

// ------------------------------------------------------------------- revocations

test(
  `of ${EACH} changed lists of revocations those are taken that say what was signed`,
  C,
  async () => {
    const path = await sign(await buildAfresh("once.c"));
    const revoked = await sign(await buildAfresh("ends.c"));
    const file = join(emptyDirectory(), "list");
    const { library } = JSON.parse(readFileSync(`${revoked}.json`, "utf8"));
    await run(
      ...["revoke", "--key", `${mine.name}.pem`, "-o", file],
      ...["other@1.4.2", "@scope/name@2", revoked],
    );
    const good = readFileSync(file, "utf8");
    assert(good.includes(library.sha256));
    const wanted = saidIn(good, "revocations");
    leavingNothing(() => {
      const accepted = tryAll(EACH, 3, (random) => {
        const mutant = changeSigned(good, random);
        const trust = { keys: [mine.pem], revocations: [good, mutant] };
        // Never does a list let something in that another has taken back.
        const why = codeOf(() => open(revoked, { trust }));
        try {
          open(path, { trust });
        } catch (error) {
          const { code } = refusal(error, "trust.revocations[1]");
          assertEquals([code, why], ["bad_revocations", code], mutant);
          throw error;
        }
        assertEquals(why, "revoked", mutant);
        assertEquals(saidIn(mutant, "revocations"), wanted);
      });
      assertMixed(accepted, EACH);
    });
  },
);

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as PluginError).code;
  }
}

// --------------------------------------------------------------------- contracts

const WORDS = [
  ...["i32", "u32", "f64", "pointer", "*void", "cstring", "()", " ", ",", "=>"],
  ...["[4]u8", "__proto__", "\0", "\ud800", "*".repeat(300), "(".repeat(300)],
];

test(
  `${EACH} changed contracts are held to, or one error that names the plugin`,
  C,
  async () => {
    const path = await buildAfresh("calls.c");
    const { symbols } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
    const all = Object.entries(symbols as Record<string, { type: string }>);
    const canonical = (text: string) => printType(parseType(text));
    leavingNothing(() => {
      let asIs = 0;
      const accepted = tryAll(EACH, 4, (random) => {
        const contract = Object.fromEntries(
          Array.from({ length: 1 + random(5) }, () => {
            const [name, { type }] = pick(random, all);
            return [
              random(8) === 0 ? mutate(name, WORDS, random) : name,
              random(3) === 0 ? mutate(type, WORDS, random) : type,
            ];
          }),
        );
        let plugin: Plugin;
        try {
          plugin = tryOpen(path, { symbols: contract }, path);
        } catch (error) {
          // A name that none can be is a mistake of the caller's.
          if (!(error instanceof TypeError)) throw error;
          assertStringIncludes(error.message, `Cannot open "${path}": symbols`);
          return;
        }
        // It has to be exactly what was asked for, at that type.
        assertEquals(
          Object.keys(plugin.symbols).sort(),
          Object.keys(contract).sort(),
        );
        for (const [name, type] of Object.entries(contract)) {
          plugin.lookup(name, type as "() => void");
          if (canonical(type) === canonical(symbols[name].type)) asIs++;
        }
      });
      assertMixed(accepted, EACH);
      assert(asIs > 0);
    });
  },
);

// ------------------------------------------------------------------------- files

test(
  `of ${LIBRARIES} changed libraries, thunks and headers' files nothing is used`,
  C,
  async () => {
    const { path: described } = await describeByHeader(
      "cc",
      "typedef struct { double x, y; } point; point mid(point a) { return a; }",
      "#define LEVEL 41\ntypedef struct { double x, y; } point; point mid(point a);\n",
      ["--thunks"],
    );
    await sign(described);
    const { thunks } = JSON.parse(readFileSync(`${described}.json`, "utf8"));
    const files = [
      described,
      join(described, "..", thunks.file),
      `${described}.headers.json`,
    ];
    const good = files.map((file) => readFileSync(file));
    const whole = new Set(files.map((file) => basename(file)));
    leavingNothing(() => {
      const accepted = tryAll(LIBRARIES, 5, (random) => {
        // What was opened once is open: each is a plugin of its own.
        const directory = emptyDirectory();
        const which = random(3);
        for (const [index, file] of files.entries()) {
          const bytes = Uint8Array.from(good[index]!);
          if (index === which) bytes[random(bytes.length)]! ^= 1 << random(8);
          writeFileSync(join(directory, basename(file)), bytes);
        }
        const path = join(directory, basename(described));
        writeFileSync(`${path}.json`, readFileSync(`${described}.json`));
        const changed = basename(files[which]!);
        try {
          const plugin = tryOpen(path, MINE, changed);
          assert(which > 0, "a changed library was opened");
          tryUse(plugin, which, changed);
        } finally {
          rmSync(directory, { recursive: true });
        }
      });
      assertEquals(accepted, 0);
      assertEquals(whole.size, 3);
    });
    assertEquals(open(described, MINE).constants.LEVEL, 41);
  },
);

/** Uses the part of a plugin that was changed. */
function tryUse(plugin: Plugin, which: number, file: string): void {
  try {
    if (which === 1) plugin.lookup("mid");
    else plugin.constants;
  } catch (error) {
    const { code } = refusal(error, file);
    const wanted = which === 1
      ? ["wrong_library", "wrong_target", "not_a_library"]
      : ["bad_manifest"];
    assert(wanted.includes(code), code);
    throw error;
  }
}
