import { go, print } from "../program.ts";

print(go.Fields(" to be  or not "));
print(go.Map((rune: number) => rune + 1, "HAL"));
print(go.NewReplacer("<", "&lt;", ">", "&gt;").Replace("<b>"));
for (const part of go.SplitSeq("a,b,c", ",")) print(part);
for (const part of go.FieldsFuncSeq("1x2y3", (rune: number) => rune > 57)) {
  print(part);
}
using b = new go.Builder();
b.WriteString("grüße");
print(b.Len(), b);
