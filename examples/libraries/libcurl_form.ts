// plugin emit libcurl.so --header curl/curl.h --annotate libcurl
import console from "node:console";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { open } from "@native/plugin";
import type { Libcurl, LibcurlTypes } from "./libcurl.so.d.ts";

const curl = open<Libcurl, LibcurlTypes>(new URL("./libcurl.so.json", import.meta.url));
const { Easy, Mime, Multi } = curl.symbols;
const { CURLOPT_URL, CURLOPT_MIMEPOST } = curl.type("CURLoption");

const server = createServer(async (form, response) => {
  for await (const part of form) console.log(/name=.*\r\n\r\n.*/.exec(String(part))?.[0]);
  response.end();
}).listen(0, "127.0.0.1", async () => {
  using easy = new Easy();
  using form = new Mime(easy);
  const part = form.addpart();
  part.name("animal");
  part.data("Größe 🐘");
  easy.setopt_string(CURLOPT_URL, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  easy.setopt_mime(CURLOPT_MIMEPOST, form);
  using multi = new Multi();
  multi.add_handle(easy);
  while (multi.perform() > 0) await multi.async.poll(1000);
  console.log(multi.info_read()[0]?.data.result);
  server.close();
});
