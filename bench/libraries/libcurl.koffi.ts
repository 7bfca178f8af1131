// examples/libraries/libcurl.ts by koffi.
import console from "node:console";
import process from "node:process";
import { koffi } from "./koffi.ts";

const lib = koffi.load("libcurl.so");
koffi.opaque("CURL");
const Write = koffi.proto(
  "size_t write(const void *data, size_t size, size_t count, void *user)",
);
const f = (prototype: string) => lib.func(prototype);
const easyInit = f("CURL *curl_easy_init()");
const cleanup = f("void curl_easy_cleanup(CURL *c)");
const setopt = f("int curl_easy_setopt(CURL *c, int option, ...)");
const getinfo = f("int curl_easy_getinfo(CURL *c, int info, ...)");
const perform = f("int curl_easy_perform(CURL *c)");
const strerror = f("const char *curl_easy_strerror(int code)");

const CURLOPT_URL = 10002, CURLOPT_WRITEFUNCTION = 20011;
const CURLINFO_RESPONSE_CODE = 0x200002;
const NAMES = [
  "CURLE_OK",
  "CURLE_UNSUPPORTED_PROTOCOL",
  "CURLE_FAILED_INIT",
  "CURLE_URL_MALFORMAT",
];
class Failure extends Error {
  readonly code: number;
  constructor(code: number) {
    super(strerror(code));
    this.code = code;
  }
}
const check = (code: number) => {
  if (code !== 0) throw new Failure(code);
};

const easy = easyInit();
if (easy === null) throw new Error("no memory");
const write = koffi.register(
  (data: unknown, size: number, count: number) => {
    const length = Number(size) * Number(count);
    process.stdout.write(
      Uint8Array.from(koffi.decode(data, "uint8_t", length)),
    );
    return length;
  },
  koffi.pointer(Write),
);
try {
  check(setopt(easy, CURLOPT_URL, "const char *", process.argv[2]!));
  check(setopt(easy, CURLOPT_WRITEFUNCTION, "void *", write));
  check(perform(easy));
  const code = new BigInt64Array(1);
  check(getinfo(easy, CURLINFO_RESPONSE_CODE, "void *", code));
  console.log(code[0]);
  check(setopt(easy, CURLOPT_URL, "const char *", "nothing://"));
  check(perform(easy));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message, NAMES[error.code]);
} finally {
  cleanup(easy);
  koffi.unregister(write);
}
