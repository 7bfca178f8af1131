import console from "node:console";
import { rust } from "../program.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const { Compression } = rust;
const GzEncoder = rust["read::GzEncoder"];
const GzDecoder = rust["read::GzDecoder"];
const text = "a text that is a text ".repeat(100);
const packed = new GzEncoder(bytes(text), Compression.best()).read_to_end();
console.log(`${text.length} ${packed.length}`);
console.log(new GzDecoder(packed).read_to_string() === text);
const encoder = new rust["write::ZlibEncoder"](
  new Uint8Array(),
  new Compression(6),
);
encoder.write_all(bytes("one "));
encoder.write_all(bytes("two"));
const zlib = encoder.finish();
console.log(`[${[...zlib].join(", ")}]`);
const decoder = new rust["write::ZlibDecoder"](new Uint8Array());
decoder.write_all(zlib);
console.log(new TextDecoder().decode(decoder.finish()));
try {
  new GzDecoder(bytes("nonsense")).read_to_end();
} catch (error) {
  console.log((error as Error).message);
}
