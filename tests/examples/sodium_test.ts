/**
 * What libsodium reads and writes is there, whoever calls it: its C functions take
 * keys, nonces and tags without a length.
 *
 * @module
 */

import { join } from "@std/path";
import process from "node:process";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { open } from "../../mod.ts";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { needBreadth, skip } from "../helpers/need.ts";
import { test } from "../helpers/test.ts";
import { isThere } from "./helpers/libraries.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const NEEDS = process.platform === "linux" && isThere("sodium.h")
  ? needBreadth("cc")
  : skip("needs Debian's libsodium-dev");

// deno-lint-ignore no-explicit-any -- what is not there is what the test is about
type Loose = any;

test(
  "annotations/libsodium.json: sizes of keys, nonces and tags",
  NEEDS,
  async () => {
    const manifest = join(emptyDirectory(), "libsodium.json");
    await succeedSilently(spawnPlugin(
      ["emit", "libsodium.so", "--header", "sodium.h"]
        .concat("--annotate", "libsodium", "-o", manifest),
    ));
    const sodium: Loose = open(manifest).symbols;
    sodium.sodium_init();
    const short = new Uint8Array(3);
    const nonce = new Uint8Array(24);

    const key = sodium.crypto_auth_keygen();
    const tag = sodium.crypto_auth("text", key);
    sodium.crypto_auth_verify(tag, "text", key);
    assertThrows(() => sodium.crypto_auth_verify(tag, "test", key), Error);

    const seal = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt;
    const unseal = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt;
    const sealed = seal("text", "beside", nonce, key);
    const unsealed = unseal(sealed, "beside", nonce, key);
    assertEquals(new TextDecoder().decode(unsealed), "text");
    assertThrows(() => unseal(sealed, "other", nonce, key), Error);

    const [pk, sk] = sodium.crypto_box_seed_keypair(new Uint8Array(32));
    const letter = sodium.crypto_box_seal("text", pk);
    const read = sodium.crypto_box_seal_open(letter, pk, sk);
    assertEquals(new TextDecoder().decode(read), "text");
    assertEquals(sodium.crypto_scalarmult_base(sk), pk);

    const [otherPk, otherSk] = sodium.crypto_kx_keypair();
    const [kxPk, kxSk] = sodium.crypto_kx_keypair();
    assertEquals(
      sodium.crypto_kx_client_session_keys(kxPk, kxSk, otherPk),
      sodium.crypto_kx_server_session_keys(otherPk, otherSk, kxPk).reverse(),
    );

    for (
      const call of [
        () => sodium.crypto_auth("text", short),
        () => sodium.crypto_auth_verify(short, "text", key),
        () => sodium.crypto_onetimeauth("text", short),
        () => sodium.crypto_shorthash("text", short),
        () => sodium.crypto_stream_xor(short, short, key),
        () => seal("text", null, short, key),
        () => unseal(sealed, null, nonce, short),
        () => sodium.crypto_kdf_derive_from_key(32, 1n, "Examples", short),
        () => sodium.crypto_box_seed_keypair(short),
        () => sodium.crypto_box_seal("text", short),
        () => sodium.crypto_box_seal_open(letter, pk, short),
        () =>
          sodium.crypto_box_detached(nonce, short, nonce, 24n, nonce, pk, sk),
        () =>
          sodium.crypto_secretbox_detached(short, tag, nonce, 24n, nonce, key),
        () => sodium.crypto_scalarmult(sk, short),
        () => sodium.crypto_kx_client_session_keys(kxPk, kxSk, short),
        () => sodium.crypto_pwhash(16n, "text", short, 1n, 8192, 2),
        () => sodium.crypto_sign_open(nonce, null, nonce, 24n, short),
      ]
    ) {
      const { message } = assertThrows(call, RangeError, "wanted at least");
      assert(message.startsWith("crypto_"), message);
    }
  },
);
