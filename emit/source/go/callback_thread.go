// Code added by "plugin build". DO NOT EDIT.

// Threads. A function of the caller runs on the thread that gave it. While
// that thread waits here for another goroutine, it serves a queue of the calls
// that goroutines make, where it was told to; else such a call waits for its
// end, and where that does not come gives zero, of which the one that the thread
// waits in says so at its end: never a deadlock.
package main

// #include <pthread.h>
// #include <stdint.h>
// #include <stdlib.h>
//
// static uint64_t plugin_this_thread(void) { return (uint64_t)(uintptr_t)pthread_self(); }
//
// static double plugin_patience_seconds(void) {
// 	const char *text = getenv("PLUGIN_PATIENCE");
// 	double seconds = text == NULL ? 0 : atof(text);
// 	return seconds > 0 ? seconds : 5;
// }
import "C"
import plugin_sync "sync"
import plugin_time "time"
import "unsafe"

// How a wrapper was called: what its end has for a kind before the call.
const (
	plugin_waiting   = 0 // the thread that gives functions waits for it
	plugin_elsewhere = 1 // that thread does not wait
	plugin_serving   = 2 // it waits, and serves the calls of other threads
)

func plugin_thread() uint64 { return uint64(C.plugin_this_thread()) }

// plugin_home is a thread that waits for calls of the package to end.
type plugin_home struct {
	thread  uint64
	waiting int         // calls that it waits for
	serving int         // those of them in which it serves the queue
	queue   chan func() // what it is asked to run
	gone    chan struct{}
	lost    bool // a call of another thread got zero
}

var plugin_homes struct {
	plugin_sync.Mutex
	byThread map[uint64]*plugin_home
}

// plugin_enter begins a call of this thread.
func plugin_enter(serves bool) *plugin_home {
	thread := plugin_thread()
	all := &plugin_homes
	all.Lock()
	defer all.Unlock()
	home := all.byThread[thread]
	if home == nil {
		if all.byThread == nil {
			all.byThread = map[uint64]*plugin_home{}
		}
		home = &plugin_home{thread: thread, queue: make(chan func()), gone: make(chan struct{})}
		all.byThread[thread] = home
	}
	home.waiting++
	if serves {
		home.serving++
	}
	return home
}

// leave ends it, and tells whether a call of another thread got zero.
func (home *plugin_home) leave(serves bool) (lost bool) {
	all := &plugin_homes
	all.Lock()
	defer all.Unlock()
	home.waiting--
	if serves {
		home.serving--
		if home.serving == 0 {
			close(home.gone)
			home.gone = make(chan struct{})
		}
	}
	lost, home.lost = home.lost, false
	if home.waiting == 0 {
		delete(all.byThread, home.thread)
	}
	return lost
}

// plugin_waits tells whether a thread is in a call.
func plugin_waits(thread uint64) bool {
	all := &plugin_homes
	all.Lock()
	defer all.Unlock()
	return thread != 0 && all.byThread[thread] != nil
}

// plugin_patience is how long a thread that does not serve is waited for, as in
// the support library: most of its calls have ended long before, and one that
// waits for who waits for it never does.
var plugin_patience = plugin_time.Duration(float64(C.plugin_patience_seconds()) * float64(plugin_time.Second))

// plugin_on runs what calls the caller on the thread that has given the
// function; it was not run where that thread waits and does not serve.
func plugin_on(thread uint64, run func(thread uint64)) bool {
	all := &plugin_homes
	all.Lock()
	home := all.byThread[thread]
	for since := plugin_time.Now(); home != nil && home.serving == 0 && !home.lost && plugin_time.Since(since) < plugin_patience; {
		all.Unlock()
		plugin_time.Sleep(plugin_time.Millisecond)
		all.Lock()
		home = all.byThread[thread]
	}
	if home == nil {
		all.Unlock()
		run(0) // the caller's event loop takes it
		return true
	}
	if home.serving == 0 {
		home.lost = true
		all.Unlock()
		return false
	}
	gone := home.gone
	all.Unlock()
	done := make(chan struct{})
	select {
	case home.queue <- func() { defer close(done); run(thread) }:
		<-done
		return true
	case <-gone:
		return false
	}
}

// plugin_called is the thread whose functions a call is given; 0 where any may
// call them.
type plugin_called struct {
	thread uint64
	home   *plugin_home
}

// called begins a call that is given functions.
func (end *plugin_end) called() plugin_called {
	if end.kind == plugin_elsewhere {
		return plugin_called{}
	}
	home := plugin_enter(end.serves())
	return plugin_called{home.thread, home}
}

func (end *plugin_end) serves() bool {
	return end.kind == plugin_serving || plugin_pulls
}

// plugin_pulls tells that the package calls iter.Pull. What that gives belongs to
// the thread of a goroutine that is locked to one, as each call from C is, and
// its use in a call of another thread ends the process: such a package runs in
// goroutines that are locked to none.
var plugin_pulls = false

// plugin_unlocked runs a call that is given no functions, in a goroutine.
func plugin_unlocked(body func()) {
	home := plugin_enter(true) // it may call one that it was given before
	defer home.leave(true)
	home.wait(body)
}

// run runs the call: in a goroutine, where this thread serves meanwhile.
func (called plugin_called) run(end *plugin_end, body func()) {
	home, serves := called.home, end.serves()
	if serves && (home != nil || plugin_pulls) {
		home.wait(body)
	} else {
		body()
	}
	if home == nil || !home.leave(serves) {
		return
	}
	switch end.kind {
	case plugin_returned:
		end.kind = plugin_panicked
		end.text = plugin_give_string(plugin_lost_text)
	case plugin_panicked: // at the zero, maybe
		text := plugin_take_string(end.text)
		C.free(unsafe.Pointer(end.text.address))
		end.text = plugin_give_string(text + "; before that, " + plugin_lost_text)
	}
}

const plugin_lost_text = "a function of JavaScript was called by another goroutine while its thread waited for this call, and gave zero: make it with callback(…, { threads: \"any\" }), or call with .async"

// wait runs a call in a goroutine, and meanwhile what other threads ask for.
func (home *plugin_home) wait(body func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		body()
	}()
	if home == nil {
		<-done
	} else {
		home.serve(done)
	}
}

// serve runs what other threads ask for, until the call is done.
func (home *plugin_home) serve(done <-chan struct{}) {
	for {
		select {
		case run := <-home.queue:
			run()
		case <-done:
			return
		}
	}
}
