package main

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

func main() {
	text, err := yaml.Marshal(map[string]any{"a": []any{1, "x"}, "b": true})
	fmt.Print(string(text))
	var node yaml.Node
	err = yaml.NewDecoder(strings.NewReader("k: [1, two]\n")).Decode(&node)
	fmt.Println(err, node.Content[0].Content[0].Value, node.Content[0].Content[1].Content[1].Value)
	var decoded any
	yaml.Unmarshal([]byte("a: [1, x]\n"), &decoded)
	fmt.Println(decoded.(map[string]any)["a"].([]any)...)
}
