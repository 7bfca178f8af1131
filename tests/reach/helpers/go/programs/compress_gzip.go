package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
)

func main() {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w.Name = "a.txt"
	w.Write([]byte(strings.Repeat("hello ", 1000)))
	w.Close()
	fmt.Println(out.Len())
	r, err := gzip.NewReader(&out)
	if err != nil {
		panic(err)
	}
	all, _ := io.ReadAll(r)
	fmt.Println(r.Name, len(all), string(all[:11]))
	_, err = gzip.NewReader(strings.NewReader("no gzip at all"))
	fmt.Println(err)
}
