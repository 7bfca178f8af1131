// What is collected of the packages: their symbols, by name.

package main

import (
	"fmt"
	"go/format"
	"go/token"
	"go/types"
	"runtime"
	"strings"
)

// describer collects what the wrappers of some packages have.
type describer struct {
	// The package that the wrappers stand for: the one that is wrapped, or that
	// in which several meet.
	pkg   *types.Package
	all   []*types.Package // those that are wrapped
	files *token.FileSet
	docs  map[string]string
	nils  *nils
	// Of what the compiler has written down.
	importer types.Importer
	// What is generic, with types that it is wanted of.
	asked map[types.Object][]instance
	// What packages are called in the names of symbols and types.
	prefixes map[string]string
	names    map[*types.TypeName]string // what structs are called in the notation
	made     map[*types.TypeName]*made
	sizes    types.Sizes
	// Whether the wrappers are in a package of their own, and not in this one.
	outside    bool
	codecs     map[string]*Codec
	classes    map[string]*class
	classNames map[string]*Named
	nameless   map[*types.Interface]*class // those that stand for what cannot be named
	general    *types.Signature            // of functions in any
	aliases    map[string]*types.TypeName  // by which others have a name
	records    map[string]*Named
	enums      map[*types.TypeName]*enum
	whole      bool     // functions are taken as closures, whatever they take
	adapters   string   // code of what stands for interfaces
	after      []func() // what is done when all classes are known
	out        Description
}

func describe(files *token.FileSet, importer types.Importer, all []*types.Package, packages []Listed, docs map[string]string, outside bool, wanted []string) (Description, error) {
	asked, err := instancesOf(files, all, packages, importer, wanted)
	if err != nil {
		return Description{}, err
	}
	nils := &nils{files: files, packages: packages, read: map[string]bool{}, known: map[string][]bool{}}
	// How structs are called is known when all of them are.
	survey := newDescriber(files, all, docs, nil, outside)
	survey.asked, survey.importer, survey.nils = asked, importer, nils
	survey.symbols()
	survey.members()
	d := newDescriber(files, all, docs, survey.structNames(), outside)
	d.asked, d.importer, d.nils = asked, importer, nils
	d.symbols()
	d.members()
	for _, one := range d.after {
		one()
	}
	d.structs()
	d.named()
	d.out.Code = d.code() + d.registration() + d.typeNames()
	if code, err := format.Source([]byte(d.out.Code)); err == nil {
		d.out.Code = string(code)
	}
	return d.out, nil
}

// named gives the records and classes that the symbols use.
func (d *describer) named() {
	for name, one := range d.records {
		d.out.Types[name] = one
	}
	for name, one := range d.classNames {
		d.out.Types[name] = one
	}
	for _, one := range d.enums {
		if one != nil && one.used {
			d.out.Types[one.name] = &Named{Kind: "enum", Type: one.number, Values: one.values, Doc: one.doc}
		}
	}
	for _, one := range d.out.Structs {
		delete(d.out.Types, one.Name)
	}
}

func newDescriber(files *token.FileSet, all []*types.Package, docs map[string]string, names map[*types.TypeName]string, outside bool) *describer {
	pkg := all[0]
	if len(all) > 1 {
		pkg = types.NewPackage("plugin.local/wrap", "main")
	}
	count, prefixes := map[string]int{}, map[string]string{}
	for _, one := range all {
		count[one.Name()]++
	}
	for _, one := range all {
		if count[one.Name()] > 1 {
			prefixes[one.Path()] = identifier(one.Path())
		}
	}
	return &describer{
		pkg: pkg, all: all, files: files, docs: docs, names: names, outside: outside,
		prefixes:   prefixes,
		made:       map[*types.TypeName]*made{},
		sizes:      types.SizesFor("gc", runtime.GOARCH),
		codecs:     map[string]*Codec{},
		classes:    map[string]*class{},
		classNames: map[string]*Named{},
		nameless:   map[*types.Interface]*class{},
		records:    map[string]*Named{},
		enums:      map[*types.TypeName]*enum{},
		out: Description{
			Package:   pkg.Name(),
			Path:      pkg.Path(),
			Shadowed:  []string{},
			Imports:   map[string]string{},
			Structs:   []Struct{},
			Functions: []Function{},
			Variables: []Variable{},
			Skipped:   map[string]string{},
			Types:     map[string]*Named{},
			Constants: map[string]interface{}{},
			Places:    map[string]Place{},
		}}
}

func (d *describer) symbols() {
	for _, pkg := range d.all {
		d.symbolsOf(pkg)
	}
}

// isWrapped tells whether a package is one of those that are wrapped.
func (d *describer) isWrapped(path string) bool {
	for _, one := range d.all {
		if one.Path() == path {
			return true
		}
	}
	return false
}

// symbolOf is what an object is called: by its package too, where that is not the
// only one.
func (d *describer) symbolOf(object types.Object) string {
	if object.Pkg() == d.pkg || object.Pkg() == nil {
		return object.Name()
	}
	return d.prefixOf(object.Pkg()) + "." + object.Name()
}

// prefixOf is what a package is called in names: its own name, or its path
// where another one has that name.
func (d *describer) prefixOf(pkg *types.Package) string {
	if known, ok := d.prefixes[pkg.Path()]; ok {
		return known
	}
	name := pkg.Name()
	for _, other := range d.prefixes {
		if other == name {
			name = identifier(pkg.Path())
			break
		}
	}
	d.prefixes[pkg.Path()] = name
	return name
}

func (d *describer) symbolsOf(pkg *types.Package) {
	scope := pkg.Scope()
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
		case *types.Const:
			if object.Exported() {
				d.constant(object)
			}
		case *types.TypeName:
			if !object.Exported() {
				continue
			}
			if one := d.enumOf(object.Type()); one != nil {
				one.used = true
			}
			if named, ok := object.Type().(*types.Named); ok && named.TypeParams().Len() > 0 && !object.IsAlias() {
				d.instances(object, named.TypeParams())
			} else if one := d.classOf(object.Type()); one != nil {
				one.used = true
			} else {
				d.methods(object)
			}
		}
	}
}

// place remembers where a symbol, a type or a member of one is declared.
func (d *describer) place(name string, object types.Object) {
	if position := d.files.Position(object.Pos()); position.Line > 0 {
		d.out.Places[name] = Place{position.Filename, position.Line}
	}
}

func (d *describer) doc(object types.Object) string {
	if object.Pkg() == nil {
		return ""
	}
	return strings.TrimSpace(d.docs[lineOf(d.files, object.Pkg().Name(), object.Pos())])
}

func (d *describer) variable(object *types.Var) {
	value, reason := d.any(object, asVariable)
	if reason != "" {
		d.out.Skipped[d.symbolOf(object)] = reason
		return
	}
	value.Name = d.symbolOf(object)
	if value.Codec == nil {
		d.use(object.Type())
	}
	// A hook has no function until it is given one.
	if isNilable(value.Codec, object.Type()) && (value.Codec.class.isFunc || d.nils.mayBeNil(object, 0)) {
		value.Type = "?" + value.Type
	}
	d.mark(value.Codec)
	d.place(value.Name, object)
	_, isStruct := object.Type().Underlying().(*types.Struct)
	copied := value.Codec == nil && isStruct && !d.liesAsInC(object.Type())
	fixed := value.Codec != nil && d.withName(object.Type()) != object.Type()
	d.out.Variables = append(d.out.Variables, Variable{value, d.doc(object), d.qualified(object), copied, fixed})
}

// methods of a type that crosses as what it is are functions of it.
func (d *describer) methods(object *types.TypeName) {
	if named, ok := object.Type().(*types.Named); ok && !object.IsAlias() {
		d.methodsOfNamed(d.symbolOf(object), named)
	}
}

func (d *describer) methodsOfNamed(name string, named *types.Named) {
	self := types.NewVar(0, d.pkg, "this", named)
	own, all := types.NewMethodSet(named), types.NewMethodSet(types.NewPointer(named))
	for i := 0; i < all.Len(); i++ {
		method, ok := all.At(i).Obj().(*types.Func)
		if !ok || !method.Exported() {
			continue
		}
		access := ""
		if own.Lookup(method.Pkg(), method.Name()) == nil {
			access = "change"
		}
		signature := all.At(i).Type().(*types.Signature)
		d.callable(name+"."+method.Name(), "p0."+method.Name(), method, signature, self, access)
	}
}

func (d *describer) function(object *types.Func) {
	signature := object.Type().(*types.Signature)
	if signature.TypeParams().Len() > 0 {
		d.instances(object, signature.TypeParams())
		return
	}
	if !d.callable(d.symbolOf(object), d.qualified(object), object, signature, nil, "") {
		d.hiddenFunction(object, signature)
	}
}

// qualified is what the wrappers call an object of this package.
func (d *describer) qualified(object types.Object) string {
	if !d.outside {
		return object.Name()
	}
	return d.imported(object.Pkg().Path()) + "." + object.Name()
}

// any gives a value as a frame carries it, or else whole or as an object.
func (d *describer) any(object *types.Var, as role) (value Value, reason string) {
	if one := d.classOf(object.Type()); (one == nil || one.isFunc) && !isError(object.Type()) && !d.whole {
		if value, reason = d.value(object, as); reason == "" {
			return value, ""
		}
	}
	whole, why := d.crossing(object, as)
	if why == "" {
		return whole, ""
	}
	if reason == "" {
		reason = why
	}
	return whole, reason
}

// callable adds a function, a method, or what reads or writes a field.
func (d *describer) callable(name, call string, object types.Object, signature *types.Signature, self *types.Var, access string) bool {
	function := Function{
		Name:     name,
		Call:     call,
		Access:   access,
		Doc:      d.doc(object),
		Variadic: signature.Variadic(),
	}
	reason := ""
	params, results := signature.Params(), signature.Results()
	if access == "" && !d.isWrapped("context") && isContext(params, 0) && !isContext(results, 0) {
		// The caller has none to give: it is one that nobody cancels.
		function.Context = true
		params = withoutFirst(params)
	}
	last := results.Len() - 1
	if access != "get" && access != "set" && last >= 0 && isError(results.At(last).Type()) {
		function.Error = true
	}
	values := func(what role, tuple *types.Tuple, count int) []Value {
		list := []Value{}
		for i := 0; i < count && reason == ""; i++ {
			value, why := d.any(tuple.At(i), what)
			if why != "" {
				reason = string(what) + " " + place(tuple, i) + ": " + why
			}
			if isNilable(value.Codec, tuple.At(i).Type()) &&
				(what == asParameter || access == "get" || d.nils.mayBeNil(object, i)) {
				value.Type = "?" + value.Type
			}
			if what == asParameter {
				value.CallbackParams = callbackParams(tuple.At(i).Type())
			}
			list = append(list, value)
		}
		return list
	}
	function.Params = values(asParameter, params, params.Len())
	if _, isFunction := object.(*types.Func); reason == "" && (isFunction || access == "call") {
		d.share(function.Params, params, function.Variadic)
	}
	if self != nil && reason == "" {
		value, why := d.self(self)
		reason = why
		function.Params = append([]Value{value}, function.Params...)
	}
	if function.Error {
		function.Results = values(asResult, results, last)
	} else {
		function.Results = values(asResult, results, results.Len())
	}
	if access == "change" && reason == "" {
		// What it makes of the value comes back before its results.
		value, why := d.any(types.NewVar(0, d.pkg, "", self.Type()), asResult)
		reason = why
		function.Results = append([]Value{value}, function.Results...)
	}
	if reason != "" {
		d.out.Skipped[function.Name] = reason
		return false
	}
	for _, value := range function.Params {
		if value.Codec != nil && (self == nil || value.Name != "this") {
			value.Codec.IsCalled = value.Codec.callsBack(map[*Codec]bool{})
			value.Codec.IsFed = value.Codec.Kind != asClosure && value.Codec.isFed(map[*Codec]bool{})
		}
		if value.Codec.takesAny(map[*Codec]bool{}) {
			d.typed()
		}
	}
	for _, list := range [][]Value{function.Params, function.Results} {
		for _, value := range list {
			d.mark(value.Codec)
			if value.Inout && value.Codec != nil {
				value.Codec.inout = true
			}
		}
	}
	if function.Error {
		d.mark(d.codec(results.At(last).Type()))
	}
	for _, tuple := range []*types.Tuple{params, results} {
		for i := 0; i < tuple.Len(); i++ {
			d.use(tuple.At(i).Type())
		}
	}
	d.out.Functions = append(d.out.Functions, function)
	d.place(name, object)
	return true
}

func isContext(tuple *types.Tuple, index int) bool {
	return index < tuple.Len() && isNamedAs(unalias(tuple.At(index).Type()), "context", "Context")
}

func withoutFirst(tuple *types.Tuple) *types.Tuple {
	list := []*types.Var{}
	for i := 1; i < tuple.Len(); i++ {
		list = append(list, tuple.At(i))
	}
	return types.NewTuple(list...)
}

// self is the value that a method is called on; of a function, the one that
// the caller holds.
func (d *describer) self(of *types.Var) (Value, string) {
	_, isPlain := unalias(of.Type()).(*types.Signature)
	if kind, _ := iteratorOf(of.Type()); kind != "" || !isPlain {
		return d.any(of, asParameter)
	}
	codec := d.functionObject(d.codec(of.Type()), of.Type())
	return Value{Name: of.Name(), Type: codec.notation, Go: codec.Go, Codec: codec}, ""
}

// isNilable tells whether an object may be null: Go has nil there.
func isNilable(codec *Codec, t types.Type) bool {
	if codec == nil || codec.Kind != asObject || codec.class == nil || codec.class.element != nil {
		return false
	}
	return hasNil(t)
}

func hasNil(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Signature:
		return true
	}
	return false
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
