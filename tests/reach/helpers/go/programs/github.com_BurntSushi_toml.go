package main

import (
	"fmt"
	"github.com/BurntSushi/toml"
	"strings"
	"time"
)

func main() {
	var v any
	text := "title = \"x\"\n[owner]\nname = \"Ann\"\ndob = 1979-05-27T07:32:00Z\n[[items]]\nn = 1\nf = 1.5\n[[items]]\nn = 2\nlist = [1, 2, 3]\nnested = [[\"a\"], [\"b\", \"c\"]]\n"
	meta, err := toml.Decode(text, &v)
	if err != nil {
		panic(err)
	}
	m := v.(map[string]any)
	o := m["owner"].(map[string]any)
	it := m["items"].([]map[string]any)
	l := []string{}
	for _, x := range it[1]["list"].([]any) {
		l = append(l, fmt.Sprint(x))
	}
	fmt.Println(m["title"], o["name"], o["dob"].(time.Time).UTC().Format("2006-01-02T15:04:05.000Z"), len(it), it[0]["f"], strings.Join(l, ","))
	fmt.Println(len(meta.Keys()), meta.IsDefined("owner", "name"), meta.IsDefined("nope"), meta.Type("owner", "name"))
	fmt.Println(meta.Keys()[0])
	b, _ := toml.Marshal(map[string]any{"a": 1, "b": map[string]any{"c": []any{true, false}, "d": "t"}})
	fmt.Println(string(b))
	var s strings.Builder
	e := toml.NewEncoder(&s)
	e.Indent = "    "
	e.Encode(map[string]any{"x": map[string]any{"y": 2.5}})
	fmt.Println(s.String())
	_, err = toml.Decode("a = \n", &v)
	fmt.Println(err)
	pe := err.(toml.ParseError)
	fmt.Println(pe.Position.Line, pe.ErrorWithPosition())
}
