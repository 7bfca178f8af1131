// Functions of the caller that C calls, and values that C passes.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// callback gives the notation of a function of the caller, as C calls it.
func (d *describer) callback(t types.Type, signature *types.Signature, as role) (notation string, call *Call, reason string) {
	if as != asParameter && as != asVariable {
		return "", nil, d.none(t)
	}
	params, results := signature.Params(), signature.Results()
	call = &Call{Params: []Value{}, Results: []Value{}}
	texts := []string{}
	for i := 0; i < params.Len() && reason == ""; i++ {
		value, why := d.passed(params.At(i), "takes")
		call.Params, texts, reason = append(call.Params, value), append(texts, value.Type), why
	}
	result := "void"
	switch {
	case reason != "":
	case signature.Variadic():
		reason = "takes any number of arguments"
	case results.Len() > 1:
		reason = "gives several results"
	case results.Len() == 1:
		var value Value
		value, reason = d.passed(results.At(0), "gives")
		if value.Type == "cstring" {
			reason = "gives a string, which nobody would own"
		}
		call.Results, result = append(call.Results, value), value.Type
	}
	if reason != "" {
		return "", nil, fmt.Sprintf("the %s %s", d.show(t), reason)
	}
	return "(" + strings.Join(texts, ", ") + ") => " + result, call, ""
}

// passed is a value that C passes, to a function or back from it.
func (d *describer) passed(object *types.Var, how string) (value Value, reason string) {
	t := object.Type()
	value.Type = basicOf(t)
	switch value.Type {
	case "":
		return value, fmt.Sprintf("%s the %s, which C cannot pass", how, d.show(t))
	case "string":
		value.Type = "cstring"
	}
	value.Go, reason = d.spell(t)
	if reason != "" {
		reason = how + " what cannot be named: " + reason
	}
	return value, reason
}

// callbackParams are the names of the parameters of a function type: nothing where it
// gives them none.
func callbackParams(t types.Type) (names []string) {
	signature, isFunction := t.Underlying().(*types.Signature)
	if !isFunction {
		return nil
	}
	isNamed := false
	for i := 0; i < signature.Params().Len(); i++ {
		name := signature.Params().At(i).Name()
		if name == "_" {
			name = ""
		}
		names, isNamed = append(names, name), isNamed || name != ""
	}
	if !isNamed {
		return nil
	}
	return names
}
