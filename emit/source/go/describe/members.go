package main

import (
	"go/constant"
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
	out := &Named{Kind: "class", Handle: "slot", Free: "plugin_release", Methods: map[string]string{}, Accessors: map[string]Accessor{}, Doc: d.docOfType(of.t)}
	d.classNames[of.name] = out
	receiver := of.t
	if !of.isIface {
		receiver = types.NewPointer(of.t)
	}
	self := types.NewVar(0, d.pkg, "this", receiver)
	for _, selection := range methodsOf(of.t) {
		method := selection.Obj().(*types.Func)
		name := of.name + "." + method.Name()
		signature := selection.Type().(*types.Signature)
		if d.callable(name, "p0."+method.Name(), method, signature, self, "") {
			out.Methods[method.Name()] = name
			if method.Name() == "String" && signature.Params().Len() == 0 && signature.Results().Len() == 1 && basicOf(signature.Results().At(0).Type()) == "string" {
				out.Text = name
			}
		}
	}
	if under, ok := of.t.Underlying().(*types.Struct); ok {
		d.fields(of, out, under, self)
	}
	if of.isIface {
		d.accepts(of, out)
	}
	if of.name == "error" {
		d.errorFunctions(out)
	}
}

// fields are properties: functions that read and write them.
func (d *describer) fields(of *class, out *Named, under *types.Struct, self *types.Var) {
	for i := 0; i < under.NumFields(); i++ {
		field := under.Field(i)
		name := field.Name()
		if !field.Exported() || out.Methods[name] != "" {
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

// accepts lists the classes whose values implement an interface.
func (d *describer) accepts(of *class, out *Named) {
	iface := of.t.Underlying().(*types.Interface)
	d.after = append(d.after, func() {
		for _, key := range d.sortedClasses() {
			other := d.classes[key]
			if other == of || !other.used {
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
			d.out.Constants[object.Name()] = 1
		} else {
			d.out.Constants[object.Name()] = 0
		}
	case constant.String:
		d.out.Constants[object.Name()] = constant.StringVal(value)
	case constant.Int:
		if number, exact := constant.Int64Val(value); exact {
			if number < 1<<53 && number > -(1<<53) {
				d.out.Constants[object.Name()] = number
			} else {
				d.out.Constants[object.Name()] = map[string]string{"type": "i64", "value": value.ExactString()}
			}
		} else if _, exact := constant.Uint64Val(value); exact {
			d.out.Constants[object.Name()] = map[string]string{"type": "u64", "value": value.ExactString()}
		} else {
			d.out.Skipped[object.Name()] = "the constant has more than 64 bits"
		}
	case constant.Float:
		number, _ := constant.Float64Val(value)
		d.out.Constants[object.Name()] = number
	default:
		d.out.Skipped[object.Name()] = "the constant is complex"
	}
}
