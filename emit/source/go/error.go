// Code added by "plugin build". DO NOT EDIT.

// Errors as objects: what they are, what they wrap, and what they hold.
package main

import plugin_errors "errors"
import plugin_fmt "fmt"
import plugin_reflect "reflect"

func init() {
	plugin_hold_error = func(err error) uint64 { return plugin_hold(err) }
}

func plugin_give_error(err error) uint64 {
	if err == nil {
		return 0
	}
	return plugin_hold(err)
}

// plugin_held_error gives an error that came from here.
func plugin_held_error(handle uint64) error {
	if handle == 0 {
		return nil
	}
	return plugin_held(handle).(error)
}

func plugin_errors_is(err, target error) bool { return plugin_errors.Is(err, target) }

// plugin_errors_data is an error as what it is, where that is an object; of a type
// that nothing here is of, as one of another package, the fields that it exports.
func plugin_errors_data(err error) interface{} {
	v := plugin_reflect.ValueOf(err)
	_, isObject := plugin_classes[v.Type()]
	_, pointsToOne := plugin_classes[plugin_reflect.PtrTo(v.Type())]
	if isObject || pointsToOne {
		return err
	}
	if v.Kind() == plugin_reflect.Ptr && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != plugin_reflect.Struct {
		return nil
	}
	fields := map[string]interface{}{}
	for i := 0; i < v.NumField(); i++ {
		field := v.Type().Field(i)
		if field.PkgPath != "" || !plugin_is_data(field.Type, 0) {
			continue
		}
		one := v.Field(i)
		fields[field.Name] = one.Interface()
		if inner, ok := one.Interface().(error); ok && (one.Kind() != plugin_reflect.Ptr || !one.IsNil()) {
			// As where one is returned: fmt survives an Error method that panics.
			fields[field.Name] = plugin_fmt.Sprint(inner)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return fields
}

// plugin_is_data tells whether what is of a type has a value in JavaScript, as far
// as the type tells: an interface that is no error may hold anything.
func plugin_is_data(t plugin_reflect.Type, depth int) bool {
	if t.Implements(plugin_error_type) {
		return true
	}
	switch t.Kind() {
	case plugin_reflect.Chan, plugin_reflect.Func, plugin_reflect.Interface, plugin_reflect.UnsafePointer:
		return false
	case plugin_reflect.Array, plugin_reflect.Ptr, plugin_reflect.Slice:
		return depth < 8 && plugin_is_data(t.Elem(), depth+1)
	case plugin_reflect.Map:
		return depth < 8 && plugin_is_data(t.Key(), depth+1) && plugin_is_data(t.Elem(), depth+1)
	case plugin_reflect.Struct:
		for i := 0; i < t.NumField(); i++ {
			if field := t.Field(i); field.PkgPath == "" && (depth >= 8 || !plugin_is_data(field.Type, depth+1)) {
				return false
			}
		}
	}
	return true
}

// plugin_errors_unwrap gives what an error wraps: of several the one that a
// function of the caller has thrown, or that wraps it, or else the first.
func plugin_errors_unwrap(err error) error {
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return plugin_errors.Unwrap(err)
	}
	var first error
	for _, one := range several.Unwrap() {
		if one != nil && plugin_thrown_within != nil && plugin_thrown_within(one) != 0 {
			return one
		}
		if first == nil {
			first = one
		}
	}
	return first
}
