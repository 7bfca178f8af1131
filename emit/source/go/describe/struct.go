// Structs that cross field by field, and pointers to them.

package main

import (
	"fmt"
	"go/types"
	"regexp"
	"sort"
)

// notationNames are types of the notation, and no names there.
var notationNames = regexp.MustCompile(`^([iu](8|16|32|64|size)|f32|f64|void|bool|pointer|buffer|bytes|c?string)$`)

// made is a struct type that was looked into.
type made struct {
	spelling string
	fields   []Value
	spans    string // the first of its fields that has memory of its own
	blank    bool   // it has fields without a name, which the manifest leaves out
	reason   string // why it cannot cross
	used     bool   // by a symbol that can
}

// structOf gives the name of a struct, or why it cannot cross.
func (d *describer) structOf(t types.Type, under *types.Struct) (notation, reason string) {
	named, ok := unalias(t).(*types.Named)
	if !ok {
		return "", fmt.Sprintf("the %s needs a name", d.show(t))
	}
	if d.classOf(named) != nil || isNamedAs(named, "time", "Time") {
		return "", fmt.Sprintf("the %s is an object", d.show(t))
	}
	if named.TypeArgs().Len() > 0 {
		return "", fmt.Sprintf("the %s is generic: declare a type of its own", d.show(t))
	}
	object := named.Obj()
	if d.made[object] == nil {
		d.made[object] = d.lookInto(named, under)
	}
	if reason := d.made[object].reason; reason != "" {
		return "", fmt.Sprintf("the %s %s", d.show(t), reason)
	}
	if name, ok := d.names[object]; ok {
		return name, ""
	}
	return object.Name(), ""
}

func (d *describer) lookInto(t *types.Named, under *types.Struct) *made {
	spelling, reason := d.spell(t)
	if reason != "" {
		return &made{reason: "cannot cross: " + reason}
	}
	result := &made{spelling: spelling, fields: []Value{}}
	for i := 0; i < under.NumFields(); i++ {
		field := under.Field(i)
		if field.Name() == "_" {
			result.blank = true
			continue
		}
		if !field.Exported() {
			return &made{reason: fmt.Sprintf("has the unexported field %s, which would be lost", field.Name())}
		}
		value, reason := d.value(field, asField)
		if of := d.classOf(field.Type()); reason == "" && of != nil && !of.isFunc {
			reason = fmt.Sprintf("the %s is an object", d.show(field.Type()))
		}
		if reason != "" {
			return &made{reason: fmt.Sprintf("has the field %s: %s", field.Name(), reason)}
		}
		result.fields = append(result.fields, value)
		if spans := d.spansIn(field); result.spans == "" {
			result.spans = spans
		}
		if inner := d.madeOf(field.Type()); inner != nil && inner.blank {
			result.blank = true
		}
	}
	if len(result.fields) == 0 {
		result.reason = "has no fields"
	}
	return result
}

// spansIn is the path of the first string or slice in a field, or nothing.
func (d *describer) spansIn(field *types.Var) string {
	if inner := d.madeOf(field.Type()); inner != nil {
		if inner.spans == "" {
			return ""
		}
		return field.Name() + "." + inner.spans
	}
	if _, ok := field.Type().Underlying().(*types.Slice); ok || basicOf(field.Type()) == "string" {
		return field.Name()
	}
	return ""
}

// madeOf is what was found of a struct type, or of what a pointer points to or
// an array consists of.
func (d *describer) madeOf(t types.Type) *made {
	t = innermost(t)
	if named, ok := unalias(t).(*types.Named); ok {
		return d.made[named.Obj()]
	}
	return nil
}

// innermost is what a pointer points to, and what arrays in it consist of.
func innermost(t types.Type) types.Type {
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
	}
	for {
		array, ok := t.Underlying().(*types.Array)
		if !ok {
			return t
		}
		t = array.Elem()
	}
}

// pointer gives the notation of a pointer to a struct, a number or an array of
// the caller, which is copied before the call and after it. What Go puts into a
// string or a slice there could not be copied: nobody would free it.
func (d *describer) pointer(t types.Type, under *types.Pointer, as role) (notation, reason string) {
	if as != asParameter && as != asResult {
		return "", d.none(t) // a field could point to what it is in
	}
	to := under.Elem()
	name := basicOf(to)
	if isNamedAs(unalias(to), "time", "Duration") {
		name = "i64" // what Go writes comes back: nanoseconds, as they lie
	}
	switch target := to.Underlying().(type) {
	case *types.Array:
		name = d.arrayOf(to)
	case *types.Struct:
		if name, reason = d.structOf(to, target); reason != "" {
			return "", reason
		}
	}
	shown := types.TypeString(to, types.RelativeTo(d.pkg))
	one := d.madeOf(t)
	switch {
	case name == "", isOfC(to): // C's may be the first of many
		return "", d.none(t)
	case as == asResult:
		return "", fmt.Sprintf("the %s is into memory of Go: give %s", d.show(t), shown)
	case name == "string", name == "bool":
		return "", fmt.Sprintf("the %s cannot be copied both ways: take %s, and give it back", d.show(t), shown)
	case one != nil && one.spans != "":
		return "", fmt.Sprintf("the %s has the field %s, and nobody would free what Go puts there: take %s, and give it back", d.show(t), one.spans, shown)
	}
	return "*" + name, ""
}

// liesAsInC tells whether values of a struct lie in the memory of Go as the
// manifest says that they lie in C's: without strings, slices and blanks.
func (d *describer) liesAsInC(t types.Type) bool {
	one := d.madeOf(t)
	return one.spans == "" && !one.blank
}

// use marks the structs of a symbol that crosses.
func (d *describer) use(t types.Type) {
	d.useEnums(t)
	one := d.madeOf(t)
	if one == nil || one.used || one.reason != "" {
		return
	}
	one.used = true
	under := innermost(t).Underlying().(*types.Struct)
	for i := 0; i < under.NumFields(); i++ {
		d.use(under.Field(i).Type())
	}
}

// structs lists those that are used.
func (d *describer) structs() {
	for object, one := range d.made {
		if one.used {
			d.place(d.names[object], object)
			d.out.Structs = append(d.out.Structs, Struct{d.names[object], one.spelling, d.doc(object), one.fields})
		}
	}
	sort.Slice(d.out.Structs, func(i, j int) bool { return d.out.Structs[i].Name < d.out.Structs[j].Name })
}

// structNames gives the used structs names that tell them apart: the package's
// own keep theirs, and so do those of dependencies that share it with nothing.
func (d *describer) structNames() map[*types.TypeName]string {
	used := []*types.TypeName{}
	count := map[string]int{}
	for object, one := range d.made {
		if one.used {
			used = append(used, object)
			count[object.Name()]++
		}
	}
	sort.Slice(used, func(i, j int) bool { return used[i].Pkg().Path() < used[j].Pkg().Path() })
	names := map[*types.TypeName]string{}
	taken := map[string]int{}
	for _, object := range used {
		name := object.Name()
		if len(d.all) > 1 {
			name = d.symbolOf(object)
		} else if object.Pkg() != d.pkg && (count[name] > 1 || d.pkg.Scope().Lookup(name) != nil) || notationNames.MatchString(name) {
			name = object.Pkg().Name() + "." + name
		}
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, taken[name])
		}
		names[object] = name
	}
	return names
}
