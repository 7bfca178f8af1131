// Code added by "plugin build". DO NOT EDIT.

// What the wrappers of a package share. Only what Go 1.16 has is used, because
// the go.mod of the package decides which Go this is.
package main

// #include <stdlib.h>
//
// // Frees what a wrapper left in a frame, without a detour through Go.
// void plugin_free(void *address) { free(address); }
import "C"
import plugin_fmt "fmt"
import plugin_runtime "runtime"
import plugin_strings "strings"
import "unsafe"

// plugin_span is a string or a slice in a frame. Its memory is C's: a pointer
// would have the garbage collector look at what was in the frame before.
type plugin_span struct {
	address uintptr
	length  int
}

// plugin_slice is a slice as Go keeps it.
type plugin_slice struct {
	data     unsafe.Pointer
	len, cap int
}

// plugin_bytes views memory; valid for as long as the memory is.
func plugin_bytes(data unsafe.Pointer, n int) []uint8 {
	return *(*[]uint8)(unsafe.Pointer(&plugin_slice{data, n, n}))
}

// plugin_most_bytes is how much memory the caller may ask for without giving what is
// to be in it: where there is none, Go ends the process.
const plugin_most_bytes = 1 << 28

// plugin_check_room makes sure of a number of values that the caller asks for.
func plugin_check_room(count int, size uintptr) {
	if size > 0 && count > 0 && uint64(count) > plugin_most_bytes/uint64(size) {
		panic(plugin_fmt.Sprintf("there is room for %d values, wanted %d", plugin_most_bytes/size, count))
	}
}

// bytes views the memory of elements of that size.
func (span plugin_span) bytes(size int) []uint8 {
	return plugin_bytes(unsafe.Pointer(span.address), span.length*size)
}

// plugin_take_string copies a string of the caller.
func plugin_take_string(from plugin_span) string {
	if from.length == 0 {
		return ""
	}
	return string(from.bytes(1))
}

// plugin_take_slice makes *slice a copy of the caller's elements, each of size
// bytes and without pointers. Words keep every element aligned.
func plugin_take_slice(slice unsafe.Pointer, from plugin_span, size int) {
	into := (*plugin_slice)(slice)
	*into = plugin_slice{}
	if from.length == 0 {
		return
	}
	words := make([]uint64, (from.length*size+7)/8)
	*into = plugin_slice{unsafe.Pointer(&words[0]), from.length, from.length}
	copy(plugin_bytes(into.data, into.len*size), from.bytes(size))
}

// plugin_share_slice makes *slice the same as another, which the caller gave too.
func plugin_share_slice(slice, other unsafe.Pointer) {
	*(*plugin_slice)(slice) = *(*plugin_slice)(other)
}

// plugin_return_slice copies elements back to the caller, who sees what the
// function did to them as a Go caller would.
func plugin_return_slice(slice unsafe.Pointer, to plugin_span, size int) {
	from := (*plugin_slice)(slice)
	if to.length > 0 {
		copy(to.bytes(size), plugin_bytes(from.data, from.len*size))
	}
}

// plugin_give_string leaves a copy that the caller gives to plugin_free.
func plugin_give_string(text string) plugin_span {
	if text == "" {
		return plugin_span{}
	}
	address := C.malloc(C.size_t(len(text)))
	copy(plugin_bytes(address, len(text)), text)
	return plugin_span{uintptr(address), len(text)}
}

// plugin_give_slice is plugin_give_string for elements of size bytes.
func plugin_give_slice(slice unsafe.Pointer, size int) plugin_span {
	from := (*plugin_slice)(slice)
	if from.len == 0 {
		return plugin_span{}
	}
	n := from.len * size
	address := C.malloc(C.size_t(n))
	copy(plugin_bytes(address, n), plugin_bytes(from.data, n))
	return plugin_span{uintptr(address), from.len}
}

// plugin_hook is a function of the caller that was put into a variable, as
// Go keeps it and as the caller does.
type plugin_hook struct {
	function unsafe.Pointer
	address  uintptr
}

// set remembers what was put into the variable.
func (hook *plugin_hook) set(variable unsafe.Pointer, address uintptr) {
	*hook = plugin_hook{*(*unsafe.Pointer)(variable), address}
}

// plugin_hook_slot is the frame of the thunk that reads such a variable.
type plugin_hook_slot struct {
	address uintptr
	end     plugin_end
}

// get leaves the address of what is in the variable. A function of Go's own
// has none, and is not nothing.
func (hook *plugin_hook) get(variable unsafe.Pointer, name string, slot *plugin_hook_slot) {
	*slot = plugin_hook_slot{}
	function := *(*unsafe.Pointer)(variable)
	if function == nil {
		return
	}
	if function != hook.function {
		slot.end.kind = plugin_failed
		slot.end.text = plugin_give_string(name + " holds a function of Go, which cannot come out; one that is put there can")
		return
	}
	slot.address = hook.address
}

// plugin_hold_error gives an error a handle, where there is a table of them;
// it lies where a panic has the address of its stack.
var plugin_hold_error func(err error) uint64

// plugin_thrown_number tells which error of the caller's own function a value
// is, and what it says; 0 for any other value.
var plugin_thrown_number func(value interface{}) (int64, string)

// plugin_thrown_within is the same for an error that may wrap such a one.
var plugin_thrown_within func(err error) int64

// How a call ended.
const (
	plugin_returned = 0
	plugin_failed   = 1
	plugin_panicked = 2
	plugin_rethrown = 3
)

// plugin_end is the slot of a frame that says how the call ended.
type plugin_end struct {
	kind  int64
	text  plugin_span
	stack plugin_span
}

// begin takes the worst for granted, so that a panic needs no further mark.
func (end *plugin_end) begin() {
	*end = plugin_end{kind: plugin_panicked}
}

// failed tells whether there is an error, and keeps its text.
func (end *plugin_end) failed(err error) bool {
	if err == nil {
		return false
	}
	if end.rethrown(err) {
		return true
	}
	// Not err.Error(): fmt survives an Error method that panics.
	text := plugin_give_string(plugin_fmt.Sprint(err))
	end.kind, end.text = plugin_failed, text
	if plugin_hold_error != nil {
		end.stack.address = uintptr(plugin_hold_error(err))
		end.stack.length = int(plugin_thrown_within(err))
	}
	return true
}

// rethrown tells whether a value is what the caller's own function has thrown.
func (end *plugin_end) rethrown(value interface{}) bool {
	if plugin_thrown_number == nil {
		return false
	}
	number, text := plugin_thrown_number(value)
	if number == 0 {
		return false
	}
	// The caller may have forgotten it: it is thrown once.
	end.kind, end.text, end.stack = plugin_rethrown, plugin_give_string(text), plugin_span{length: int(number)}
	return true
}

// finish is deferred: it keeps a panic from ending the process.
func (end *plugin_end) finish() {
	if end.kind != plugin_panicked {
		return
	}
	text := "panic(nil)"
	if value := recover(); value != nil {
		if end.rethrown(value) {
			return
		}
		text = plugin_fmt.Sprint(value)
	}
	end.text = plugin_give_string(text)
	end.stack = plugin_give_string(plugin_stack())
}

// plugin_stack writes the calls from the panic's origin up to the wrapper.
func plugin_stack() string {
	counters := make([]uintptr, 256)
	frames := plugin_runtime.CallersFrames(counters[:plugin_runtime.Callers(1, counters)])
	lines := ""
	panicked, user := false, false
	for {
		frame, more := frames.Next()
		inRuntime := plugin_strings.HasPrefix(frame.Function, "runtime.")
		switch {
		case plugin_strings.Contains(frame.Function, ".plugin_thunk_"):
			return lines
		case !panicked:
			panicked = frame.Function == "runtime.gopanic"
		case user || !inRuntime:
			// Before that lies how the runtime found, say, a nil map.
			user = true
			lines += plugin_fmt.Sprintf("%s(...)\n\t%s:%d\n", frame.Function, frame.File, frame.Line)
		}
		if !more {
			return lines
		}
	}
}
