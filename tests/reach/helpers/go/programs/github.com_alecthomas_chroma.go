package main

import (
	"fmt"

	"github.com/alecthomas/chroma/v2"
)

func main() {
	iterator := chroma.Literator(
		chroma.Token{Type: chroma.Keyword, Value: "func"},
		chroma.Token{Type: chroma.Text, Value: " "},
	)
	for _, token := range iterator.Tokens() {
		fmt.Printf("%s %q\n", token.Type, token.Value)
	}
	style, err := chroma.NewStyle("s", chroma.StyleEntries{chroma.Keyword: "bold #ff0000"})
	if err != nil {
		panic(err)
	}
	fmt.Println(style.Get(chroma.KeywordType), style.Has(chroma.Name))
	fmt.Println(chroma.Words("<", ">", "for", "if"))
	colour := chroma.ParseColour("#ff8000")
	fmt.Println(colour, colour.Red(), colour.Brighten(0.5))
}
