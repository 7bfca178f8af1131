// Iterators, and what they share with channels: something gives the next value.

package main

import (
	"fmt"
	"go/types"
	"strings"
)

// sequenceOf is an iterator or a channel that comes out: an object that gives
// the next value.
func (d *describer) sequenceOf(c *Codec, t types.Type) bool {
	kind, element := "", []types.Type{}
	if channel, ok := t.Underlying().(*types.Chan); ok {
		kind, element = channelNames[channel.Dir()], []types.Type{channel.Elem()}
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
		d.classes[key] = &class{name: d.freeName(strings.Join(names, "_")), t: t, element: element, isChan: strings.HasSuffix(kind, channelNames[types.SendRecv]), number: c.Number}
	}
	c.class = d.classes[key]
	c.Kind, c.notation = asObject, c.class.name
	n := c.Number
	if c.class.isChan {
		if directionOf(c.class) != types.SendOnly {
			c.IsCalled, c.IsFed = true, true
			d.adapters += d.toChannel(n, c.Go, spelled[0])
		}
		c.channelCode(spelled[0])
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

// fromIterable writes what makes an iterator of a function that gives the next
// values in lists: of none at the end.
func (d *describer) fromIterable(number int, goType string, spelled []string) string {
	lists, names, ones := []string{}, []string{}, []string{}
	for i, one := range spelled {
		lists = append(lists, "[]"+one)
		names = append(names, fmt.Sprintf("v%d", i))
		ones = append(ones, fmt.Sprintf("v%d[i]", i))
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
`, number, strings.Join(lists, ", "), goType, strings.Join(spelled, ", "), strings.Join(names, ", "), strings.Join(ones, ", "))
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

// sequence adds what gives the values of an iterator or a channel, one by one.
func (d *describer) sequence(of *class) {
	out := &Named{Kind: "class", Handle: "slot", Free: "plugin_release"}
	d.classNames[of.name] = out
	results := []*types.Var{}
	for _, one := range of.element {
		results = append(results, types.NewVar(0, d.pkg, "", one))
	}
	results = append(results, types.NewVar(0, d.pkg, "", types.Typ[types.Bool]))
	signature := types.NewSignatureType(nil, nil, nil, types.NewTuple(), types.NewTuple(results...), false)
	self := types.NewVar(0, d.pkg, "this", of.t)
	name := of.name + ".next"
	if !d.callable(name, fmt.Sprintf("plugin_next_%d", of.number), types.NewVar(0, d.pkg, name, of.t), signature, self, "") {
		return
	}
	if of.isChan {
		d.out.Functions[len(d.out.Functions)-1].Context = true // by which the wait ends
		out.Stream = name
		d.makeChannel(of, out)
		d.sending(of, out)
		d.acceptsBoth(of, out)
		if directionOf(of) == types.SendOnly {
			return
		}
	} else {
		out.Next = name
	}
	lists := []*types.Var{}
	for _, one := range of.element {
		lists = append(lists, types.NewVar(0, d.pkg, "", types.NewSlice(one)))
	}
	if of.isChan { // nobody waits where it may throw
		lists = append(lists, types.NewVar(0, d.pkg, "", types.Universe.Lookup("error").Type()))
	}
	next := types.NewSignatureType(nil, nil, nil, types.NewTuple(), types.NewTuple(lists...), false)
	if of.isChan {
		d.channelOfValues(of, out)
	}
	name = of.name + ".from"
	d.whole = true
	made := d.callable(name, fmt.Sprintf("plugin_iterable_%d", of.number), types.NewVar(0, d.pkg, name, of.t),
		types.NewSignatureType(nil, nil, nil, types.NewTuple(types.NewVar(0, d.pkg, "next", next)), types.NewTuple(types.NewVar(0, d.pkg, "", of.t)), false), nil, "")
	d.whole = false
	if made && len(of.element) == 2 {
		out.From = &From{Entries: name}
	} else if made {
		if out.From == nil {
			out.From = &From{}
		}
		out.From.Iterable = name
	} else {
		delete(d.out.Skipped, name)
	}
}
