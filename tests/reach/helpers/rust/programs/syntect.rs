use syntect::{easy::HighlightLines, highlighting::ThemeSet, html::highlighted_html_for_string, parsing::SyntaxSet};

fn main() {
    let syntaxes = SyntaxSet::load_defaults_newlines();
    let themes = ThemeSet::load_defaults();
    let rust = syntaxes.find_syntax_by_extension("rs").unwrap();
    println!("{}", rust.name);
    let theme = &themes.themes["base16-ocean.dark"];
    let mut highlighter = HighlightLines::new(rust, theme);
    for (style, text) in highlighter.highlight_line("let a = 1; // one\n", &syntaxes).unwrap() {
        let color = style.foreground;
        println!("{} {} {} {:?}", color.r, color.g, color.b, text);
    }
    println!("{}", highlighted_html_for_string("fn a() {}", &syntaxes, rust, theme).unwrap());
    println!("{}", syntaxes.find_syntax_by_extension("nonsense").is_none());
}
