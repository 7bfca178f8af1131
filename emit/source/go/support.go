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

// plugin_span is a string or a slice in a frame.
type plugin_span struct {
	address unsafe.Pointer
	length  int
}

// plugin_slice is a slice as Go keeps it.
type plugin_slice struct {
	data     unsafe.Pointer
	len, cap int
}

// bytes views the span's memory; valid for as long as the memory is.
func (span plugin_span) bytes(size int) []uint8 {
	n := span.length * size
	return *(*[]uint8)(unsafe.Pointer(&plugin_slice{span.address, n, n}))
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
	copy(plugin_span{into.data, into.len}.bytes(size), from.bytes(size))
}

// plugin_return_slice copies elements back to the caller, who sees what the
// function did to them as a Go caller would.
func plugin_return_slice(slice unsafe.Pointer, to plugin_span, size int) {
	from := (*plugin_slice)(slice)
	if to.length > 0 {
		copy(to.bytes(size), plugin_span{from.data, from.len}.bytes(size))
	}
}

// plugin_give_string leaves a copy that the caller gives to plugin_free.
func plugin_give_string(text string) plugin_span {
	if text == "" {
		return plugin_span{}
	}
	span := plugin_span{C.malloc(C.size_t(len(text))), len(text)}
	copy(span.bytes(1), text)
	return span
}

// plugin_give_slice is plugin_give_string for elements of size bytes.
func plugin_give_slice(slice unsafe.Pointer, size int) plugin_span {
	from := (*plugin_slice)(slice)
	if from.len == 0 {
		return plugin_span{}
	}
	span := plugin_span{C.malloc(C.size_t(from.len * size)), from.len}
	copy(span.bytes(size), plugin_span{from.data, from.len}.bytes(size))
	return span
}

// How a call ended.
const (
	plugin_returned = 0
	plugin_failed   = 1
	plugin_panicked = 2
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
	// Not err.Error(): fmt survives an Error method that panics.
	text := plugin_give_string(plugin_fmt.Sprint(err))
	end.kind, end.text = plugin_failed, text
	return true
}

// finish is deferred: it keeps a panic from ending the process.
func (end *plugin_end) finish() {
	if end.kind != plugin_panicked {
		return
	}
	text := "panic(nil)"
	if value := recover(); value != nil {
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
		case plugin_strings.HasPrefix(frame.Function, "main.plugin_thunk_"):
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
