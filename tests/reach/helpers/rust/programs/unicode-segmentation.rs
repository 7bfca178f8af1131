use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

fn show<'t>(all: impl Iterator<Item = &'t str>) {
    println!("{}", all.collect::<Vec<_>>().join("|"));
}

fn main() {
    let text = "Grüße, a\u{301} 👩‍👩‍👧 and more. Then the end!";
    show(text.graphemes(true));
    show(text.unicode_words());
    show(text.unicode_sentences());
    for (at, word) in text.unicode_word_indices() {
        println!("{at} {word}");
    }
    let cursor = GraphemeCursor::new(8, 64, true);
    println!("{}", cursor.cur_cursor());
}
