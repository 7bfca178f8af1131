import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { go, print } from "../program.ts";

print(go.Join("a", "..", "b", "c.txt"), go.Ext("x.tar.gz"));
mkdirSync("tree/in", { recursive: true });
writeFileSync("tree/in/f", "");
go.WalkDir("tree", (path: string, entry: { IsDir(): boolean }) => {
  print(path, entry.IsDir());
});
print(go.Glob("tree/*"));
rmSync("tree", { recursive: true });
