package main

import (
	"fmt"

	"github.com/blevesearch/bleve/v2"
)

func main() {
	index, err := bleve.NewMemOnly(bleve.NewIndexMapping())
	if err != nil {
		panic(err)
	}
	index.Index("one", map[string]any{"text": "a quick brown fox"})
	index.Index("two", map[string]any{"text": "a lazy dog"})
	index.Index("three", map[string]any{"text": "the fox and the dog"})
	count, _ := index.DocCount()
	fmt.Println(count)
	found, err := index.Search(bleve.NewSearchRequest(bleve.NewMatchQuery("fox")))
	if err != nil {
		panic(err)
	}
	fmt.Println(found.Total)
	for _, hit := range found.Hits {
		fmt.Println(hit.ID)
	}
	index.Close()
}
