/**
 * Plugins that somebody has signed.
 *
 * @module
 */

import { createPrivateKey, sign as signBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, type OpenOptions, PluginError } from "@native/plugin";
import { signedBytes } from "../../../ffi/manifest/manifest.ts";
import { plugin as command } from "../../emit/helpers/cli.ts";
import { buildAfresh, emptyDirectory } from "../../helpers/fixture.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

export async function run(...argv: string[]): Promise<void> {
  await succeedSilently(command(...argv));
}

/** Makes a pair of keys; `name.pem` and `name.pub.pem` are its files. */
export async function keys(): Promise<
  { name: string; pem: string; text: string }
> {
  const name = join(emptyDirectory(), "key");
  await run("keygen", "-o", name);
  const pem = readFileSync(`${name}.pub.pem`, "utf8");
  return { name, pem, text: pem.split("\n")[1]! };
}

export const mine = await keys();
export const other = await keys();
export const MINE: OpenOptions = { trust: [mine.pem] };

export async function sign(
  path: string,
  by: { readonly name: string } = mine,
  ...more: string[]
): Promise<string> {
  await run("sign", "--key", `${by.name}.pem`, `${path}.json`, ...more);
  return path;
}

/** Signs a manifest as it is, whatever the command says of it. */
export function signAsIs(path: string, by = mine): string {
  edit(path, (json) => {
    const secret = createPrivateKey(readFileSync(`${by.name}.pem`, "utf8"));
    delete json.signature;
    const value = signBytes(null, signedBytes(json), secret);
    json.signature = {
      algorithm: "ed25519",
      key: by.text,
      value: value.toString("base64"),
    };
  });
  return path;
}

export async function signed(source: string): Promise<string> {
  return await sign(await buildAfresh(source));
}

// deno-lint-ignore no-explicit-any -- manifests that somebody has changed
export function edit(path: string, change: (json: any) => void): void {
  const json = JSON.parse(readFileSync(`${path}.json`, "utf8"));
  change(json);
  writeFileSync(`${path}.json`, JSON.stringify(json));
}

export function assertRefused(
  code: string,
  words: string,
  path: string,
  options = MINE,
): void {
  const error = assertThrows(() => open(path, options), PluginError);
  assertEquals(error.code, code, error.message);
  assertStringIncludes(error.message, words);
}
