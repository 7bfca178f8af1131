// Data: what crosses whole, in a packet.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// special types have a meaning of their own in JavaScript.
func (d *describer) special(c *Codec, t types.Type) bool {
	switch {
	case isError(t):
		c.Kind, c.notation, c.class = asObject, "error", d.errorClass(t)
		c.objectCode("error", "plugin_give_error", "plugin_held_error")
	case isNamedAs(t, "time", "Time"):
		c.notation = "date"
		c.function("plugin_write_times(w, v)", "return plugin_read_times(r, n)", false)
	case isNamedAs(t, "time", "Duration"):
		c.notation = "duration"
		c.raw(8)
	default:
		pointer, ok := t.(*types.Pointer)
		if !ok || !isNamedAs(unalias(pointer.Elem()), "math/big", "Int") || d.isWrapped("math/big") {
			return false
		}
		c.notation = "bigint"
		c.function("plugin_write_bigs(w, v)", "return plugin_read_bigs(r, n)", false)
	}
	return true
}

func (d *describer) basic(c *Codec, t types.Type, under *types.Basic) {
	switch under.Kind() {
	case types.String:
		c.notation = "string"
		if t == types.Typ[types.String] {
			c.function("plugin_write_strings(w, v)", "return plugin_read_strings(r, n)", false)
		} else {
			c.loop("strings", "string")
		}
	case types.Complex128:
		c.notation = "complex"
		c.raw(16)
	case types.Complex64:
		c.notation = "complex"
		c.function(
			"all := make([]complex128, len(v))\nfor i := range v {\n\tall[i] = complex128(v[i])\n}\nif len(v) > 0 {\n\tw.raw(unsafe.Pointer(&all[0]), len(v), 16)\n} else {\n\tw.column(0)\n}",
			fmt.Sprintf("all := make([]complex128, n)\nif n > 0 {\n\tr.raw(unsafe.Pointer(&all[0]), n, 16)\n} else {\n\tr.column(0)\n}\nv := make([]%[1]s, n)\nfor i := range v {\n\tv[i] = %[1]s(all[i])\n}\nreturn v", c.Go),
			false,
		)
	default:
		c.notation = basics[under.Kind()]
		if c.notation == "" {
			c.fail(d.none(t))
			return
		}
		if c.enum = d.enumOf(t); c.enum != nil {
			c.notation = c.enum.name
		}
		c.raw(int(d.sizes.Sizeof(under)))
	}
}

func (d *describer) slice(c *Codec, t types.Type, under *types.Slice) {
	if basicOf(under.Elem()) == "u8" {
		c.notation = "bytes"
		if types.Identical(t, types.NewSlice(types.Typ[types.Uint8])) {
			c.function("plugin_write_bytes(w, v)", "return plugin_read_bytes(r, n)", false)
			return
		}
		if basic, ok := unalias(under.Elem()).(*types.Basic); ok && basic.Kind() == types.Uint8 {
			c.loop("bytes", "[]uint8")
			return
		}
	}
	element, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	c.notation, c.given = "[]"+element.listed(), "[]"+element.listedWithin(under.Elem())
	if element.listed() == "u8" {
		c.notation, c.given = "bytes", ""
		c.fail("a slice of a type of its own whose elements are bytes")
		return
	}
	c.function(
		fmt.Sprintf(`at, all := w.column(4*len(v)), []%s{}
for i, list := range v {
	w.put32(at+4*i, uint32(len(list)))
	if list == nil {
		w.put32(at+4*i, plugin_nil)
	}
	all = append(all, list...)
}
if len(all) > 0 {
	w.deeper(%s)
	plugin_write_%d(w, all)
	w.shallower()
}`, element.Go, element.counted("all"), element.Number),
		fmt.Sprintf(`counts, sum := r.counts(n)
all := []%s{}
if sum > 0 {
	all = plugin_read_%d(r, sum)
}
v, at := make([]%s, n), 0
for i, count := range counts {
	end := at + int(count)
	v[i] = all[at:end:end]
	at = end
}
return v`, element.Go, element.Number, c.Go),
		false,
	)
}

func (d *describer) array(c *Codec, t types.Type, under *types.Array) {
	if basic, ok := unalias(under.Elem()).(*types.Basic); ok && basic.Kind() == types.Uint8 {
		c.byteArray(under.Len())
		return
	}
	element, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	// In JavaScript it is a list; what lies in a frame as an array is another way.
	c.notation, c.given = "[]"+element.listed(), "[]"+element.listedWithin(under.Elem())
	if element.listed() == "u8" {
		c.fail(d.none(t))
		return
	}
	c.function(
		fmt.Sprintf(`at, all := w.column(4*len(v)), make([]%s, 0, len(v)*%d)
for i := range v {
	w.put32(at+4*i, %[2]d)
	all = append(all, v[i][:]...)
}
if len(all) > 0 {
	plugin_write_%[3]d(w, all)
}`, element.Go, under.Len(), element.Number),
		fmt.Sprintf(`counts, sum := r.counts(n)
all := []%s{}
if sum > 0 {
	all = plugin_read_%d(r, sum)
}
v := make([]%s, n)
for i, count := range counts {
	if count != %[4]d {
		panic(plugin_fmt.Sprintf("plugin: wanted %[4]d elements, got %%d", count))
	}
	copy(v[i][:], all[i*%[4]d:])
}
return v`, element.Go, element.Number, c.Go, under.Len()),
		false,
	)
}

// byteArray is of an array of bytes, which are bytes of just that number.
func (c *Codec) byteArray(length int64) {
	c.notation = "bytes"
	c.function(
		`all := make([][]uint8, len(v))
for i := range v {
	all[i] = v[i][:]
}
plugin_write_bytes(w, all)`,
		fmt.Sprintf(`v := make([]%s, n)
for i, bytes := range plugin_read_bytes(r, n) {
	if len(bytes) != %[2]d {
		panic(plugin_fmt.Sprintf("plugin: wanted %[2]d bytes, got %%d", len(bytes)))
	}
	copy(v[i][:], bytes)
}
return v`, c.Go, length),
		false,
	)
}

func (d *describer) mapped(c *Codec, under *types.Map) {
	key, ok := d.element(c, under.Key())
	if !ok {
		return
	}
	value, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	c.notation = "map<" + key.notation + ", " + value.notation + ">"
	c.given = "map<" + key.taken() + ", " + value.within(under.Elem()) + ">"
	c.function(
		fmt.Sprintf(`at, keys, values := w.column(4*len(v)), []%s{}, []%s{}
for i := range v {
	w.put32(at+4*i, uint32(len(v[i])))
	for key, value := range v[i] {
		keys, values = append(keys, key), append(values, value)
	}
}
if len(keys) > 0 {
	w.deeper(%s)
	plugin_write_%d(w, keys)
	plugin_write_%d(w, values)
	w.shallower()
}`, key.Go, value.Go, value.counted("values"), key.Number, value.Number),
		fmt.Sprintf(`counts, sum := r.counts(n)
keys, values := []%s{}, []%s{}
if sum > 0 {
	keys = plugin_read_%d(r, sum)
	values = plugin_read_%d(r, sum)
}
v, at := make([]%[5]s, n), 0
for i, count := range counts {
	v[i] = make(%[5]s, count)
	for end := at + int(count); at < end; at++ {
		v[i][keys[at]] = values[at]
	}
}
return v`, key.Go, value.Go, key.Number, value.Number, c.Go),
		false,
	)
}

func (d *describer) optional(c *Codec, under *types.Pointer) {
	to, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	if strings.HasPrefix(to.notation, "?") {
		c.fail("a pointer to a pointer has no JavaScript value")
		return
	}
	if to.Kind == asObject {
		if to.class == nil || to.class.isFunc || to.class.element != nil {
			c.fail(d.none(types.NewPointer(under.Elem())))
			return
		}
		c.pointerToObject(to)
		return
	}
	c.notation, c.given = "?"+to.notation, "?"+to.taken()
	c.function(
		fmt.Sprintf(`at, there := w.column(len(v)), []%s{}
for i := range v {
	if v[i] != nil {
		w.bytes[at+i] = 1
		there = append(there, *v[i])
	} else {
		w.bytes[at+i] = 0
	}
}
if len(there) > 0 {
	w.deeper(%s)
	plugin_write_%d(w, there)
	w.shallower()
}`, to.Go, to.counted("there"), to.Number),
		fmt.Sprintf(`at, count := r.column(n), 0
for i := 0; i < n; i++ {
	if r.bytes[at+i] != 0 {
		count++
	}
}
there := []%s{}
if count > 0 {
	there = plugin_read_%d(r, count)
}
v, next := make([]%s, n), 0
for i := range v {
	if r.bytes[at+i] != 0 {
		v[i] = &there[next]
		next++
	}
}
return v`, to.Go, to.Number, c.Go),
		false,
	)
}

// pointerToObject is of a pointer to an interface, or to a pointer: the object that it
// points to.
func (c *Codec) pointerToObject(to *Codec) {
	c.Kind, c.notation, c.class, c.IsCalled = asObject, to.notation, to.class, to.IsCalled
	c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_give_%[3]d(*v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	if handle == 0 {
		return nil
	}
	v := plugin_take_%[3]d(handle)
	return &v
}
`, c.Number, c.Go, to.Number)
	c.column()
}

// member gives the codec of a field. An array that lies in a frame as it lies in
// memory is one in a packet too, as a struct has one notation for both.
func (d *describer) member(c *Codec, t types.Type) (*Codec, bool) {
	array, isArray := t.Underlying().(*types.Array)
	notation := ""
	if isArray && d.classOf(t) == nil {
		notation = d.arrayOf(t)
	}
	if notation == "" {
		return d.element(c, t)
	}
	key := "array " + types.TypeString(t, nil)
	if known := d.codecs[key]; known != nil {
		c.parts = append(c.parts, known)
		return known, true
	}
	whole := &Codec{Number: len(d.codecs) + 1, Kind: asData, notation: notation}
	d.codecs[key] = whole
	element, ok := d.member(whole, array.Elem())
	if whole.Go, whole.reason = d.spell(t); !ok || whole.reason != "" {
		delete(d.codecs, key)
		return d.element(c, t)
	}
	whole.function(
		fmt.Sprintf(`all := make([]%s, 0, len(v)*%d)
for i := range v {
	all = append(all, v[i][:]...)
}
plugin_write_%d(w, all)`, element.Go, array.Len(), element.Number),
		fmt.Sprintf(`all, v := plugin_read_%d(r, n*%d), make([]%s, n)
for i := range v {
	copy(v[i][:], all[i*%[2]d:])
}
return v`, element.Number, array.Len(), whole.Go),
		false,
	)
	c.parts = append(c.parts, whole)
	return whole, true
}

// record is a struct of exported fields without methods.
func (d *describer) record(c *Codec, t types.Type, under *types.Struct) {
	named, _ := t.(*types.Named)
	name := ""
	if named != nil {
		name = d.nameOf(named.Obj(), t)
	} else {
		name = fmt.Sprintf("Struct%d", c.Number)
	}
	c.notation = name
	if named != nil {
		d.place(name, named.Obj())
	}
	members, writes, reads, sets := []Member{}, []string{}, []string{}, []string{}
	for i := 0; i < under.NumFields(); i++ {
		field := under.Field(i)
		if field.Name() == "_" {
			continue
		}
		part, ok := d.member(c, field.Type())
		if !ok {
			c.reason = fmt.Sprintf("the %s has the field %s: %s", d.show(t), field.Name(), c.reason)
			return
		}
		members = append(members, Member{Name: field.Name(), Doc: d.doc(field), part: part, t: field.Type()})
		d.place(name+"."+field.Name(), field)
		k := len(members)
		writes = append(writes, fmt.Sprintf("f%d := make([]%s, len(v))\nfor i := range v {\n\tf%[1]d[i] = v[i].%[3]s\n}\nplugin_write_%[4]d(w, f%[1]d)", k, part.Go, field.Name(), part.Number))
		reads = append(reads, fmt.Sprintf("f%d := plugin_read_%d(r, n)", k, part.Number))
		sets = append(sets, fmt.Sprintf("\tv[i].%s = f%d[i]", field.Name(), k))
	}
	c.record = &Named{Kind: "record", Zero: true, Members: &members, Doc: d.docOfType(t)}
	read := strings.Join(reads, "\n") + fmt.Sprintf("\nv := make([]%s, n)\nfor i := range v {\n%s\n}\nreturn v", c.Go, strings.Join(sets, "\n"))
	if len(members) == 0 {
		read = fmt.Sprintf("return make([]%s, n)", c.Go)
	}
	c.function(strings.Join(writes, "\n"), strings.TrimPrefix(read, "\n"), false)
}
