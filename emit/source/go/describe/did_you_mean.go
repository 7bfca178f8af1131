// The exported name that was probably meant, where what is to be instantiated
// is none.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// didYouMean proposes the exported name that was probably meant, by the rule of
// ffi/did_you_mean.ts: the fewest letters to change, which are a third of it, or two, and never all.
func didYouMean(name string, scope *types.Scope) string {
	best, least := "", len(name)/3+1
	if least < 3 {
		least = 3
	}
	// Where no letter is the same, another name was meant.
	if least > len(name) {
		least = len(name)
	}
	wanted := strings.ToLower(name)
	for _, other := range scope.Names() {
		if distance := editsBetween(wanted, strings.ToLower(other)); distance < least && scope.Lookup(other).Exported() {
			best, least = other, distance
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(": did you mean %q?", best)
}

// editsBetween counts the letters to change, to add and to take away.
func editsBetween(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			edits := diagonal
			if a[i-1] != b[j-1] {
				edits++
			}
			diagonal = row[j]
			for _, other := range []int{row[j] + 1, row[j-1] + 1} {
				if other < edits {
					edits = other
				}
			}
			row[j] = edits
		}
	}
	return row[len(b)]
}
