import console from "node:console";
import { rust } from "../program.ts";

const syntaxes = rust["parsing::SyntaxSet"].load_defaults_newlines();
const themes = rust["highlighting::ThemeSet"].load_defaults();
const language = syntaxes.find_syntax_by_extension("rs");
console.log(language.name);
const theme = themes.themes["base16-ocean.dark"];
{
  using highlighter = new rust["easy::HighlightLines"](language, theme);
  const all = highlighter.highlight_line("let a = 1; // one\n", syntaxes);
  for (const [style, text] of all) {
    const { r, g, b } = style.foreground;
    console.log(`${r} ${g} ${b} ${JSON.stringify(text)}`);
  }
}
console.log(
  rust["html::highlighted_html_for_string"](
    "fn a() {}",
    syntaxes,
    language,
    theme,
  ),
);
console.log(syntaxes.find_syntax_by_extension("nonsense") === null);
