package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
)

func main() {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range []string{"a.txt", "d/b.txt"} {
		f, _ := w.Create(name)
		f.Write([]byte("in " + name))
	}
	w.Close()
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		panic(err)
	}
	for _, file := range r.File {
		f, _ := file.Open()
		text, _ := io.ReadAll(f)
		fmt.Println(file.Name, file.UncompressedSize64, string(text))
	}
}
