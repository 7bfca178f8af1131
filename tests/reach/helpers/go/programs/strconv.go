package main

import (
	"errors"
	"fmt"
	"strconv"
)

func main() {
	fmt.Println(strconv.Quote("a\tü"), strconv.Itoa(-42))
	n, _ := strconv.ParseInt("ff", 16, 64)
	fmt.Println(n)
	_, err := strconv.Atoi("x1")
	fmt.Println(err, errors.Is(err, strconv.ErrSyntax))
}
