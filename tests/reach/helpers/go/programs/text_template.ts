import { buffer, go, print, text } from "../program.ts";

using t = go.New("t").Parse("{{range .names}}{{.}};{{end}} {{.n}}\n");
const out = buffer();
t.Execute(out, { names: ["A", "Ü"], n: 2 });
print(text(out.all()).trimEnd());
try {
  go.New("x").Parse("{{");
} catch (error) {
  print((error as Error).message);
}
