// Channels: what is received from them, what is sent to them, and what makes them.

package main

import (
	"fmt"
	"go/types"
)

// toChannel writes what makes a channel of values, and of a function that gives
// the next ones in lists, later: a goroutine asks it for more whenever somebody
// has received one.
func (d *describer) toChannel(number int, goType, spelled string) string {
	return fmt.Sprintf(`
func plugin_values_%[1]d(v []%[2]s) %[3]s {
	to := make(chan %[2]s, len(v))
	for i := range v {
		to <- v[i]
	}
	close(to)
	return to
}

func plugin_iterable_%[1]d(next func() ([]%[2]s, error)) %[3]s {
	to := make(chan %[2]s)
	feed := &plugin_feed{channel: %[4]s(to)}
	feed.run = func() {
		defer close(to)
		for {
			v, err := next()
			if err != nil || len(v) == 0 {
				feed.end(err)
				return
			}
			for i := range v {
				to <- v[i]
			}
		}
	}
	feed.keep()
	return to
}
`, number, spelled, goType, parenthesized(goType))
}

// channelOfValues lets the caller make a channel of values that are there.
func (d *describer) channelOfValues(of *class, out *Named) {
	name := of.name + ".of"
	values := types.NewTuple(types.NewVar(0, d.pkg, "values", types.NewSlice(of.element[0])))
	made := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	if d.callable(name, fmt.Sprintf("plugin_values_%d", of.number), types.NewVar(0, d.pkg, name, of.t), types.NewSignatureType(nil, nil, nil, values, made, false), nil, "") {
		out.From = &From{Data: name}
	} else {
		delete(d.out.Skipped, name)
	}
}

// channelNames begin those of the classes of channels.
var channelNames = map[types.ChanDir]string{types.SendRecv: "Chan", types.SendOnly: "SendChan", types.RecvOnly: "RecvChan"}

// directionOf is what may be done with a channel.
func directionOf(of *class) types.ChanDir { return of.t.Underlying().(*types.Chan).Dir() }

// makeChannel lets the caller make a channel, of so many values that nobody has
// received yet, where one may also be sent to. What is only sent to by who takes it
// is made to be received from too: by whom, otherwise?
func (d *describer) makeChannel(of *class, out *Named) {
	element, reason := d.spell(of.element[0])
	if reason != "" || directionOf(of) == types.RecvOnly {
		return
	}
	spelling := d.codec(of.t).Go
	made := spelling
	if directionOf(of) == types.SendOnly {
		made = "chan " + parenthesized(element)
	}
	name := of.name + ".new"
	capacity := types.NewTuple(types.NewVar(0, d.pkg, "capacity", types.Typ[types.Int]))
	result := types.NewTuple(types.NewVar(0, d.pkg, "", of.t))
	if d.callable(name, fmt.Sprintf("plugin_make_%d", of.number), types.NewVar(0, d.pkg, name, of.t), types.NewSignatureType(nil, nil, nil, capacity, result, false), nil, "") {
		out.New = name
		d.adapters += fmt.Sprintf(`
func plugin_make_%[1]d(capacity int) %[2]s {
	var one %[4]s
	plugin_check_room(capacity, unsafe.Sizeof(one))
	return make(%[3]s, capacity)
}
`, of.number, spelling, made, element)
	} else {
		delete(d.out.Skipped, name)
	}
}

// sending lets the caller send to a channel: send waits until somebody has received
// the value, or its context ends.
func (d *describer) sending(of *class, out *Named) {
	element, reason := d.spell(of.element[0])
	if reason != "" || directionOf(of) == types.RecvOnly {
		return
	}
	self := types.NewVar(0, d.pkg, "this", of.t)
	value := types.NewTuple(types.NewVar(0, d.pkg, "value", of.element[0]))
	err := types.NewTuple(types.NewVar(0, d.pkg, "", types.Universe.Lookup("error").Type()))
	method := func(name, call string, params, results *types.Tuple) bool {
		symbol := of.name + "." + name
		if !d.callable(symbol, fmt.Sprintf("%s_%d", call, of.number), types.NewVar(0, d.pkg, symbol, of.t), types.NewSignatureType(nil, nil, nil, params, results, false), self, "") {
			delete(d.out.Skipped, symbol)
			return false
		}
		if out.Methods == nil {
			out.Methods = map[string]string{}
		}
		out.Methods[name] = symbol
		return true
	}
	if !method("send", "plugin_send", value, err) {
		return
	}
	d.out.Functions[len(d.out.Functions)-1].Context = true // by which the wait ends
	method("close", "plugin_close", types.NewTuple(), types.NewTuple())
	d.adapters += fmt.Sprintf(`
func plugin_send_%[1]d(ctx plugin_wait, to %[2]s, value %[3]s) error {
	select {
	case to <- value:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func plugin_close_%[1]d(to %[2]s) { close(to) }
`, of.number, d.codec(of.t).Go, element)
}

// acceptsBoth lets a channel of both directions be taken for one of a single one, as
// Go takes it.
func (d *describer) acceptsBoth(of *class, out *Named) {
	if directionOf(of) == types.SendRecv {
		return
	}
	both := "sequence " + types.TypeString(types.NewChan(types.SendRecv, of.element[0]), nil)
	d.after = append(d.after, func() {
		if other := d.classes[both]; other != nil && other.used {
			out.Accepts = append(out.Accepts, other.name)
		}
	})
}

// channelCode is the code of a channel, which is held as it is; none is 0. Who makes
// one for others to send to receives from it, which the channel itself does not forbid.
func (c *Codec) channelCode(element string) {
	both, from := "", "held"
	if directionOf(c.class) != types.SendRecv {
		both = fmt.Sprintf("\n\tcase chan %s:\n\t\treturn v", parenthesized(element))
	}
	if directionOf(c.class) == types.SendOnly {
		from = fmt.Sprintf("*(*chan %s)(unsafe.Pointer(&held))", parenthesized(element))
	}
	c.code = fmt.Sprintf(`
func plugin_give_%[1]d(v %[2]s) uint64 {
	if v == nil {
		return 0
	}
	return plugin_hold(v)
}

func plugin_take_%[1]d(handle uint64) %[2]s {
	switch v := plugin_held(handle).(type) {
	case %[2]s:
		return v%[3]s
	}
	return nil
}

// plugin_next_%[1]d waits for a value until nobody wants one any more.
func plugin_next_%[1]d(ctx plugin_wait, handle uint64) (v %[4]s, ok bool) {
	held := plugin_take_%[1]d(handle)
	plugin_begin_feeds(false, held)
	select {
	case v, ok = <-%[5]s:
	case <-ctx.Done():
	}
	return
}
`, c.Number, c.Go, both, element, from)
	c.column()
}
