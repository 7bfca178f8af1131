package main

import (
	"fmt"
	"strings"
)

func main() {
	fmt.Println(strings.Fields(" to be  or not "))
	fmt.Println(strings.Map(func(r rune) rune { return r + 1 }, "HAL"))
	fmt.Println(strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace("<b>"))
	for part := range strings.SplitSeq("a,b,c", ",") {
		fmt.Println(part)
	}
	for part := range strings.FieldsFuncSeq("1x2y3", func(r rune) bool { return r > '9' }) {
		fmt.Println(part)
	}
	var b strings.Builder
	b.WriteString("grüße")
	fmt.Println(b.Len(), b.String())
}
