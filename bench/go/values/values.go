// Package values has what bench/go.ts asks for: a method, texts and structs,
// and the same as JSON in a string.
package values

import (
	"encoding/json"
	"fmt"
)

// Item is plain data.
type Item struct {
	ID    int32
	Price float64
	Name  string
}

// Counter stays in Go.
type Counter struct{ count int }

var (
	texts []string
	items []Item
)

func init() {
	for i := 0; i < 1000; i++ {
		name := fmt.Sprint("text number ", i)
		texts = append(texts, name)
		items = append(items, Item{int32(i), float64(i) / 4, name})
	}
}

func NewCounter() *Counter { return &Counter{} }

func (c *Counter) Add(n int) int {
	c.count += n
	return c.count
}

func Add(a, b int64) int64 { return a + b }

func Texts() []string { return texts }

func Items() []Item { return items }

func TextsJSON() (string, error) { return asJSON(texts) }

func ItemsJSON() (string, error) { return asJSON(items) }

func Count(texts []string) int { return len(texts) }

func CountJSON(text string) (int, error) {
	var texts []string
	err := json.Unmarshal([]byte(text), &texts)
	return len(texts), err
}

func Price(items []Item) (sum float64) {
	for _, item := range items {
		sum += item.Price
	}
	return sum
}

func PriceJSON(text string) (float64, error) {
	var items []Item
	err := json.Unmarshal([]byte(text), &items)
	return Price(items), err
}

func asJSON(value interface{}) (string, error) {
	text, err := json.Marshal(value)
	return string(text), err
}
