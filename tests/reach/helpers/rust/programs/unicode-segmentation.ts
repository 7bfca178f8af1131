import console from "node:console";
import { rust } from "../program.ts";

const text = "Grüße, a\u0301 👩‍👩‍👧 and more. Then the end!";
const show = (all: Iterable<string>) => console.log([...all].join("|"));
show(rust["UnicodeSegmentation::graphemes"](text, true));
show(rust["UnicodeSegmentation::unicode_words"](text));
show(rust["UnicodeSegmentation::unicode_sentences"](text));
for (
  const [at, word] of rust["UnicodeSegmentation::unicode_word_indices"](text)
) {
  console.log(at, word);
}
using cursor = new rust.GraphemeCursor(8, 64, true);
console.log(cursor.cur_cursor());
