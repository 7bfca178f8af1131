// examples/libraries/libcurl.ts by bun:ffi alone.
import console from "node:console";
import process from "node:process";
import { CString, dlopen, JSCallback, ptr, toArrayBuffer } from "bun:ffi";

// What is variable of their arguments is an address here each time.
const { symbols: curl } = dlopen("libcurl.so", {
  curl_easy_init: { args: [], returns: "ptr" },
  curl_easy_cleanup: { args: ["ptr"], returns: "void" },
  curl_easy_setopt: { args: ["ptr", "i32", "ptr"], returns: "i32" },
  curl_easy_getinfo: { args: ["ptr", "i32", "ptr"], returns: "i32" },
  curl_easy_perform: { args: ["ptr"], returns: "i32" },
  curl_easy_strerror: { args: ["i32"], returns: "ptr" },
});

const CURLOPT_URL = 10002, CURLOPT_WRITEFUNCTION = 20011;
const CURLINFO_RESPONSE_CODE = 0x200002;
const NAMES = ["CURLE_OK", "CURLE_UNSUPPORTED_PROTOCOL", "CURLE_FAILED_INIT", "CURLE_URL_MALFORMAT"];
class Failure extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`${new CString(curl.curl_easy_strerror(code)!)}`);
    this.code = code;
  }
}
const check = (code: number) => {
  if (code !== 0) throw new Failure(code);
};
const encoder = new TextEncoder();

const easy = curl.curl_easy_init();
if (easy === null) throw new Error("no memory");
const write = new JSCallback(
  (data, size, count) => {
    const length = Number(size) * Number(count);
    process.stdout.write(new Uint8Array(toArrayBuffer(data, 0, length)));
    return length;
  },
  { args: ["ptr", "usize", "usize", "ptr"], returns: "usize" },
);
try {
  const url = encoder.encode(`${process.argv[2]}\0`);
  check(curl.curl_easy_setopt(easy, CURLOPT_URL, ptr(url)));
  check(curl.curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write.ptr));
  check(curl.curl_easy_perform(easy));
  const code = new BigInt64Array(1);
  check(curl.curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, ptr(code)));
  console.log(code[0]);
  const wrong = encoder.encode("nothing://\0");
  check(curl.curl_easy_setopt(easy, CURLOPT_URL, ptr(wrong)));
  check(curl.curl_easy_perform(easy));
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.log(error.message, NAMES[error.code]);
} finally {
  curl.curl_easy_cleanup(easy);
  write.close();
}
