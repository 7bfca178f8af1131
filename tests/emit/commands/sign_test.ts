import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { canonical } from "../../../ffi/manifest/manifest.ts";
import { need } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { withVariable } from "../../helpers/variable.ts";
import { plugin } from "../helpers/cli.ts";
import { succeed } from "../../helpers/succeed.ts";

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

test(
  "plugin keygen says where git would take the private key",
  need("git"),
  async () => {
    await inDirectory(async (directory) => {
      const git = await run("git", ["init", "--quiet", directory]);
      assertEquals(git.status, 0, git.stderr);
      const key = (name: string) =>
        plugin("keygen", "-o", join(directory, name));
      const { status, stderr } = await key("key");
      assertEquals(status, 0);
      assertStringIncludes(
        stderr,
        `key.pem", and who has it signs in your name: add *.pem and !*.pub.pem to .gitignore`,
      );
      // A project of "plugin new" has that already.
      const made = await plugin("new", "c", join(directory, "hello"));
      assertEquals([made.status, made.stderr], [0, ""]);
      const other = await key("hello/key");
      assertEquals([other.status, other.stderr], [0, ""]);
      const ignored = await run("git", [
        "check-ignore",
        "key.pem",
        "key.pub.pem",
      ], {
        cwd: join(directory, "hello"),
      });
      assertEquals(ignored.stdout, "key.pem\n");
    });
    await inDirectory(async (directory) => {
      const { stderr } = await plugin("keygen", "-o", join(directory, "key"));
      assertEquals(stderr, ""); // no repository
    });
  },
);

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

test("plugin sign does not go back to an older version", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    await succeed(sign(directory, "--version", "1.4.0"));
    const signed = readFileSync(`${path}.json`, "utf8");
    for (const older of ["1.3.9", "1.4.0-rc.1"]) {
      const ran = await sign(directory, "--version", older);
      assertEquals([ran.status, ran.stdout], [2, ""]);
      assertStringIncludes(
        ran.stderr,
        `as ${older}: it says that it is the later 1.4.0`,
      );
      assertEquals(readFileSync(`${path}.json`, "utf8"), signed);
    }
    for (const [version, status] of [["1.4.0", 0], ["1.10", 0]] as const) {
      const ran = await sign(directory, "--version", version);
      assertEquals(ran.status, status, ran.stderr);
    }
    // As the sentence says.
    const { version: _, ...rest } = JSON.parse(
      readFileSync(`${path}.json`, "utf8"),
    );
    writeFileSync(`${path}.json`, JSON.stringify(rest));
    await succeed(sign(directory, "--version", "1.3.9"));
  });
});

test("plugin check compares the digest of what is signed", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1; // the build id stays
    writeFileSync(path, bytes);
    await succeed(plugin("check", path));
    const refused = await sign(directory);
    assertEquals([refused.status, refused.stdout], [1, ""]);
    assertStringIncludes(refused.stderr, `the sha256 of "${path}" is`);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    await succeed(sign(directory));
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    const stale = await plugin("check", path);
    assertEquals(stale.status, 1);
    assertStringIncludes(stale.stdout, "+ library.sha256: ");
  });
});

test("plugin sign takes the passphrase of a key", C, async () => {
  await inDirectory(async (directory) => {
    await prepare(directory);
    const key = `${directory}/key.pem`;
    writeFileSync(
      key,
      createPrivateKey(readFileSync(key)).export({
        type: "pkcs8",
        format: "pem",
        cipher: "aes-256-cbc",
        passphrase: "open sesame",
      }),
    );
    for (
      const [passphrase, status] of [
        [undefined, 1],
        ["open barley", 1],
        ["open sesame", 0],
      ] as const
    ) {
      const signed = await withVariable(
        "PLUGIN_KEY_PASSPHRASE",
        passphrase,
        () => sign(directory),
      );
      assertEquals(signed.status, status, signed.stderr);
      if (status === 1) {
        assertStringIncludes(
          signed.stderr,
          "it has a passphrase, and PLUGIN_KEY_PASSPHRASE does not say the right one",
        );
      }
    }
  });
});

test("plugin sign explains keys that are none", C, async () => {
  await inDirectory(async (directory) => {
    await prepare(directory);
    const manifest = `${directory}/a.so.json`;
    writeFileSync(
      `${directory}/id_ed25519`,
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n",
    );
    const with_ = (key: string) => plugin("sign", "--key", key, manifest);
    const wrong: [string, string][] = [
      [
        `${directory}/key.pub.pem`,
        "it is the public one, wanted the private one",
      ],
      [`${directory}/a.c`, "it is not a private key in PEM"],
      [
        `${directory}/id_ed25519`,
        "it is in the format of OpenSSH (ssh-keygen), wanted PKCS #8 in PEM; make one with: plugin keygen",
      ],
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

/** Runs the command where no file can have a byte in it: as on a disk that is full. */
function onFullDisk(
  ...argv: string[]
): { status: number | null; said: string } {
  const script = fileURLToPath(
    new URL("../../../emit/main.ts", import.meta.url),
  );
  const args = "Deno" in globalThis ? ["run", "-A", script] : [script];
  const { status, stdout, stderr } = spawnSync("/bin/sh", [
    "-c",
    `ulimit -f 0; trap "" XFSZ; exec "$0" "$@"`,
    ...[process.execPath, ...args, ...argv],
  ], { encoding: "utf8" });
  return { status, said: stdout + stderr };
}

test(
  "a full disk leaves no key, and no manifest that is empty",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const path = await prepare(directory);
      const before = readdirSync(directory).sort();
      const manifest = readFileSync(`${path}.json`, "utf8");
      const key = `${directory}/key`;
      const refused = [
        ["keygen", "-o", `${directory}/other`],
        ["keygen", "-o", `${directory}/other`, "--successor-of", `${key}.pem`],
        ["sign", "--key", `${key}.pem`, `${path}.json`],
        ["revoke", "--key", `${key}.pem`, "-o", `${directory}/list`, "a@1"],
      ];
      for (const argv of refused) {
        const { status, said } = onFullDisk(...argv);
        assertEquals(status, 1, said);
        assertStringIncludes(said, "Cannot write");
        assertEquals(readdirSync(directory).sort(), before);
        assertEquals(readFileSync(`${path}.json`, "utf8"), manifest);
      }
    });
  },
);

test("plugin sign writes a name and a version, and keeps them", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    const read = () => {
      const { name, version } = JSON.parse(
        readFileSync(`${path}.json`, "utf8"),
      );
      return [name, version];
    };
    const first = await sign(directory);
    assertStringIncludes(first.stdout, "as      a, without a version\n");
    assertEquals(read(), ["a", undefined]);
    await sign(directory, "--version", "1.4.2", "--name", "greeter");
    assertEquals(read(), ["greeter", "1.4.2"]);
    const kept = await sign(directory);
    assertStringIncludes(kept.stdout, "as      greeter 1.4.2\n");
    assertEquals(read(), ["greeter", "1.4.2"]);
    const inspected = await plugin("inspect", path);
    assertStringIncludes(inspected.stdout, "called    greeter 1.4.2\n");
    for (
      const version of ["v1", "1.", "1.2.3.4.5", "1.4-rc_1", "1.2345678901"]
    ) {
      const { status, stderr } = await sign(directory, "--version", version);
      assertEquals(status, 2);
      assertStringIncludes(stderr, `"${version}" is no version`);
    }
    const control = await sign(directory, "--name", "a\u001b[2Jb");
    assertEquals(control.status, 1);
    assertStringIncludes(
      control.stderr,
      String
        .raw`name is "a\u001b[2Jb", wanted a text without control characters`,
    );
  });
});

test("plugin sign says what has no canonical form", C, async () => {
  await inDirectory(async (directory) => {
    const manifest = `${await prepare(directory)}.json`;
    const text = readFileSync(manifest, "utf8");
    for (
      const [member, wanted] of [
        ["-0", "the number -0 has no form of its own"],
        ["1e999", "the number Infinity has no form of its own"],
        ['"\\ud800"', 'the text "\\ud800" has half a surrogate pair'],
        [`${"[".repeat(300)}${"]".repeat(300)}`, "deeper than can be signed"],
        [`${"[".repeat(1e5)}${"]".repeat(1e5)}`, "deeper than can be signed"],
      ] as const
    ) {
      writeFileSync(manifest, text.replace("{", `{ "more": ${member},`));
      const { status, stderr } = await sign(directory);
      assertEquals(status, 1);
      assertStringIncludes(stderr, "Cannot sign ");
      assertStringIncludes(stderr, `${wanted}\n`);
    }
  });
});

test("plugin sign says what open would refuse", C, async () => {
  await inDirectory(async (directory) => {
    const path = await prepare(directory);
    const flags = ["--", "-Wl,-rpath,lib"];
    await plugin("build", `${directory}/a.c`, ...flags);
    const before = readFileSync(`${path}.json`, "utf8");
    const { status, stderr } = await sign(directory);
    assertEquals(status, 1);
    assertStringIncludes(stderr, `it looks for libraries in "lib"`);
    assertEquals(readFileSync(`${path}.json`, "utf8"), before);
  });
});

test(
  "plugin keygen makes a successor, and plugin sign shows whose",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const path = await prepare(directory);
      const make = async (name: string, older: string) => {
        const made = await plugin(
          ...["keygen", "-o", `${directory}/${name}`],
          ...["--successor-of", `${directory}/${older}.pem`, "--json"],
        );
        const { written, key } = JSON.parse(made.stdout);
        assertEquals(written.length, 3);
        return key as string;
      };
      const text = (name: string) =>
        readFileSync(`${directory}/${name}.pub.pem`, "utf8").split("\n")[1]!;
      const second = await make("second", "key");
      const third = await make("third", "second");
      assertEquals([second, third], ["second", "third"].map(text));
      const manifest = `${path}.json`;
      await plugin("sign", "--key", `${directory}/third.pem`, manifest);
      const { signature } = JSON.parse(readFileSync(manifest, "utf8"));
      assertEquals(signature.key, third);
      assertEquals(
        signature.succeeds.map(({ key }: { key: string }) => key),
        [second, text("key")],
      );
      assertStringIncludes(
        (await plugin("check", path)).stdout,
        `is right\nsigned by the key ${third}\n`,
      );
      // What is beside the key must be about it.
      renameSync(
        `${directory}/second.succeeds.json`,
        `${directory}/third.succeeds.json`,
      );
      const wrong = await plugin(
        "sign",
        "--key",
        `${directory}/third.pem`,
        manifest,
      );
      assertEquals(wrong.status, 1);
      assertStringIncludes(wrong.stderr, "its keys have not signed that");
    });
  },
);

test(
  "plugin revoke adds to a list, and to none that was changed",
  C,
  async () => {
    await inDirectory(async (directory) => {
      const path = await prepare(directory);
      await sign(directory);
      const list = `${directory}/list.json`;
      const revoke = (...what: string[]) =>
        plugin("revoke", "--key", `${directory}/key.pem`, "-o", list, ...what);
      const first = await revoke("hello@1.4.2", "@scope/name@2", path);
      assertStringIncludes(first.stdout, "revoked hello before 1.4.2\n");
      assertStringIncludes(first.stdout, "revoked @scope/name before 2\n");
      await revoke(`${directory}/key.pub.pem`, "hello@1.4.1", "hello@1.5");
      const read = JSON.parse(readFileSync(list, "utf8"));
      const { library } = JSON.parse(readFileSync(`${path}.json`, "utf8"));
      assertEquals(read.libraries, [library.sha256]);
      assertEquals(read.releases, { "@scope/name": "2", hello: "1.5" });
      assertEquals(read.keys, [read.signature.key]);
      const text = readFileSync(list, "utf8");
      writeFileSync(list, text.replace('"1.5"', '"1.4"'));
      const refused = await revoke("other@1");
      assertEquals(refused.status, 1);
      assertStringIncludes(
        refused.stderr,
        "it was changed after it was signed",
      );
      writeFileSync(list, text);
      const spelled = await revoke("hello@v1.4.2");
      assertEquals(spelled.status, 1);
      assertStringIncludes(
        spelled.stderr,
        'Cannot revoke "hello@v1.4.2": "v1.4.2" is no version such as 1.4.2, and as a file: there is no such file',
      );
      const missing = await revoke(`${directory}/none.so`);
      assertEquals(missing.status, 1);
      assertStringIncludes(missing.stderr, "Cannot revoke");
      assertEquals(readFileSync(list, "utf8"), text);
      assertEquals((await plugin("revoke", "hello@1")).status, 2);
    });
  },
);

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

test(
  "plugin keygen encrypts the private key where there is a passphrase",
  C,
  async () => {
    await inDirectory(async (directory) => {
      writeFileSync(`${directory}/a.c`, "int one(void) { return 1; }\n");
      await succeed(plugin("build", `${directory}/a.c`));
      await succeed(withVariable(
        "PLUGIN_KEY_PASSPHRASE",
        "open sesame",
        () => plugin("keygen", "-o", `${directory}/key`),
      ));
      const pem = readFileSync(`${directory}/key.pem`, "utf8");
      assertStringIncludes(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
      for (
        const [passphrase, status] of [["open barley", 1], [
          "open sesame",
          0,
        ]] as const
      ) {
        const signed = await withVariable(
          "PLUGIN_KEY_PASSPHRASE",
          passphrase,
          () => sign(directory),
        );
        assertEquals(signed.status, status, signed.stderr);
      }
    });
  },
);
