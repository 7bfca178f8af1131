package main

import (
	"fmt"
	"go/types"
	"sort"
	"strings"
)

// Kinds of types that cross in a packet or stay as objects.
const (
	asData    = "data"
	asObject  = "object"
	asClosure = "closure"
)

// Codec is a type that crosses whole or as an object. The wrappers have
// functions for it, whose names end with its number.
type Codec struct {
	Number   int    `json:"number"`
	Kind     string `json:"kind"`
	Go       string `json:"go"`                 // as a wrapper writes it
	IsCalled bool   `json:"isCalled,omitempty"` // its methods may be the caller's
	notation string
	reason   string
	code     string
	parts    []*Codec // what it is made of
	record   *Named   // what the manifest says of it, where it is a record
	class    *class   // where it is an object
	marked   bool     // a symbol that crosses uses it
	inout    bool     // what is written to a value of it comes back
}

// Named is a record or a class of the manifest.
type Named struct {
	Kind      string              `json:"kind"`
	Handle    string              `json:"handle,omitempty"`
	Free      string              `json:"free,omitempty"`
	Members   *[]Member           `json:"members,omitempty"`
	Zero      bool                `json:"zero,omitempty"`
	New       string              `json:"new,omitempty"`
	Methods   map[string]string   `json:"methods,omitempty"`
	Accessors map[string]Accessor `json:"accessors,omitempty"`
	Accepts   []string            `json:"accepts,omitempty"`
	From      *From               `json:"from,omitempty"`
	Call      string              `json:"call,omitempty"`
	Iterator  string              `json:"iterator,omitempty"`
	Next      string              `json:"next,omitempty"`
	Stream    string              `json:"stream,omitempty"`
	Text      string              `json:"text,omitempty"`
	Doc       string              `json:"doc,omitempty"`
}

// From is what of JavaScript becomes an object of an interface.
type From struct {
	Symbol  string   `json:"symbol,omitempty"`
	Methods []string `json:"methods,omitempty"`
	Bytes   string   `json:"bytes,omitempty"`
	Call    string   `json:"call,omitempty"`
	Fields  []string `json:"fields,omitempty"`
	Data    string   `json:"data,omitempty"`
	// Iterable makes one of a function that gives the next values.
	Iterable string `json:"iterable,omitempty"`
	Entries  string `json:"entries,omitempty"` // of pairs
}

// Member is a member of a record.
type Member struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Doc  string `json:"doc,omitempty"`
	part *Codec // what its type is: it may not be known yet where types contain each other
}

// Accessor names the functions that read and write a field.
type Accessor struct {
	Get string `json:"get"`
	Set string `json:"set,omitempty"`
}

// crossing gives a value that the frames cannot carry as it is: whole data, or
// an object.
func (d *describer) crossing(object *types.Var, as role) (value Value, reason string) {
	value.Name = object.Name()
	if value.Name == "_" {
		value.Name = ""
	}
	t := object.Type()
	if as == asResult {
		t = d.withName(t)
	}
	codec := d.codec(t)
	if codec.reason != "" {
		return value, codec.reason
	}
	if codec.Kind == asClosure && as != asParameter {
		codec = d.functionObject(codec, object.Type())
	}
	value.Type, value.Go, value.Codec = codec.notation, codec.Go, codec
	return value, ""
}

// codec gives the codec of a type; its reason says why there is none.
func (d *describer) codec(t types.Type) *Codec {
	t = unalias(t)
	key := types.TypeString(t, nil)
	if known := d.codecs[key]; known != nil {
		return known
	}
	c := &Codec{Number: len(d.codecs) + 1, Kind: asData}
	d.codecs[key] = c
	c.Go, c.reason = d.spell(t)
	if c.reason == "" {
		d.fill(c, t)
	}
	return c
}

// mark keeps a codec, and what it is made of.
func (d *describer) mark(c *Codec) {
	if c == nil || c.marked {
		return
	}
	c.marked = true
	if c.record != nil {
		for i, member := range *c.record.Members {
			(*c.record.Members)[i].Type = member.part.notation
		}
		d.records[c.notation] = c.record
	}
	if c.class != nil {
		c.class.used = true
	}
	for _, part := range c.parts {
		d.mark(part)
	}
}

func (c *Codec) fail(reason string) { c.reason = reason }

// element gives the codec of a part, and remembers why there is none.
func (d *describer) element(c *Codec, t types.Type) (*Codec, bool) {
	part := d.codec(t)
	if part.reason != "" {
		c.reason = part.reason
		return part, false
	}
	if part.Kind == asClosure {
		c.reason = d.none(t)
		return part, false
	}
	c.parts = append(c.parts, part)
	return part, true
}

// fill finds out how a type crosses, and writes the code for it.
func (d *describer) fill(c *Codec, t types.Type) {
	if d.special(c, t) || d.sequenceOf(c, t) {
		return
	}
	if class := d.classOf(t); class != nil {
		d.object(c, t, class)
		return
	}
	switch under := t.Underlying().(type) {
	case *types.Basic:
		d.basic(c, t, under)
	case *types.Slice:
		d.slice(c, t, under)
	case *types.Array:
		d.array(c, t, under)
	case *types.Map:
		d.mapped(c, under)
	case *types.Pointer:
		d.optional(c, under)
	case *types.Struct:
		d.record(c, t, under)
	case *types.Signature:
		d.closure(c, t, under)
	case *types.Interface:
		if under.NumMethods() == 0 {
			c.notation = "any"
			c.function("plugin_write_any(w, v)", "return plugin_read_any(r, n)", false)
			if _, isNamed := t.(*types.Named); isNamed {
				c.loop("any", "interface{}")
			}
			return
		}
		c.fail(d.none(t))
	default:
		c.fail(d.none(t))
	}
}

// function writes the two functions of a codec.
func (c *Codec) function(write, read string, _ bool) {
	c.code = fmt.Sprintf(`
func plugin_write_%[1]d(w *plugin_writer, v []%[2]s) {
%[3]s
}

func plugin_read_%[1]d(r *plugin_reader, n int) []%[2]s {
%[4]s
}
`, c.Number, c.Go, indent(write), indent(read))
}

// loop writes the functions of a type that another one's serve, whose values
// are converted.
func (c *Codec) loop(name, base string) {
	c.function(
		fmt.Sprintf("all := make([]%s, len(v))\nfor i := range v {\n\tall[i] = %s(v[i])\n}\nplugin_write_%s(w, all)", base, base, name),
		fmt.Sprintf("all := plugin_read_%s(r, n)\nv := make([]%s, n)\nfor i := range v {\n\tv[i] = %s(all[i])\n}\nreturn v", name, c.Go, parenthesized(c.Go)),
		false,
	)
}

func parenthesized(spelling string) string {
	if strings.HasPrefix(spelling, "*") || strings.HasPrefix(spelling, "func") {
		return "(" + spelling + ")"
	}
	return spelling
}

func indent(lines string) string {
	return "\t" + strings.ReplaceAll(lines, "\n", "\n\t")
}

func isNamedAs(t types.Type, path, name string) bool {
	named, ok := t.(*types.Named)
	return ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == path && named.Obj().Name() == name
}

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

// sequenceOf is an iterator or a channel that comes out: an object that gives
// the next value.
func (d *describer) sequenceOf(c *Codec, t types.Type) bool {
	kind, element := "", []types.Type{}
	if channel, ok := t.Underlying().(*types.Chan); ok && channel.Dir() != types.SendOnly {
		kind, element = "Chan", []types.Type{channel.Elem()}
	} else if kind, element = iteratorOf(t); kind == "" {
		return false
	}
	parts, spelled, names := []string{}, []string{}, []string{kind}
	for i, one := range element {
		spelling, reason := d.spell(one)
		if reason != "" {
			c.fail(reason)
			return true
		}
		spelled = append(spelled, spelling)
		parts = append(parts, fmt.Sprintf("v%d %s", i, spelling))
		names = append(names, identifier(types.TypeString(one, func(p *types.Package) string { return p.Name() })))
	}
	key := "sequence " + types.TypeString(t, nil)
	if d.classes[key] == nil {
		d.classes[key] = &class{name: d.freeName(strings.Join(names, "_")), t: t, element: element, isChan: kind == "Chan", number: c.Number}
	}
	c.class = d.classes[key]
	c.Kind, c.notation = asObject, c.class.name
	n := c.Number
	if kind == "Chan" {
		c.code = c.heldCode() + fmt.Sprintf(`
func plugin_next_%[1]d(handle uint64) (v %[3]s, ok bool) {
	v, ok = <-plugin_held(handle).(%[2]s)
	return
}
`, n, c.Go, spelled[0])
		c.column()
		return true
	}
	d.adapters += d.fromIterable(c.Number, c.Go, spelled)
	given := make([]string, len(element))
	sent := make([]string, len(element))
	for i := range element {
		given[i] = fmt.Sprintf("one.v%d", i)
		sent[i] = fmt.Sprintf("v%d", i)
	}
	c.code = fmt.Sprintf(`
type plugin_one_%[1]d struct {
	%[4]s
}

// plugin_seq_%[1]d runs in a goroutine of its own: what began in one call may go
// on in another one, on another thread.
type plugin_seq_%[1]d struct {
	plugin_iterator
	seq  %[2]s
	next chan plugin_one_%[1]d
}

func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(&plugin_seq_%[1]d{seq: v})
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	if handle == 0 {
		return nil
	}
	return plugin_held(handle).(*plugin_seq_%[1]d).seq
}

func plugin_next_%[1]d(handle uint64) (%[3]s, ok bool) {
	seq := plugin_held(handle).(*plugin_seq_%[1]d)
	home := plugin_enter(true) // what it runs may call functions that this thread gave
	defer home.leave(true)
	if !seq.isRunning() {
		seq.next = make(chan plugin_one_%[1]d)
		seq.start(func(wanted func() bool) {
			if !wanted() {
				return
			}
			seq.seq(func(%[5]s) bool {
				seq.next <- plugin_one_%[1]d{%[6]s}
				return wanted()
			})
		}, func() { close(seq.next) })
	}
	seq.want()
	for {
		select {
		case run := <-home.queue:
			run()
		case one, ok := <-seq.next:
			seq.raise()
			return %[7]s, ok
		}
	}
}
`, n, c.Go, strings.Join(parts, ", "), strings.Join(parts, "\n\t"), strings.Join(parts, ", "), strings.Join(sent, ", "), strings.Join(given, ", "))
	c.column()
	return true
}

// freeName is a name that no other class has: an iterator may be of a type of
// package iter, or written out.
func (d *describer) freeName(name string) string {
	free := name
	for number := 2; ; number++ {
		taken := false
		for _, one := range d.classes {
			taken = taken || one != nil && one.name == free
		}
		if !taken {
			return free
		}
		free = fmt.Sprintf("%s_%d", name, number)
	}
}

// fromIterable writes what makes an iterator of a function that gives the next
// values in lists: of none at the end.
func (d *describer) fromIterable(number int, goType string, spelled []string) string {
	lists, names, ones := []string{}, []string{}, []string{}
	for i, one := range spelled {
		lists = append(lists, "[]"+one)
		names = append(names, fmt.Sprintf("v%d", i))
		ones = append(ones, fmt.Sprintf("v%d[i]", i))
	}
	params := make([]string, len(spelled))
	for i, one := range spelled {
		params[i] = one
	}
	return fmt.Sprintf(`
func plugin_iterable_%[1]d(next func() (%[2]s)) %[3]s {
	return func(yield func(%[4]s) bool) {
		for {
			%[5]s := next()
			if len(v0) == 0 {
				return
			}
			for i := range v0 {
				if !yield(%[6]s) {
					return
				}
			}
		}
	}
}
`, number, strings.Join(lists, ", "), goType, strings.Join(params, ", "), strings.Join(names, ", "), strings.Join(ones, ", "))
}

// iteratorOf gives the name and the elements of an iterator: one of package
// iter, or a function that is written out as these are.
func iteratorOf(t types.Type) (kind string, element []types.Type) {
	if _, isNamed := t.(*types.Named); isNamed && !isNamedAs(t, "iter", "Seq") && !isNamedAs(t, "iter", "Seq2") {
		return "", nil
	}
	signature, ok := t.Underlying().(*types.Signature)
	if !ok || signature.Params().Len() != 1 || signature.Results().Len() != 0 || signature.Variadic() {
		return "", nil
	}
	yield, ok := signature.Params().At(0).Type().Underlying().(*types.Signature)
	if !ok || yield.Results().Len() != 1 || basicOf(yield.Results().At(0).Type()) != "bool" || yield.Variadic() {
		return "", nil
	}
	for i := 0; i < yield.Params().Len(); i++ {
		element = append(element, yield.Params().At(i).Type())
	}
	switch len(element) {
	case 1:
		return "Seq", element
	case 2:
		return "Seq2", element
	}
	return "", nil
}

// functionObject is a function of Go that comes out: an object that is called.
func (d *describer) functionObject(closure *Codec, t types.Type) *Codec {
	key := "function " + types.TypeString(t, nil)
	if known := d.codecs[key]; known != nil {
		return known
	}
	c := &Codec{Number: len(d.codecs) + 1, Kind: asObject, Go: closure.Go}
	d.codecs[key] = c
	name := strings.Trim(identifier(types.TypeString(t, func(p *types.Package) string { return p.Name() })), "_")
	d.classes[key] = &class{name: name, t: t, isFunc: true}
	c.class, c.notation = d.classes[key], name
	c.functionCode()
	return c
}

// functionCode is the code of a function that the caller holds.
func (c *Codec) functionCode() {
	c.code = c.heldCode()
	c.column()
}

// heldCode is the code of a channel or a function, which is held as it is; none is 0.
func (c *Codec) heldCode() string {
	return fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	v, _ := plugin_held(handle).(%[2]s)
	return v
}
`, c.Number, c.Go)
}

// raw is a type whose values lie in a column as they lie in memory.
func (c *Codec) raw(size int) {
	c.function(
		fmt.Sprintf("if len(v) > 0 {\n\tw.raw(unsafe.Pointer(&v[0]), len(v), %d)\n} else {\n\tw.column(0)\n}", size),
		fmt.Sprintf("v := make([]%s, n)\nif n > 0 {\n\tr.raw(unsafe.Pointer(&v[0]), n, %d)\n} else {\n\tr.column(0)\n}\nreturn v", c.Go, size),
		false,
	)
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
	c.notation = "[]" + element.notation
	if element.notation == "u8" {
		c.notation = "bytes"
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
	w.deeper()
	plugin_write_%d(w, all)
	w.shallower()
}`, element.Go, element.Number),
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
	element, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	// In JavaScript it is a list; what lies in a frame as an array is another way.
	c.notation = "[]" + element.notation
	if element.notation == "u8" {
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

func (d *describer) mapped(c *Codec, under *types.Map) {
	key, ok := d.element(c, under.Key())
	if !ok {
		return
	}
	value, ok := d.element(c, under.Elem())
	if !ok {
		return
	}
	if key.Kind == asObject {
		c.fail("a map whose keys are objects has no JavaScript value")
		return
	}
	c.notation = "map<" + key.notation + ", " + value.notation + ">"
	c.function(
		fmt.Sprintf(`at, keys, values := w.column(4*len(v)), []%s{}, []%s{}
for i := range v {
	w.put32(at+4*i, uint32(len(v[i])))
	for key, value := range v[i] {
		keys, values = append(keys, key), append(values, value)
	}
}
if len(keys) > 0 {
	w.deeper()
	plugin_write_%d(w, keys)
	plugin_write_%d(w, values)
	w.shallower()
}`, key.Go, value.Go, key.Number, value.Number),
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
	c.notation = "?" + to.notation
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
	w.deeper()
	plugin_write_%d(w, there)
	w.shallower()
}`, to.Go, to.Number),
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

// closure is a function of the caller: one result more, an error, is what it
// throws.
func (d *describer) closure(c *Codec, t types.Type, signature *types.Signature) {
	if signature.Variadic() {
		c.fail("the " + d.show(t) + " takes any number of arguments")
		return
	}
	c.Kind = asClosure
	params, results := signature.Params(), signature.Results()
	count := results.Len()
	throws := count > 0 && isError(results.At(count-1).Type())
	if throws {
		count--
	}
	list := func(tuple *types.Tuple, count int) (codecs []*Codec, ok bool) {
		for i := 0; i < count; i++ {
			part, ok := d.element(c, tuple.At(i).Type())
			if !ok {
				c.reason = "the " + d.show(t) + ": " + c.reason
				return nil, false
			}
			codecs = append(codecs, part)
		}
		return codecs, true
	}
	in, ok := list(params, params.Len())
	if !ok {
		return
	}
	out, ok := list(results, count)
	if !ok {
		return
	}
	notations := func(codecs []*Codec) string {
		texts := []string{}
		for _, one := range codecs {
			texts = append(texts, one.notation)
		}
		return strings.Join(texts, ", ")
	}
	c.notation = "closure<(" + notations(in) + ") => "
	switch len(out) {
	case 0:
		c.notation += "void"
	case 1:
		c.notation += out[0].notation
	default:
		c.notation += "(" + notations(out) + ")"
	}
	c.notation += ">"
	head, writes, reads := []string{}, "", ""
	for i, one := range in {
		head = append(head, fmt.Sprintf("a%d %s", i, one.Go))
		writes += fmt.Sprintf("\t\tplugin_write_%d(w, []%s{a%d})\n", one.Number, one.Go, i)
	}
	named := []string{}
	for i, one := range out {
		named = append(named, fmt.Sprintf("r%d %s", i, one.Go))
		reads += fmt.Sprintf("\t\tr%d = plugin_read_%d(r, 1)[0]\n", i, one.Number)
	}
	failed := "if err == plugin_lost {\n\t\t\t\treturn\n\t\t\t}\n\t\t\tpanic(err)"
	if throws {
		named = append(named, "err error")
		failed = "return"
	}
	assigned := "r, err := f.call(w)"
	if len(out) == 0 {
		assigned = "_, err := f.call(w)"
	}
	if throws {
		assigned = "var r *plugin_reader\n\t\tr, err = f.call(w)"
		if len(out) == 0 {
			assigned = "_, err = f.call(w)"
		}
	}
	ending := ""
	if len(named) > 0 {
		ending = "\t\treturn\n"
	}
	c.code = fmt.Sprintf(`
func plugin_take_%d(from plugin_span, thread uint64) %s {
	f := plugin_take_function(from, thread)
	if f == nil {
		return nil
	}
	return func(%s) (%s) {
		w := plugin_begin()
%s		%s
		if err != nil {
			%s
		}
%s%s	}
}
`, c.Number, c.Go, strings.Join(head, ", "), strings.Join(named, ", "), writes, assigned, failed, reads, ending)
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
		part, ok := d.element(c, field.Type())
		if !ok {
			c.reason = fmt.Sprintf("the %s has the field %s: %s", d.show(t), field.Name(), c.reason)
			return
		}
		members = append(members, Member{Name: field.Name(), Doc: d.doc(field), part: part})
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

func (d *describer) docOfType(t types.Type) string {
	if named, ok := t.(*types.Named); ok {
		return d.doc(named.Obj())
	}
	return ""
}

// nameOf is what a named type is called in the notation.
func (d *describer) nameOf(object *types.TypeName, t types.Type) string {
	name := d.symbolOf(object)
	if notationNames.MatchString(name) {
		name = d.pkg.Name() + "." + name
	}
	if named, ok := t.(*types.Named); ok && named.TypeArgs().Len() > 0 {
		parts := []string{name}
		for i := 0; i < named.TypeArgs().Len(); i++ {
			parts = append(parts, identifier(types.TypeString(named.TypeArgs().At(i), func(p *types.Package) string { return p.Name() })))
		}
		name = strings.Join(parts, "_")
	}
	return name
}

func identifier(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, text)
}

// class is a type whose values stay in Go.
type class struct {
	name    string
	t       types.Type // the named type
	isIface bool
	used    bool
	element []types.Type // of an iterator or a channel, what it gives
	isChan  bool
	isFunc  bool
	number  int
	// Its type cannot be named: t is the interface that stands for it.
	isNameless bool
}

// classOf gives the class of a type, or of what a pointer points to; nil for
// plain data.
func (d *describer) classOf(t types.Type) *class {
	t = unalias(t)
	if iface, ok := t.(*types.Interface); ok {
		return d.nameless[iface]
	}
	if pointer, ok := t.(*types.Pointer); ok {
		t = unalias(pointer.Elem())
		if types.IsInterface(t) {
			return nil
		}
	}
	named, ok := t.(*types.Named)
	if !ok || named.Obj().Pkg() == nil || strings.HasPrefix(named.Obj().Name(), cgoPrefix) ||
		isNamedAs(t, "time", "Time") || isNamedAs(t, "time", "Duration") {
		return nil
	}
	key := types.TypeString(t, nil)
	if known, ok := d.classes[key]; ok {
		return known
	}
	d.classes[key] = nil // a struct that has itself for a field
	if d.isClass(named) {
		d.classes[key] = &class{name: d.nameOf(named.Obj(), t), t: t, isIface: types.IsInterface(t), isFunc: isFunction(t)}
	} else {
		delete(d.classes, key)
	}
	return d.classes[key]
}

// withName gives an interface that can be written where a type cannot: a
// value comes out as an object with the methods that it exports.
func (d *describer) withName(t types.Type) types.Type {
	inner := unalias(t)
	if pointer, ok := inner.(*types.Pointer); ok {
		inner = unalias(pointer.Elem())
	}
	named, ok := inner.(*types.Named)
	if !ok || d.unnameable(t, true) == "" || isOfC(named) {
		return t
	}
	key := "nameless " + types.TypeString(t, nil)
	if known := d.classes[key]; known != nil {
		return known.t
	}
	methods := []*types.Func{}
	set := types.NewMethodSet(t)
	for i := 0; i < set.Len(); i++ {
		method := set.At(i).Obj().(*types.Func)
		signature := set.At(i).Type().(*types.Signature)
		plain := types.NewSignatureType(nil, nil, nil, signature.Params(), signature.Results(), signature.Variadic())
		if method.Exported() && d.unnameable(plain, false) == "" {
			methods = append(methods, types.NewFunc(method.Pos(), d.pkg, method.Name(), plain))
		}
	}
	if len(methods) == 0 {
		return t
	}
	iface := types.NewInterfaceType(methods, nil).Complete()
	d.classes[key] = &class{name: d.nameOf(named.Obj(), named), t: iface, isIface: true, isNameless: true}
	d.nameless[iface] = d.classes[key]
	return iface
}

func (d *describer) isClass(named *types.Named) bool {
	switch under := named.Underlying().(type) {
	case *types.Interface:
		return under.NumMethods() > 0
	case *types.Basic:
		return false
	case *types.Struct:
		for i := 0; i < under.NumFields(); i++ {
			if under.Field(i).Name() == "_" {
				continue
			}
			if !under.Field(i).Exported() {
				return true
			}
			if !d.isData(under.Field(i).Type(), 0) {
				return true
			}
		}
		return len(methodsOf(named)) > 0
	case *types.Signature:
		return true
	case *types.Chan:
		return false
	}
	return len(methodsOf(named)) > 0
}

// isData tells whether a field of this type can lie in a packet, as far as a
// look at the type tells.
func (d *describer) isData(t types.Type, depth int) bool {
	t = unalias(t)
	if depth > 8 {
		return true
	}
	if _, ok := t.(*types.Named); ok {
		switch t.Underlying().(type) {
		case *types.Struct, *types.Interface, *types.Basic:
			return true // itself data, an object, or any
		}
	}
	switch under := t.Underlying().(type) {
	case *types.Signature, *types.Chan:
		return false
	case *types.Basic:
		return under.Kind() != types.UnsafePointer
	case *types.Interface:
		return true
	case *types.Slice:
		return d.isData(under.Elem(), depth+1)
	case *types.Array:
		return d.isData(under.Elem(), depth+1)
	case *types.Pointer:
		return d.isData(under.Elem(), depth+1)
	case *types.Map:
		return d.isData(under.Key(), depth+1) && d.isData(under.Elem(), depth+1)
	}
	return true
}

// methodsOf lists the exported methods of a type or of a pointer to it.
func methodsOf(t types.Type) []*types.Selection {
	if !types.IsInterface(t) && !isFunction(t) {
		t = types.NewPointer(t)
	}
	set := types.NewMethodSet(t)
	list := []*types.Selection{}
	for i := 0; i < set.Len(); i++ {
		if set.At(i).Obj().Exported() {
			list = append(list, set.At(i))
		}
	}
	return list
}

// object is the codec of a class: a handle.
func (d *describer) object(c *Codec, t types.Type, of *class) {
	spelling, reason := d.spell(of.t)
	if reason != "" {
		c.fail(reason)
		return
	}
	c.class = of
	c.Kind, c.notation = asObject, of.name
	_, isPointer := t.(*types.Pointer)
	switch {
	case of.isFunc && isPointer:
		c.fail("a pointer to a function has no JavaScript value")
		return
	case of.isFunc:
		c.functionCode()
		return
	case of.isIface:
		c.IsCalled = true
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	switch v := plugin_held(handle).(type) {
	case nil:
		return nil
	case %[2]s:
		return v
	default:
		return plugin_deref(v).(%[2]s)
	}
}
`, c.Number, spelling)
	case isPointer:
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v *%[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) *%[2]s {
	if handle == 0 {
		return nil
	}
	return plugin_held(handle).(*%[2]s)
}
`, c.Number, spelling)
	default:
		c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	return plugin_hold(&v)
}

func plugin_take_%[1]d(handle uint64) (v %[2]s) {
	if handle == 0 {
		return v
	}
	return *plugin_held(handle).(*%[2]s)
}
`, c.Number, spelling)
	}
	c.column()
}

// column writes the functions of a column of objects.
func (c *Codec) column() {
	c.code += fmt.Sprintf(`
func plugin_write_%[1]d(w *plugin_writer, v []%[2]s) {
	at := w.column(8 * len(v))
	for i := range v {
		w.put64(at+8*i, plugin_give_%[1]d(v[i]))
	}
}

func plugin_read_%[1]d(r *plugin_reader, n int) []%[2]s {
	at := r.column(8 * n)
	v := make([]%[2]s, n)
	for i := range v {
		v[i] = plugin_take_%[1]d(r.get64(at + 8*i))
	}
	return v
}
`, c.Number, c.Go)
}

func (c *Codec) objectCode(spelling, give, take string) {
	c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 { return %[3]s(v) }

func plugin_take_%[1]d(handle uint64) %[2]s { return %[4]s(handle) }
`, c.Number, spelling, give, take)
	c.column()
}

// errorClass is the class of Go's errors.
func (d *describer) errorClass(t types.Type) *class {
	d.classes["error"] = &class{name: "error", t: t, isIface: true}
	return d.classes["error"]
}

// errorFunctions are the functions of package errors as methods.
func (d *describer) errorFunctions(out *Named) {
	err := types.Universe.Lookup("error").Type()
	one, _ := d.crossing(types.NewVar(0, d.pkg, "this", err), asParameter)
	other, _ := d.crossing(types.NewVar(0, d.pkg, "target", err), asParameter)
	d.out.Functions = append(d.out.Functions,
		Function{Name: "error.Is", Call: "plugin_errors_is", Doc: "Is tells whether this error or one that it wraps is the target.", Params: []Value{one, other}, Results: []Value{{Type: "bool", Go: "bool"}}},
		Function{Name: "error.Unwrap", Call: "plugin_errors_unwrap", Doc: "Unwrap gives the error that this one wraps.", Params: []Value{one}, Results: []Value{one}},
	)
	out.Methods["Is"], out.Methods["Unwrap"] = "error.Is", "error.Unwrap"
	out.Text = "error.Error"
}

// registration tells which classes values of unknown types are of.
func (d *describer) registration() string {
	names := []string{}
	types := map[string]*class{}
	for _, key := range d.sortedClasses() {
		if one := d.classes[key]; d.classNames[one.name] != nil {
			names = append(names, one.name)
			types[one.name] = one
		}
	}
	sort.Strings(names)
	lines := ""
	for number, name := range names {
		if one := types[name]; !one.isIface && !one.isFunc && one.element == nil {
			if spelling, reason := d.spell(one.t); reason == "" {
				lines += fmt.Sprintf("\tplugin_classes[plugin_reflect.TypeOf((*%s)(nil))] = %d\n", spelling, number)
			}
		}
	}
	if lines == "" {
		return ""
	}
	return "\nfunc init() {\n" + lines + "}\n"
}

func isFunction(t types.Type) bool {
	_, ok := t.Underlying().(*types.Signature)
	return ok
}

// code gives the functions of all codecs that work.
func (d *describer) code() string {
	list := []*Codec{}
	for _, c := range d.codecs {
		if c.marked {
			list = append(list, c)
		}
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Number < list[j].Number })
	code := strings.Builder{}
	code.WriteString(d.adapters)
	for _, c := range list {
		code.WriteString(c.code)
		if c.Kind == asData {
			fmt.Fprintf(&code, `
func plugin_pack_%[1]d(v %[2]s) plugin_span {
	w := plugin_begin()
	plugin_write_%[1]d(w, []%[2]s{v})
	return w.end()
}

func plugin_unpack_%[1]d(from plugin_span) %[2]s {
	return plugin_read_%[1]d(plugin_open(from), 1)[0]
}
`, c.Number, c.Go)
		}
		if c.inout {
			code.WriteString(c.backCode())
		}
	}
	return code.String()
}
