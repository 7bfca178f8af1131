// go build -o build/bench/open/go bench/go/host/host.go

// Command host prints what a cached Open, a Lookup and a call of Go's own
// plugin package cost, as JSON, in nanoseconds: each the best of several medians.
package main

import (
	"fmt"
	"log"
	"os"
	"plugin"
	"sort"
	"time"
)

func main() {
	path := os.Args[1]
	p, err := plugin.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	open := best(500, func() {
		if _, err := plugin.Open(path); err != nil {
			log.Fatal(err)
		}
	})
	lookup := best(50_000, func() {
		if _, err := p.Lookup("F"); err != nil {
			log.Fatal(err)
		}
	})
	symbol, err := p.Lookup("Add")
	if err != nil {
		log.Fatal(err)
	}
	add, sum := symbol.(func(a, b int64) int64), int64(0)
	call := best(500_000, func() { sum = add(sum, 1) })
	fmt.Printf("{\"open\": %.1f, \"lookup\": %.1f, \"call\": %.2f}\n", open, lookup, call)
}

func best(count int, f func()) float64 {
	least := 1e300
	for range 7 {
		samples := make([]float64, 31)
		for i := range samples {
			start := time.Now()
			for range count {
				f()
			}
			samples[i] = float64(time.Since(start).Nanoseconds()) / float64(count)
		}
		sort.Float64s(samples)
		least = min(least, samples[len(samples)/2])
	}
	return least
}
