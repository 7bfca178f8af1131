// examples/libraries/openssl.ts by koffi.
import console from "node:console";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libcrypto.so");
for (const type of ["EVP_MD", "EVP_MD_CTX", "EVP_CIPHER", "EVP_CIPHER_CTX"]) {
  koffi.opaque(type);
}
const f = (prototype: string) => lib.func(prototype);
const getError = f("unsigned long ERR_get_error()");
const reason = f("const char *ERR_reason_error_string(unsigned long e)");
const mdByName = f("EVP_MD *EVP_get_digestbyname(const char *name)");
const mdNew = f("EVP_MD_CTX *EVP_MD_CTX_new()");
const mdFree = f("void EVP_MD_CTX_free(EVP_MD_CTX *c)");
const mdSize = f("int EVP_MD_get_size(EVP_MD *md)");
const digestInit = f("int EVP_DigestInit(EVP_MD_CTX *c, EVP_MD *md)");
const digestUpdate = f(
  "int EVP_DigestUpdate(EVP_MD_CTX *c, const uint8_t *d, size_t size)",
);
const digestFinal = f(
  "int EVP_DigestFinal(EVP_MD_CTX *c, _Out_ uint8_t *md, _Out_ unsigned int *s)",
);
const cipherByName = f("EVP_CIPHER *EVP_get_cipherbyname(const char *name)");
const cipherNew = f("EVP_CIPHER_CTX *EVP_CIPHER_CTX_new()");
const cipherFree = f("void EVP_CIPHER_CTX_free(EVP_CIPHER_CTX *c)");
const init = (way: string) =>
  f(
    `int EVP_${way}Init(EVP_CIPHER_CTX *c, EVP_CIPHER *t, const uint8_t *key, const uint8_t *iv)`,
  );
const update = (way: string) =>
  f(
    `int EVP_${way}Update(EVP_CIPHER_CTX *c, _Out_ uint8_t *out, _Out_ int *outl, const uint8_t *in, int inl)`,
  );
const final = (way: string) =>
  f(
    `int EVP_${way}Final(EVP_CIPHER_CTX *c, _Out_ uint8_t *out, _Out_ int *outl)`,
  );
const encryptInit = init("Encrypt"), decryptInit = init("Decrypt");
const encryptUpdate = update("Encrypt"), decryptUpdate = update("Decrypt");
const encryptFinal = final("Encrypt"), decryptFinal = final("Decrypt");
const ctrl = f(
  "int EVP_CIPHER_CTX_ctrl(EVP_CIPHER_CTX *c, int type, int arg, _Out_ uint8_t *ptr)",
);

const BLOCK = 32, GET_TAG = 16;
const check = (status: number) => {
  if (status <= 0) throw new Error(reason(getError()));
};
const encoder = new TextEncoder();

const digest = mdNew();
try {
  const sha256 = mdByName("sha256");
  if (digest === null || sha256 === null) throw new Error("no SHA-256");
  check(digestInit(digest, sha256));
  const abc = encoder.encode("abc");
  check(digestUpdate(digest, abc, abc.length));
  const hash = new Uint8Array(mdSize(sha256));
  check(digestFinal(digest, hash, [0]));
  console.log(hash.length, hash[0]);
} finally {
  mdFree(digest);
}

const key = new Uint8Array(32), iv = new Uint8Array(16);
const sealing = cipherNew();
try {
  const gcm = cipherByName("aes-256-gcm"), cbc = cipherByName("aes-256-cbc");
  if (sealing === null || gcm === null || cbc === null) {
    throw new Error("no AES");
  }
  check(encryptInit(sealing, gcm, key, iv));
  const text = encoder.encode("attack at dawn");
  const sealed = new Uint8Array(text.length + BLOCK), length = [0];
  check(encryptUpdate(sealing, sealed, length, text, text.length));
  check(encryptFinal(sealing, new Uint8Array(BLOCK), [0]));
  const tag = new Uint8Array(16);
  check(ctrl(sealing, GET_TAG, tag.length, tag));
  console.log(sealed.subarray(0, length[0]).length, tag.length);

  check(decryptInit(sealing, cbc, key, iv));
  const odd = encoder.encode("no multiple of 16 bytes");
  const opened = new Uint8Array(odd.length + BLOCK);
  check(decryptUpdate(sealing, opened, [0], odd, odd.length));
  check(decryptFinal(sealing, new Uint8Array(BLOCK), [0]));
} catch (error) {
  console.log((error as Error).message);
} finally {
  cipherFree(sealing);
}
