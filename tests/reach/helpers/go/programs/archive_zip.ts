import { buffer, bytes, go, print, text } from "../program.ts";

const out = buffer();
using w = go.NewWriter(out);
for (const name of ["a.txt", "d/b.txt"]) {
  w.Create(name).Write(bytes(`in ${name}`));
}
w.Close();
const all = out.all();
using r = go.NewReader(all, all.length);
for (const file of r.File) {
  const part = new Uint8Array(100);
  const n = file.Open().Read(part);
  print(file.Name, file.UncompressedSize64, text(part.subarray(0, n)));
}
