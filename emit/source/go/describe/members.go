// The members of classes: methods, fields, and what stands for the interfaces of readers
// and writers.

package main

import (
	"fmt"
	"go/constant"
	"go/types"
	"sort"
	"strings"
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
		}
	}
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

func isOnly(methods []*types.Selection, name string) bool {
	return len(methods) == 1 && methods[0].Obj().Name() == name && onlyOf(methods, []string{name}) &&
		strings.HasPrefix(methods[0].Type().(*types.Signature).Params().String(), "(p []byte")
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

// zero makes the zero value of a type, as "var v T" does.
func (d *describer) zero(of *class, out *Named) {
	named, ok := of.t.(*types.Named)
	if !ok || of.isIface || of.isFunc || !named.Obj().Exported() {
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

// isReading tells whether a method is that of io.Reader, whose end is no error.
func isReading(signature *types.Signature) bool {
	params, results := signature.Params(), signature.Results()
	return params.Len() == 1 && results.Len() == 2 && isError(results.At(1).Type()) &&
		types.Identical(params.At(0).Type(), types.NewSlice(types.Typ[types.Uint8])) &&
		types.Identical(results.At(0).Type(), types.Typ[types.Int])
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

// sequence adds what gives the values of an iterator or a channel, one by one.
func (d *describer) sequence(of *class) {
	out := &Named{Kind: "class", Handle: "slot", Free: "plugin_release"}
	d.classNames[of.name] = out
	results := []*types.Var{}
	for _, one := range of.element {
		results = append(results, types.NewVar(0, d.pkg, "", one))
	}
	results = append(results, types.NewVar(0, d.pkg, "", types.Typ[types.Bool]))
	signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(), types.NewTuple(results...), false)
	self := types.NewVar(0, d.pkg, "this", of.t)
	name := of.name + ".next"
	if !d.callable(name, fmt.Sprintf("plugin_next_%d", of.number), types.NewVar(0, d.pkg, name, of.t), signature, self, "") {
		return
	}
	if of.isChan {
		out.Stream = name
		d.makeChannel(of, out)
	} else {
		out.Next = name
	}
	lists := []*types.Var{}
	for _, one := range of.element {
		lists = append(lists, types.NewVar(0, d.pkg, "", types.NewSlice(one)))
	}
	if of.isChan { // nobody waits where it may throw
		lists = append(lists, types.NewVar(0, d.pkg, "", types.Universe.Lookup("error").Type()))
	}
	next := types.NewSignatureType(nil, nil, nil, types.NewTuple(), types.NewTuple(lists...), false)
	if of.isChan {
		d.channelOfValues(of, out)
	}
	name = of.name + ".from"
	d.whole = true
	made := d.callable(name, fmt.Sprintf("plugin_iterable_%d", of.number), types.NewVar(0, d.pkg, name, of.t),
		types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, d.pkg, "next", next)), types.NewTuple(types.NewVar(0, d.pkg, "", of.t)), false), nil, "")
	d.whole = false
	if made && len(of.element) == 2 {
		out.From = &From{Entries: name}
	} else if made {
		if out.From == nil {
			out.From = &From{}
		}
		out.From.Iterable = name
	} else {
		delete(d.out.Skipped, name)
	}
}

// channelOfValues lets the caller make a channel of values that are there.
func (d *describer) channelOfValues(of *class, out *Named) {
	name := of.name + ".of"
	values := types.NewTuple(types.NewVar(0, d.pkg, "values", types.NewSlice(of.element[0])))
	made := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	if d.callable(name, fmt.Sprintf("plugin_values_%d", of.number), types.NewVar(0, d.pkg, name, of.t), types.NewSignatureType(nil, nil, nil, values, made, false), nil, "") {
		out.From = &From{Data: name}
	} else {
		delete(d.out.Skipped, name)
	}
}

// makeChannel lets the caller make a channel, of so many values that nobody has
// received yet, where one may also be sent to.
func (d *describer) makeChannel(of *class, out *Named) {
	spelling, reason := d.spell(of.t)
	if reason != "" || of.t.Underlying().(*types.Chan).Dir() != types.SendRecv {
		return
	}
	name := of.name + ".new"
	capacity := types.NewTuple(types.NewVar(0, d.pkg, "capacity", types.Typ[types.Int]))
	made := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	if d.callable(name, fmt.Sprintf("plugin_make_%d", of.number), types.NewVar(0, d.pkg, name, of.t), types.NewSignatureType(nil, nil, nil, capacity, made, false), nil, "") {
		out.New = name
		d.adapters += fmt.Sprintf("\nfunc plugin_make_%d(capacity int) %s { return make(%[2]s, capacity) }\n", of.number, spelling)
	} else {
		delete(d.out.Skipped, name)
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
		number, _ := constant.Float64Val(value)
		d.out.Constants[d.symbolOf(object)] = number
	default:
		d.out.Skipped[d.symbolOf(object)] = "the constant is complex"
	}
}
