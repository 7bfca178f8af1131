import process from "node:process";
import { open } from "@native/plugin";
import { go, print } from "../program.ts";

const { constants } = open(process.argv[2]!) as unknown as {
  constants: Record<string, number>;
};
using lexer = go.MustNewLexer({ Name: "words" }, () => ({
  root: [
    { Pattern: "\\w+", Type: constants.Keyword },
    { Pattern: "\\W+", Type: constants.Text },
  ],
}));
for (const token of go.Tokenise(lexer, null, "to be, or")) {
  print(go["TokenType.String"](token.Type), JSON.stringify(token.Value));
}
const colour = go.ParseColour("#ff8000");
print(
  go["Colour.String"](colour),
  go["Colour.Red"](colour),
  go["Colour.String"](go["Colour.Brighten"](colour, 0.5)),
);
