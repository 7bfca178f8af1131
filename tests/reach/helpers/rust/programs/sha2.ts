import console from "node:console";
import { rust } from "../program.ts";

const { Sha256, Sha512 } = rust;
const encoder = new TextEncoder();
const hex = (bytes: Uint8Array) => bytes.toHex();
console.log(hex(Sha256.digest(encoder.encode("hello"))));
using hasher = new Sha256();
for (const part of ["one", "two"]) hasher.update(encoder.encode(part));
console.log(hex(hasher.clone().finalize()));
console.log(hex(hasher.finalize()));
console.log(hex(Sha512.new_with_prefix(encoder.encode("a")).finalize()));
