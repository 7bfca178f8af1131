// examples/libraries/libsodium.ts by koffi.
import console from "node:console";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libsodium.so");
const init = lib.func("int sodium_init()");
const random = lib.func(
  "void randombytes_buf(_Out_ uint8_t *buf, size_t size)",
);
const keygen = lib.func("void crypto_secretbox_keygen(_Out_ uint8_t *k)");
const seal = lib.func(
  "int crypto_secretbox_easy(_Out_ uint8_t *c, const uint8_t *m, uint64_t mlen, const uint8_t *n, const uint8_t *k)",
);
const unseal = lib.func(
  "int crypto_secretbox_open_easy(_Out_ uint8_t *m, const uint8_t *c, uint64_t clen, const uint8_t *n, const uint8_t *k)",
);
const keypair = lib.func(
  "int crypto_sign_keypair(_Out_ uint8_t *pk, _Out_ uint8_t *sk)",
);
const sign = lib.func(
  "int crypto_sign_detached(_Out_ uint8_t *sig, uint64_t *siglen_p, const uint8_t *m, uint64_t mlen, const uint8_t *sk)",
);
const verify = lib.func(
  "int crypto_sign_verify_detached(const uint8_t *sig, const uint8_t *m, uint64_t mlen, const uint8_t *pk)",
);
const generichash = lib.func(
  "int crypto_generichash(_Out_ uint8_t *out, size_t outlen, const uint8_t *in, uint64_t inlen, const uint8_t *key, size_t keylen)",
);

const KEY = 32, NONCE = 24, MAC = 16, PUBLIC = 32, SECRET = 64, SIGNATURE = 64;
if (init() < 0) throw new Error("sodium_init() failed");
const text = new TextEncoder().encode("attack at dawn");

const key = new Uint8Array(KEY), nonce = new Uint8Array(NONCE);
keygen(key);
random(nonce, nonce.length);
const box = new Uint8Array(text.length + MAC);
seal(box, text, text.length, nonce, key);
const opened = new Uint8Array(box.length - MAC);
if (unseal(opened, box, box.length, nonce, key) !== 0) {
  throw new Error("crypto_secretbox_open_easy() failed");
}
console.log(box.length, new TextDecoder().decode(opened));

const publicKey = new Uint8Array(PUBLIC), secretKey = new Uint8Array(SECRET);
keypair(publicKey, secretKey);
const signature = new Uint8Array(SIGNATURE);
sign(signature, null, text, text.length, secretKey);
const other = new TextEncoder().encode("attack at noon");
for (const message of [text, other]) {
  const status = verify(signature, message, message.length, publicKey);
  if (status !== 0) {
    console.log(`crypto_sign_verify_detached() failed: it gave ${status}`);
  }
}
const hash = new Uint8Array(16), abc = new TextEncoder().encode("abc");
generichash(hash, hash.length, abc, abc.length, null, 0);
console.log(
  Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join(""),
);
