// Interfaces that Go takes, and what JavaScript gives in their place: bytes for readers,
// functions for writers, objects with their methods.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// reading are the interfaces that a reader of bytes has.
var reading = []string{"Read", "ReadAt", "ReadByte", "ReadRune", "Seek", "UnreadByte", "UnreadRune", "WriteTo", "Len", "Size"}

// adapt makes objects of an interface of what JavaScript has: bytes where it
// reads them, a function that they are written to, an object with its methods.
func (d *describer) adapt(of *class, out *Named) {
	from := &From{}
	methods := methodsOf(of.t)
	result := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	make := func(name, call string, params ...*types.Var) string {
		signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), result, false)
		object := types.NewVar(0, d.pkg, name, of.t)
		if !d.callable(name, call, object, signature, nil, "") {
			delete(d.out.Skipped, name)
			return ""
		}
		return name
	}
	bytes := types.NewVar(0, d.pkg, "bytes", types.NewSlice(types.Typ[types.Uint8]))
	if onlyOf(methods, reading) && of.t.Underlying().(*types.Interface).NumMethods() == len(methods) {
		from.Bytes = make(of.name+".of", "plugin_reader_of", bytes)
	}
	switch {
	case isOnly(methods, "Read"):
		from.Symbol = make(of.name+".from", "plugin_reader_from", d.functionOf([]types.Type{types.Typ[types.Int]}, []types.Type{bytes.Type()}))
		from.Methods = []string{"read"}
	case isOnly(methods, "Write"):
		write := d.functionOf([]types.Type{bytes.Type()}, nil)
		from.Call = make(of.name+".to", "plugin_writer_to", write)
		from.Symbol = make(of.name+".from", "plugin_writer_to", write)
		from.Methods = []string{"write"}
	case of.t.Underlying().(*types.Interface).NumMethods() == len(methods):
		d.implement(of, methods, make, from)
	}
	if from.Symbol != "" || from.Bytes != "" || from.Call != "" {
		out.From = from
	}
}

// functionOf is a parameter that is a function, which may fail.
func (d *describer) functionOf(params, results []types.Type) *types.Var {
	tuple := func(list []types.Type) *types.Tuple {
		vars := []*types.Var{}
		for _, one := range list {
			vars = append(vars, types.NewVar(0, d.pkg, "", one))
		}
		return types.NewTuple(vars...)
	}
	results = append(results, types.Universe.Lookup("error").Type())
	return types.NewVar(0, d.pkg, "function", types.NewSignatureType(nil, nil, nil, tuple(params), tuple(results), false))
}

func onlyOf(methods []*types.Selection, names []string) bool {
	for _, method := range methods {
		known := false
		for _, name := range names {
			known = known || name == method.Obj().Name()
		}
		if !known {
			return false
		}
	}
	return len(methods) > 0
}

// isOnly tells whether there is one method, which io.Reader or io.Writer has.
func isOnly(methods []*types.Selection, name string) bool {
	return len(methods) == 1 && methods[0].Obj().Name() == name && isReading(methods[0].Type().(*types.Signature))
}

// implement writes a type whose methods are functions of JavaScript.
func (d *describer) implement(of *class, methods []*types.Selection, make func(string, string, ...*types.Var) string, from *From) {
	number := len(d.classNames)
	params, fields, code, head, given := []*types.Var{}, "", "", "", ""
	names := []string{}
	for i, method := range methods {
		signature := method.Type().(*types.Signature)
		plain := types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic())
		codec := d.codec(plain)
		if codec.reason != "" {
			return
		}
		name := method.Obj().Name()
		names = append(names, name)
		params = append(params, types.NewVar(0, d.pkg, name, plain))
		fields += fmt.Sprintf("\tm%d %s\n", i, codec.Go)
		head += fmt.Sprintf("m%d %s, ", i, codec.Go)
		given += fmt.Sprintf("m%d, ", i)
		takes, passes := []string{}, []string{}
		for k := 0; k < signature.Params().Len(); k++ {
			spelling, _ := d.spell(signature.Params().At(k).Type())
			takes = append(takes, fmt.Sprintf("a%d %s", k, spelling))
			passes = append(passes, fmt.Sprintf("a%d", k))
		}
		if signature.Variadic() {
			last := len(takes) - 1
			takes[last] = strings.Replace(takes[last], " []", " ...", 1)
			passes[last] += "..."
		}
		gives := []string{}
		for k := 0; k < signature.Results().Len(); k++ {
			spelling, _ := d.spell(signature.Results().At(k).Type())
			gives = append(gives, spelling)
		}
		result := ""
		if len(gives) > 0 {
			result = "return "
		}
		code += fmt.Sprintf("\nfunc (o *plugin_js_%d) %s(%s) (%s) { %so.m%d(%s) }\n", number, name, strings.Join(takes, ", "), strings.Join(gives, ", "), result, i, strings.Join(passes, ", "))
	}
	spelling, reason := d.spell(of.t)
	if reason != "" {
		return
	}
	d.whole = true
	symbol := make(of.name+".from", fmt.Sprintf("plugin_from_%d", number), params...)
	d.whole = false
	if symbol == "" {
		return
	}
	from.Symbol, from.Methods = symbol, names
	d.adapters += fmt.Sprintf("\ntype plugin_js_%[1]d struct {\n%[2]s}\n%[3]s\nfunc plugin_from_%[1]d(%[4]s) %[5]s { return &plugin_js_%[1]d{%[6]s} }\n", number, fields, code, head, spelling, given)
}

// isReading tells whether a method has the signature of io.Reader's, whose end is no error, and of io.Writer's.
func isReading(signature *types.Signature) bool {
	params, results := signature.Params(), signature.Results()
	return params.Len() == 1 && results.Len() == 2 && isError(results.At(1).Type()) &&
		types.Identical(params.At(0).Type(), types.NewSlice(types.Typ[types.Uint8])) &&
		types.Identical(results.At(0).Type(), types.Typ[types.Int])
}
