// Code added by "plugin build". DO NOT EDIT.

// Functions among values of which only the running program knows the type.
package main

import plugin_fmt "fmt"
import plugin_math "math"
import plugin_big "math/big"
import plugin_reflect "reflect"
import plugin_time "time"

// plugin_general is what a function of the caller is there, and what one of any
// other type is called by.
type plugin_general = func(args ...interface{}) (interface{}, error)

var plugin_general_type = plugin_reflect.TypeOf(plugin_general(nil))

var plugin_error_type = plugin_reflect.TypeOf((*error)(nil)).Elem()

// function is add for a function: one of a known type is an object of its class.
func (all *plugin_any) function(v plugin_reflect.Value) uint8 {
	if v.IsNil() {
		return plugin_null
	}
	class, ok := plugin_classes[v.Type()]
	if !ok {
		class, v = plugin_classes[plugin_general_type], plugin_reflect.ValueOf(plugin_generalized(v))
	}
	all.instances = append(all.instances, plugin_instance{class, plugin_hold(v.Interface())})
	return plugin_handle
}

// plugin_generalized calls a function with what fits its parameters.
func plugin_generalized(f plugin_reflect.Value) plugin_general {
	t := f.Type()
	return func(args ...interface{}) (interface{}, error) {
		fixed := t.NumIn()
		if t.IsVariadic() {
			fixed--
		}
		if len(args) < fixed || len(args) > fixed && !t.IsVariadic() {
			return nil, plugin_fmt.Errorf("%s: wanted %d arguments, got %d", t, fixed, len(args))
		}
		in := make([]plugin_reflect.Value, len(args))
		for i, arg := range args {
			var to plugin_reflect.Type
			if i < fixed {
				to = t.In(i)
			} else {
				to = t.In(fixed).Elem()
			}
			var err error
			if in[i], err = plugin_fitted(arg, to); err != nil {
				return nil, plugin_fmt.Errorf("%s: argument %d: %w", t, i+1, err)
			}
		}
		out := f.Call(in)
		last := len(out) - 1
		if last >= 0 && t.Out(last) == plugin_error_type {
			if err, _ := out[last].Interface().(error); err != nil {
				return nil, err
			}
			out = out[:last]
		}
		switch len(out) {
		case 0:
			return nil, nil
		case 1:
			return out[0].Interface(), nil
		}
		list := make([]interface{}, len(out))
		for i, one := range out {
			list[i] = one.Interface()
		}
		return list, nil
	}
}

// plugin_specialized is a function of the caller as one of a type of Go.
func plugin_specialized(f plugin_general, t plugin_reflect.Type) plugin_reflect.Value {
	count := t.NumOut()
	throws := count > 0 && t.Out(count-1) == plugin_error_type
	if throws {
		count--
	}
	return plugin_reflect.MakeFunc(t, func(in []plugin_reflect.Value) []plugin_reflect.Value {
		args := []interface{}{}
		for i, one := range in {
			if t.IsVariadic() && i == len(in)-1 {
				for k := 0; k < one.Len(); k++ {
					args = append(args, one.Index(k).Interface())
				}
			} else {
				args = append(args, one.Interface())
			}
		}
		given, err := f(args...)
		values := []interface{}{given}
		if count == 0 {
			values = nil
		} else if list, ok := given.([]interface{}); ok && count > 1 {
			values = list
		}
		if err == nil && len(values) != count {
			err = plugin_fmt.Errorf("%s: wanted %d results, got %d", t, count, len(values))
		}
		out := []plugin_reflect.Value{}
		for i := 0; i < count; i++ {
			one := plugin_reflect.Zero(t.Out(i))
			if err == nil {
				var fitted plugin_reflect.Value
				if fitted, err = plugin_fitted(values[i], t.Out(i)); err == nil {
					one = plugin_reflect.New(t.Out(i)).Elem()
					one.Set(fitted)
				}
			}
			out = append(out, one)
		}
		if err != nil && !throws && err != plugin_lost {
			panic(err)
		}
		if throws {
			one := plugin_reflect.New(plugin_error_type).Elem()
			if err != nil {
				one.Set(plugin_reflect.ValueOf(err))
			}
			out = append(out, one)
		}
		return out
	})
}

// plugin_fitted makes what the caller gave into a value of a type, as a literal
// of Go would be one.
func plugin_fitted(given interface{}, to plugin_reflect.Type) (v plugin_reflect.Value, err error) {
	if given == nil {
		switch to.Kind() {
		case plugin_reflect.Chan, plugin_reflect.Func, plugin_reflect.Interface, plugin_reflect.Map, plugin_reflect.Ptr, plugin_reflect.Slice:
			return plugin_reflect.Zero(to), nil
		}
		return v, plugin_fmt.Errorf("wanted %s, got null", to)
	}
	from := plugin_reflect.ValueOf(given)
	if from.Type().AssignableTo(to) {
		return from, nil
	}
	if from.Kind() == plugin_reflect.Ptr && !from.IsNil() && from.Type().Elem().AssignableTo(to) {
		return from.Elem(), nil
	}
	misfit := plugin_fmt.Errorf("wanted %s, got %s", to, from.Type())
	if to.Kind() == plugin_reflect.Array && (from.Kind() != plugin_reflect.Slice || from.Len() != to.Len()) {
		return v, misfit // before there is memory for it
	}
	v = plugin_reflect.New(to).Elem()
	if to == plugin_reflect.TypeOf(plugin_time.Duration(0)) {
		if milliseconds, ok := plugin_number(from); ok {
			duration, err := plugin_milliseconds(milliseconds)
			v.SetInt(int64(duration))
			return v, err
		}
	}
	if number, ok := plugin_large(given); ok && to == plugin_reflect.TypeOf(number) {
		return plugin_reflect.ValueOf(number), nil
	}
	switch to.Kind() {
	case plugin_reflect.Ptr:
		one, err := plugin_fitted(given, to.Elem())
		if err != nil {
			return v, err
		}
		v.Set(plugin_reflect.New(to.Elem()))
		v.Elem().Set(one)
		return v, nil
	case plugin_reflect.Func:
		if general, ok := given.(plugin_general); ok {
			return plugin_specialized(general, to), nil
		}
	case plugin_reflect.Int, plugin_reflect.Int8, plugin_reflect.Int16, plugin_reflect.Int32, plugin_reflect.Int64:
		number, ok := plugin_integer(from)
		if ok && !v.OverflowInt(number) {
			v.SetInt(number) // a bigint for a time.Duration is nanoseconds
			return v, nil
		}
	case plugin_reflect.Uint, plugin_reflect.Uint8, plugin_reflect.Uint16, plugin_reflect.Uint32, plugin_reflect.Uint64, plugin_reflect.Uintptr:
		number, ok := given.(uint64)
		if signed, isSigned := plugin_integer(from); isSigned && signed >= 0 {
			number, ok = uint64(signed), true
		}
		if ok && !v.OverflowUint(number) {
			v.SetUint(number)
			return v, nil
		}
	case plugin_reflect.Float32, plugin_reflect.Float64:
		if number, ok := plugin_number(from); ok {
			v.SetFloat(number)
			return v, nil
		}
	case plugin_reflect.Complex64, plugin_reflect.Complex128:
		parts, ok := given.(map[string]interface{})
		re, isNumber := plugin_number(plugin_reflect.ValueOf(parts["re"]))
		im, areNumbers := plugin_number(plugin_reflect.ValueOf(parts["im"]))
		if ok && isNumber && areNumbers && len(parts) == 2 {
			v.SetComplex(complex(re, im))
			return v, nil
		}
	case plugin_reflect.Slice, plugin_reflect.Array:
		if bytes, ok := given.([]byte); ok && to.Kind() == plugin_reflect.Array &&
			to.Elem().Kind() == plugin_reflect.Uint8 {
			for i, one := range bytes {
				v.Index(i).SetUint(uint64(one))
			}
			return v, nil
		}
		list, ok := given.([]interface{})
		if !ok {
			break
		}
		if to.Kind() == plugin_reflect.Slice {
			v.Set(plugin_reflect.MakeSlice(to, len(list), len(list)))
		}
		for i, one := range list {
			element, err := plugin_fitted(one, to.Elem())
			if err != nil {
				return v, plugin_fmt.Errorf("[%d]: %w", i, err)
			}
			v.Index(i).Set(element)
		}
		return v, nil
	case plugin_reflect.Map:
		if from.Kind() != plugin_reflect.Map {
			break
		}
		v.Set(plugin_reflect.MakeMap(to))
		for one := from.MapRange(); one.Next(); {
			key, err := plugin_fitted(one.Key().Interface(), to.Key())
			if err != nil {
				return v, err
			}
			value, err := plugin_fitted(one.Value().Interface(), to.Elem())
			if err != nil {
				return v, plugin_fmt.Errorf("%v: %w", one.Key(), err)
			}
			v.SetMapIndex(key, value)
		}
		return v, nil
	case plugin_reflect.Struct:
		fields, ok := given.(map[string]interface{})
		if !ok {
			break
		}
		for name, one := range fields {
			field, known := to.FieldByName(name)
			if !known || field.PkgPath != "" {
				return v, plugin_fmt.Errorf("%s has no field %s", to, name)
			}
			value, err := plugin_fitted(one, field.Type)
			if err != nil {
				return v, plugin_fmt.Errorf(".%s: %w", name, err)
			}
			v.FieldByIndex(field.Index).Set(value)
		}
		return v, nil
	default:
		if from.Kind() == to.Kind() && from.Type().ConvertibleTo(to) {
			return from.Convert(to), nil
		}
	}
	if from.Kind() == to.Kind() && from.Kind() == plugin_reflect.Slice && from.Type().ConvertibleTo(to) {
		return from.Convert(to), nil // bytes
	}
	return v, misfit
}

// plugin_integer is an integer of the caller: a number or a bigint.
func plugin_integer(v plugin_reflect.Value) (int64, bool) {
	switch v.Interface().(type) {
	case int, int64:
		return v.Int(), true
	}
	return 0, false
}

// plugin_large is an integer of the caller that 64 bits have, as those are that
// they have not.
func plugin_large(given interface{}) (*plugin_big.Int, bool) {
	switch number := given.(type) {
	case int:
		return plugin_big.NewInt(int64(number)), true
	case int64:
		return plugin_big.NewInt(number), true
	case uint64:
		return new(plugin_big.Int).SetUint64(number), true
	}
	return nil, false
}

// plugin_longest is about the milliseconds that the longest duration has.
const plugin_longest = 9223372036854.775

// plugin_milliseconds is a duration as the caller has it.
func plugin_milliseconds(all float64) (plugin_time.Duration, error) {
	if !(plugin_math.Abs(all) <= plugin_longest) { // nor NaN
		return 0, plugin_fmt.Errorf("wanted a number of milliseconds that a time.Duration can be, got %v", all)
	}
	whole, rest := plugin_math.Modf(all)
	return plugin_time.Duration(whole)*plugin_time.Millisecond + plugin_time.Duration(plugin_math.Round(rest*1e6)), nil
}

// plugin_number is a number of the caller: it has one kind of them.
func plugin_number(v plugin_reflect.Value) (float64, bool) {
	switch v.Kind() {
	case plugin_reflect.Int:
		return float64(v.Int()), true
	case plugin_reflect.Float64:
		return v.Float(), true
	}
	return 0, false
}
