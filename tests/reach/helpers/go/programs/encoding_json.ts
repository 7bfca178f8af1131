import { variable } from "@native/plugin";
import { buffer, bytes, go, print, text } from "../program.ts";

print(text(go.Marshal({ b: [1, true, null, "ü"], a: 1.5 })));
using decoder = go.NewDecoder(bytes('{"a": [1]} '));
while (decoder.More()) {
  print(String.fromCharCode(decoder.Token()));
  break;
}
const decoded = variable("any");
go.Unmarshal(bytes('{"k": ["x", 2]}'), decoded);
print((decoded.value as { k: unknown[] }).k.join(" "));
print(go.Valid(bytes("{")));
const out = buffer();
using encoder = go.NewEncoder(out);
encoder.SetIndent("", "  ");
encoder.Encode({ a: "<b>" });
print(text(out.all()).trimEnd());
