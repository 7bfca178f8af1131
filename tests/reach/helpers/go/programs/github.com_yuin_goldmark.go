package main

import (
	"os"

	"github.com/yuin/goldmark"
)

func main() {
	goldmark.Convert([]byte("# a *b*\n\n- c\n- [d](e)\n"), os.Stdout)
}
