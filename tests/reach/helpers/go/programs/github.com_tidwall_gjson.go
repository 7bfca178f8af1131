package main

import (
	"fmt"

	"github.com/tidwall/gjson"
)

func main() {
	text := `{"name": {"first": "Ann"}, "ages": [1, 2, 3]}`
	fmt.Println(gjson.Get(text, "name.first"), gjson.Get(text, "ages.#"), gjson.Valid(text))
	gjson.Get(text, "ages").ForEach(func(key, value gjson.Result) bool {
		fmt.Println(key.Int(), value.Int())
		return value.Int() < 2
	})
}
