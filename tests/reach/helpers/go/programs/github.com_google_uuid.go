package main

import (
	"fmt"

	"github.com/google/uuid"
)

func main() {
	id := uuid.MustParse("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
	fmt.Println(id, id.Version(), id.Variant())
	fmt.Println(uuid.NewSHA1(uuid.NameSpaceDNS, []byte("example.org")))
	_, err := uuid.Parse("x")
	fmt.Println(err)
}
