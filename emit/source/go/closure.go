// Code added by "plugin build". DO NOT EDIT.

// Functions of the caller, as functions of Go: what they take and give crosses
// whole.
package main

// #include <stdbool.h>
// #include <pthread.h>
// #include <stdint.h>
// #include <stdlib.h>
//
// static bool plugin_call_function(uint64_t thread, uintptr_t address, void *call) {
// 	if (thread != 0 && thread != (uint64_t)(uintptr_t)pthread_self()) return false;
// 	((void (*)(void *))address)(call);
// 	return true;
// }
import "C"
import plugin_errors_package "errors"
import plugin_runtime "runtime"
import plugin_sync "sync"
import plugin_atomic "sync/atomic"
import "unsafe"

// plugin_function is a function of the caller.
type plugin_function struct {
	address uintptr
	number  uint64
	thread  uint64 // the one that may call it; 0 where any may
}

// plugin_function_call is what the caller's function is called with.
type plugin_function_call struct {
	number         uint64
	request, reply plugin_span
	thrown         int64
	token          uint64 // of the promise, where it gives one
}

// plugin_pending stands for what was thrown: there is a promise.
const plugin_pending = 1<<53 - 1

// plugin_unanswered stands for what was thrown until the caller's thread has
// answered, which it does not where it sleeps in a call for too long. It says too
// that the number of an answer, which stands in place of the function's then, is
// given back.
const plugin_unanswered = -1

// plugin_settled is what came of a promise.
type plugin_settled struct {
	packet []uint8
	thrown int64
}

// plugin_promises are those that somebody waits for, or that have settled and
// nobody has asked yet.
var plugin_promises struct {
	plugin_sync.Mutex
	all map[uint64]chan plugin_settled
}

// plugin_last_token is the last name of what might have turned out to be a promise.
var plugin_last_token uint64

func plugin_promise(token uint64) chan plugin_settled {
	list := &plugin_promises
	list.Lock()
	defer list.Unlock()
	one := list.all[token]
	if one == nil {
		if list.all == nil {
			list.all = map[uint64]chan plugin_settled{}
		}
		one = make(chan plugin_settled, 1)
		list.all[token] = one
	} else {
		delete(list.all, token) // the second of the two that ask
	}
	return one
}

// plugin_settle says what came of a promise.
//
//export plugin_settle
func plugin_settle(token uint64, address uintptr, size uint64, thrown uint64) {
	packet := append([]uint8{}, plugin_bytes(unsafe.Pointer(address), int(size))...)
	plugin_promise(token) <- plugin_settled{packet, int64(thrown)}
}

// plugin_thrown is what a function of the caller has thrown, or an error of its
// own that it gives.
type plugin_thrown struct {
	text   string
	number int64
	own    error // of Go's, that came from here
}

func (err *plugin_thrown) Error() string { return err.text }

// plugin_error_from is an error of the caller's, which has kept it under that number.
func plugin_error_from(text string, number int64) error {
	return &plugin_thrown{text, number, nil}
}

// plugin_error_thrown is the error that a function of the caller gives that may return
// one: who compares it with io.EOF wants that itself, and not what wraps it.
func plugin_error_thrown(err error) error {
	if thrown, ok := err.(*plugin_thrown); ok && thrown.own != nil {
		return thrown.own
	}
	return err
}

// plugin_released_functions are those that Go can no longer reach, and answers
// that it has read.
var plugin_released_functions struct {
	plugin_sync.Mutex
	byAddress map[uintptr][]uint64 // each thread of the caller has an address of its own
}

// plugin_take_function gives the function in a slot; nil where there is none.
func plugin_take_function(from plugin_span, thread uint64) *plugin_function {
	if from.address == 0 {
		return nil
	}
	made := &plugin_function{from.address, uint64(from.length), thread}
	plugin_runtime.SetFinalizer(made, func(gone *plugin_function) {
		plugin_release_number(gone.address, gone.number)
	})
	return made
}

// plugin_release_number says that Go can no longer reach a function, or the
// memory of an answer.
func plugin_release_number(address uintptr, number uint64) {
	list := &plugin_released_functions
	list.Lock()
	defer list.Unlock()
	if list.byAddress == nil {
		list.byAddress = map[uintptr][]uint64{}
	}
	list.byAddress[address] = append(list.byAddress[address], number)
}

// plugin_released gives the numbers of functions, and of answers, that are called
// by an address and were let go of.
//
//export plugin_released
func plugin_released(address uintptr, into *uint64, most uint32) uint32 {
	list := &plugin_released_functions
	list.Lock()
	defer list.Unlock()
	numbers := list.byAddress[address]
	count := len(numbers)
	if count > int(most) {
		count = int(most)
	}
	copy(plugin_bytes(unsafe.Pointer(into), 8*count), plugin_bytes(unsafe.Pointer(plugin_first(numbers)), 8*count))
	if count == len(numbers) {
		delete(list.byAddress, address)
	} else {
		list.byAddress[address] = append([]uint64{}, numbers[count:]...)
	}
	return uint32(count)
}

func plugin_first(numbers []uint64) *uint64 {
	if len(numbers) == 0 {
		return nil
	}
	return &numbers[0]
}

// call calls the function, and gives the packet of what it gave.
func (f *plugin_function) call(w *plugin_writer) (*plugin_reader, error) {
	request := w.end()
	call := &plugin_function_call{number: f.number, request: request, thrown: plugin_unanswered, token: plugin_atomic.AddUint64(&plugin_last_token, 1)}
	run := func(thread uint64) bool {
		return bool(C.plugin_call_function(C.uint64_t(thread), C.uintptr_t(f.address), unsafe.Pointer(call)))
	}
	var packet []uint8
	isCalled := run(f.thread)
	if isCalled {
		packet = call.reply.bytes(1)
	} else {
		isCalled = plugin_on(f.thread, func(thread uint64) {
			run(thread)
			// The next answer of that thread takes the memory of this one.
			packet = append(packet, call.reply.bytes(1)...)
		})
	}
	if call.number != f.number {
		packet = append([]uint8{}, packet...)
		plugin_release_number(f.address, call.number)
	}
	C.free(unsafe.Pointer(request.address))
	plugin_runtime.KeepAlive(f)
	if !isCalled || call.thrown == plugin_unanswered {
		return nil, plugin_lost
	}
	if call.thrown == plugin_pending {
		settled := <-plugin_promise(call.token)
		call.thrown, packet = settled.thrown, settled.packet
	}
	r := plugin_open_bytes(packet)
	if call.thrown != 0 {
		thrown := &plugin_thrown{plugin_read_strings(r, 1)[0], call.thrown, nil}
		if (r.at+7)&^7+8 <= len(r.bytes) {
			thrown.own = plugin_error_at(r.get64(r.column(8)))
		}
		return nil, thrown
	}
	return r, nil
}

// plugin_error_at gives the error of a handle; nil where it is none, or where the
// caller's thread, which goes on after its answer, has let go of it meanwhile.
func plugin_error_at(handle uint64) (err error) {
	defer func() { _ = recover() }()
	err, _ = plugin_held(handle).(error)
	return err
}

// plugin_lost is what a function of the caller gives that could not be called.
var plugin_lost = plugin_errors_package.New("a function of JavaScript was called by another goroutine while its thread waited for this one")

func init() {
	plugin_released_value = func(value interface{}) {
		plugin_release_feed(value)
		plugin_release_reader(value)
	}
	plugin_thrown_number = func(value interface{}) (int64, string) {
		if thrown, ok := value.(*plugin_thrown); ok {
			return thrown.number, thrown.text
		}
		return 0, ""
	}
	plugin_thrown_within = func(err error) int64 {
		var thrown *plugin_thrown
		if plugin_errors_package.As(err, &thrown) {
			return thrown.number
		}
		return 0
	}
}
