// Code added by "plugin build". DO NOT EDIT.

// Values of a type that the caller names, as Go writes it: what looks at the type
// of anything finds that one.
package main

import plugin_errors_package "errors"
import plugin_fmt "fmt"
import plugin_big "math/big"
import plugin_reflect "reflect"
import plugin_strconv "strconv"
import plugin_strings "strings"
import plugin_time "time"
import plugin_unicode "unicode"

// plugin_named_type gives the type that the packages export under a name; nil for none,
// and an error where several have it.
var plugin_named_type = func(name string) (plugin_reflect.Type, error) { return nil, nil }

// plugin_known_types are those with names that every Go knows.
var plugin_known_types = map[string]plugin_reflect.Type{
	"any":           plugin_reflect.TypeOf((*interface{})(nil)).Elem(),
	"error":         plugin_error_type,
	"time.Time":     plugin_reflect.TypeOf(plugin_time.Time{}),
	"time.Duration": plugin_reflect.TypeOf(plugin_time.Duration(0)),
	"big.Int":       plugin_reflect.TypeOf(plugin_big.Int{}),
	"rune":          plugin_reflect.TypeOf(rune(0)),
	"byte":          plugin_reflect.TypeOf(byte(0)),
}

func init() {
	for _, one := range []interface{}{
		false, "", 0, int8(0), int16(0), int32(0), int64(0),
		uint(0), uint8(0), uint16(0), uint32(0), uint64(0), uintptr(0),
		float32(0), float64(0), complex64(0), complex128(0),
	} {
		plugin_known_types[plugin_reflect.TypeOf(one).String()] = plugin_reflect.TypeOf(one)
	}
}

// plugin_typed makes what the caller gave into a value of a type.
func plugin_typed(name string, value interface{}) (interface{}, error) {
	text := plugin_type_text{rest: name}
	t, err := text.whole()
	if err != nil {
		return nil, plugin_fmt.Errorf("cannot make a value of the type %q: %w", name, err)
	}
	fitted, err := plugin_fitted(value, t)
	if err != nil {
		return nil, plugin_fmt.Errorf("cannot make a value of the type %q: %w", name, err)
	}
	v := plugin_reflect.New(t).Elem()
	v.Set(fitted)
	if v.Interface() == nil {
		return nil, plugin_fmt.Errorf("cannot make a value of the type %q: nil has a type of its own nowhere but in one that is no interface", name)
	}
	return v.Interface(), nil
}

// plugin_type_text is what has not been read yet of the text of a type.
type plugin_type_text struct {
	rest  string
	depth int // of types within each other
}

// plugin_type_depth is how many there may be: Go keeps each, with its whole text, for good.
const plugin_type_depth = 100

func (text *plugin_type_text) whole() (plugin_reflect.Type, error) {
	t, err := text.read()
	if text.space(); err == nil && text.rest != "" {
		err = plugin_fmt.Errorf("wanted nothing more, got %q", text.rest)
	}
	return t, err
}

func (text *plugin_type_text) space() {
	text.rest = plugin_strings.TrimLeft(text.rest, " \t\r\n")
}

// take reads a mark, if that comes next.
func (text *plugin_type_text) take(mark string) bool {
	text.space()
	found := plugin_strings.HasPrefix(text.rest, mark)
	if found {
		text.rest = text.rest[len(mark):]
	}
	return found
}

// want reads a mark that has to come.
func (text *plugin_type_text) want(mark string) error {
	if text.take(mark) {
		return nil
	}
	return text.misfit(mark)
}

func (text *plugin_type_text) misfit(wanted string) error {
	if text.rest == "" {
		return plugin_fmt.Errorf("wanted %s, and it ends", wanted)
	}
	return plugin_fmt.Errorf("wanted %s, got %q", wanted, text.rest)
}

// word reads a name or a number, which may be none.
func (text *plugin_type_text) word() string {
	text.space()
	end := plugin_strings.IndexFunc(text.rest, func(r rune) bool {
		return r != '_' && !plugin_unicode.IsLetter(r) && !plugin_unicode.IsDigit(r)
	})
	if end < 0 {
		end = len(text.rest)
	}
	word := text.rest[:end]
	text.rest = text.rest[end:]
	return word
}

func (text *plugin_type_text) read() (plugin_reflect.Type, error) {
	if text.depth == plugin_type_depth {
		return nil, plugin_fmt.Errorf("wanted at most %d types within each other", plugin_type_depth)
	}
	text.depth++
	defer func() { text.depth-- }()
	switch {
	case text.take("*"):
		return text.of(plugin_reflect.PtrTo)
	case text.take("("):
		t, err := text.read()
		if err == nil {
			err = text.want(")")
		}
		return t, err
	case text.take("["):
		if text.take("]") {
			return text.of(plugin_reflect.SliceOf)
		}
		length, err := plugin_strconv.ParseUint(text.word(), 10, 31)
		if err != nil {
			return nil, plugin_errors_package.New("wanted the length of an array as a number")
		}
		if err := text.want("]"); err != nil {
			return nil, err
		}
		element, err := text.read()
		if err != nil {
			return nil, err
		}
		if size := uint64(element.Size()); size > 0 && length > plugin_most_bytes/size {
			return nil, plugin_fmt.Errorf("wanted an array of at most %d bytes, got %d of %d each", plugin_most_bytes, length, size)
		}
		return plugin_reflect.ArrayOf(int(length), element), nil
	case text.take("<-"):
		if text.word() != "chan" {
			return nil, plugin_errors_package.New("wanted chan behind <-")
		}
		return text.channel(plugin_reflect.RecvDir)
	}
	word := text.word()
	switch word {
	case "":
		return nil, text.misfit("a type")
	case "func":
		return text.function()
	case "chan":
		if text.take("<-") {
			return text.channel(plugin_reflect.SendDir)
		}
		return text.channel(plugin_reflect.BothDir)
	case "map":
		return text.mapped()
	case "interface", "struct":
		if err := text.want("{"); err != nil {
			return nil, err
		}
		if !text.take("}") {
			return nil, plugin_fmt.Errorf("a %s that has something in it is named by its name alone", word)
		}
		if word == "struct" {
			return plugin_reflect.TypeOf(struct{}{}), nil
		}
		return plugin_known_types["any"], nil
	}
	return text.named(word)
}

// of reads the type of which another one is made.
func (text *plugin_type_text) of(make func(plugin_reflect.Type) plugin_reflect.Type) (plugin_reflect.Type, error) {
	t, err := text.read()
	if err != nil {
		return nil, err
	}
	return make(t), nil
}

func (text *plugin_type_text) channel(direction plugin_reflect.ChanDir) (plugin_reflect.Type, error) {
	return text.of(func(t plugin_reflect.Type) plugin_reflect.Type { return plugin_reflect.ChanOf(direction, t) })
}

func (text *plugin_type_text) mapped() (plugin_reflect.Type, error) {
	if err := text.want("["); err != nil {
		return nil, err
	}
	key, err := text.read()
	if err == nil {
		err = text.want("]")
	}
	if err != nil {
		return nil, err
	}
	if !key.Comparable() {
		return nil, plugin_fmt.Errorf("no map has %s for a key", key)
	}
	return text.of(func(t plugin_reflect.Type) plugin_reflect.Type { return plugin_reflect.MapOf(key, t) })
}

// named is a type that has a name, with what it is instantiated of.
func (text *plugin_type_text) named(name string) (plugin_reflect.Type, error) {
	if text.take(".") {
		name += "." + text.word()
	}
	if plugin_strings.HasPrefix(text.rest, "[") {
		depth, end := 0, 0
		for i, r := range text.rest {
			if r == '[' {
				depth++
			} else if r == ']' {
				depth--
			}
			if depth == 0 {
				end = i + 1
				break
			}
		}
		name += plugin_strings.Replace(text.rest[:end], " ", "", -1)
		text.rest = text.rest[end:]
	}
	if t, err := plugin_named_type(name); t != nil || err != nil {
		return t, err
	}
	if t := plugin_known_types[name]; t != nil {
		return t, nil
	}
	return nil, plugin_fmt.Errorf("the packages of this plugin export no type %s", name)
}

// function reads what stands behind func.
func (text *plugin_type_text) function() (plugin_reflect.Type, error) {
	if err := text.want("("); err != nil {
		return nil, err
	}
	in, isVariadic, err := text.list()
	if err != nil {
		return nil, err
	}
	out := []plugin_reflect.Type{}
	if text.take("(") {
		if out, _, err = text.list(); err != nil {
			return nil, err
		}
	} else if text.rest != "" && !plugin_strings.ContainsAny(text.rest[:1], ",)]") {
		one, err := text.read()
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return plugin_reflect.FuncOf(in, out, isVariadic), nil
}

// plugin_type_item is one of a list of parameters: a name, a type, or both.
type plugin_type_item struct {
	word string // what may be a name, or a type
	t    plugin_reflect.Type
}

// list reads parameters: "x, y float64", or the types alone.
func (text *plugin_type_text) list() (list []plugin_reflect.Type, isVariadic bool, err error) {
	items, isNamed := []plugin_type_item{}, false
	for !text.take(")") {
		if len(items) > 0 {
			if err := text.want(","); err != nil {
				return nil, false, err
			}
		}
		if isVariadic {
			return nil, false, plugin_errors_package.New("what stands behind ... is the last one")
		}
		one := plugin_type_item{word: text.parameter()}
		if text.space(); text.rest == "" {
			return nil, false, text.misfit(")")
		}
		if one.word == "" || !plugin_strings.ContainsAny(text.rest[:1], ",)") {
			isNamed = isNamed || one.word != ""
			isVariadic = text.take("...")
			if one.t, err = text.read(); err != nil {
				return nil, false, err
			}
			if isVariadic {
				one.t = plugin_reflect.SliceOf(one.t)
			}
		}
		items = append(items, one)
	}
	list = make([]plugin_reflect.Type, len(items))
	for i := len(items) - 1; i >= 0; i-- {
		switch {
		case items[i].t != nil:
			list[i] = items[i].t
		case isNamed && i+1 < len(items):
			list[i] = list[i+1]
		default:
			word := plugin_type_text{}
			if list[i], err = word.named(items[i].word); err != nil {
				return nil, false, err
			}
		}
	}
	return list, isVariadic, nil
}

// parameter reads a word that stands alone or before a type; nothing where a type
// begins that has more to it.
func (text *plugin_type_text) parameter() string {
	before := *text
	text.space()
	switch word := text.word(); word {
	case "", "func", "map", "chan", "interface", "struct":
	default:
		if text.rest == "" || plugin_strings.ContainsAny(text.rest[:1], " \t\n,)") {
			return word
		}
	}
	*text = before
	return ""
}
