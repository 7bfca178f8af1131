// examples/libraries/libsodium.ts by bun:ffi alone.
import console from "node:console";
import { dlopen, ptr } from "bun:ffi";

const { symbols: sodium } = dlopen("libsodium.so", {
  sodium_init: { args: [], returns: "i32" },
  randombytes_buf: { args: ["ptr", "usize"], returns: "void" },
  crypto_secretbox_keygen: { args: ["ptr"], returns: "void" },
  crypto_secretbox_easy: {
    args: ["ptr", "ptr", "u64", "ptr", "ptr"],
    returns: "i32",
  },
  crypto_secretbox_open_easy: {
    args: ["ptr", "ptr", "u64", "ptr", "ptr"],
    returns: "i32",
  },
  crypto_sign_keypair: { args: ["ptr", "ptr"], returns: "i32" },
  crypto_sign_detached: {
    args: ["ptr", "ptr", "ptr", "u64", "ptr"],
    returns: "i32",
  },
  crypto_sign_verify_detached: {
    args: ["ptr", "ptr", "u64", "ptr"],
    returns: "i32",
  },
  crypto_generichash: {
    args: ["ptr", "usize", "ptr", "u64", "ptr", "usize"],
    returns: "i32",
  },
});
const KEY = 32, NONCE = 24, MAC = 16, PUBLIC = 32, SECRET = 64, SIGNATURE = 64;
if (sodium.sodium_init() < 0) throw new Error("sodium_init() failed");
const text = new TextEncoder().encode("attack at dawn");

const key = new Uint8Array(KEY), nonce = new Uint8Array(NONCE);
sodium.crypto_secretbox_keygen(ptr(key));
sodium.randombytes_buf(ptr(nonce), nonce.length);
const box = new Uint8Array(text.length + MAC);
sodium.crypto_secretbox_easy(
  ptr(box),
  ptr(text),
  text.length,
  ptr(nonce),
  ptr(key),
);
const opened = new Uint8Array(box.length - MAC);
if (
  sodium.crypto_secretbox_open_easy(
    ptr(opened),
    ptr(box),
    box.length,
    ptr(nonce),
    ptr(key),
  ) !== 0
) throw new Error("crypto_secretbox_open_easy() failed");
console.log(box.length, new TextDecoder().decode(opened));
const publicKey = new Uint8Array(PUBLIC), secretKey = new Uint8Array(SECRET);
sodium.crypto_sign_keypair(ptr(publicKey), ptr(secretKey));
const signature = new Uint8Array(SIGNATURE);
sodium.crypto_sign_detached(
  ptr(signature),
  null,
  ptr(text),
  text.length,
  ptr(secretKey),
);
const other = new TextEncoder().encode("attack at noon");
for (const message of [text, other]) {
  const status = sodium.crypto_sign_verify_detached(
    ptr(signature),
    ptr(message),
    message.length,
    ptr(publicKey),
  );
  if (status !== 0) {
    console.log(`crypto_sign_verify_detached() failed: it gave ${status}`);
  }
}
const hash = new Uint8Array(16), abc = new TextEncoder().encode("abc");
sodium.crypto_generichash(
  ptr(hash),
  hash.length,
  ptr(abc),
  abc.length,
  null,
  0,
);
console.log(hash.toHex());
