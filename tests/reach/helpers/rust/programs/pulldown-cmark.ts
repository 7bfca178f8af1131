import console from "node:console";
import { rust } from "../program.ts";

const text = "# A *b*\n\n- one\n- two\n";
for (const event of new rust.Parser(text)) {
  if (event.type === "Text") console.log(`text ${event.Text}`);
}
const events = [...new rust.Parser(text)];
console.log(rust["html::push_html"]("", events).trimEnd());
