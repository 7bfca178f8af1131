package main

import (
	"fmt"
	"go/token"
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

// describer collects one package.
type describer struct {
	pkg  *types.Package
	docs map[token.Pos]string
	out  Description
}

func describe(pkg *types.Package, docs map[token.Pos]string) Description {
	d := describer{pkg, docs, Description{
		Shadowed:  []string{},
		Imports:   map[string]string{},
		Functions: []Function{},
		Variables: []Variable{},
		Skipped:   map[string]string{},
	}}
	for _, name := range pkg.Scope().Names() {
		if types.Universe.Lookup(name) != nil {
			d.out.Shadowed = append(d.out.Shadowed, name)
		}
		switch object := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if name == "main" {
				d.out.HasMain = true
			} else if object.Exported() {
				d.function(object)
			}
		case *types.Var:
			if object.Exported() {
				d.variable(object)
			}
		case *types.TypeName:
			d.methods(object)
		}
	}
	return d.out
}

func (d *describer) doc(object types.Object) string {
	return strings.TrimSpace(d.docs[object.Pos()])
}

func (d *describer) variable(object *types.Var) {
	value, reason := d.value(object, basicOf(object.Type()) == "string")
	if reason != "" {
		d.out.Skipped[object.Name()] = reason
		return
	}
	d.out.Variables = append(d.out.Variables, Variable{value, d.doc(object)})
}

func (d *describer) function(object *types.Func) {
	signature := object.Type().(*types.Signature)
	function := Function{
		Name:     object.Name(),
		Doc:      d.doc(object),
		Variadic: signature.Variadic(),
	}
	reason := ""
	if signature.TypeParams().Len() > 0 {
		reason = "it is generic: instantiate it in a function of its own"
	}
	params, results := signature.Params(), signature.Results()
	last := results.Len() - 1
	if last >= 0 && isError(results.At(last).Type()) {
		function.Error = true
	}
	values := func(what string, tuple *types.Tuple, count int) []Value {
		list := []Value{}
		for i := 0; i < count && reason == ""; i++ {
			value, why := d.value(tuple.At(i), what == "parameter")
			if why != "" {
				reason = what + " " + place(tuple, i) + ": " + why
			}
			list = append(list, value)
		}
		return list
	}
	function.Params = values("parameter", params, params.Len())
	if function.Error {
		function.Results = values("result", results, last)
	} else {
		function.Results = values("result", results, results.Len())
	}
	if reason != "" {
		d.out.Skipped[function.Name] = reason
		return
	}
	d.out.Functions = append(d.out.Functions, function)
}

func (d *describer) methods(object *types.TypeName) {
	named, ok := object.Type().(*types.Named)
	if !ok || !object.Exported() || object.IsAlias() {
		return
	}
	for i := 0; i < named.NumMethods(); i++ {
		if method := named.Method(i); method.Exported() {
			d.out.Skipped[object.Name()+"."+method.Name()] =
				"it is a method: wrap it in a function of its own"
		}
	}
}

// place is the number of a parameter or result, with its name if it has one.
func place(tuple *types.Tuple, index int) string {
	if name := tuple.At(index).Name(); name != "" && name != "_" {
		return fmt.Sprintf("%d (%s)", index+1, name)
	}
	return fmt.Sprint(index + 1)
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// value gives the notation of a type, or why it has none. A wrapper has to
// name the types of parameters, for which to convert what it was given.
func (d *describer) value(object *types.Var, named bool) (value Value, reason string) {
	t := object.Type()
	notation := basicOf(t)
	if slice, ok := t.Underlying().(*types.Slice); ok {
		switch element := basicOf(slice.Elem()); element {
		case "", "bool", "string":
		case "u8":
			notation = "bytes"
		default:
			notation = "[]" + element
		}
	}
	if notation == "" {
		text := types.TypeString(t, types.RelativeTo(d.pkg))
		text = strings.ReplaceAll(text, cgoPrefix, "C.")
		return value, fmt.Sprintf("the %s %s has no JavaScript value", kindOf(t), text)
	}
	name := object.Name()
	if name == "_" {
		name = ""
	}
	spelling, reason := d.spell(t)
	if !named {
		reason = ""
	}
	return Value{name, notation, spelling}, reason
}

func basicOf(t types.Type) string {
	if basic, ok := t.Underlying().(*types.Basic); ok {
		return basics[basic.Kind()]
	}
	return ""
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
