// Calls the system's zlib. Its types come from zlib.h: not one is written here.
import { Buffer } from "node:buffer";
import console from "node:console";
import { crc32 as nodeCrc32, deflateSync, inflateSync } from "node:zlib";
import { open } from "@native/plugin";
import { text } from "./text.ts";

const zlib = open(new URL("./libz.so.1.json", import.meta.url));
const compress2 = zlib.lookup("compress2");
const compressBound = zlib.lookup("compressBound");
const uncompress = zlib.lookup("uncompress");
const crc32 = zlib.lookup("crc32");
const zlibVersion = zlib.lookup("zlibVersion");

const input = text(12_000_000);

const out = new Uint8Array(Number(compressBound(input.length)));
const length = new BigUint64Array([BigInt(out.length)]); // in: room, out: used
const status = compress2(out, length, input, input.length, 6);
const packed = out.subarray(0, Number(length[0]));

const theirs = deflateSync(input);
const back = new Uint8Array(input.length);
length[0] = BigInt(back.length);
const backStatus = uncompress(back, length, theirs, theirs.length);

console.log(`zlib ${zlibVersion().split(".")[0]}, ${input.length} bytes`);
console.log("compress2:", status, packed.length < input.length / 3);
console.log("node:zlib inflates ours:", equal(inflateSync(packed), input));
console.log("uncompress:", backStatus, length[0] === BigInt(input.length));
console.log("we inflate node:zlib's:", equal(back, input));
console.log(
  "crc32:",
  crc32(0, input, input.length) === BigInt(nodeCrc32(input)),
);

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
