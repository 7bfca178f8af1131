// Generic functions and types, with types in the place of their parameters.

package main

import (
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"strings"
)

// instance is a generic function or type with types in the place of its
// parameters.
type instance struct {
	t     types.Type   // a type, or a signature
	named []types.Type // what was named for the parameters
	args  []types.Type // what stands for all of them
}

// instancesOf finds what is to be instantiated: "Map[string,int]", in the
// language of the package; of several packages "maps.Keys[…]".
func instancesOf(files *token.FileSet, all []*types.Package, packages []Listed, importer types.Importer, wanted []string) (map[types.Object][]instance, error) {
	found := map[types.Object][]instance{}
	for _, text := range wanted {
		pkg, expression := all[0], text
		for _, one := range all {
			if rest := strings.TrimPrefix(text, one.Name()+"."); len(all) > 1 && rest != text {
				pkg, expression = one, rest
			}
		}
		name := strings.SplitN(expression, "[", 2)[0]
		object := pkg.Scope().Lookup(name)
		if object == nil || !object.Exported() {
			return nil, fmt.Errorf("cannot instantiate %q: %s exports no %s%s", text, pkg.Name(), name, didYouMean(name, pkg.Scope()))
		}
		params := paramsOf(object)
		if params.Len() == 0 {
			return nil, fmt.Errorf("cannot instantiate %q: %s is not generic, and there without that", text, name)
		}
		list := strings.TrimSuffix(strings.TrimPrefix(expression, name+"["), "]")
		nameImports(pkg, list, packages, importer)
		args, err := types.Eval(files, pkg, token.NoPos, "func("+list+"){}")
		signature, ok := args.Type.(*types.Signature)
		if list == expression {
			return nil, fmt.Errorf("cannot instantiate %q: wanted types in brackets, %s", text, suggestion(object, params))
		}
		if wrong, ok := err.(types.Error); ok {
			return nil, fmt.Errorf("cannot instantiate %q: %s", text, wrong.Msg)
		}
		if err != nil || !ok {
			return nil, fmt.Errorf("cannot instantiate %q: these are no types", text)
		}
		one := instance{}
		for i := 0; i < signature.Params().Len(); i++ {
			one.named = append(one.named, signature.Params().At(i).Type())
		}
		all, isAll := complete(params, one.named)
		if !isAll {
			return nil, fmt.Errorf("cannot instantiate %q: %d types do not say what %s is made of, %s", text, len(one.named), name, suggestion(object, params))
		}
		one.args = all
		if one.t, err = types.Instantiate(nil, object.Type(), all, true); err != nil {
			return nil, fmt.Errorf("cannot instantiate %q: %s", text, strings.ReplaceAll(err.Error(), pkg.Path()+".", ""))
		}
		found[object] = append(found[object], one)
	}
	return found, nil
}

// suggestion is how a generic function or type can be instantiated.
func suggestion(object types.Object, params *types.TypeParamList) string {
	list, wanted := examples(object, params)
	if wanted != "" {
		wanted = "; of " + wanted
	}
	return fmt.Sprintf("such as %s[%s]%s", object.Name(), list, wanted)
}

// paramsOf are the types that a function or a type is to be given.
func paramsOf(object types.Object) (params *types.TypeParamList) {
	switch t := object.Type().(type) {
	case *types.Signature:
		params = t.TypeParams()
	case *types.Named:
		if one, ok := object.(*types.TypeName); ok && !one.IsAlias() {
			params = t.TypeParams()
		}
	}
	return params
}

// qualifiers are the names of packages in what is to be instantiated.
var qualifiers = regexp.MustCompile(`\b(\pL\w*)\.\pL`)

// nameImports lets a package know those by which types are named, "time.Time",
// of all that it depends on.
func nameImports(pkg *types.Package, text string, packages []Listed, importer types.Importer) {
	for _, match := range qualifiers.FindAllStringSubmatch(text, -1) {
		for _, one := range packages {
			if one.Name != match[1] || pkg.Scope().Lookup(one.Name) != nil || strings.HasPrefix(one.ImportPath, "vendor/") || strings.Contains("/"+one.ImportPath+"/", "/internal/") {
				continue
			}
			if imported, err := importer.Import(one.ImportPath); err == nil {
				pkg.Scope().Insert(types.NewPkgName(token.NoPos, pkg, one.Name, imported))
			}
		}
	}
}

// examples are types that a generic function or type takes: some that everybody
// knows, or those that its package exports. Where none does for a parameter, it
// is named, with what it has to be.
func examples(object types.Object, params *types.TypeParamList) (list, wanted string) {
	integer, text := types.Typ[types.Int], types.Typ[types.String]
	known := []types.Type{
		integer, text, types.Typ[types.Float64], types.NewSlice(integer),
		types.NewMap(integer, integer), types.NewChan(types.SendRecv, integer),
		types.NewPointer(integer), types.NewSlice(types.Typ[types.Uint8]),
		types.Universe.Lookup("error").Type(),
	}
	scope := object.Pkg().Scope()
	for _, name := range scope.Names() {
		if one, ok := scope.Lookup(name).(*types.TypeName); ok && one.Exported() && !one.IsAlias() {
			iface, isIface := one.Type().Underlying().(*types.Interface)
			if isIface && !iface.IsMethodSet() {
				continue // a constraint is the type of nothing
			}
			if named, ok := one.Type().(*types.Named); ok && named.TypeParams().Len() == 0 {
				known = append(known, named, types.NewPointer(named))
			}
		}
	}
	own := func(p *types.Package) string {
		if p == object.Pkg() {
			return ""
		}
		return p.Name()
	}
	chosen, args := make([]int, params.Len()), make([]types.Type, params.Len())
	for {
		for i, one := range chosen {
			args[i] = known[one]
		}
		_, err := types.Instantiate(nil, object.Type(), args, true)
		wrong, ok := err.(*types.ArgumentError)
		if !ok {
			break
		}
		if chosen[wrong.Index]++; chosen[wrong.Index] == len(known) {
			chosen[wrong.Index] = 0 // nothing known does
			param := params.At(wrong.Index)
			wanted = fmt.Sprintf("%s: a type that satisfies %s", param.Obj().Name(), types.TypeString(param.Constraint(), own))
			break
		}
	}
	// Those that follow from the ones before them need not be named.
	for count := 1; wanted == "" && count < len(args); count++ {
		if all, isAll := complete(params, args[:count]); isAll && same(all, args) {
			chosen = chosen[:count]
			break
		}
	}
	spelled := []string{}
	for i, one := range chosen {
		if wanted != "" {
			spelled = append(spelled, params.At(i).Obj().Name())
		} else {
			spelled = append(spelled, types.TypeString(known[one], own))
		}
	}
	return strings.Join(spelled, ","), wanted
}

func same(some, others []types.Type) bool {
	for i, one := range some {
		if !types.Identical(one, others[i]) {
			return false
		}
	}
	return true
}

// instances adds what is wanted of a generic function or type; where nothing
// is, it says how.
func (d *describer) instances(object types.Object, params *types.TypeParamList) {
	list := d.asked[object]
	if len(list) == 0 {
		text, wanted := examples(object, params)
		how := fmt.Sprintf("it is generic: name its types, as plugin build --instantiate '%s[%s]' does", d.symbolOf(object), text)
		if wanted != "" {
			how += " with a type in the place of each name; of " + wanted
		}
		d.out.Skipped[d.symbolOf(object)] = how
		return
	}
	for _, one := range list {
		signature, ok := one.t.(*types.Signature)
		if !ok {
			if class := d.classOf(one.t); class != nil {
				class.used = true
			} else if named, ok := one.t.(*types.Named); ok {
				d.methodsOfNamed(d.nameOf(named.Obj(), named), named)
			}
			continue
		}
		name, spelled := d.symbolOf(object), []string{}
		reason := ""
		for _, arg := range one.args {
			text, why := d.spell(arg)
			if why != "" {
				reason = why
			}
			spelled = append(spelled, text)
		}
		for _, arg := range one.named {
			name += "_" + identifier(types.TypeString(arg, func(p *types.Package) string {
				if p == d.pkg {
					return ""
				}
				return p.Name()
			}))
		}
		if reason != "" {
			d.out.Skipped[name] = reason
			continue
		}
		d.callable(name, d.qualified(object)+"["+strings.Join(spelled, ", ")+"]", object, signature, nil, "")
	}
}
