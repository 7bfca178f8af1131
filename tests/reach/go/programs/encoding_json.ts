import { buffer, bytes, go, print, text } from "../program.ts";

print(text(go.Marshal({ b: [1, true, null, "ü"], a: 1.5 })));
using decoder = go.NewDecoder(bytes('{"a": [1]} '));
while (decoder.More()) {
  print(String.fromCharCode(decoder.Token()));
  break;
}
print(go.Valid(bytes("{")));
const out = buffer();
using encoder = go.NewEncoder(out);
encoder.SetIndent("", "  ");
encoder.Encode({ a: "<b>" });
print(text(out.all()).trimEnd());
