// Types that have a name only by an alias, as those of an internal package have
// that another one hands on: type Client = internal.Client.

package main

import (
	"go/types"
	"strings"
)

// hiddenPackage begins what stands for a package that cannot be imported.
const hiddenPackage = "plugin_hidden_"

// aliasOf gives the exported alias of a type that nothing else may call by its name;
// nil where there is none.
func (d *describer) aliasOf(object *types.TypeName) *types.TypeName {
	if object.Pkg() == nil || !d.outside || object.Exported() && d.mayImport(object.Pkg().Path()) {
		return nil
	}
	if d.aliases == nil {
		d.findAliases()
	}
	return d.aliases[object.Pkg().Path()+"."+object.Name()]
}

// findAliases collects those of the packages that are wrapped, and of what they
// import.
func (d *describer) findAliases() {
	d.aliases = map[string]*types.TypeName{}
	packages := append([]*types.Package{}, d.all...)
	for _, one := range d.all {
		for _, other := range one.Imports() {
			if !d.mayImport(other.Path()) || d.importer == nil {
				continue
			}
			// What was read along with others has not got all of its names.
			if whole, err := d.importer.Import(other.Path()); err == nil {
				packages = append(packages, whole)
			}
		}
	}
	for _, one := range packages {
		for _, name := range one.Scope().Names() {
			alias, ok := one.Scope().Lookup(name).(*types.TypeName)
			if !ok || !alias.Exported() || !alias.IsAlias() {
				continue
			}
			named, ok := unalias(alias.Type()).(*types.Named)
			if !ok || named.TypeParams().Len() > 0 || named.TypeArgs().Len() > 0 || named.Obj().Pkg() == nil {
				continue
			}
			key := named.Obj().Pkg().Path() + "." + named.Obj().Name()
			if d.aliases[key] == nil {
				d.aliases[key] = alias
			}
		}
	}
}

// byAliases writes a type with aliases in the place of names that cannot be written.
func (d *describer) byAliases(t types.Type, text string) string {
	seen := map[types.Type]bool{}
	var walk func(t types.Type)
	walk = func(t types.Type) {
		if seen[t] {
			return
		}
		seen[t] = true
		if named, ok := t.(interface{ Obj() *types.TypeName }); ok {
			object := named.Obj()
			if alias := d.aliasOf(object); alias != nil {
				from := hiddenPackage + identifier(object.Pkg().Path())
				if d.mayImport(object.Pkg().Path()) {
					from = d.imported(object.Pkg().Path())
				}
				text = replaceWord(text, from+"."+object.Name(), d.imported(alias.Pkg().Path())+"."+alias.Name())
			}
		}
		for _, part := range partsOf(t) {
			walk(part)
		}
	}
	walk(t)
	return text
}

// replaceWord replaces a name that no further letter makes another of.
func replaceWord(text, from, to string) string {
	for at := 0; ; {
		i := strings.Index(text[at:], from)
		if i < 0 {
			return text
		}
		end := at + i + len(from)
		if end < len(text) && identifier(text[end:end+1]) == text[end:end+1] {
			at = end // a longer one
			continue
		}
		text = text[:at+i] + to + text[end:]
		at += i + len(to)
	}
}
