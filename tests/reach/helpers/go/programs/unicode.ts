import { go, print } from "../program.ts";

const rune = (text: string) => text.codePointAt(0)!;
print(
  go.IsUpper(rune("Ü")),
  go.IsDigit(rune("x")),
  go.ToLower(rune("Ü")),
);
print(
  go.Is(go.Greek.value, rune("α")),
  go.In(rune("a"), go.Greek.value, go.Latin.value),
);
