/**
 * `plugin new go`.
 *
 * @module
 */

import type { Template } from "./template.ts";

/** A project in Go. */
export const GO: Template = {
  input: ".",
  sources: ({ name }) => ({
    // With something before it, no name is one of the standard library's.
    "go.mod": `module example.com/${name}

go 1.18
`,
    "plugin.go": `package main

import "errors"

var Version uint32 = 1

// Add gives the sum of two numbers.
func Add(a, b int32) int32 { return a + b }

// Mean gives the mean of some values, and an error of none.
func Mean(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, errors.New("mean of no values")
	}
	var sum float64
	for _, value := range values {
		sum += value
	}
	return sum / float64(len(values)), nil
}
`,
  }),
  host: {
    version: "Version",
    add: "Add",
    mean: "Mean",
    call: (array) => `mean(${array})`,
  },
};
