// The members of classes: methods, fields, and what makes their objects.

package main

import (
	"fmt"
	"go/types"
	"sort"
)

// members adds the methods and the fields of every class that is used, and of
// those that these use.
func (d *describer) members() {
	for {
		var next *class
		for _, key := range d.sortedClasses() {
			if one := d.classes[key]; one.used && d.classNames[one.name] == nil {
				next = one
				break
			}
		}
		if next == nil {
			return
		}
		d.membersOf(next)
	}
}

func (d *describer) sortedClasses() []string {
	keys := []string{}
	for key, one := range d.classes {
		if one != nil {
			keys = append(keys, key)
		}
	}
	sort.Strings(keys)
	return keys
}

func (d *describer) membersOf(of *class) {
	if of.element != nil {
		d.sequence(of)
		return
	}
	out := &Named{Kind: "class", Handle: "slot", Free: "plugin_release", Methods: map[string]string{}, Accessors: map[string]Accessor{}, Doc: d.docOfType(of.t)}
	d.classNames[of.name] = out
	if named, ok := of.t.(*types.Named); ok {
		d.place(of.name, named.Obj())
	}
	d.zero(of, out)
	receiver := of.t
	if of.isFunc {
		d.called(of, out)
	}
	if !of.isIface && !of.isFunc {
		receiver = types.NewPointer(of.t)
	}
	self := types.NewVar(0, d.pkg, "this", receiver)
	for _, selection := range methodsOf(of.t) {
		method := selection.Obj().(*types.Func)
		name := of.name + "." + method.Name()
		signature := selection.Type().(*types.Signature)
		call := "p0." + method.Name()
		if method.Name() == "Read" && isReading(signature) {
			call = "plugin_read"
		}
		if d.callable(name, call, method, signature, self, "") {
			out.Methods[method.Name()] = name
			if method.Name() == "String" && isText(signature) || method.Name() == "Error" && isText(signature) && out.Text == "" {
				out.Text = name // of the two String, which comes later
			}
			if is := marshals(method, signature); is == "json" || is != "" && out.JSON == nil {
				out.JSON = &JSON{name, is}
			}
		} else if d.takesNameless(signature) {
			d.hiddenMethod(of, out, self, selection)
		}
	}
	d.hiddenMethods(of, out, self)
	if under, ok := of.t.Underlying().(*types.Struct); ok {
		d.fields(of, out, under, self)
		d.literal(under, out)
	}
	if !of.isIface && !of.isFunc {
		d.elements(of, out, self)
	}
	if of.isIface && !of.isNameless {
		d.accepts(of, out)
	}
	if of.name == "error" {
		d.errorFunctions(out)
	} else if of.isIface && !of.isNameless {
		d.adapt(of, out)
	}
}

// isText tells whether a method says what a value is as a text.
func isText(signature *types.Signature) bool {
	return signature.Params().Len() == 0 && signature.Results().Len() == 1 && basicOf(signature.Results().At(0).Type()) == "string"
}

// marshals tells what encoding/json takes from a method: "json", "text" or nothing.
func marshals(method *types.Func, signature *types.Signature) string {
	is := map[string]string{"MarshalJSON": "json", "MarshalText": "text"}[method.Name()]
	if results := signature.Results(); is == "" || signature.Params().Len() != 0 || results.Len() != 2 ||
		!types.Identical(results.At(0).Type(), types.NewSlice(types.Typ[types.Uint8])) || !isError(results.At(1).Type()) {
		return ""
	}
	return is
}

// zero makes the zero value of a type, as "var v T" does.
func (d *describer) zero(of *class, out *Named) {
	named, ok := of.t.(*types.Named)
	if !ok || of.isIface || of.isFunc || !named.Obj().Exported() && d.aliasOf(named.Obj()) == nil {
		return
	}
	spelling, reason := d.spell(of.t)
	if reason != "" {
		return
	}
	name := of.name + ".new"
	signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(), types.NewTuple(types.NewVar(0, d.pkg, "", types.NewPointer(of.t))), false)
	if d.callable(name, "new", types.NewVar(0, d.pkg, name, of.t), signature, nil, "new "+spelling) {
		out.New = name
	}
}

// called adds the call of a function that the caller holds, and what makes one
// of a function of the caller.
func (d *describer) called(of *class, out *Named) {
	signature := of.t.Underlying().(*types.Signature)
	name := of.name + ".call"
	if d.callable(name, "p0", types.NewVar(0, d.pkg, name, of.t), signature, types.NewVar(0, d.pkg, "this", of.t), "call") {
		out.Call = name
	}
	plain := types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic())
	codec := d.codec(plain)
	if codec.reason != "" {
		return
	}
	spelling, reason := d.spell(of.t)
	if reason != "" {
		return
	}
	number := len(d.classNames)
	d.whole = true
	result := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	from := of.name + ".from"
	made := d.callable(from, fmt.Sprintf("plugin_function_from_%d", number), types.NewVar(0, d.pkg, from, of.t), types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, d.pkg, "function", plain)), result, false), nil, "")
	d.whole = false
	if made {
		out.From = &From{Call: from}
		d.adapters += fmt.Sprintf("\nfunc plugin_function_from_%d(f %s) %s { return f }\n", number, codec.Go, spelling)
	} else {
		delete(d.out.Skipped, from)
	}
}

// fields are properties: functions that read and write them.
func (d *describer) fields(of *class, out *Named, under *types.Struct, self *types.Var) {
	for _, field := range promoted(under, 0) {
		name := field.Name()
		if _, known := out.Accessors[name]; known || !field.Exported() || out.Methods[name] != "" {
			continue
		}
		none := types.NewTuple()
		value := types.NewTuple(types.NewVar(0, d.pkg, "", field.Type()))
		get := types.NewSignatureType(nil, nil, nil, none, value, false)
		set := types.NewSignatureType(nil, nil, nil, value, none, false)
		symbol := of.name + "." + name
		if !d.callable(symbol, "p0."+name, field, get, self, "get") {
			continue
		}
		accessor := Accessor{Get: symbol}
		if d.callable(symbol+"=", "p0."+name, field, set, self, "set") {
			accessor.Set = symbol + "="
		} else {
			delete(d.out.Skipped, symbol+"=")
		}
		out.Accessors[name] = accessor
	}
}

// elements lets the values of a list or a map with methods be walked, and
// takes what JavaScript has for one.
func (d *describer) elements(of *class, out *Named, self *types.Var) {
	switch of.t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Array:
	default:
		return
	}
	spelling, reason := d.spell(of.t)
	if reason != "" {
		return
	}
	data := types.NewTuple(types.NewVar(0, d.pkg, "data", of.t.Underlying()))
	none := types.NewTuple()
	name := of.name + ".elements"
	get := types.NewSignatureType(nil, nil, nil, none, data, false)
	if d.callable(name, "(*p0)", types.NewVar(0, d.pkg, name, of.t), get, self, "get") {
		out.Iterator = name
	} else {
		delete(d.out.Skipped, name)
	}
	name = of.name + ".from"
	result := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	make := types.NewSignatureType(nil, nil, nil, data, result, false)
	if d.callable(name, "("+spelling+")", types.NewVar(0, d.pkg, name, of.t), make, nil, "") {
		out.From = &From{Data: name}
	} else {
		delete(d.out.Skipped, name)
	}
}

// literal says which fields a plain object of JavaScript may have in place of
// an object, as a literal of Go may; one with a state of its own is none.
func (d *describer) literal(under *types.Struct, out *Named) {
	fields := []string{}
	for i := 0; i < under.NumFields(); i++ {
		if !under.Field(i).Exported() && under.Field(i).Name() != "_" {
			return
		}
	}
	for name, accessor := range out.Accessors {
		if accessor.Set != "" {
			fields = append(fields, name)
		}
	}
	if out.New == "" || len(fields) == 0 {
		return
	}
	sort.Strings(fields)
	out.From = &From{Fields: fields}
}

// promoted lists the fields of a struct, and then those of what it embeds.
func promoted(under *types.Struct, depth int) []*types.Var {
	list, embedded := []*types.Var{}, []*types.Var{}
	for i := 0; i < under.NumFields(); i++ {
		list = append(list, under.Field(i))
		if under.Field(i).Embedded() {
			embedded = append(embedded, under.Field(i))
		}
	}
	if depth > 8 {
		return list
	}
	for _, field := range embedded {
		t := field.Type().Underlying()
		if pointer, ok := t.(*types.Pointer); ok {
			t = pointer.Elem().Underlying()
		}
		if inner, ok := t.(*types.Struct); ok {
			list = append(list, promoted(inner, depth+1)...)
		}
	}
	return list
}

// accepts lists the classes whose values implement an interface.
func (d *describer) accepts(of *class, out *Named) {
	iface := of.t.Underlying().(*types.Interface)
	d.after = append(d.after, func() {
		for _, key := range d.sortedClasses() {
			other := d.classes[key]
			if other == of || !other.used || other.element != nil {
				continue
			}
			if types.Implements(other.t, iface) || !other.isIface && types.Implements(types.NewPointer(other.t), iface) {
				out.Accepts = append(out.Accepts, other.name)
			}
		}
	})
}
