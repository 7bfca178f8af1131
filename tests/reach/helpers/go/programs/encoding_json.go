package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

func main() {
	text, _ := json.Marshal(map[string]any{"b": []any{1, true, nil, "ü"}, "a": 1.5})
	fmt.Println(string(text))
	decoder := json.NewDecoder(strings.NewReader(`{"a": [1]} `))
	for decoder.More() {
		token, _ := decoder.Token()
		fmt.Println(token)
		break
	}
	var decoded any
	json.Unmarshal([]byte(`{"k": ["x", 2]}`), &decoded)
	list := decoded.(map[string]any)["k"].([]any)
	fmt.Println(list...)
	fmt.Println(json.Valid([]byte("{")))
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.Encode(map[string]any{"a": "<b>"})
	fmt.Print(out.String())
}
