/**
 * Manifests of objects that strangers have changed: classes, records, variants
 * and all that crosses whole, of Go and of Rust. Each is refused with one error of
 * ours, or its functions are bound and can be called.
 *
 * What is opened is a library with functions of the same names, which do nothing: they
 * are bound, and given what they have to refuse. Nothing of it is ever called.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { open, PluginError } from "../../../mod.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import {
  assertMixed,
  changeJson,
  MUTANTS,
  tryAll,
} from "../../ffi/helpers/mutants.ts";
import { emptyDirectory, library } from "../../helpers/fixture.ts";
import { needOnce, type Needs } from "../../helpers/need.ts";
import { pick, type Random } from "../../helpers/random.ts";
import { compile } from "../../helpers/shared_library.ts";
import { test } from "../../helpers/test.ts";
import { buildCrate } from "../helpers/native.ts";

// deno-lint-ignore no-explicit-any -- manifests that are broken on purpose
type Loose = any;

/** How many of each language are tried: these are long, and take ten times as long to read. */
const TRIED = Math.max(2000, Math.ceil(MUTANTS / 10));
/** How many of them are opened, and all that they have is bound. */
const OPENED = Math.ceil(TRIED / 40);

/** What no function takes: it is called, and refuses that before any native code runs. */
const GIVEN = Array.from({ length: 30 }, () => Symbol("nobody's"));

/** What the library has to export. */
function namesIn(manifest: Manifest): string[] {
  const text = JSON.stringify([manifest.symbols, manifest.types]);
  const names = [...text.matchAll(/"(\w+)"/g)].map(([, name]) => name!);
  const symbols = names.filter((name) => /^(?:plugin|Plugin)_\w|^_/.test(name));
  return [...new Set([...symbols, ...Object.keys(manifest.symbols)])]
    .filter((name) => /^[A-Za-z_]\w*$/.test(name));
}

/** A library whose functions do nothing, and the manifest of the other as one of it. */
function standIn(manifest: Manifest): { path: string; whole: Loose } {
  const path = join(emptyDirectory(), "stand_in.so");
  const source = namesIn(manifest).map((name, i) =>
    `long f${i}(void) __asm__("${name}");\nlong f${i}(void) { return 0; }`
  ).join("\n");
  compile(path, source, "-Wl,--build-id=none");
  const bytes = readFileSync(path);
  const { buildId: _, ...rest } = manifest.library as Loose;
  const own = {
    ...rest,
    file: "stand_in.so",
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    needs: [],
  };
  return { path, whole: { ...manifest, library: own } };
}

/** Changes one type or one symbol, of which there are many, and now and then a second. */
function changed(whole: Loose, random: Random): string {
  const members = { types: { ...whole.types }, symbols: { ...whole.symbols } };
  let text: string | undefined;
  for (let changes = 1 + random(2); changes > 0; changes--) {
    const part: Loose = members[pick(random, ["types", "symbols"] as const)];
    const name = pick(random, Object.keys(part));
    const before = JSON.stringify(part[name]);
    const after = changeJson(before, random);
    try {
      part[name] = JSON.parse(after);
    } catch {
      // No JSON any more: as it stands in the text of the whole.
      text = JSON.stringify({ ...whole, ...members }).replace(
        before,
        () => after,
      );
    }
  }
  return text ?? JSON.stringify({ ...whole, ...members });
}

/** Binds all that a plugin has; gives how many functions that were. */
function bindAll(symbols: Loose): number {
  let bound = 0;
  const attempt = <T>(act: () => T): T | undefined => {
    try {
      return act();
    } catch (error) {
      const isOurs = error instanceof PluginError ||
        error instanceof TypeError || error instanceof RangeError;
      if (!isOurs) throw error;
      assert(error.message.length < 2000, error.message.slice(0, 3000));
      return undefined;
    }
  };
  const call = (owner: Loose, name: string) => {
    const f = Object.getOwnPropertyDescriptor(owner, name)?.value;
    if (typeof f !== "function") return;
    bound++;
    attempt(() => {
      Reflect.apply(f, owner, GIVEN);
      throw new Error(`${name} took it`);
    });
  };
  for (const name of Object.keys(symbols)) {
    const value = attempt(() => symbols[name]);
    call({ [name]: value }, name);
    if (typeof value !== "function") continue;
    attempt(() => Reflect.construct(value, GIVEN));
    // An `async` gives a promise, by the same checks.
    for (const owner of [value, value.prototype ?? {}]) {
      for (const own of Object.getOwnPropertyNames(owner)) {
        if (own !== "constructor" && own !== "async") call(owner, own);
      }
    }
  }
  return bound;
}

/** Either compiles for long when it is the first time. */
function needing(tool: string): Needs & { timeout: number } {
  return { ...needOnce(tool, "cc"), timeout: 900_000 };
}

function hostile(
  language: string,
  needs: Needs,
  manifestOf: () => Promise<Manifest>,
): void {
  test(
    `parseManifest() of ${TRIED} mutants of objects of ${language} gives a manifest, or one error`,
    needs,
    async () => {
      const { whole } = standIn(await manifestOf());
      const accepted = tryAll(TRIED, 6, (random) => {
        const manifest = parseManifest(changed(whole, random), "mutant.json");
        assertEquals(
          parseManifest(JSON.stringify(manifest), "mutant.json"),
          manifest,
        );
      });
      assertMixed(accepted, TRIED);
      assertEquals(({} as { polluted?: number }).polluted, undefined);
    },
  );

  test(
    `what ${OPENED} mutants of objects of ${language} have is refused, or bound and checks its arguments`,
    needs,
    async () => {
      const { path, whole } = standIn(await manifestOf());
      let bound = 0;
      const accepted = tryAll(OPENED, 7, (random) => {
        const mutant = join(emptyDirectory(), "stand_in.so");
        copyFileSync(path, mutant);
        writeFileSync(`${mutant}.json`, changed(whole, random));
        bound += bindAll(open(mutant).symbols);
      });
      assertMixed(accepted, OPENED);
      assert(bound > OPENED, `${bound} were bound`);
    },
  );
}

hostile("Go", needing("go>=1.23"), async () =>
  parseManifest(
    readFileSync(`${await library("go/objects")}.json`, "utf8"),
    "objects",
  ));

hostile(
  "Rust",
  needing("rust>=1.88"),
  async () => (await buildCrate("api")).manifest,
);
