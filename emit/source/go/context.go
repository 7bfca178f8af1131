// Code added by "plugin build". DO NOT EDIT.

// Contexts. What JavaScript asks of one lies in the frame: a number by which
// the call is cancelled, and when it ends by itself.
package main

import "C"
import plugin_context "context"
import plugin_sync "sync"
import plugin_time "time"

// plugin_asked is what is asked of a call's context.
type plugin_asked struct {
	number  float64 // 0 where nobody cancels it
	timeout float64 // in milliseconds; negative for never
}

// plugin_cancels are the calls that run and can be cancelled, by their
// numbers; and those that were cancelled before they began.
var plugin_cancels struct {
	plugin_sync.Mutex
	running map[float64]plugin_context.CancelFunc
	early   map[float64]bool
}

// begin makes the context of a call, and what ends it.
func (asked plugin_asked) begin() (plugin_context.Context, func()) {
	ctx := plugin_context.Background()
	end := func() {}
	if asked.timeout >= 0 {
		ctx, end = plugin_context.WithTimeout(ctx, plugin_time.Duration(asked.timeout*1e6))
	}
	if asked.number == 0 {
		return ctx, end
	}
	ctx, cancel := plugin_context.WithCancel(ctx)
	all := &plugin_cancels
	all.Lock()
	defer all.Unlock()
	if all.early[asked.number] {
		delete(all.early, asked.number)
		cancel()
	}
	if all.running == nil {
		all.running = map[float64]plugin_context.CancelFunc{}
	}
	all.running[asked.number] = cancel
	return ctx, func() {
		all.Lock()
		delete(all.running, asked.number)
		all.Unlock()
		cancel()
		end()
	}
}

// plugin_cancel ends the context of a call. The negative number says that the call
// has ended: it may have had when it was cancelled, and then never begins.
//
//export plugin_cancel
func plugin_cancel(number float64) {
	all := &plugin_cancels
	all.Lock()
	defer all.Unlock()
	if number < 0 {
		delete(all.early, -number)
		return
	}
	if cancel := all.running[number]; cancel != nil {
		cancel()
		return
	}
	if all.early == nil {
		all.early = map[float64]bool{}
	}
	all.early[number] = true
}
