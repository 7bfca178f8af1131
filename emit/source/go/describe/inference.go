// The types of a generic function or type that follow from the others: where
// T is int, a Slice that is ~[]T is []int, as it is in a call.

package main

import "go/types"

// complete adds the types that follow from those that are named, as Go adds
// them in a call, where the values say what they are. It tells whether that is all.
func complete(params *types.TypeParamList, named []types.Type) ([]types.Type, bool) {
	known := map[*types.TypeParam]types.Type{}
	for i, one := range named {
		if i == params.Len() {
			return named, false
		}
		known[params.At(i)] = one
	}
	for before := -1; before != len(known); {
		before = len(known)
		for i := 0; i < params.Len(); i++ {
			param := params.At(i)
			core := coreOf(param)
			if core == nil {
				continue
			}
			if one := known[param]; one != nil {
				match(core, one.Underlying(), known)
			} else if one, ok := replace(core, known); ok {
				known[param] = one
			}
		}
	}
	all := []types.Type{}
	for i := 0; i < params.Len(); i++ {
		if one := known[params.At(i)]; one != nil {
			all = append(all, one)
		}
	}
	return all, len(all) == params.Len()
}

// coreOf is the one type that a constraint asks for, ~[]T; nil where it asks for
// none, or for one of several.
func coreOf(param *types.TypeParam) types.Type {
	constraint, ok := param.Constraint().Underlying().(*types.Interface)
	if !ok || constraint.NumEmbeddeds() != 1 || constraint.NumMethods() != 0 {
		return nil
	}
	switch one := constraint.EmbeddedType(0).(type) {
	case *types.Union:
		if one.Len() == 1 {
			return one.Term(0).Type()
		}
	case *types.Slice, *types.Array, *types.Map, *types.Pointer, *types.Chan, *types.Signature:
		return one
	}
	return nil
}

// match learns what parameters are from a type that has the shape of another.
func match(shape, t types.Type, known map[*types.TypeParam]types.Type) {
	switch shape := shape.(type) {
	case *types.TypeParam:
		if known[shape] == nil {
			known[shape] = t
		}
	case *types.Slice:
		if t, ok := t.(*types.Slice); ok {
			match(shape.Elem(), t.Elem(), known)
		}
	case *types.Array:
		if t, ok := t.(*types.Array); ok {
			match(shape.Elem(), t.Elem(), known)
		}
	case *types.Pointer:
		if t, ok := t.(*types.Pointer); ok {
			match(shape.Elem(), t.Elem(), known)
		}
	case *types.Chan:
		if t, ok := t.(*types.Chan); ok {
			match(shape.Elem(), t.Elem(), known)
		}
	case *types.Map:
		if t, ok := t.(*types.Map); ok {
			match(shape.Key(), t.Key(), known)
			match(shape.Elem(), t.Elem(), known)
		}
	}
}

// replace puts types in the place of parameters; it fails where one is not known.
func replace(t types.Type, known map[*types.TypeParam]types.Type) (types.Type, bool) {
	switch t := t.(type) {
	case *types.TypeParam:
		return known[t], known[t] != nil
	case *types.Slice:
		of, ok := replace(t.Elem(), known)
		return types.NewSlice(of), ok
	case *types.Array:
		of, ok := replace(t.Elem(), known)
		return types.NewArray(of, t.Len()), ok
	case *types.Pointer:
		to, ok := replace(t.Elem(), known)
		return types.NewPointer(to), ok
	case *types.Chan:
		of, ok := replace(t.Elem(), known)
		return types.NewChan(t.Dir(), of), ok
	case *types.Map:
		key, hasKey := replace(t.Key(), known)
		of, ok := replace(t.Elem(), known)
		return types.NewMap(key, of), ok && hasKey
	case *types.Signature:
		params, hasParams := replaceAll(t.Params(), known)
		results, ok := replaceAll(t.Results(), known)
		return types.NewSignatureType(nil, nil, nil, params, results, t.Variadic()), ok && hasParams
	case *types.Named:
		args, all := []types.Type{}, true
		for i := 0; i < t.TypeArgs().Len(); i++ {
			one, ok := replace(t.TypeArgs().At(i), known)
			args, all = append(args, one), all && ok
		}
		if len(args) == 0 || !all {
			return t, all
		}
		one, err := types.Instantiate(nil, t.Origin(), args, false)
		return one, err == nil
	}
	return t, true
}

func replaceAll(list *types.Tuple, known map[*types.TypeParam]types.Type) (*types.Tuple, bool) {
	vars, all := []*types.Var{}, true
	for i := 0; i < list.Len(); i++ {
		one, ok := replace(list.At(i).Type(), known)
		vars, all = append(vars, types.NewParam(list.At(i).Pos(), nil, "", one)), all && ok
	}
	return types.NewTuple(vars...), all
}
