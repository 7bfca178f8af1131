import { constants, go, print } from "../program.ts";

using iterator = go.Literator(
  { Type: constants.Keyword, Value: "func" },
  { Type: constants.Text, Value: " " },
);
for (const token of iterator.Tokens()) {
  print(go["TokenType.String"](token.Type), JSON.stringify(token.Value));
}
using style = go.NewStyle("s", new Map([[constants.Keyword, "bold #ff0000"]]));
print(style.Get(constants.KeywordType), style.Has(constants.Name));
print(go.Words("<", ">", "for", "if"));
const colour = go.ParseColour("#ff8000");
print(
  go["Colour.String"](colour),
  go["Colour.Red"](colour),
  go["Colour.String"](go["Colour.Brighten"](colour, 0.5)),
);
