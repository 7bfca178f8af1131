/**
 * What is proposed for a library, and how much of it a person said as well.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { propose } from "../../../emit/annotate/propose.ts";
import { annotate, withoutAnnotations } from "../../../emit/annotate/merge.ts";
import { readLibrary } from "../../../emit/image/library_file.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { need, needBreadth, skip } from "../../helpers/need.ts";
import { plugin } from "../helpers/cli.ts";
import { describeByHeader } from "../helpers/headers.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

test(
  "names, types and comments say what a person would",
  need("cc"),
  async () => {
    const path = await library("shelf.c");
    const manifest = parseManifest(readFileSync(`${path}.json`, "utf8"), path);
    const proposed = Object.fromEntries(propose(withoutAnnotations(manifest)));
    assertEquals(proposed.shelf, { handle: "Shelf", free: "shelf_close" });
    assertEquals(proposed.cursor, {
      handle: "Cursor",
      free: "cursor_close",
      owner: "Shelf",
    });
    assertEquals(proposed.shelf_open, {
      method: "new Shelf",
      out: ["out"],
      error: { when: "nonzero" },
    });
    assertEquals(proposed.book_title, { method: "Book.title" });
    assertEquals(proposed.shelf_close, undefined);
  },
);

/** What lmdb, libexif, librdkafka, mosquitto and libpcap have in their headers. */
const LEDGER_HEADER = `
#include <stddef.h>
typedef struct LDG_env LDG_env;
typedef struct LDG_txn LDG_txn;
typedef struct _LdgPage LdgPage;
struct _LdgPage { int lines; };
typedef struct LDG_stat { int pages; } LDG_stat;

/** @param[out] env Where the handle is put. @return non-zero on failure and 0 on success. */
int ldg_env_create(LDG_env **env);
void ldg_env_close(LDG_env *env);
/** @param[in] env It. @param[out] flags Its flags. @return 0 on success. */
int ldg_env_flags(LDG_env *env, unsigned *flags);
void ldg_env_label(LDG_env *env, wchar_t *out, size_t size);
/** @param[out] counts One for each line. */
void ldg_env_counts(LDG_env *env, int *counts, unsigned long counts_size);
/** @param[out] stat What there is. @return 0 on success. */
int ldg_env_stat(LDG_env *env, LDG_stat *stat);
/** @param[in,out] stat What is added to. @return 0 on success. */
int ldg_env_add(LDG_env *env, LDG_stat *stat);
/** @return The last error, 0 on success. */
int ldg_env_error(LDG_env *env);
/** @param[in] parent Or NULL. @param[out] txn Where it is put. @return 0 on success. */
int ldg_txn_begin(LDG_env *env, LDG_txn *parent, LDG_txn **txn);
void ldg_txn_abort(LDG_txn *txn);
/** @return 0 on success. */
int ldg_txn_commit(LDG_txn *txn);
void ldg_txn_error_clear(LDG_txn *txn);
void ldg_txn_free_unused_pages(LDG_txn *txn);
/** @param txn It. */
void ldg_txn_publish(LDG_txn *txn, const char *topic, int payloadlen, const void *payload);
char *ldg_strerror(int code);
char *ldg_buffer(void);
typedef struct _LdgRing LdgRing;
LdgRing *ldg_ring_new(void);
void ldg_ring_fini(LdgRing *ring);
typedef struct _LdgBus LdgBus;
/** @return The bus, or NULL on failure. */
LdgBus *ldg_bus_acquire(void);
/** Returns NULL on failure. */
LdgPage *ldg_bus_page(LdgBus *bus);
void ldg_bus_teardown(LdgBus *bus);
LdgPage *ldg_page_new(void);
void ldg_page_free(LdgPage *page);
void ldg_page_unref(LdgPage *page);
/** @param[out] page What changes. */
void ldg_page_fix(LdgPage *page);
void ldg_page_destroy_array(LdgPage **pages, unsigned long pages_count);
`;

test(
  "names are matched whatever their case, directions are those of the comments",
  need("cc"),
  async () => {
    const functions = [...LEDGER_HEADER.matchAll(/\b(ldg_\w+)\(/g)]
      .map(([, name]) => `long ${name}(void) { return 0; }`).join("\n");
    const { manifest, path } = await describeByHeader(
      "cc",
      functions,
      LEDGER_HEADER,
    );
    const described = withoutAnnotations(manifest);
    const proposed = Object.fromEntries(propose(described));
    const error = { when: "nonzero", text: "ldg_strerror" };
    assertEquals(proposed, {
      LDG_env: { handle: "Env", free: "ldg_env_close" },
      LDG_txn: { handle: "Txn", free: "ldg_txn_abort", owner: "Env" },
      _LdgBus: { handle: "Bus", free: "ldg_bus_teardown" },
      _LdgPage: { handle: "Page", free: "ldg_page_unref" },
      _LdgRing: { handle: "Ring", free: "ldg_ring_fini" },
      ldg_bus_acquire: { method: "new Bus", error: { when: "null" } },
      ldg_bus_page: { method: "Bus.page", error: { when: "null" } },
      ldg_env_add: { method: "Env.add", error },
      ldg_env_counts: { method: "Env.counts" },
      ldg_env_create: { method: "new Env", out: ["env"], error },
      ldg_env_error: { method: "Env.error" },
      ldg_env_flags: { method: "Env.flags", out: ["flags"], error },
      ldg_env_label: { method: "Env.label" },
      ldg_env_stat: { method: "Env.stat", out: ["stat"], error },
      ldg_page_fix: { method: "Page.fix" },
      ldg_page_free: { method: "Page.free", consume: ["page"] },
      ldg_page_new: {
        method: "new Page",
        error: { when: "null" },
      },
      ldg_ring_new: {
        method: "new Ring",
        error: { when: "null" },
      },
      ldg_strerror: { as: { return: "cstring" } },
      ldg_txn_begin: {
        method: "Env.txn_begin",
        out: ["txn"],
        error,
        as: { parent: "?Txn" },
      },
      ldg_txn_commit: { method: "Txn.commit", error, consume: ["txn"] },
      ldg_txn_error_clear: { method: "Txn.error_clear" },
      ldg_txn_free_unused_pages: { method: "Txn.free_unused_pages" },
      ldg_txn_publish: {
        method: "Txn.publish",
        lengths: { payload: "payloadlen" },
      },
    });
    const image = readLibrary(path).image;
    annotate(described, { path, entries: Object.entries(proposed) }, image);
  },
);

test("what was not read is not used", need("cc"), async () => {
  const path = await library("shelf.c");
  const file = join(emptyDirectory(), "shelf.notes.json");
  await succeedSilently(plugin("annotate", path, "-o", file));
  const into = join(emptyDirectory(), "shelf.json");
  const emit = ["emit", path, "--annotate", file, "-o", into];
  const refused = await plugin(...emit);
  assertEquals(refused.status, 1);
  assert(refused.stderr.includes(`delete "unread" when you have`));
  const { unread: _, ...read } = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(read));
  await succeedSilently(plugin(...emit));
});

/** What is said of a library, one thing a line. */
function facts({ types, symbols }: Manifest): Map<string, string> {
  const said = new Map<string, string>();
  const names = new Map<string, string>();
  for (const [name, type] of Object.entries(types)) {
    if (type.kind === "class" && type.of) names.set(name, type.of);
  }
  for (const [name, type] of Object.entries(types)) {
    if (type.kind !== "class" || type.of === undefined) continue;
    said.set(`free of ${type.of}`, `${type.free}`);
    if (type.owner) said.set(`owner of ${type.of}`, names.get(type.owner)!);
    for (const symbol of Object.values(type.methods ?? {})) {
      said.set(`class of ${symbol}`, names.get(name)!);
    }
  }
  for (const [name, symbol] of Object.entries(symbols)) {
    if (symbol.kind !== "function") continue;
    const { out, error } = symbol.annotations ?? {};
    if (out) said.set(`out of ${name}`, out.join());
    if (error) said.set(`failure of ${name}`, error.when);
  }
  return said;
}

/** How much of what a pack says is proposed, and what is proposed otherwise. */
const PACKS = {
  sqlite3: {
    library: "libsqlite3.so.0",
    header: "sqlite3.h",
    from: "libsqlite3-dev",
    least: 70,
  },
  libgit2: {
    library: "libgit2.so",
    header: "git2.h",
    from: "libgit2-dev",
    least: 75,
  },
  libarchive: {
    library: "libarchive.so",
    header: "archive.h",
    more: ["--header", "archive_entry.h"],
    from: "libarchive-dev",
    least: 60,
  },
};

for (const [pack, about] of Object.entries(PACKS)) {
  const { library, header, from, least } = about;
  const needs = process.platform === "linux" &&
      existsSync(`/usr/include/${header}`)
    ? needBreadth("cc")
    : skip(`needs Debian's ${from}`);

  test(
    `most of what annotations/${pack}.json says is proposed`,
    needs,
    async () => {
      const own = fileURLToPath(
        new URL(`../../../annotations/${pack}.json`, import.meta.url),
      );
      const directory = emptyDirectory();
      const notes = join(directory, "notes.json");
      const command = [library, "--header", header];
      if ("more" in about) command.push(...about.more);
      await succeedSilently(plugin("annotate", ...command, "-o", notes));
      const { unread: _, ...read } = JSON.parse(readFileSync(notes, "utf8"));
      writeFileSync(notes, JSON.stringify(read));
      const [guessed, said] = await Promise.all(
        [notes, own].map(async (file) => {
          const output = join(directory, `${file === own}.json`);
          const emit = ["emit", ...command, "--annotate", file, "-o", output];
          await succeedSilently(plugin(...emit));
          return facts(parseManifest(readFileSync(output, "utf8"), output));
        }),
      ) as [Map<string, string>, Map<string, string>];
      const same = [...said].filter(([key, value]) =>
        guessed.get(key) === value
      );
      const wrong = [...said].flatMap(([key, value]) =>
        guessed.has(key) && guessed.get(key) !== value
          ? [`${key}: ${guessed.get(key)}, not ${value}`]
          : []
      );
      const share = Math.round(100 * same.length / said.size);
      const text =
        `${same.length} of ${said.size}, ${wrong.length} otherwise:\n${
          wrong.join("\n")
        }`;
      assert(share >= least && wrong.length * 10 <= said.size, text);
      if (process.env.PLUGIN_REACH !== undefined) {
        console.log(`${pack}: ${text}`);
      }
    },
  );
}
