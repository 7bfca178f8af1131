import console from "node:console";
import { rust } from "../program.ts";

using re = new rust.Regex(String.raw`(?P<who>\w+)@(\w+)\.com`);
const text = "ann@one.com, bob@two.com";
for (const found of re.find_iter(text)) {
  console.log(`${found.start()} ${found.as_str()}`);
}
console.log(re.is_match("nobody"));
console.log(re.replace_all(text, "$2:$who"));
try {
  new rust.Regex("(");
} catch (error) {
  console.log((error as Error).message);
}
