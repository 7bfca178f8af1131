package main

import (
	"fmt"

	"github.com/alecthomas/chroma/v2"
)

func main() {
	lexer := chroma.MustNewLexer(&chroma.Config{Name: "words"}, func() chroma.Rules {
		return chroma.Rules{"root": {{Pattern: `\w+`, Type: chroma.Keyword}, {Pattern: `\W+`, Type: chroma.Text}}}
	})
	tokens, err := chroma.Tokenise(lexer, nil, "to be, or")
	if err != nil {
		panic(err)
	}
	for _, token := range tokens {
		fmt.Printf("%s %q\n", token.Type, token.Value)
	}
	colour := chroma.ParseColour("#ff8000")
	fmt.Println(colour, colour.Red(), colour.Brighten(0.5))
}
