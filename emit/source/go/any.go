// Code added by "plugin build". DO NOT EDIT.

// Values of which only the running program knows the type.
package main

import plugin_fmt "fmt"
import plugin_math "math"
import plugin_big "math/big"
import plugin_reflect "reflect"
import plugin_strconv "strconv"
import plugin_time "time"
import "unsafe"

// The kinds of values, as ffi/data/any_column.ts has them.
const (
	plugin_null = iota
	plugin_bool
	plugin_int
	plugin_uint
	plugin_float
	plugin_string
	plugin_blob
	plugin_list
	plugin_object
	plugin_map
	plugin_date
	plugin_duration
	plugin_bigint
	plugin_handle
	plugin_json
	plugin_reference
	plugin_long
	plugin_kinds
)

// plugin_classes are the numbers of classes by the types of their values.
var plugin_classes = map[plugin_reflect.Type]uint32{}

// plugin_error_class is the number of the class of errors.
var plugin_error_class uint32

// plugin_instance is an object among other values.
type plugin_instance struct {
	class  uint32
	handle uint64
}

// plugin_any is a column of values that are sorted by their kinds.
type plugin_any struct {
	bools     []bool
	ints      []int64
	uints     []uint64
	floats    []float64
	strings   []string
	blobs     [][]uint8
	lists     [][]interface{}
	objects   []map[string]interface{}
	maps      []map[interface{}]interface{}
	dates     []plugin_time.Time
	durations []plugin_time.Duration
	bigs      []*plugin_big.Int
	instances []plugin_instance
	jsons     []string
}

func plugin_write_any(w *plugin_writer, v []interface{}) {
	if len(v) > plugin_many && w.depth > plugin_far {
		panic(plugin_too_many)
	}
	w.deeper(len(v))
	defer w.shallower()
	at := w.column(len(v))
	var all plugin_any
	for i, value := range v {
		w.bytes[at+i] = all.add(value)
	}
	all.write(w)
}

// add sorts a value in, and gives its kind.
func (all *plugin_any) add(value interface{}) uint8 {
	switch v := value.(type) {
	case nil:
		return plugin_null
	case plugin_time.Time:
		all.dates = append(all.dates, v)
		return plugin_date
	case plugin_time.Duration:
		all.durations = append(all.durations, v)
		return plugin_duration
	case *plugin_big.Int:
		all.bigs = append(all.bigs, v)
		return plugin_bigint
	case []interface{}:
		all.lists = append(all.lists, v)
		return plugin_list
	case map[string]interface{}:
		all.objects = append(all.objects, v)
		return plugin_object
	}
	return all.reflected(plugin_reflect.ValueOf(value))
}

// reflected is add for a type that has to be looked into.
func (all *plugin_any) reflected(v plugin_reflect.Value) uint8 {
	switch v.Kind() {
	case plugin_reflect.Func:
		return all.function(v)
	case plugin_reflect.Chan:
		if v.IsNil() {
			return plugin_null
		}
	}
	if class, ok := plugin_classes[v.Type()]; ok {
		all.instances = append(all.instances, plugin_instance{class, plugin_hold(v.Interface())})
		return plugin_handle
	}
	_, isByValue := plugin_classes[plugin_reflect.PtrTo(v.Type())]
	if err, ok := v.Interface().(error); ok && !isByValue && !plugin_is_nil(err) {
		if thrown, ok := err.(*plugin_thrown); ok && thrown.own != nil {
			err = thrown.own
		}
		all.instances = append(all.instances, plugin_instance{plugin_error_class, plugin_hold(err)})
		return plugin_handle
	}
	switch v.Kind() {
	case plugin_reflect.Struct, plugin_reflect.Array, plugin_reflect.Slice, plugin_reflect.Map:
		if kind, ok := all.methodical(v); ok {
			return kind
		}
	}
	switch v.Kind() {
	case plugin_reflect.Bool:
		all.bools = append(all.bools, v.Bool())
		return plugin_bool
	case plugin_reflect.Int, plugin_reflect.Int8, plugin_reflect.Int16, plugin_reflect.Int32, plugin_reflect.Int64:
		all.ints = append(all.ints, v.Int())
		return plugin_int
	case plugin_reflect.Uint, plugin_reflect.Uint8, plugin_reflect.Uint16, plugin_reflect.Uint32, plugin_reflect.Uint64, plugin_reflect.Uintptr:
		all.uints = append(all.uints, v.Uint())
		return plugin_uint
	case plugin_reflect.Float32, plugin_reflect.Float64:
		all.floats = append(all.floats, v.Float())
		return plugin_float
	case plugin_reflect.Complex64, plugin_reflect.Complex128:
		all.objects = append(all.objects, map[string]interface{}{"re": real(v.Complex()), "im": imag(v.Complex())})
		return plugin_object
	case plugin_reflect.String:
		if t := v.Type(); t.Name() == "Number" && t.PkgPath() == "encoding/json" {
			return all.number(v.String())
		}
		all.strings = append(all.strings, v.String())
		return plugin_string
	case plugin_reflect.Slice, plugin_reflect.Array:
		if v.Type().Elem().Kind() == plugin_reflect.Uint8 {
			bytes := v
			if v.Kind() == plugin_reflect.Array { // which may lie where it has no address
				bytes = plugin_reflect.MakeSlice(plugin_reflect.SliceOf(v.Type().Elem()), v.Len(), v.Len())
				plugin_reflect.Copy(bytes, v)
			}
			all.blobs = append(all.blobs, bytes.Bytes())
			return plugin_blob
		}
		list := make([]interface{}, v.Len())
		for i := range list {
			list[i] = v.Index(i).Interface()
		}
		all.lists = append(all.lists, list)
		return plugin_list
	case plugin_reflect.Map:
		if v.Type().Key().Kind() == plugin_reflect.String {
			object := map[string]interface{}{}
			for _, key := range v.MapKeys() {
				object[key.String()] = v.MapIndex(key).Interface()
			}
			all.objects = append(all.objects, object)
			return plugin_object
		}
		entries := map[interface{}]interface{}{}
		for one := v.MapRange(); one.Next(); { // which finds NaN too
			entries[one.Key().Interface()] = one.Value().Interface()
		}
		all.maps = append(all.maps, entries)
		return plugin_map
	case plugin_reflect.Ptr:
		if v.IsNil() {
			return plugin_null
		}
		return all.add(v.Elem().Interface())
	case plugin_reflect.Struct:
		object := map[string]interface{}{}
		for i := 0; i < v.NumField(); i++ {
			if field := v.Type().Field(i); field.PkgPath == "" {
				object[field.Name] = v.Field(i).Interface()
			}
		}
		all.objects = append(all.objects, object)
		return plugin_object
	}
	panic(plugin_fmt.Sprintf("plugin: a %s has no JavaScript value", v.Type()))
}

// number is add for a json.Number: the number that the text says.
func (all *plugin_any) number(text string) uint8 {
	if text == "-0" { // which no integer is
		all.floats = append(all.floats, plugin_math.Copysign(0, -1))
		return plugin_float
	}
	if i, err := plugin_strconv.ParseInt(text, 10, 64); err == nil {
		all.ints = append(all.ints, i)
		return plugin_int
	}
	if i, ok := new(plugin_big.Int).SetString(text, 10); ok {
		all.bigs = append(all.bigs, i)
		return plugin_bigint
	}
	if f, err := plugin_strconv.ParseFloat(text, 64); err == nil {
		all.floats = append(all.floats, f)
		return plugin_float
	}
	all.strings = append(all.strings, text)
	return plugin_string
}

// methodical is add for a value of parts whose type has methods: an object, or
// what encoding/json makes of it.
func (all *plugin_any) methodical(v plugin_reflect.Value) (uint8, bool) {
	to := plugin_reflect.PtrTo(v.Type())
	class, isObject := plugin_classes[to]
	if !isObject && to.NumMethod() == 0 {
		return 0, false
	}
	pointer := plugin_reflect.New(v.Type())
	pointer.Elem().Set(v)
	if isObject {
		all.instances = append(all.instances, plugin_instance{class, plugin_hold_value(pointer.Interface())})
		return plugin_handle, true
	}
	switch one := pointer.Interface().(type) {
	case interface{ MarshalJSON() ([]byte, error) }:
		all.jsons = append(all.jsons, plugin_marshalled(v, one.MarshalJSON))
		return plugin_json, true
	case interface{ MarshalText() ([]byte, error) }:
		all.strings = append(all.strings, plugin_marshalled(v, one.MarshalText))
		return plugin_string, true
	}
	return 0, false
}

func plugin_marshalled(v plugin_reflect.Value, marshal func() ([]byte, error)) string {
	text, err := marshal()
	if err != nil {
		panic(plugin_fmt.Sprintf("plugin: a %s has no JavaScript value: %v", v.Type(), err))
	}
	return string(text)
}

func (all *plugin_any) write(w *plugin_writer) {
	if n := len(all.bools); n > 0 {
		w.raw(unsafe.Pointer(&all.bools[0]), n, 1)
	}
	if n := len(all.ints); n > 0 {
		w.raw(unsafe.Pointer(&all.ints[0]), n, 8)
	}
	if n := len(all.uints); n > 0 {
		w.raw(unsafe.Pointer(&all.uints[0]), n, 8)
	}
	if n := len(all.floats); n > 0 {
		w.raw(unsafe.Pointer(&all.floats[0]), n, 8)
	}
	if len(all.strings) > 0 {
		plugin_write_strings(w, all.strings)
	}
	if len(all.blobs) > 0 {
		plugin_write_bytes(w, all.blobs)
	}
	if len(all.lists) > 0 {
		at, elements := w.column(4*len(all.lists)), []interface{}{}
		for i, list := range all.lists {
			w.put32(at+4*i, uint32(len(list)))
			elements = append(elements, list...)
		}
		if len(elements) > 0 {
			plugin_write_any(w, elements)
		}
	}
	if len(all.objects) > 0 {
		at, keys, values := w.column(4*len(all.objects)), []string{}, []interface{}{}
		for i, object := range all.objects {
			w.put32(at+4*i, uint32(len(object)))
			for key, value := range object {
				keys, values = append(keys, key), append(values, value)
			}
		}
		if len(keys) > 0 {
			plugin_write_strings(w, keys)
			plugin_write_any(w, values)
		}
	}
	if len(all.maps) > 0 {
		at, keys, values := w.column(4*len(all.maps)), []interface{}{}, []interface{}{}
		for i, entries := range all.maps {
			w.put32(at+4*i, uint32(len(entries)))
			for key, value := range entries {
				keys, values = append(keys, key), append(values, value)
			}
		}
		if len(keys) > 0 {
			plugin_write_any(w, keys)
			plugin_write_any(w, values)
		}
	}
	if len(all.dates) > 0 {
		plugin_write_times(w, all.dates)
	}
	if n := len(all.durations); n > 0 {
		w.raw(unsafe.Pointer(&all.durations[0]), n, 8)
	}
	if len(all.bigs) > 0 {
		plugin_write_bigs(w, all.bigs)
	}
	if n := len(all.instances); n > 0 {
		at := w.column(4 * n)
		for i, one := range all.instances {
			w.put32(at+4*i, one.class)
		}
		at = w.column(8 * n)
		for i, one := range all.instances {
			w.put64(at+8*i, one.handle)
		}
	}
	if len(all.jsons) > 0 {
		plugin_write_strings(w, all.jsons)
	}
}

func plugin_read_any(r *plugin_reader, n int) []interface{} {
	at := r.column(n)
	kinds := r.bytes[at : at+n]
	var counts [plugin_kinds]int
	for _, kind := range kinds {
		counts[kind]++
	}
	var byKind [plugin_kinds][]interface{}
	for kind, count := range counts {
		if count > 0 && kind != plugin_null {
			byKind[kind] = r.kind(kind, count)
		}
	}
	var next [plugin_kinds]int
	v := make([]interface{}, n)
	for i, kind := range kinds {
		if kind != plugin_null {
			v[i] = byKind[kind][next[kind]]
			next[kind]++
		}
	}
	return v
}

// kind reads the column of one kind. Integers are Go's int, as a literal is, and
// bigints an int64.
func (r *plugin_reader) kind(kind, n int) []interface{} {
	v := make([]interface{}, n)
	switch kind {
	case plugin_bool:
		at := r.column(n)
		for i := range v {
			v[i] = r.bytes[at+i] != 0
		}
	case plugin_int, plugin_uint, plugin_float, plugin_duration, plugin_long:
		at := r.column(8 * n)
		for i := range v {
			switch word := r.get64(at + 8*i); kind {
			case plugin_int:
				v[i] = int(word)
			case plugin_uint:
				v[i] = word
			case plugin_long:
				v[i] = int64(word)
			case plugin_float:
				v[i] = *(*float64)(unsafe.Pointer(&word))
			default:
				v[i] = plugin_time.Duration(word)
			}
		}
	case plugin_string:
		for i, text := range plugin_read_strings(r, n) {
			v[i] = text
		}
	case plugin_blob:
		for i, bytes := range plugin_read_bytes(r, n) {
			v[i] = bytes
		}
	case plugin_list:
		counts, sum := r.counts(n)
		all := []interface{}{}
		if sum > 0 {
			all = plugin_read_any(r, sum)
		}
		at := 0
		for i, count := range counts {
			end := at + int(count)
			v[i] = all[at:end:end]
			at = end
		}
	case plugin_object:
		counts, sum := r.counts(n)
		keys, values := []string{}, []interface{}{}
		if sum > 0 {
			keys, values = plugin_read_strings(r, sum), plugin_read_any(r, sum)
		}
		at := 0
		for i, count := range counts {
			object := make(map[string]interface{}, count)
			for end := at + int(count); at < end; at++ {
				object[keys[at]] = values[at]
			}
			v[i] = object
		}
	case plugin_map:
		counts, sum := r.counts(n)
		keys, values := []interface{}{}, []interface{}{}
		if sum > 0 {
			keys, values = plugin_read_any(r, sum), plugin_read_any(r, sum)
		}
		at := 0
		for i, count := range counts {
			entries := make(map[interface{}]interface{}, count)
			for end := at + int(count); at < end; at++ {
				entries[keys[at]] = values[at]
			}
			v[i] = entries
		}
	case plugin_date:
		for i, time := range plugin_read_times(r, n) {
			v[i] = time
		}
	case plugin_bigint:
		for i, number := range plugin_read_bigs(r, n) {
			v[i] = number
		}
	case plugin_reference:
		for i, value := range plugin_read_any(r, n) {
			to := value
			v[i] = &to
		}
	case plugin_handle:
		r.column(4 * n)
		at := r.column(8 * n)
		for i := range v {
			v[i] = plugin_given(r.get64(at + 8*i))
		}
	}
	return v
}

// plugin_deref gives what a pointer points to, for an interface that the type
// itself implements too.
func plugin_deref(v interface{}) interface{} {
	if value := plugin_reflect.ValueOf(v); value.Kind() == plugin_reflect.Ptr && !value.IsNil() {
		return value.Elem().Interface()
	}
	return v
}

// plugin_as is a value as one of a type that cannot be written, which it has, or nil.
func plugin_as(t plugin_reflect.Type, v interface{}) plugin_reflect.Value {
	if v == nil {
		return plugin_reflect.Zero(t)
	}
	given := plugin_reflect.ValueOf(v)
	if !given.Type().AssignableTo(t) {
		panic(plugin_fmt.Sprintf("plugin: wanted %s, got %s", t, given.Type()))
	}
	return given
}
