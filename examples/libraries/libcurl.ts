// plugin emit libcurl.so --header curl/curl.h --annotate libcurl
import console from "node:console";
import process from "node:process";
import { open, PluginError } from "@native/plugin";
import type { Libcurl, LibcurlTypes } from "./libcurl.so.d.ts";

const curl = open<Libcurl, LibcurlTypes>(
  new URL("./libcurl.so.json", import.meta.url),
);
const { Easy } = curl.symbols;
const { CURLOPT_URL, CURLOPT_WRITEFUNCTION } = curl.type("CURLoption");

using easy = new Easy();
easy.setopt_string(CURLOPT_URL, process.argv[2]!);
easy.setopt_data(CURLOPT_WRITEFUNCTION, (data, size, count) => {
  process.stdout.write(data!.view(size * count));
  return size * count;
});
easy.perform();
console.log(easy.getinfo_long(curl.type("CURLINFO").CURLINFO_RESPONSE_CODE));
try {
  easy.setopt_string(CURLOPT_URL, "nothing://");
  easy.perform();
} catch (error) {
  if (error instanceof PluginError) console.log(error.message, error.failure?.name);
}
