package main

import (
	"fmt"
	"math/big"
)

func main() {
	a, b := new(big.Int), new(big.Int)
	b.SetInt64(1)
	for i := 0; i < 200; i++ {
		a.Add(a, b)
		a, b = b, a
	}
	fmt.Println(a)
	r := big.NewRat(3, 4)
	fmt.Println(r.Add(r, big.NewRat(1, 6)))
	f, _ := new(big.Float).SetPrec(200).SetString("2")
	fmt.Println(f.Sqrt(f).Text('g', 40))
	fmt.Println(b.ProbablyPrime(10))
}
