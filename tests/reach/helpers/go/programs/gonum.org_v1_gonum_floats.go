package main

import (
	"fmt"
	"gonum.org/v1/gonum/floats"
	"math"
	"strings"
)

func j(v []float64) string {
	l := []string{}
	for _, x := range v {
		l = append(l, fmt.Sprint(x))
	}
	return strings.Join(l, ",")
}
func ji(v []int) string {
	l := []string{}
	for _, x := range v {
		l = append(l, fmt.Sprint(x))
	}
	return strings.Join(l, ",")
}
func main() {
	a, b := []float64{3, 1, 2}, []float64{1, 2, 3}
	floats.Add(a, b)
	fmt.Println(j(a))
	fmt.Println(floats.Dot(a, b), floats.Sum(a), floats.Norm(b, 2), floats.Max(a), floats.MinIdx(a), floats.Distance(a, b, 1))
	inds := make([]int, 3)
	floats.Argsort(a, inds)
	fmt.Println(j(a), ji(inds))
	fmt.Println(j(floats.Span(make([]float64, 5), 0, 1)), j(floats.CumSum(make([]float64, 3), b)))
	x, _ := floats.Find(nil, func(x float64) bool { return x > 1 }, b, -1)
	fmt.Println(ji(x), floats.Count(func(x float64) bool { return x > 1 }, b))
	fmt.Println(floats.EqualApprox(b, []float64{1, 2, 3.0000001}, 1e-3), floats.HasNaN([]float64{math.NaN()}), floats.Within(b, 2.5), j(floats.ScaleTo(make([]float64, 3), 2, b)))
	for i := range b {
		b[i] *= b[i]
	}
	fmt.Println(j(b))
	floats.Reverse(b)
	fmt.Println(j(b))
	func() {
		defer func() { e := recover(); fmt.Println("panicked", strings.Contains(fmt.Sprint(e), "length")) }()
		floats.Add(a, make([]float64, 2))
	}()
}
