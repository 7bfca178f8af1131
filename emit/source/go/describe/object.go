// Objects: values that stay in Go.

package main

import (
	"fmt"
	"go/types"
	"sort"
	"strings"
)

// Named is a record or a class of the manifest.
type Named struct {
	Kind      string              `json:"kind"`
	Type      string              `json:"type,omitempty"`   // of an enum, what its values are stored as
	Values    enumValues          `json:"values,omitempty"` // of an enum
	Handle    string              `json:"handle,omitempty"`
	Free      string              `json:"free,omitempty"`
	Members   *[]Member           `json:"members,omitempty"`
	Zero      bool                `json:"zero,omitempty"`
	New       string              `json:"new,omitempty"`
	Methods   map[string]string   `json:"methods,omitempty"`
	Accessors map[string]Accessor `json:"accessors,omitempty"`
	Accepts   []string            `json:"accepts,omitempty"`
	From      *From               `json:"from,omitempty"`
	Call      string              `json:"call,omitempty"`
	Iterator  string              `json:"iterator,omitempty"`
	Next      string              `json:"next,omitempty"`
	Stream    string              `json:"stream,omitempty"`
	Text      string              `json:"text,omitempty"`
	JSON      *JSON               `json:"json,omitempty"`
	Doc       string              `json:"doc,omitempty"`
}

// From is what of JavaScript becomes an object of an interface.
type From struct {
	Symbol  string   `json:"symbol,omitempty"`
	Methods []string `json:"methods,omitempty"`
	Bytes   string   `json:"bytes,omitempty"`
	Call    string   `json:"call,omitempty"`
	Fields  []string `json:"fields,omitempty"`
	Error   string   `json:"error,omitempty"` // of an error of the caller's
	Data    string   `json:"data,omitempty"`
	// Iterable makes one of a function that gives the next values.
	Iterable string `json:"iterable,omitempty"`
	Entries  string `json:"entries,omitempty"` // of pairs
}

// JSON is the method that says what JSON has in the place of an object.
type JSON struct {
	Get string `json:"get"`
	Is  string `json:"is"` // what its bytes are: "json" or "text"
}

// Member is a member of a record.
type Member struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc,omitempty"`
	part *Codec // what its type is: it may not be known yet where types contain each other
	t    types.Type
}

// Accessor names the functions that read and write a field.
type Accessor struct {
	Get string `json:"get"`
	Set string `json:"set,omitempty"`
}

func (d *describer) docOfType(t types.Type) string {
	if named, ok := t.(*types.Named); ok {
		return d.doc(named.Obj())
	}
	return ""
}

// nameOf is what a named type is called in the notation.
func (d *describer) nameOf(object *types.TypeName, t types.Type) string {
	name := d.symbolOf(object)
	if alias := d.aliasOf(object); alias != nil {
		name = d.symbolOf(alias)
	}
	if notationNames.MatchString(name) {
		name = d.pkg.Name() + "." + name
	}
	if named, ok := t.(*types.Named); ok && named.TypeArgs().Len() > 0 {
		parts := []string{name}
		for i := 0; i < named.TypeArgs().Len(); i++ {
			parts = append(parts, identifier(types.TypeString(named.TypeArgs().At(i), func(p *types.Package) string { return p.Name() })))
		}
		name = strings.Join(parts, "_")
	}
	return name
}

func identifier(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, text)
}

// class is a type whose values stay in Go.
type class struct {
	name    string
	t       types.Type // the named type
	isIface bool
	used    bool
	element []types.Type // of an iterator or a channel, what it gives
	isChan  bool
	isFunc  bool
	number  int
	// Its type cannot be named: t is the interface that stands for it.
	isNameless bool
	// Its methods that this interface has not got.
	hidden []*types.Selection
}

// classOf gives the class of a type, or of what a pointer points to; nil for
// plain data.
func (d *describer) classOf(t types.Type) *class {
	t = unalias(t)
	if iface, ok := t.(*types.Interface); ok {
		if known := d.nameless[iface]; known != nil {
			return known
		}
		return d.unnamed(iface)
	}
	if pointer, ok := t.(*types.Pointer); ok {
		t = unalias(pointer.Elem())
		if types.IsInterface(t) {
			return nil
		}
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || strings.HasPrefix(named.Obj().Name(), cgoPrefix) ||
		isNamedAs(t, "time", "Time") || isNamedAs(t, "time", "Duration") {
		return nil
	}
	key := types.TypeString(t, nil)
	if known, ok := d.classes[key]; ok {
		return known
	}
	d.classes[key] = nil // a struct that has itself for a field
	if d.isClass(named) {
		d.classes[key] = &class{name: d.nameOf(named.Obj(), t), t: t, isIface: types.IsInterface(t), isFunc: isFunction(t)}
	} else {
		delete(d.classes, key)
	}
	return d.classes[key]
}

// unnamed gives the class of an interface that is written out, "interface{ Len()
// int }": it is called by its methods.
func (d *describer) unnamed(iface *types.Interface) *class {
	if iface.NumMethods() == 0 || !iface.IsMethodSet() || d.unnameable(iface, false) != "" {
		return nil
	}
	key := types.TypeString(iface, nil)
	if known := d.classes[key]; known != nil {
		return known
	}
	name := "interface"
	for i := 0; i < iface.NumMethods(); i++ {
		if !iface.Method(i).Exported() {
			return nil
		}
		name += "_" + iface.Method(i).Name()
	}
	d.classes[key] = &class{name: d.freeName(name), t: iface, isIface: true}
	return d.classes[key]
}

// freeName is a name that no other class has: what is written out has none of its
// own, and names of parts may be the same.
func (d *describer) freeName(name string) string {
	free := name
	for number := 2; ; number++ {
		taken := free == typedName
		for _, one := range d.classes {
			taken = taken || one != nil && one.name == free
		}
		if !taken {
			return free
		}
		free = fmt.Sprintf("%s_%d", name, number)
	}
}

func (d *describer) isClass(named *types.Named) bool {
	switch under := named.Underlying().(type) {
	case *types.Interface:
		return under.NumMethods() > 0 && under.IsMethodSet() // or it is a constraint
	case *types.Basic:
		return false
	case *types.Struct:
		for i := 0; i < under.NumFields(); i++ {
			if under.Field(i).Name() == "_" {
				continue
			}
			if !under.Field(i).Exported() {
				return true
			}
			if !d.isData(under.Field(i).Type(), 0) {
				return true
			}
		}
		return len(methodsOf(named)) > 0
	case *types.Signature:
		return true
	case *types.Chan:
		return false
	}
	return len(methodsOf(named)) > 0
}

// isData tells whether a field of this type can lie in a packet, as far as a
// look at the type tells.
func (d *describer) isData(t types.Type, depth int) bool {
	t = unalias(t)
	if depth > 8 {
		return true
	}
	if _, ok := t.(*types.Named); ok {
		switch t.Underlying().(type) {
		case *types.Struct, *types.Interface, *types.Basic:
			return true // itself data, an object, or any
		}
	}
	switch under := t.Underlying().(type) {
	case *types.Signature, *types.Chan:
		return false
	case *types.Basic:
		return under.Kind() != types.UnsafePointer
	case *types.Interface:
		return true
	case *types.Slice:
		return d.isData(under.Elem(), depth+1)
	case *types.Array:
		return d.isData(under.Elem(), depth+1)
	case *types.Pointer:
		return d.isData(under.Elem(), depth+1)
	case *types.Map:
		return d.isData(under.Key(), depth+1) && d.isData(under.Elem(), depth+1)
	}
	return true
}

// methodsOf lists the exported methods of a type or of a pointer to it.
func methodsOf(t types.Type) []*types.Selection {
	if !types.IsInterface(t) && !isFunction(t) {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	list := []*types.Selection{}
	for i := 0; i < set.Len(); i++ {
		if set.At(i).Obj().Exported() {
			list = append(list, set.At(i))
		}
	}
	return list
}

// object is the codec of a class: a handle.
func (d *describer) object(c *Codec, t types.Type, of *class) {
	spelling, reason := d.spell(of.t)
	if reason != "" {
		c.fail(reason)
		return
	}
	c.class = of
	c.Kind, c.notation = asObject, of.name
	_, isPointer := t.(*types.Pointer)
	switch {
	case of.isFunc && isPointer:
		c.fail("a pointer to a function has no JavaScript value")
		return
	case of.isFunc:
		c.functionCode()
		return
	case of.isIface:
		c.IsCalled = true
		none := "v == nil"
		if of.isNameless { // what has no name may be a pointer
			none += " || plugin_is_nil(v)"
		}
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if %[3]s {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	if v, ok := plugin_given(handle).(%[2]s); ok || handle == 0 {
		return v
	}
	// By a pointer, or by what it points to.
	if v, ok := plugin_held(handle).(%[2]s); ok {
		return v
	}
	return plugin_deref(plugin_held(handle)).(%[2]s)
}
`, c.Number, spelling, none)
	case isPointer:
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v *%[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) *%[2]s {
	if handle == 0 {
		return nil
	}
	return plugin_held(handle).(*%[2]s)
}
`, c.Number, spelling)
	default:
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	return plugin_hold_value(&v)
}

func plugin_take_%[1]d(handle uint64) (v %[2]s) {
	if handle == 0 {
		return v
	}
	return *plugin_held(handle).(*%[2]s)
}
`, c.Number, spelling)
	}
	c.column()
}

func (c *Codec) objectCode(spelling, give, take string) {
	c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 { return %[3]s(v) }

func plugin_take_%[1]d(handle uint64) %[2]s { return %[4]s(handle) }
`, c.Number, spelling, give, take)
	c.column()
}

// errorClass is the class of Go's errors.
func (d *describer) errorClass(t types.Type) *class {
	d.classes["error"] = &class{name: "error", t: t, isIface: true}
	return d.classes["error"]
}

// errorFunctions are the functions of package errors as methods.
func (d *describer) errorFunctions(out *Named) {
	err := types.Universe.Lookup("error").Type()
	one, _ := d.crossing(types.NewVar(0, d.pkg, "this", err), asParameter)
	other, _ := d.crossing(types.NewVar(0, d.pkg, "target", err), asParameter)
	wrapped := one
	wrapped.Type = "?" + one.Type
	d.out.Functions = append(d.out.Functions,
		Function{Name: "error.Is", Call: "plugin_errors_is", Doc: "Is tells whether this error or one that it wraps is the target.", Params: []Value{one, other}, Results: []Value{{Type: "bool", Go: "bool"}}},
		Function{Name: "error.Unwrap", Call: "plugin_errors_unwrap", Doc: "Unwrap gives the error that this one wraps, or null.", Params: []Value{one}, Results: []Value{wrapped}},
	)
	out.Methods["Is"], out.Methods["Unwrap"] = "error.Is", "error.Unwrap"
	out.Text = "error.Error"
	of := []Value{{Name: "text", Type: "string", Go: "string"}, {Name: "number", Type: "i64", Go: "int64"}}
	made := one
	made.Name = ""
	d.out.Functions = append(d.out.Functions, Function{Name: "error.from", Call: "plugin_error_from", Params: of, Results: []Value{made}})
	out.From = &From{Error: "error.from"}
	// No function is among what it gives, so that class is not needed for it.
	data := d.codec(types.NewInterfaceType(nil, nil).Complete())
	data.marked = true
	d.out.Functions = append(d.out.Functions, Function{
		Name: "error.Data", Call: "plugin_errors_data", Doc: "Data gives this error as an object of its own class, where it has one, else the fields that its type exports, or null.",
		Params: []Value{one}, Results: []Value{{Type: data.notation, Go: data.Go, Codec: data}},
	})
	out.Methods["Data"] = "error.Data"
}

// registration tells which classes values of unknown types are of.
func (d *describer) registration() string {
	names := []string{}
	types := map[string]*class{}
	for _, key := range d.sortedClasses() {
		if one := d.classes[key]; d.classNames[one.name] != nil {
			names = append(names, one.name)
			types[one.name] = one
		}
	}
	sort.Strings(names)
	lines := ""
	for number, name := range names {
		one := types[name]
		if name == "error" {
			lines += fmt.Sprintf("\tplugin_error_class = %d\n", number)
		}
		if one.isIface || one.element != nil && !one.isChan {
			continue
		}
		if spelling, reason := d.spell(one.t); reason == "" {
			if !one.isFunc && !one.isChan { // which are held as they are
				spelling = "*" + spelling
			}
			lines += fmt.Sprintf("\tplugin_classes[plugin_reflect.TypeOf((%s)(nil))] = %d\n", spelling, number)
		}
	}
	if lines == "" {
		return ""
	}
	return "\nfunc init() {\n" + lines + "}\n"
}
