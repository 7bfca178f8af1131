// deno-lint-ignore-file no-explicit-any
import console from "node:console";
import { variable } from "@native/plugin";
import { go } from "../program.ts";

const { Decode, Marshal, NewEncoder } = go;
const v = variable("any");
const text =
  `title = "x"\n[owner]\nname = "Ann"\ndob = 1979-05-27T07:32:00Z\n[[items]]\nn = 1\nf = 1.5\n[[items]]\nn = 2\nlist = [1, 2, 3]\nnested = [["a"], ["b", "c"]]\n`;
using meta = Decode(text, v) as any;
const got = v.value as any;
console.log(
  got.title,
  got.owner.name,
  got.owner.dob.toISOString(),
  got.items.length,
  got.items[0].f,
  got.items[1].list.join(),
);
console.log(
  meta.Keys().length,
  meta.IsDefined("owner", "name"),
  meta.IsDefined("nope"),
  meta.Type("owner", "name"),
);
console.log(meta.Keys()[0].toString());
console.log(
  new TextDecoder().decode(Marshal({ a: 1, b: { c: [true, false], d: "t" } })),
);
const parts: string[] = [];
const enc = NewEncoder((b: Uint8Array) => {
  parts.push(new TextDecoder().decode(b));
});
enc.Indent = "    ";
enc.Encode({ x: { y: 2.5 } });
console.log(parts.join(""));
try {
  Decode("a = \n", v);
} catch (e: any) {
  console.log(e.message);
  console.log(e.data.Position.Line, e.data.ErrorWithPosition());
}
