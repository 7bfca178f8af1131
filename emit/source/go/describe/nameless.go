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
// No interface that can be written has them, so they are called by their names.
func (d *describer) hiddenMethods(of *class, out *Named, self *types.Var) {
	for _, selection := range of.hidden {
		method := selection.Obj().(*types.Func)
		signature := selection.Type().(*types.Signature)
		name := of.name + "." + method.Name()
		list := []*types.Var{}
		for i := 0; i < signature.Results().Len(); i++ {
			one := signature.Results().At(i)
			list = append(list, types.NewVar(one.Pos(), d.pkg, one.Name(), d.withName(one.Type())))
		}
		plain := types.NewSignatureType(nil, nil, nil, signature.Params(), types.NewTuple(list...), signature.Variadic())
		if reason := d.unnameable(plain, false); reason != "" {
			d.out.Skipped[name] = reason
			continue
		}
		function := fmt.Sprintf("plugin_method_%d", len(d.out.Functions))
		if d.callable(name, function, method, plain, self, "") {
			out.Methods[method.Name()] = name
			d.adapters += d.calledByName(function, method.Name(), self, plain)
		}
	}
}

// calledByName is a function that calls a method which no interface has.
func (d *describer) calledByName(function, method string, self *types.Var, signature *types.Signature) string {
	receiver, _ := d.spell(self.Type())
	params, args := []string{"v " + receiver}, []string{}
	for i := 0; i < signature.Params().Len(); i++ {
		t := signature.Params().At(i).Type()
		spelling, _ := d.spell(t)
		if signature.Variadic() && i == signature.Params().Len()-1 {
			spelling, _ = d.spell(t.(*types.Slice).Elem())
			spelling = "..." + spelling
		}
		param := fmt.Sprintf("a%d %s", i, spelling)
		if i == 0 && isContext(signature.Params(), 0) && !isContext(signature.Results(), 0) {
			params = []string{param, params[0]} // as callable gives it
		} else {
			params = append(params, param)
		}
		// By its address, a nil interface too has its type.
		args = append(args, fmt.Sprintf("plugin_reflect.ValueOf(&a%d).Elem()", i))
	}
	results, assigned := []string{}, ""
	for i := 0; i < signature.Results().Len(); i++ {
		spelling, _ := d.spell(signature.Results().At(i).Type())
		results = append(results, fmt.Sprintf("r%d %s", i, spelling))
		assigned += fmt.Sprintf("\tr%d, _ = out[%d].Interface().(%s)\n", i, i, spelling)
	}
	how := "Call"
	if signature.Variadic() {
		how = "CallSlice"
	}
	return fmt.Sprintf(`
func %s(%s) (%s) {
	out := plugin_reflect.ValueOf(v).MethodByName(%q).%s([]plugin_reflect.Value{%s})
%s	return
}
`, function, strings.Join(params, ", "), strings.Join(results, ", "), method, how, strings.Join(args, ", "), assigned)
}
