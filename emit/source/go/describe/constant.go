// Constants of a package, as far as a manifest can say them.

package main

import (
	"go/constant"
	"go/types"
	"math"
)

// constant adds an exported constant.
func (d *describer) constant(object *types.Const) {
	value := object.Val()
	switch value.Kind() {
	case constant.Bool:
		if constant.BoolVal(value) {
			d.out.Constants[d.symbolOf(object)] = 1
		} else {
			d.out.Constants[d.symbolOf(object)] = 0
		}
	case constant.String:
		d.out.Constants[d.symbolOf(object)] = constant.StringVal(value)
	case constant.Int:
		if number, exact := constant.Int64Val(value); exact {
			if number < 1<<53 && number > -(1<<53) {
				d.out.Constants[d.symbolOf(object)] = number
			} else {
				d.out.Constants[d.symbolOf(object)] = map[string]string{"type": "i64", "value": value.ExactString()}
			}
		} else if _, exact := constant.Uint64Val(value); exact {
			d.out.Constants[d.symbolOf(object)] = map[string]string{"type": "u64", "value": value.ExactString()}
		} else {
			d.out.Skipped[d.symbolOf(object)] = "the constant has more than 64 bits"
		}
	case constant.Float:
		if number, _ := constant.Float64Val(value); math.IsInf(number, 0) {
			d.out.Skipped[d.symbolOf(object)] = "the constant is larger than any float64"
		} else {
			d.out.Constants[d.symbolOf(object)] = number
		}
	default:
		d.out.Skipped[d.symbolOf(object)] = "the constant is complex"
	}
}
