import { bytes, go, print } from "../program.ts";

const hex = (from: Iterable<number>) =>
  [...from].map((byte) => byte.toString(16).padStart(2, "0")).join("");
print(hex(go.Sum256(bytes("abc"))));
using h = go.New();
h.Write(bytes("a"));
h.Write(bytes("bc"));
print(hex(h.Sum(new Uint8Array())), h.BlockSize());
