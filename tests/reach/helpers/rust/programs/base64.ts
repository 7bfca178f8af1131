import console from "node:console";
import { rust } from "../program.ts";

const standard = rust["engine::general_purpose::STANDARD"].value;
const urlSafe = rust["engine::general_purpose::URL_SAFE_NO_PAD"].value;
const encoder = new TextEncoder();
const text = standard.encode(encoder.encode("grüße, world"));
console.log(text);
console.log(new TextDecoder().decode(standard.decode(encoder.encode(text))));
console.log(urlSafe.encode(new Uint8Array([255, 254, 253, 1])));
console.log(`Some(${rust.encoded_len(10, true)})`);
try {
  standard.decode(encoder.encode("a!"));
} catch (error) {
  console.log((error as Error).message);
}
