// Enums: integers of a named type, of which its package exports constants.

package main

import (
	"encoding/json"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// enum is such a type.
type enum struct {
	name   string // in the notation
	number string // what its values are stored as
	values enumValues
	doc    string
	used   bool // by a symbol that crosses
}

// enumValue is one of its constants.
type enumValue struct {
	name  string
	value constant.Value
}

// enumValues are printed in their order.
type enumValues []enumValue

// MarshalJSON prints an object, with texts for what JavaScript holds as a bigint.
func (values enumValues) MarshalJSON() ([]byte, error) {
	parts := []string{}
	for _, one := range values {
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		text := one.value.ExactString()
		if number, exact := constant.Int64Val(one.value); !exact || number >= 1<<53 || number <= -(1<<53) {
			text = `"` + text + `"`
		}
		parts = append(parts, fmt.Sprintf("%s:%s", name, text))
	}
	return []byte("{" + strings.Join(parts, ",") + "}"), nil
}

// enumOf gives the enum that a type is; nil for any other.
func (d *describer) enumOf(t types.Type) *enum {
	named, ok := unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil || named.TypeArgs().Len() > 0 || isOfC(named) {
		return nil
	}
	basic, ok := named.Underlying().(*types.Basic)
	if !ok || basic.Info()&types.IsInteger == 0 || basicOf(named) == "" {
		return nil
	}
	object := named.Obj()
	if known, ok := d.enums[object]; ok {
		return known
	}
	one := &enum{name: d.nameOf(object, named), number: basicOf(named), doc: d.doc(object)}
	scope := d.complete(object.Pkg()).Scope()
	for _, name := range scope.Names() {
		value, ok := scope.Lookup(name).(*types.Const)
		if ok && value.Exported() && types.Identical(value.Type(), named) {
			one.values = append(one.values, enumValue{name, value.Val()})
		}
	}
	if len(one.values) == 0 {
		one = nil
	} else {
		sort.SliceStable(one.values, func(i, j int) bool {
			return constant.Compare(one.values[i].value, token.LSS, one.values[j].value)
		})
	}
	d.enums[object] = one
	return one
}

// useEnums keeps the enums that a type is written with.
func (d *describer) useEnums(t types.Type) {
	if one := d.enumOf(t); one != nil {
		one.used = true
	}
	for _, part := range partsOf(unalias(t)) {
		d.useEnums(part)
	}
}

// complete gives a package with all that it exports: of one that another has
// imported the compiler writes down no more than what that one shows.
func (d *describer) complete(pkg *types.Package) *types.Package {
	if d.isWrapped(pkg.Path()) || pkg.Complete() {
		return pkg
	}
	if whole, err := d.importer.Import(pkg.Path()); err == nil {
		return whole
	}
	return pkg
}
