package main

import (
	"fmt"
	"go/types"
	"regexp"
	"strings"
)

// cgoPrefix begins what cgo makes of the name of a C type.
const cgoPrefix = "_Ctype_"

// cgoTypes are the C types that cgo knows without a header.
var cgoTypes = regexp.MustCompile(`^u?(char|short|int|long|longlong)$|^(schar|float|double|size_t)$`)

// wrapperLocals are the names that a wrapper gives its own variables.
var wrapperLocals = regexp.MustCompile(`^(frame|f|err|address|[aprt][0-9]+)$`)

// spell writes a type as a wrapper in the same package has to.
func (d *describer) spell(t types.Type) (spelling, reason string) {
	for part := t; part != nil; part = elementOf(part) {
		// A named type, or an alias: a type of its own from Go 1.22 on.
		named, ok := part.(interface{ Obj() *types.TypeName })
		if !ok || named.Obj().Pkg() == nil {
			continue
		}
		object := named.Obj()
		if c := strings.TrimPrefix(object.Name(), cgoPrefix); c != object.Name() {
			if part != t || !cgoTypes.MatchString(c) {
				return "", fmt.Sprintf("the type C.%s cannot be named without its header", c)
			}
			return "C." + c, ""
		}
		if (object.Pkg() != d.pkg || d.outside) && !object.Exported() {
			return "", fmt.Sprintf("the type %s cannot be named outside its package", t)
		}
		if object.Pkg() == d.pkg && wrapperLocals.MatchString(object.Name()) {
			return "", fmt.Sprintf("the type %s needs a longer name", object.Name())
		}
	}
	return types.TypeString(t, func(other *types.Package) string {
		if other == d.pkg && !d.outside {
			return ""
		}
		return d.imported(other.Path())
	}), ""
}

// isOfC tells whether a type is one of cgo's.
func isOfC(t types.Type) bool {
	named, ok := t.(interface{ Obj() *types.TypeName })
	return ok && strings.HasPrefix(named.Obj().Name(), cgoPrefix)
}

// elementOf is the type that an unnamed slice or array is written with.
func elementOf(t types.Type) types.Type {
	switch t := t.(type) {
	case *types.Pointer:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	}
	return nil
}

// imported gives the name under which the wrappers import a package. It is
// not the package's own, which may be the name of something else here.
func (d *describer) imported(path string) string {
	for name, known := range d.out.Imports {
		if known == path {
			return name
		}
	}
	name := fmt.Sprintf("plugin_import%d", len(d.out.Imports)+1)
	d.out.Imports[name] = path
	return name
}
