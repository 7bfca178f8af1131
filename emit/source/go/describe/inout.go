// What a function writes to what it is given: elements of slices, and what pointers
// lead to, which the caller gets back.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// share marks the parameters of which Go's caller sees what the function writes
// to them: the elements of a slice, and what a pointer points to, which may be
// in an any.
func (d *describer) share(list []Value, params *types.Tuple, variadic bool) {
	for i := range list {
		if variadic && i == len(list)-1 {
			continue // the caller has no list of its own
		}
		list[i].Inout = isShared(list[i], params.At(i).Type())
	}
}

func isShared(value Value, t types.Type) bool {
	isWhole := value.Codec != nil && value.Codec.Kind == asData
	switch under := t.Underlying().(type) {
	case *types.Interface:
		return isWhole && value.Type == "any"
	case *types.Slice:
		return isWhole || value.Codec == nil && strings.HasPrefix(value.Type, "[]")
	case *types.Pointer:
		switch under.Elem().Underlying().(type) {
		case *types.Struct:
			return isWhole && value.Type != "bigint" || value.Codec == nil
		case *types.Slice, *types.Map:
			return isWhole
		}
	}
	return false
}

// contents tells whether a value of a codec refers to what can be written to,
// and whether it has objects, of which each packet would make new handles.
func (c *Codec) contents(seen map[*Codec]bool) (refers, holds bool) {
	if seen[c] {
		return false, false
	}
	seen[c] = true
	holds = c.Kind == asObject || c.notation == "any"
	for _, prefix := range []string{"[]", "map<", "?", "bytes", "bigint"} {
		refers = refers || strings.HasPrefix(c.notation, prefix)
	}
	for _, part := range c.parts {
		r, h := part.contents(seen)
		refers, holds = refers || r, holds || h
	}
	return refers, holds
}

// backCode writes what looks at a value before the call, and what leaves it in
// its slot behind the call where it has changed. Of what refers to nothing, or
// has objects, the memory is compared, of anything else the packet.
func (c *Codec) backCode() string {
	if c.notation == "any" {
		return fmt.Sprintf(`
func plugin_keep_%[1]d(v %[2]s) bool { return true }

func plugin_back_%[1]d(into *plugin_span, v %[2]s, _ bool, _ plugin_span) {
	if to, ok := v.(*interface{}); ok {
		w := plugin_begin()
		plugin_write_any(w, []interface{}{*to})
		*into = w.end()
	}
}
`, c.Number, c.Go)
	}
	refers, holds := false, false
	for _, part := range c.parts {
		r, h := part.contents(map[*Codec]bool{c: true})
		refers, holds = refers || r, holds || h
	}
	isSlice := !strings.HasPrefix(c.notation, "?")
	switch {
	case refers && !holds:
		return fmt.Sprintf(`
func plugin_keep_%[1]d(v %[2]s) bool { return true }

func plugin_back_%[1]d(into *plugin_span, v %[2]s, _ bool, from plugin_span) {
	w := plugin_begin()
	plugin_write_%[1]d(w, []%[2]s{v})
	*into = w.endUnlike(from.bytes(1))
}
`, c.Number, c.Go)
	case isSlice:
		return fmt.Sprintf(`
func plugin_keep_%[1]d(v %[2]s) %[2]s { return append(%[3]s(nil), v...) }

func plugin_back_%[1]d(into *plugin_span, v, kept %[2]s, _ plugin_span) {
	if len(v) > 0 && plugin_differ(unsafe.Pointer(&v[0]), unsafe.Pointer(&kept[0]), len(v)*int(unsafe.Sizeof(v[0]))) {
		*into = plugin_pack_%[1]d(v)
	}
}
`, c.Number, c.Go, parenthesized(c.Go))
	}
	return fmt.Sprintf(`
func plugin_keep_%[1]d(v %[2]s) (kept %[3]s) {
	if v != nil {
		kept = *v
	}
	return
}

func plugin_back_%[1]d(into *plugin_span, v %[2]s, kept %[3]s, _ plugin_span) {
	if v != nil && plugin_differ(unsafe.Pointer(v), unsafe.Pointer(&kept), int(unsafe.Sizeof(kept))) {
		*into = plugin_pack_%[1]d(v)
	}
}
`, c.Number, c.Go, c.parts[0].Go)
}
