package main

import (
	"fmt"
	"os"
	"strings"
	"text/template"
)

func main() {
	t := template.Must(template.New("t").Funcs(template.FuncMap{
		"upper": strings.ToUpper,
	}).Parse("{{range .names}}{{upper .}};{{end}} {{.n}}\n"))
	t.Execute(os.Stdout, map[string]any{"names": []any{"a", "ü"}, "n": 2})
	_, err := template.New("x").Parse("{{")
	fmt.Println(err)
}
