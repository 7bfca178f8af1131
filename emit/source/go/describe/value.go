// What each type is in the notation of a manifest, or why it has none.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// basics are the types that cross as they are.
var basics = map[types.BasicKind]string{
	types.Bool:    "bool",
	types.Int:     "isize",
	types.Int8:    "i8",
	types.Int16:   "i16",
	types.Int32:   "i32",
	types.Int64:   "i64",
	types.Uint:    "usize",
	types.Uint8:   "u8",
	types.Uint16:  "u16",
	types.Uint32:  "u32",
	types.Uint64:  "u64",
	types.Uintptr: "usize",
	types.Float32: "f32",
	types.Float64: "f64",
	types.String:  "string",
}

// role is what a value is for.
type role string

const (
	asParameter role = "parameter"
	asResult    role = "result"
	asVariable  role = "variable"
	asField     role = "field"
)

// value gives the notation of a type, or why it has none.
func (d *describer) value(object *types.Var, as role) (value Value, reason string) {
	t := object.Type()
	value.Name = object.Name()
	if value.Name == "_" {
		value.Name = ""
	}
	switch under := t.Underlying().(type) {
	case *types.Struct:
		value.Type, reason = d.structOf(t, under)
		return value, reason
	case *types.Pointer:
		value.Type, reason = d.pointer(t, under, as)
		if reason == "" {
			value.Go, reason = d.spell(under.Elem())
		}
		return value, reason
	case *types.Signature:
		value.Type, value.Call, reason = d.callback(t, under, as)
		if _, isNamed := t.(*types.Named); isNamed && as == asParameter && reason == "" {
			if spelling, why := d.spell(t); why == "" {
				value.Go = spelling
			}
		}
		return value, reason
	case *types.Array:
		value.Type = d.arrayOf(t)
	default:
		value.Type = plainOf(t)
		if enum := d.enumOf(t); enum != nil {
			value.Type = enum.name
		}
	}
	if value.Type == "" {
		return value, d.none(t)
	}
	value.Go, reason = d.spell(t)
	// A wrapper names what it converts to: only what goes into Go's hands.
	if as == asParameter || as == asVariable && value.Type == "string" {
		return value, reason
	}
	return value, ""
}

// none is the reason of a type that has no notation.
func (d *describer) none(t types.Type) string {
	reason := fmt.Sprintf("the %s has no JavaScript value", d.show(t))
	switch under := t.Underlying().(type) {
	case *types.Map:
		reason += ": pass it as JSON, in a string"
	case *types.Slice:
		if basicOf(under.Elem()) != "bool" {
			reason += ": pass it as JSON, in a string"
		} else {
			reason += ": take a []uint8"
		}
	}
	return reason
}

// show says what a type is to a person, and how it is written.
func (d *describer) show(t types.Type) string {
	text := types.TypeString(t, types.RelativeTo(d.pkg))
	return kindOf(t) + " " + strings.ReplaceAll(text, cgoPrefix, "C.")
}

// plainOf is the notation of a scalar, a string or a slice of numbers.
func plainOf(t types.Type) string {
	slice, ok := t.Underlying().(*types.Slice)
	if !ok {
		return basicOf(t)
	}
	switch element := basicOf(slice.Elem()); element {
	case "", "bool", "string":
		return ""
	case "u8":
		return "bytes"
	default:
		return "[]" + element
	}
}

// basicOf is the notation of a scalar or a string. A duration is none: it is
// milliseconds in JavaScript wherever it lies.
func basicOf(t types.Type) string {
	if isNamedAs(unalias(t), "time", "Duration") {
		return ""
	}
	if basic, ok := t.Underlying().(*types.Basic); ok {
		return basics[basic.Kind()]
	}
	return ""
}

// arrayOf is the notation of an array of scalars, of structs that lie in C as
// they do in Go, or of such arrays: they are copied as they lie.
func (d *describer) arrayOf(t types.Type) string {
	switch under := t.Underlying().(type) {
	case *types.Array:
		if element := d.arrayOf(under.Elem()); element != "" && under.Len() > 0 {
			return fmt.Sprintf("[%d]%s", under.Len(), element)
		}
	case *types.Struct:
		if name, reason := d.structOf(t, under); reason == "" && d.liesAsInC(t) {
			return name
		}
	default:
		if element := basicOf(t); element != "string" {
			return element
		}
	}
	return ""
}

// unalias gives the type behind an alias, which is a type of its own from Go
// 1.23 on.
func unalias(t types.Type) types.Type {
	for {
		alias, ok := t.(interface{ Rhs() types.Type })
		if !ok {
			return t
		}
		t = alias.Rhs()
	}
}

// kindOf says what a type is to a person.
func kindOf(t types.Type) string {
	switch t.Underlying().(type) {
	case *types.Array:
		return "array"
	case *types.Basic:
		return "type"
	case *types.Chan:
		return "channel"
	case *types.Interface:
		return "interface"
	case *types.Map:
		return "map"
	case *types.Pointer:
		return "pointer"
	case *types.Signature:
		return "function"
	case *types.Slice:
		return "slice"
	case *types.Struct:
		return "struct"
	}
	return "type"
}
