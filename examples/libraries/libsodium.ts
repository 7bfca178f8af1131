// plugin emit libsodium.so --header sodium.h --annotate libsodium
import console from "node:console";
import { open } from "@native/plugin";
import type { Libsodium } from "./libsodium.so.d.ts";

const sodium = open<Libsodium>(new URL("./libsodium.so.json", import.meta.url))
  .symbols;
sodium.sodium_init();

const key = sodium.crypto_secretbox_keygen();
const nonce = sodium.randombytes_buf(24);
const box = sodium.crypto_secretbox_easy("attack at dawn", nonce, key);
const opened = sodium.crypto_secretbox_open_easy(box, nonce, key);
console.log(box.length, new TextDecoder().decode(opened));

const [publicKey, secretKey] = sodium.crypto_sign_keypair();
const signature = sodium.crypto_sign_detached("attack at dawn", secretKey);
sodium.crypto_sign_verify_detached(signature, "attack at dawn", publicKey);
try {
  sodium.crypto_sign_verify_detached(signature, "attack at noon", publicKey);
} catch (error) {
  console.log((error as Error).message);
}
console.log(sodium.sodium_bin2hex(sodium.crypto_generichash(16, "abc", null)));
