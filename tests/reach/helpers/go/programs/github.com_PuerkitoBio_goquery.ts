// deno-lint-ignore-file no-explicit-any
import console from "node:console";
import { go } from "../program.ts";

const { NewDocumentFromReader, NodeName, OuterHtml } = go;
const html =
  `<html><body><ul class="a"><li id="x">One</li><li>Two <b>2</b></li><li class="c d">Three</li></ul><a href="/p?q=1">link</a></body></html>`;
const doc = NewDocumentFromReader(new TextEncoder().encode(html));
const items = doc.Find("ul.a > li");
console.log(
  items.Length(),
  items.Eq(1).Text(),
  items.First().AttrOr("id", "-"),
  items.Last().HasClass("d"),
);
items.Each((i: number, s: any) => {
  console.log(i, s.Text(), s.Index());
});
console.log(items.Map((i: number, s: any) => `${i}:${s.Text()}`).join("|"));
console.log(doc.Find("a").Attr("href").join(), NodeName(doc.Find("b")));
console.log(
  items.FilterFunction((_i: number, s: any) => s.Find("b").Length() > 0).Html(),
);
for (const [i, s] of doc.Find("li").EachIter()) {
  if (i === 2) break;
  console.log("iter", i, s.Text());
}
doc.Find("b").SetText("<two>").AddClass("new").SetAttr("title", "t").WrapHtml(
  "<i></i>",
);
console.log(OuterHtml(doc.Find("ul")));
console.log(
  doc.Find("li").Get(0).Data,
  doc.Find("li").Nodes.length,
  doc.Find("zzz").Length(),
);
const parent = doc.Find("li").ParentsUntil("html");
console.log(parent.Length(), parent.Is("ul"));
