// Functions, those of JavaScript and those of Go.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// functionObject is a function of Go that comes out: an object that is called.
func (d *describer) functionObject(closure *Codec, t types.Type) *Codec {
	isGeneral := t == types.Type(d.general)
	key := "function " + types.TypeString(t, nil)
	if isGeneral { // which the package may have written out too
		key = "function in any"
	}
	if known := d.codecs[key]; known != nil {
		return known
	}
	c := &Codec{Number: len(d.codecs) + 1, Kind: asObject, Go: closure.Go}
	d.codecs[key] = c
	name := strings.Trim(identifier(types.TypeString(t, func(p *types.Package) string { return p.Name() })), "_")
	switch {
	case isGeneral:
		name = generalName
	case name == generalName: // func()
		name = d.freeName(generalName + "_void")
	default:
		name = d.freeName(name)
	}
	d.classes[key] = &class{name: name, t: t, isFunc: true}
	c.class, c.notation = d.classes[key], name
	c.functionCode()
	return c
}

// generalName is the class of functions in any: JavaScript finds it by that.
const generalName = "func"

// generalFunction is a function in any: of the caller, or of a type that only
// the running program knows.
func (d *describer) generalFunction() *Codec {
	if d.general == nil {
		any, err := types.NewInterfaceType(nil, nil).Complete(), types.Universe.Lookup("error").Type()
		args := types.NewVar(0, d.pkg, "args", types.NewSlice(any))
		results := types.NewTuple(types.NewVar(0, d.pkg, "", any), types.NewVar(0, d.pkg, "", err))
		d.general = types.NewSignatureType(nil, nil, nil, types.NewTuple(args), results, true)
	}
	return d.functionObject(d.codec(d.general), d.general)
}

// functionCode is the code of a function that the caller holds, as it is; none is 0.
func (c *Codec) functionCode() {
	c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	v, _ := plugin_held(handle).(%[2]s)
	return v
}
`, c.Number, c.Go)
	c.column()
}

// closure is a function of the caller: one result more, an error, is what it
// throws.
func (d *describer) closure(c *Codec, t types.Type, signature *types.Signature) {
	c.Kind = asClosure
	params, results := signature.Params(), signature.Results()
	count := results.Len()
	throws := count > 0 && isError(results.At(count-1).Type())
	if throws {
		count--
	}
	list := func(tuple *types.Tuple, count int) (codecs []*Codec, ok bool) {
		for i := 0; i < count; i++ {
			part, ok := d.element(c, tuple.At(i).Type())
			if !ok {
				c.reason = "the " + d.show(t) + ": " + c.reason
				return nil, false
			}
			codecs = append(codecs, part)
		}
		return codecs, true
	}
	in, ok := list(params, params.Len())
	if !ok {
		return
	}
	out, ok := list(results, count)
	if !ok {
		return
	}
	notations := func(codecs []*Codec) string {
		texts := []string{}
		for _, one := range codecs {
			texts = append(texts, one.notation)
		}
		return strings.Join(texts, ", ")
	}
	c.notation = "closure<(" + notations(in)
	if signature.Variadic() {
		c.notation += ", ..."
	}
	c.notation += ") => "
	given := []string{}
	for i, one := range out {
		given = append(given, one.within(results.At(i).Type()))
	}
	switch len(out) {
	case 0:
		c.notation += "void"
	case 1:
		c.notation += given[0]
	default:
		c.notation += "(" + strings.Join(given, ", ") + ")"
	}
	c.notation += ">"
	head, writes, reads := []string{}, "", ""
	for i, one := range in {
		if signature.Variadic() && i == len(in)-1 {
			head = append(head, fmt.Sprintf("a%d ...%s", i, strings.TrimPrefix(one.Go, "[]")))
		} else {
			head = append(head, fmt.Sprintf("a%d %s", i, one.Go))
		}
		writes += fmt.Sprintf("\t\tplugin_write_%d(w, []%s{a%d})\n", one.Number, one.Go, i)
	}
	named := []string{}
	for i, one := range out {
		named = append(named, fmt.Sprintf("r%d %s", i, one.Go))
		reads += fmt.Sprintf("\t\tr%d = plugin_read_%d(r, 1)[0]\n", i, one.Number)
	}
	failed := "if err == plugin_lost {\n\t\t\t\treturn\n\t\t\t}\n\t\t\tpanic(err)"
	if throws {
		named = append(named, "err error")
		failed = "err = plugin_error_thrown(err)\n\t\t\treturn"
	}
	assigned := "r, err := f.call(w)"
	if len(out) == 0 {
		assigned = "_, err := f.call(w)"
	}
	if throws {
		assigned = "var r *plugin_reader\n\t\tr, err = f.call(w)"
		if len(out) == 0 {
			assigned = "_, err = f.call(w)"
		}
	}
	begun := ""
	for i, one := range out {
		if !one.isFed(map[*Codec]bool{}) {
			continue
		}
		begin := fmt.Sprintf("plugin_begin_given(r%d, f.thread)", i)
		if throws {
			begun += fmt.Sprintf("\t\tif err = %s; err != nil {\n\t\t\treturn\n\t\t}\n", begin)
		} else {
			begun += fmt.Sprintf("\t\tif err := %s; err != nil {\n\t\t\tpanic(err)\n\t\t}\n", begin)
		}
	}
	ending := ""
	if len(named) > 0 {
		ending = "\t\treturn\n"
	}
	c.code = fmt.Sprintf(`
func plugin_take_%d(from plugin_span, thread uint64) %s {
	f := plugin_take_function(from, thread)
	if f == nil {
		return nil
	}
	return func(%s) (%s) {
		w := plugin_begin()
%s		%s
		if err != nil {
			%s
		}
%s%s%s	}
}
`, c.Number, c.Go, strings.Join(head, ", "), strings.Join(named, ", "), writes, assigned, failed, reads, begun, ending)
}

func isFunction(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}
