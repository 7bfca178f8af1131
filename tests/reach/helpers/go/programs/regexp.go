package main

import (
	"fmt"
	"regexp"
)

func main() {
	re := regexp.MustCompile(`(\w+)@(\w+)\.com`)
	text := "ann@one.com, bob@two.com"
	for _, match := range re.FindAllStringSubmatch(text, -1) {
		fmt.Println(match[1], match[2])
	}
	fmt.Println(re.ReplaceAllString(text, "$2:$1"))
	_, err := regexp.Compile("(")
	fmt.Println(err)
}
