// go build -buildmode=plugin -o build/bench/open/go.so bench/go/plugin.go

// Command plugin is what Go's own plugin package opens.
package main

func F(a int, b float64) int { return a + int(b) }

func main() {}

// Add is a call with arguments and a result.
func Add(a, b int64) int64 { return a + b }
