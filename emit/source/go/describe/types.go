package main

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
)

// describer collects one package.
type describer struct {
	pkg   *types.Package
	docs  map[token.Pos]string
	names map[*types.TypeName]string // what structs are called in the notation
	made  map[*types.TypeName]*made
	out   Description
}

func describe(pkg *types.Package, docs map[token.Pos]string) Description {
	// How structs are called is known when all of them are.
	survey := newDescriber(pkg, docs, nil)
	survey.symbols()
	d := newDescriber(pkg, docs, survey.structNames())
	d.symbols()
	d.structs()
	return d.out
}

func newDescriber(pkg *types.Package, docs map[token.Pos]string, names map[*types.TypeName]string) *describer {
	return &describer{pkg, docs, names, map[*types.TypeName]*made{}, Description{
		Package:   pkg.Name(),
		Path:      pkg.Path(),
		Shadowed:  []string{},
		Imports:   map[string]string{},
		Structs:   []Struct{},
		Functions: []Function{},
		Variables: []Variable{},
		Skipped:   map[string]string{},
	}}
}

func (d *describer) symbols() {
	scope := d.pkg.Scope()
	for _, name := range scope.Names() {
		if types.Universe.Lookup(name) != nil {
			d.out.Shadowed = append(d.out.Shadowed, name)
		}
		switch object := scope.Lookup(name).(type) {
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
}

func (d *describer) doc(object types.Object) string {
	return strings.TrimSpace(d.docs[object.Pos()])
}

func (d *describer) variable(object *types.Var) {
	value, reason := d.value(object, asVariable)
	if reason != "" {
		d.out.Skipped[object.Name()] = reason
		return
	}
	d.use(object.Type())
	_, isStruct := object.Type().Underlying().(*types.Struct)
	copied := isStruct && !d.liesAsInC(object.Type())
	d.out.Variables = append(d.out.Variables, Variable{value, d.doc(object), copied})
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
	values := func(what role, tuple *types.Tuple, count int) []Value {
		list := []Value{}
		for i := 0; i < count && reason == ""; i++ {
			value, why := d.value(tuple.At(i), what)
			if why != "" {
				reason = string(what) + " " + place(tuple, i) + ": " + why
			}
			list = append(list, value)
		}
		return list
	}
	function.Params = values(asParameter, params, params.Len())
	if function.Error {
		function.Results = values(asResult, results, last)
	} else {
		function.Results = values(asResult, results, results.Len())
	}
	if reason != "" {
		d.out.Skipped[function.Name] = reason
		return
	}
	for _, tuple := range []*types.Tuple{params, results} {
		for i := 0; i < tuple.Len(); i++ {
			d.use(tuple.At(i).Type())
		}
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
