import { buffer, bytes, go, print, text } from "../program.ts";

const out = buffer();
using w = go.NewWriterLevel(out, 9);
w.Name = "a.txt";
w.Write(bytes("hello ".repeat(1000)));
w.Close();
print(out.all().length);
using r = go.NewReader(out.all());
let all = "";
for (const part = new Uint8Array(4096);;) {
  const n = r.Read(part);
  if (n === 0) break;
  all += text(part.subarray(0, n));
}
print(r.Name, all.length, all.slice(0, 11));
try {
  go.NewReader(bytes("no gzip at all"));
} catch (error) {
  print((error as Error).message);
}
