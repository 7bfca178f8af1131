package main

import (
	"fmt"
	"go/format"
)

func main() {
	text, err := format.Source([]byte("package  p\nfunc  f( ){return}\n"))
	fmt.Print(string(text))
	_, err = format.Source([]byte("package"))
	fmt.Println(err)
}
