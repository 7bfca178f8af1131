// examples/libraries/openssl.ts by bun:ffi alone.
import console from "node:console";
import { CString, dlopen, type Pointer, ptr } from "bun:ffi";

const init = { args: ["ptr", "ptr", "ptr", "ptr"], returns: "i32" } as const;
const update = {
  args: ["ptr", "ptr", "ptr", "ptr", "i32"],
  returns: "i32",
} as const;
const final = { args: ["ptr", "ptr", "ptr"], returns: "i32" } as const;
const { symbols: crypto } = dlopen("libcrypto.so", {
  ERR_get_error: { args: [], returns: "u64" },
  ERR_reason_error_string: { args: ["u64"], returns: "ptr" },
  EVP_get_digestbyname: { args: ["ptr"], returns: "ptr" },
  EVP_MD_CTX_new: { args: [], returns: "ptr" },
  EVP_MD_CTX_free: { args: ["ptr"], returns: "void" },
  EVP_MD_get_size: { args: ["ptr"], returns: "i32" },
  EVP_DigestInit: { args: ["ptr", "ptr"], returns: "i32" },
  EVP_DigestUpdate: { args: ["ptr", "ptr", "usize"], returns: "i32" },
  EVP_DigestFinal: { args: ["ptr", "ptr", "ptr"], returns: "i32" },
  EVP_get_cipherbyname: { args: ["ptr"], returns: "ptr" },
  EVP_CIPHER_CTX_new: { args: [], returns: "ptr" },
  EVP_CIPHER_CTX_free: { args: ["ptr"], returns: "void" },
  EVP_EncryptInit: init,
  EVP_DecryptInit: init,
  EVP_EncryptUpdate: update,
  EVP_DecryptUpdate: update,
  EVP_EncryptFinal: final,
  EVP_DecryptFinal: final,
  EVP_CIPHER_CTX_ctrl: { args: ["ptr", "i32", "i32", "ptr"], returns: "i32" },
});

const BLOCK = 32, GET_TAG = 16;
const encoder = new TextEncoder();
const text = (text: string) => ptr(encoder.encode(`${text}\0`));
const check = (status: number) => {
  if (status > 0) return;
  const reason = crypto.ERR_reason_error_string(crypto.ERR_get_error());
  throw new Error(reason === null ? "failed" : `${new CString(reason)}`);
};
const made = (pointer: Pointer | null, what: string): Pointer => {
  if (pointer === null) throw new Error(`no ${what}`);
  return pointer;
};

const digest = made(crypto.EVP_MD_CTX_new(), "memory");
try {
  const sha256 = made(crypto.EVP_get_digestbyname(text("sha256")), "SHA-256");
  check(crypto.EVP_DigestInit(digest, sha256));
  const abc = encoder.encode("abc");
  check(crypto.EVP_DigestUpdate(digest, ptr(abc), abc.length));
  const hash = new Uint8Array(crypto.EVP_MD_get_size(sha256));
  check(crypto.EVP_DigestFinal(digest, ptr(hash), null));
  console.log(hash.length, hash[0]);
} finally {
  crypto.EVP_MD_CTX_free(digest);
}

const key = new Uint8Array(32), iv = new Uint8Array(16);
const sealing = made(crypto.EVP_CIPHER_CTX_new(), "memory");
const cipher = (name: string) =>
  made(crypto.EVP_get_cipherbyname(text(name)), name);
try {
  check(
    crypto.EVP_EncryptInit(sealing, cipher("aes-256-gcm"), ptr(key), ptr(iv)),
  );
  const plain = encoder.encode("attack at dawn"), length = new Int32Array(1);
  const sealed = new Uint8Array(plain.length + BLOCK);
  check(
    crypto.EVP_EncryptUpdate(
      sealing,
      ptr(sealed),
      ptr(length),
      ptr(plain),
      plain.length,
    ),
  );
  const written = sealed.subarray(0, length[0]);
  const rest = new Uint8Array(BLOCK);
  check(crypto.EVP_EncryptFinal(sealing, ptr(rest), ptr(length)));
  const tag = new Uint8Array(16);
  check(crypto.EVP_CIPHER_CTX_ctrl(sealing, GET_TAG, tag.length, ptr(tag)));
  console.log(written.length, tag.length);

  check(
    crypto.EVP_DecryptInit(sealing, cipher("aes-256-cbc"), ptr(key), ptr(iv)),
  );
  const odd = encoder.encode("no multiple of 16 bytes");
  const opened = new Uint8Array(odd.length + BLOCK);
  check(
    crypto.EVP_DecryptUpdate(
      sealing,
      ptr(opened),
      ptr(length),
      ptr(odd),
      odd.length,
    ),
  );
  check(crypto.EVP_DecryptFinal(sealing, ptr(rest), ptr(length)));
} catch (error) {
  console.log((error as Error).message);
} finally {
  crypto.EVP_CIPHER_CTX_free(sealing);
}
