// Types that cross whole or as objects, each with a number by which the wrappers name
// its functions.

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
	IsFed    bool   `json:"isFed,omitempty"`    // it is a channel whose values may come from the caller, or has such in it
	notation string
	given    string // the same of what is given, where nil may be in it: it comes out as it is
	reason   string
	code     string
	parts    []*Codec     // what it is made of
	record   *Named       // what the manifest says of it, where it is a record
	class    *class       // where it is an object
	enum     *enum        // where it is one
	named    *types.Named // where it has a name in Go
	marked   bool         // a symbol that crosses uses it
	inout    bool         // what is written to a value of it comes back
}

// crossing gives a value that the frames cannot carry as it is: whole data, or
// an object.
func (d *describer) crossing(object *types.Var, as role) (value Value, reason string) {
	value.Name = object.Name()
	if value.Name == "_" {
		value.Name = ""
	}
	t := object.Type()
	if as == asResult || as == asVariable {
		t = d.withName(t)
	}
	t = d.withoutName(t)
	codec := d.codec(t)
	if codec.reason != "" {
		return value, codec.reason
	}
	if codec.Kind == asClosure && as != asParameter {
		codec = d.functionObject(codec, t)
	}
	value.Type, value.Go, value.Codec = codec.notation, codec.Go, codec
	if as == asParameter || as == asVariable {
		value.Type = codec.taken()
	}
	return value, ""
}

// codec gives the codec of a type; its reason says why there is none.
func (d *describer) codec(t types.Type) *Codec {
	t = unalias(t)
	key := types.TypeString(t, nil)
	if iface, ok := t.(*types.Interface); ok && d.nameless[iface] != nil {
		key = "nameless " + d.nameless[iface].name // several may have the same methods
	}
	if known := d.codecs[key]; known != nil {
		return known
	}
	c := &Codec{Number: len(d.codecs) + 1, Kind: asData}
	d.codecs[key] = c
	c.named, _ = t.(*types.Named)
	c.Go, c.reason = d.spell(t)
	if c.reason == "" {
		d.fill(c, t)
	}
	return c
}

// mark keeps a codec, and what it is made of.
func (d *describer) mark(c *Codec) {
	if c == nil {
		return
	}
	wasMarked := c.marked
	c.marked = true
	if c.notation == "any" {
		d.mark(d.generalFunction())
	}
	if wasMarked {
		return
	}
	if c.record != nil {
		for i, member := range *c.record.Members {
			(*c.record.Members)[i].Type = member.part.within(member.t)
		}
		d.records[c.notation] = c.record
	}
	if c.class != nil {
		c.class.used = true
	}
	if c.enum != nil {
		c.enum.used = true
	}
	for _, part := range c.parts {
		d.mark(part)
	}
}

// callsBack tells whether a value may have functions of the caller in it.
func (c *Codec) callsBack(seen map[*Codec]bool) bool {
	if seen[c] {
		return false
	}
	seen[c] = true
	if c.IsCalled || c.notation == "any" || c.class != nil && c.class.isFunc {
		return true
	}
	for _, part := range c.parts {
		if part.callsBack(seen) {
			return true
		}
	}
	return false
}

// isFed tells whether a value may be a channel whose values come from the caller, or
// have such in it.
func (c *Codec) isFed(seen map[*Codec]bool) bool {
	if c.IsFed || seen[c] {
		return c.IsFed
	}
	seen[c] = true
	for _, part := range c.parts {
		if part.isFed(seen) {
			return true
		}
	}
	return false
}

// listed is what the elements of a list are: numbers are a typed array, whatever
// they are called.
func (c *Codec) listed() string {
	if c.enum != nil {
		return c.enum.number
	}
	return c.notation
}

// taken is the notation of what is given.
func (c *Codec) taken() string {
	if c.given != "" {
		return c.given
	}
	return c.notation
}

// within is the notation of what is given in a list, a map, a struct or by a
// function: null is nil there, as it is for a parameter.
func (c *Codec) within(t types.Type) string {
	if isNilable(c, t) {
		return "?" + c.taken()
	}
	return c.taken()
}

// listedWithin is the same of the elements of a list.
func (c *Codec) listedWithin(t types.Type) string {
	if one := c.within(t); one != c.notation {
		return one
	}
	return c.listed()
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
		part = d.functionObject(part, t)
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

// counted is how many values of a codec could contain themselves: of those that
// are made of no others, none.
func (c *Codec) counted(list string) string {
	isMade := c.code != "" // and what it is made of is known
	if isMade && len(c.parts) == 0 {
		return "0"
	}
	return "len(" + list + ")"
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
	if strings.HasPrefix(spelling, "*") || strings.HasPrefix(spelling, "func") || strings.HasPrefix(spelling, "<-") {
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

// raw is a type whose values lie in a column as they lie in memory.
func (c *Codec) raw(size int) {
	c.function(
		fmt.Sprintf("if len(v) > 0 {\n\tw.raw(unsafe.Pointer(&v[0]), len(v), %d)\n} else {\n\tw.column(0)\n}", size),
		fmt.Sprintf("v := make([]%s, n)\nif n > 0 {\n\tr.raw(unsafe.Pointer(&v[0]), n, %d)\n} else {\n\tr.column(0)\n}\nreturn v", c.Go, size),
		false,
	)
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
