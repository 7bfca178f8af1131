package main

import (
	"fmt"
	"github.com/PuerkitoBio/goquery"
	"strings"
)

func main() {
	html := `<html><body><ul class="a"><li id="x">One</li><li>Two <b>2</b></li><li class="c d">Three</li></ul><a href="/p?q=1">link</a></body></html>`
	doc, _ := goquery.NewDocumentFromReader(strings.NewReader(html))
	items := doc.Find("ul.a > li")
	fmt.Println(items.Length(), items.Eq(1).Text(), items.First().AttrOr("id", "-"), items.Last().HasClass("d"))
	items.Each(func(i int, s *goquery.Selection) { fmt.Println(i, s.Text(), s.Index()) })
	fmt.Println(strings.Join(items.Map(func(i int, s *goquery.Selection) string { return fmt.Sprintf("%d:%s", i, s.Text()) }), "|"))
	a, ok := doc.Find("a").Attr("href")
	fmt.Println(fmt.Sprint(a, ",", ok), goquery.NodeName(doc.Find("b")))
	h, _ := items.FilterFunction(func(i int, s *goquery.Selection) bool { return s.Find("b").Length() > 0 }).Html()
	fmt.Println(h)
	for i, s := range doc.Find("li").EachIter() {
		if i == 2 {
			break
		}
		fmt.Println("iter", i, s.Text())
	}
	doc.Find("b").SetText("<two>").AddClass("new").SetAttr("title", "t").WrapHtml("<i></i>")
	o, _ := goquery.OuterHtml(doc.Find("ul"))
	fmt.Println(o)
	fmt.Println(doc.Find("li").Get(0).Data, len(doc.Find("li").Nodes), doc.Find("zzz").Length())
	p := doc.Find("li").ParentsUntil("html")
	fmt.Println(p.Length(), p.Is("ul"))
}
