import { go, print } from "../program.ts";

using re = go.MustCompile("(\\w+)@(\\w+)\\.com");
const text = "ann@one.com, bob@two.com";
for (const match of re.FindAllStringSubmatch(text, -1)) {
  print(match[1], match[2]);
}
print(re.ReplaceAllString(text, "$2:$1"));
try {
  go.Compile("(");
} catch (error) {
  print((error as Error).message);
}
