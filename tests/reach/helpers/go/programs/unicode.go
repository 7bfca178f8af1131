package main

import (
	"fmt"
	"unicode"
)

func main() {
	fmt.Println(unicode.IsUpper('Ü'), unicode.IsDigit('x'), unicode.ToLower('Ü'))
	fmt.Println(unicode.Is(unicode.Greek, 'α'), unicode.In('a', unicode.Greek, unicode.Latin))
}
