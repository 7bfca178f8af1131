// Types that a wrapper cannot name, as no package can but their own: an interface
// with their methods stands for them.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// withName gives an interface that can be written where a type cannot: a
// value comes out as an object with the methods that it exports.
func (d *describer) withName(t types.Type) types.Type {
	inner := unalias(t)
	if pointer, ok := inner.(*types.Pointer); ok {
		inner = unalias(pointer.Elem())
	}
	named, ok := inner.(*types.Named)
	if !ok || d.unnameable(t, true) == "" || isOfC(named) {
		return t
	}
	key := "nameless " + types.TypeString(t, nil)
	if known := d.classes[key]; known != nil {
		return known.t
	}
	methods, hidden := []*types.Func{}, []*types.Selection{}
	set := types.NewMethodSet(t)
	for i := 0; i < set.Len(); i++ {
		method := set.At(i).Obj().(*types.Func)
		signature := set.At(i).Type().(*types.Signature)
		plain := types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic())
		if !method.Exported() {
			continue
		}
		if d.unnameable(plain, false) == "" {
			methods = append(methods, types.NewFunc(method.Pos(), d.pkg, method.Name(), plain))
		} else {
			hidden = append(hidden, set.At(i))
		}
	}
	if len(methods) == 0 {
		return t
	}
	iface := types.NewInterfaceType(methods, nil).Complete()
	d.classes[key] = &class{name: d.freeName(d.nameOf(named.Obj(), named)), t: iface, isIface: true, isNameless: true, hidden: hidden}
	d.nameless[iface] = d.classes[key]
	return iface
}

// withoutName gives what a type is made of where a wrapper cannot write its name:
// Go takes a func, a list or a map without a name for one that has one.
func (d *describer) withoutName(t types.Type) types.Type {
	named, ok := unalias(t).(*types.Named)
	if !ok || isOfC(named) || d.unnameable(named, true) == "" {
		return t
	}
	switch under := named.Underlying().(type) {
	case *types.Signature, *types.Slice, *types.Map, *types.Array, *types.Chan:
		return under
	}
	return t
}

// hiddenMethods adds the methods of such a type whose results cannot be named
// either, as those of a builder that give it back: If(true, 1).ElseIf(false, 2).
func (d *describer) hiddenMethods(of *class, out *Named, self *types.Var) {
	for _, selection := range of.hidden {
		d.hiddenMethod(of, out, self, selection)
	}
}

// hiddenMethod adds a method that takes or gives what cannot be named. Of a type
// without a name no interface that can be written has it, so it is called by its own.
func (d *describer) hiddenMethod(of *class, out *Named, self *types.Var, selection *types.Selection) {
	method := selection.Obj().(*types.Func)
	signature := selection.Type().(*types.Signature)
	name := of.name + "." + method.Name()
	plain := d.plainOf(signature)
	if reason := d.unnameable(plain, false); reason != "" {
		d.out.Skipped[name] = reason
		return
	}
	function := fmt.Sprintf("plugin_method_%d", len(d.out.Functions))
	if d.callable(name, function, method, plain, self, "") {
		delete(d.out.Skipped, name)
		out.Methods[method.Name()] = name
		callee := fmt.Sprintf("plugin_reflect.ValueOf(v).MethodByName(%q)", method.Name())
		d.adapters += d.reflected(function, callee, self, plain, signature)
	}
}

// plainOf is a signature with what can be written in the place of what cannot.
func (d *describer) plainOf(signature *types.Signature) *types.Signature {
	named := func(tuple *types.Tuple) *types.Tuple {
		list := []*types.Var{}
		for i := 0; i < tuple.Len(); i++ {
			one := tuple.At(i)
			list = append(list, types.NewVar(one.Pos(), d.pkg, one.Name(), d.withName(one.Type())))
		}
		return types.NewTuple(list...)
	}
	return types.NewSignatureType(nil, nil, nil, named(signature.Params()), named(signature.Results()), signature.Variadic())
}

// takesNameless tells whether something is taken that cannot be named, but for which
// what can be written stands.
func (d *describer) takesNameless(signature *types.Signature) bool {
	plain := d.plainOf(signature)
	return !types.Identical(plain.Params(), signature.Params()) && d.unnameable(plain, false) == ""
}

// hiddenFunction adds a function that takes what cannot be named: what another one
// has given, or nil.
func (d *describer) hiddenFunction(object *types.Func, signature *types.Signature) {
	if !d.takesNameless(signature) {
		return
	}
	plain, name := d.plainOf(signature), d.symbolOf(object)
	function := fmt.Sprintf("plugin_method_%d", len(d.out.Functions))
	if d.callable(name, function, object, plain, nil, "") {
		delete(d.out.Skipped, name)
		d.adapters += d.reflected(function, "plugin_reflect.ValueOf("+d.qualified(object)+")", nil, plain, signature)
	}
}

// reflected is a function that calls what the wrappers cannot call by what they write:
// a method that no interface has, or what takes a value whose type has no name.
func (d *describer) reflected(function, callee string, self *types.Var, signature, real *types.Signature) string {
	params, args := []string{}, []string{}
	if self != nil {
		receiver, _ := d.spell(self.Type())
		params = append(params, "v "+receiver)
	}
	for i := 0; i < signature.Params().Len(); i++ {
		t := signature.Params().At(i).Type()
		spelling, _ := d.spell(t)
		if signature.Variadic() && i == signature.Params().Len()-1 {
			spelling, _ = d.spell(t.(*types.Slice).Elem())
			spelling = "..." + spelling
		}
		param := fmt.Sprintf("a%d %s", i, spelling)
		if i == 0 && isContext(signature.Params(), 0) && !isContext(signature.Results(), 0) {
			params = append([]string{param}, params...) // as callable gives it
		} else {
			params = append(params, param)
		}
		if types.Identical(t, real.Params().At(i).Type()) {
			// By its address, a nil interface too has its type.
			args = append(args, fmt.Sprintf("plugin_reflect.ValueOf(&a%d).Elem()", i))
		} else {
			args = append(args, fmt.Sprintf("plugin_as(callee.Type().In(%d), a%d)", i, i))
		}
	}
	results, assigned := []string{}, ""
	for i := 0; i < signature.Results().Len(); i++ {
		spelling, _ := d.spell(signature.Results().At(i).Type())
		results = append(results, fmt.Sprintf("r%d %s", i, spelling))
		assigned += fmt.Sprintf("\tr%d, _ = out[%d].Interface().(%s)\n", i, i, spelling)
	}
	how, out := "Call", ""
	if signature.Variadic() {
		how = "CallSlice"
	}
	if len(results) > 0 {
		out = "out := "
	}
	return fmt.Sprintf(`
func %s(%s) (%s) {
	callee := %s
	%scallee.%s([]plugin_reflect.Value{%s})
%s	return
}
`, function, strings.Join(params, ", "), strings.Join(results, ", "), callee, out, how, strings.Join(args, ", "), assigned)
}
