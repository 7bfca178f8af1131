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
	parts := []types.Type{t}
	if slice, ok := t.(*types.Slice); ok {
		parts = append(parts, slice.Elem())
	}
	for _, part := range parts {
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
		if object.Pkg() != d.pkg && !object.Exported() {
			return "", fmt.Sprintf("the type %s cannot be named outside its package", t)
		}
		if object.Pkg() == d.pkg && wrapperLocals.MatchString(object.Name()) {
			return "", fmt.Sprintf("the type %s needs a longer name", object.Name())
		}
	}
	return types.TypeString(t, func(other *types.Package) string {
		if other == d.pkg {
			return ""
		}
		return d.imported(other.Path())
	}), ""
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
