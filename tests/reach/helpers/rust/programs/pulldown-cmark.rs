use pulldown_cmark::{Event, Parser, html};

fn main() {
    let text = "# A *b*\n\n- one\n- two\n";
    for event in Parser::new(text) {
        if let Event::Text(text) = event {
            println!("text {text}");
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, Parser::new(text));
    print!("{out}");
}
