// plugin emit libcrypto.so --header openssl/evp.h --header openssl/err.h --annotate openssl
import console from "node:console";
import { open, PluginError } from "@native/plugin";
import type { Libcrypto } from "./libcrypto.so.d.ts";

const { MD, MD_CTX, CIPHER, CIPHER_CTX } =
  open<Libcrypto>(new URL("./libcrypto.so.json", import.meta.url)).symbols;

using digest = new MD_CTX();
digest.digestInit(MD.byName("sha256"));
digest.digestUpdate("abc");
const hash = digest.digestFinal();
console.log(hash.length, hash[0]);

const key = new Uint8Array(32), iv = new Uint8Array(16);
using sealing = new CIPHER_CTX();
sealing.encryptInit(CIPHER.byName("aes-256-gcm"), key, iv);
const sealed = sealing.encryptUpdate("attack at dawn");
sealing.encryptFinal();
console.log(sealed.length, sealing.getTag(16).length);

try {
  sealing.decryptInit(CIPHER.byName("aes-256-cbc"), key, iv);
  sealing.decryptUpdate("no multiple of 16 bytes");
  sealing.decryptFinal();
} catch (error) {
  if (error instanceof PluginError) console.log(error.message);
}
