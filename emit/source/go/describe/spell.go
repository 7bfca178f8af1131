// How a wrapper spells a type, or why it cannot.

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
	if reason := d.unnameable(t, true); reason != "" {
		return "", reason
	}
	if c := nameInC(t); c != "" {
		return "C." + c, ""
	}
	text := types.TypeString(t, func(other *types.Package) string {
		if other == d.pkg && !d.outside {
			return ""
		}
		if !d.mayImport(other.Path()) {
			return hiddenPackage + identifier(other.Path())
		}
		return d.imported(other.Path())
	})
	return d.byAliases(t, text), ""
}

// unnameable says why a wrapper cannot write a type, or one that is a part of
// how it is written.
func (d *describer) unnameable(t types.Type, isWhole bool) string {
	// A named type, or an alias: a type of its own from Go 1.22 on.
	if named, ok := t.(interface{ Obj() *types.TypeName }); ok && named.Obj().Pkg() != nil {
		object := named.Obj()
		if c := nameInC(t); c != "" {
			if !isWhole || !cgoTypes.MatchString(c) {
				return fmt.Sprintf("the type C.%s cannot be named without its header", c)
			}
			return ""
		}
		if d.aliasOf(object) != nil {
			return ""
		}
		if (object.Pkg() != d.pkg || d.outside) && !object.Exported() {
			return fmt.Sprintf("the type %s cannot be named outside its package", t)
		}
		if !d.mayImport(object.Pkg().Path()) {
			return fmt.Sprintf("the type %s cannot be named outside its module", t)
		}
		if object.Pkg() == d.pkg && wrapperLocals.MatchString(object.Name()) {
			return fmt.Sprintf("the type %s needs a longer name", object.Name())
		}
	}
	for _, part := range partsOf(t) {
		if reason := d.unnameable(part, false); reason != "" {
			return reason
		}
	}
	return ""
}

// mayImport tells whether the wrappers may import a package: an internal one
// belongs to what its path begins with, and one of the standard library's
// vendored ones to nobody else.
func (d *describer) mayImport(path string) bool {
	if strings.HasPrefix(path, "vendor/") {
		return false
	}
	parts := strings.Split(path, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if parts[i] != "internal" {
			continue
		}
		root := strings.Join(parts[:i], "/")
		own := d.pkg.Path()
		return !d.outside && root != "" && (own == root || strings.HasPrefix(own, root+"/"))
	}
	return true
}

// nameInC is what a type of cgo's is called in C; nothing for others.
func nameInC(t types.Type) string {
	named, ok := t.(interface{ Obj() *types.TypeName })
	if !ok || !strings.HasPrefix(named.Obj().Name(), cgoPrefix) {
		return ""
	}
	return strings.TrimPrefix(named.Obj().Name(), cgoPrefix)
}

// isOfC tells whether a type is one of cgo's.
func isOfC(t types.Type) bool { return nameInC(t) != "" }

// partsOf lists the types that a type is written with.
func partsOf(t types.Type) (parts []types.Type) {
	switch t := t.(type) {
	case *types.Named:
		for i := 0; i < t.TypeArgs().Len(); i++ {
			parts = append(parts, t.TypeArgs().At(i))
		}
	case *types.Pointer:
		parts = append(parts, t.Elem())
	case *types.Map:
		parts = append(parts, t.Key(), t.Elem())
	case *types.Slice:
		parts = append(parts, t.Elem())
	case *types.Array:
		parts = append(parts, t.Elem())
	case *types.Chan:
		parts = append(parts, t.Elem())
	case *types.Struct:
		for i := 0; i < t.NumFields(); i++ {
			parts = append(parts, t.Field(i).Type())
		}
	case *types.Interface:
		for i := 0; i < t.NumMethods(); i++ {
			parts = append(parts, t.Method(i).Type())
		}
	case *types.Signature:
		for _, tuple := range []*types.Tuple{t.Params(), t.Results()} {
			for i := 0; i < tuple.Len(); i++ {
				parts = append(parts, tuple.At(i).Type())
			}
		}
	}
	return parts
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
