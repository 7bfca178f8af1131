package main

import (
	"fmt"
	"math/big"
	"time"

	"github.com/dustin/go-humanize"
)

func main() {
	fmt.Println(humanize.Bytes(82854982), humanize.IBytes(82854982), humanize.BigComma(big.NewInt(-1234567891011)))
	size, err := humanize.ParseBytes("42 MB")
	fmt.Println(size, err == nil)
	_, err = humanize.ParseBytes("42 elephants")
	fmt.Println(err)
	from := time.UnixMilli(1700000000000)
	fmt.Println(humanize.RelTime(from, from.Add(3*time.Hour), "ago", "from now"))
	for i := 1; i < 5; i++ {
		fmt.Print(humanize.Ordinal(i), " ")
	}
	fmt.Println()
	value, prefix := humanize.ComputeSI(2.2345e-12)
	fmt.Println(value, prefix)
}
