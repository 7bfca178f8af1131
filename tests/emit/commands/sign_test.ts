import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { canonical } from "../../../ffi/manifest/manifest.ts";
import { need } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin } from "../helpers/cli.ts";

const C = need("cc");

/** Builds a plugin and makes a pair of keys. */
async function prepare(directory: string): Promise<string> {
  writeFileSync(`${directory}/a.c`, "int one(void) { return 1; }\n");
  const built = await plugin("build", `${directory}/a.c`);
  const made = await plugin("keygen", "-o", `${directory}/key`);
  assertEquals([built.status, made.status], [0, 0], built.stderr + made.stderr);
  return `${directory}/a.so`;
}

const sign = (directory: string, ...more: string[]) =>
  plugin(
    "sign",
    "--key",
    `${directory}/key.pem`,
    `${directory}/a.so.json`,
    ...more,
  );

test("plugin keygen writes a pair, for its owner only, and never twice", async () => {
  await inDirectory(async (directory) => {
    const name = `${directory}/release`;
    const ran = await plugin("keygen", "--output", name, "--json");
    const { written, key } = JSON.parse(ran.stdout);
    assertEquals(written, [`${name}.pem`, `${name}.pub.pem`]);
    assertEquals(statSync(`${name}.pem`).mode & 0o777, 0o600);
    const pem = readFileSync(`${name}.pub.pem`, "utf8");
    assertEquals(
      pem,
      `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----\n`,
    );
    const secret = readFileSync(`${name}.pem`, "utf8");
    for (const gone of [undefined, `${name}.pub.pem`]) {
      if (gone !== undefined) rmSync(gone);
      const again = await plugin("keygen", "-o", name);
      assertEquals([again.status, again.stdout], [1, ""]);
      assertStringIncludes(again.stderr, "it is there already");
      assertEquals(readFileSync(`${name}.pem`, "utf8"), secret);
    }
    assertEquals(existsSync(`${name}.pub.pem`), false);
    const nowhere = await plugin("keygen", "-o", `${directory}/no/key`);
    assertEquals(nowhere.status, 1);
    assertStringIncludes(nowhere.stderr, "there is no directory");
  });
});

test("plugin sign says whose, and so do check and inspect", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    const unsigned = readFileSync(`${path}.json`, "utf8");
    assertStringIncludes(
      (await plugin("inspect", path)).stdout,
      "signed    no",
    );
    const { key } = JSON.parse((await sign(directory, "--json")).stdout);
    const first = readFileSync(`${path}.json`, "utf8");
    // The rest of the text is as it was, and signing again changes nothing.
    assertEquals(
      first.slice(0, unsigned.length - 3),
      unsigned.slice(0, -3),
    );
    await sign(directory);
    assertEquals(readFileSync(`${path}.json`, "utf8"), first);
    const checked = await plugin("check", path);
    assertEquals(checked.status, 0);
    assertStringIncludes(
      checked.stdout,
      `is right\nsigned by the key ${key}\n`,
    );
    const inspected = await plugin("inspect", path);
    assertStringIncludes(inspected.stdout, `signed    by ${key}\n`);

    writeFileSync(`${path}.json`, first.replace('"C"', '"B"'));
    const stale = await plugin("check", path);
    assertEquals(stale.status, 1);
    assertStringIncludes(
      stale.stdout,
      `- signature: ${key}\n+ signature: the manifest was changed`,
    );
    const changed = await plugin("inspect", path);
    assertStringIncludes(changed.stdout, `by ${key}, and changed since`);
    const json = JSON.parse((await plugin("check", path, "--json")).stdout);
    assertEquals(json.signed, { key, fits: false });
  });
});

test("plugin check compares the digest of what is signed", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1; // the build id stays
    writeFileSync(path, bytes);
    assertEquals((await plugin("check", path)).status, 0);
    const refused = await sign(directory);
    assertEquals([refused.status, refused.stdout], [1, ""]);
    assertStringIncludes(refused.stderr, `the sha256 of "${path}" is`);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    assertEquals((await sign(directory)).status, 0);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const stale = await plugin("check", path);
    assertEquals(stale.status, 1);
    assertStringIncludes(stale.stdout, "+ library.sha256: ");
  });
});

test("plugin sign explains keys that are none", C, async () => {
  await inDirectory(async (directory) => {
    await prepare(directory);
    const manifest = `${directory}/a.so.json`;
    const with_ = (key: string) => plugin("sign", "--key", key, manifest);
    const wrong: [string, string][] = [
      [
        `${directory}/key.pub.pem`,
        "it is the public one, wanted the private one",
      ],
      [`${directory}/a.c`, "it is not a private key in PEM"],
      [`${directory}/none`, "Cannot read the key"],
    ];
    for (const [key, words] of wrong) {
      const { status, stderr } = await with_(key);
      assertEquals(status, 1);
      assertStringIncludes(stderr, words);
    }
    const { status, stderr } = await plugin("sign", manifest);
    assertEquals(status, 2);
    assertStringIncludes(stderr, `"plugin sign" needs --key`);
    const extra = await plugin("keygen", "key");
    assertEquals(extra.status, 2);
    assertStringIncludes(extra.stderr, 'takes only options, and got "key"');
  });
});

test("OpenSSL agrees with a signature", need("cc", "openssl"), async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    await sign(directory);
    const { signature, ...rest } = JSON.parse(
      readFileSync(`${path}.json`, "utf8"),
    );
    writeFileSync(`${directory}/signed`, canonical(rest));
    writeFileSync(
      `${directory}/value`,
      new Uint8Array(
        [...atob(signature.value)].map((character) => character.charCodeAt(0)),
      ),
    );
    const { status, stdout } = spawnSync("openssl", [
      ...["pkeyutl", "-verify", "-pubin", "-inkey", `${directory}/key.pub.pem`],
      ...["-rawin", "-in", `${directory}/signed`],
      ...["-sigfile", `${directory}/value`],
    ], { encoding: "utf8" });
    assertEquals([status, stdout], [0, "Signature Verified Successfully\n"]);
  });
});
