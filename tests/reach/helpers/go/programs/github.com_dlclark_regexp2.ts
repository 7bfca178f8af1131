// deno-lint-ignore-file no-explicit-any
import console from "node:console";
import { constants, go } from "../program.ts";

const { MustCompile, Compile, Escape } = go;
const { None, IgnoreCase, RightToLeft } = constants as any;
const re = MustCompile(String.raw`(?<year>\d{4})-(?<month>\d\d)(?=!)`, None);
let m = re.FindStringMatch("on 2024-05! and 1999-12! not 2000-01");
while (m) {
  console.log(
    m.toString(),
    m.Index,
    m.GroupByName("year").toString(),
    m.Groups().map((g: any) => g.Name + "=" + g).join(),
  );
  m = re.FindNextMatch(m);
}
console.log(
  re.MatchString("x"),
  re.GetGroupNames().join(),
  re.GroupNumberFromName("month"),
);
console.log(MustCompile("A+", IgnoreCase).Replace("caaat AA", "<$0>", -1, -1));
console.log(
  MustCompile("(?<=a)b", None).ReplaceFunc(
    "abb ab",
    (x: any) => x.toString().toUpperCase() + x.Index,
    -1,
    -1,
  ),
);
console.log(
  Escape("a.b*"),
  MustCompile("b", IgnoreCase | RightToLeft).RightToLeft(),
);
try {
  Compile("(", None);
} catch (e: any) {
  console.log(e.message);
}
const slow = MustCompile("(a+)+$", None);
slow.MatchTimeout = 50;
try {
  slow.MatchString("a".repeat(40) + "!");
} catch (e: any) {
  console.log(e.message.slice(0, 14));
}
