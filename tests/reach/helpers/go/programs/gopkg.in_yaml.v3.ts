import { variable } from "@native/plugin";
import { bytes, go, print, text } from "../program.ts";

print(text(go.Marshal({ a: [1, "x"], b: true })).trimEnd());
using node = new go.Node();
go.NewDecoder(bytes("k: [1, two]\n")).Decode(node);
const [map] = node.Content;
print("<nil>", map.Content[0].Value, map.Content[1].Content[1].Value);
const decoded = variable("any");
go.Unmarshal(bytes("a: [1, x]\n"), decoded);
print((decoded.value as { a: unknown[] }).a.join(" "));
