// Values of a type that the caller names: who takes anything may look at its type,
// and what JavaScript gives has that of a literal.

package main

import (
	"fmt"
	"go/types"
	"sort"
	"strconv"
	"strings"
)

// typedName is the class of such values: what a package exports begins with a
// capital letter, so that it has no such name.
const typedName = "typed"

// takesAny tells whether anything may be in a value.
func (c *Codec) takesAny(seen map[*Codec]bool) bool {
	if c == nil || seen[c] {
		return false
	}
	seen[c] = true
	if c.notation == "any" {
		return true
	}
	for _, part := range c.parts {
		if part.takesAny(seen) {
			return true
		}
	}
	return false
}

// typed adds the class of values of which the caller names the type, where a
// symbol takes anything: new typed("func(x, y float64) bool", near).
func (d *describer) typed() {
	if d.classes[typedName] != nil {
		return
	}
	any := types.NewInterfaceType(nil, nil).Complete()
	d.classes[typedName] = &class{name: typedName, t: any, isIface: true}
	made := &Codec{Number: len(d.codecs) + 1, Kind: asObject, Go: "interface{}", notation: typedName, class: d.classes[typedName], marked: true}
	d.codecs["class "+typedName] = made
	made.objectCode("interface{}", "plugin_hold", "plugin_given")
	d.classNames[typedName] = &Named{
		Kind: "class", Handle: "slot", Free: "plugin_release", New: typedName + ".new",
		Doc: "typed is a value of a type of Go's that its text names, for what looks at the type of anything.",
	}
	given := d.codec(any)
	d.out.Functions = append(d.out.Functions, Function{
		Name: typedName + ".new", Call: "plugin_typed", Error: true,
		Doc:     "A value of a type: new typed(\"func(x, y float64) bool\", near).",
		Params:  []Value{{Name: "of", Type: "string", Go: "string"}, {Name: "value", Type: given.notation, Go: given.Go, Codec: given}},
		Results: []Value{{Type: typedName, Go: made.Go, Codec: made}},
	})
	d.mark(d.codec(types.Universe.Lookup("error").Type()))
}

// typeNames tells what types the texts may name: those that the packages export, and
// those of others that their symbols have.
func (d *describer) typeNames() string {
	if d.classNames[typedName] == nil {
		return ""
	}
	own, others := called{}, called{}
	for _, pkg := range d.all {
		for _, name := range pkg.Scope().Names() {
			object, ok := pkg.Scope().Lookup(name).(*types.TypeName)
			if !ok || !object.Exported() || isConstraint(object.Type()) {
				continue
			}
			if named, ok := unalias(object.Type()).(*types.Named); ok && named.TypeParams().Len() == named.TypeArgs().Len() {
				d.call(own, named)
			}
		}
	}
	for _, one := range d.codecs {
		if one.marked && one.named != nil {
			d.call(others, one.named)
		}
	}
	for _, one := range d.classes {
		if one == nil || !one.used {
			continue
		}
		if named, ok := one.t.(*types.Named); ok {
			d.call(others, named)
		}
	}
	for name, all := range others {
		if own[name] == nil {
			own[name] = all
		}
	}
	names := []string{}
	for name := range own {
		names = append(names, name)
	}
	sort.Strings(names)
	cases := ""
	for _, name := range names {
		cases += fmt.Sprintf("\t\tcase %s:\n\t\t\treturn %s\n", strconv.Quote(name), typeOf(own[name]))
	}
	if cases == "" {
		return ""
	}
	return "\nfunc init() {\n\tplugin_named_type = func(name string) (plugin_reflect.Type, error) {\n\t\tswitch name {\n" + cases + "\t\t}\n\t\treturn nil, nil\n\t}\n}\n"
}

// called is how a wrapper writes types, by what they are called in a text and then by
// their paths: packages may share a name.
type called map[string]map[string]string

// call adds what a type is called.
func (d *describer) call(all called, t *types.Named) {
	spelling, reason := d.spell(t)
	if reason != "" {
		return
	}
	add := func(qualifier types.Qualifier) {
		name := strings.ReplaceAll(types.TypeString(t, qualifier), " ", "")
		if all[name] == nil {
			all[name] = map[string]string{}
		}
		all[name][types.TypeString(t, nil)] = spelling
	}
	add((*types.Package).Name)
	if len(d.all) == 1 {
		add(func(p *types.Package) string {
			if p == d.all[0] {
				return ""
			}
			return p.Name()
		})
	}
}

// typeOf is what a text gives that names one of some types: which, where there are
// several, it does not tell.
func typeOf(all map[string]string) string {
	paths := []string{}
	for path := range all {
		paths = append(paths, path)
	}
	sort.Strings(paths)
	if len(paths) > 1 {
		return fmt.Sprintf("nil, plugin_fmt.Errorf(\"%%s are called so: let a function of Go make the value\", %s)", strconv.Quote(strings.Join(paths, " and ")))
	}
	return fmt.Sprintf("plugin_reflect.TypeOf((*%s)(nil)).Elem(), nil", all[paths[0]])
}

// isConstraint tells whether a type is one that nothing is of.
func isConstraint(t types.Type) bool {
	iface, ok := t.Underlying().(*types.Interface)
	return ok && !iface.IsMethodSet()
}
