// go build -buildmode=plugin -o build/bench/open/go.so bench/go/plugin.go

// Command plugin is what Go's own plugin package opens.
package main

func F(a int, b float64) int { return a + int(b) }

func main() {}
