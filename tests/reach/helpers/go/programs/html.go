package main

import (
	"fmt"
	"html"
)

func main() {
	fmt.Println(html.EscapeString(`<a href="x">&</a>`))
	fmt.Println(html.UnescapeString("&lt;&eacute;&gt;"))
}
