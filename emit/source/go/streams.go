// Code added by "plugin build". DO NOT EDIT.

// What reads from the caller's bytes and functions, and writes to them.
package main

import plugin_bytes_package "bytes"
import plugin_io "io"
import plugin_reflect "reflect"
import plugin_sync "sync"

// plugin_reader_of reads the caller's bytes.
func plugin_reader_of(bytes []uint8) *plugin_bytes_package.Reader {
	return plugin_bytes_package.NewReader(append([]uint8{}, bytes...))
}

// plugin_source reads what a function of the caller gives.
type plugin_source struct {
	read func(n int) ([]uint8, error)
	rest []uint8
}

func plugin_reader_from(read func(n int) ([]uint8, error)) plugin_io.Reader {
	return &plugin_source{read: read}
}

func (source *plugin_source) Read(into []uint8) (int, error) {
	if len(source.rest) == 0 && len(into) > 0 {
		bytes, err := source.read(len(into))
		if err != nil {
			return 0, err
		}
		if len(bytes) == 0 {
			return 0, plugin_io.EOF
		}
		source.rest = bytes
	}
	n := copy(into, source.rest)
	source.rest = source.rest[n:]
	return n, nil
}

// plugin_sink gives what is written to it to a function of the caller.
type plugin_sink struct {
	write func(bytes []uint8) error
}

func plugin_writer_to(write func(bytes []uint8) error) plugin_io.Writer {
	return plugin_sink{write}
}

func (sink plugin_sink) Write(bytes []uint8) (int, error) {
	if err := sink.write(bytes); err != nil {
		return 0, err
	}
	return len(bytes), nil
}

// plugin_unread are the errors that readers gave with their last bytes, and may
// not give again, for as long as the caller has the readers.
var plugin_unread plugin_sync.Map

// plugin_release_reader says that the caller has let go of a value, which may be
// such a reader.
func plugin_release_reader(value interface{}) {
	if plugin_reflect.ValueOf(value).Kind() == plugin_reflect.Ptr {
		plugin_unread.Delete(value)
	}
}

// plugin_read reads, and tells the end by no bytes.
func plugin_read(from plugin_io.Reader, into []uint8) (int, error) {
	// What is no pointer may be no key.
	isKept := plugin_reflect.ValueOf(from).Kind() == plugin_reflect.Ptr
	if isKept {
		if err, ok := plugin_unread.LoadAndDelete(from); ok {
			return 0, err.(error)
		}
	}
	n, err := from.Read(into)
	if err == plugin_io.EOF {
		err = nil
	}
	if n > 0 && err != nil {
		if isKept {
			plugin_unread.Store(from, err)
		}
		err = nil
	}
	return n, err
}

// plugin_iterator is what runs an iterator, in a goroutine that waits until
// somebody wants the next value.
type plugin_iterator struct {
	plugin_sync.Mutex
	running bool
	closed  bool
	wanted  chan struct{}
	panic   interface{}
}

func (it *plugin_iterator) isRunning() bool {
	it.Lock()
	defer it.Unlock()
	return it.running
}

// start begins to run; wanted tells whether another value is, and done is told
// of the end.
func (it *plugin_iterator) start(run func(wanted func() bool), done func()) {
	it.Lock()
	defer it.Unlock()
	it.running = true
	it.wanted = make(chan struct{}, 1)
	go func() {
		defer done()
		defer func() { it.panic = recover() }()
		run(func() bool {
			_, ok := <-it.wanted
			return ok
		})
	}()
}

func (it *plugin_iterator) want() {
	it.Lock()
	defer it.Unlock()
	if it.closed {
		panic("plugin: the iterator was let go of")
	}
	select {
	case it.wanted <- struct{}{}:
	default:
	}
}

// raise panics with what the iterator panicked with.
func (it *plugin_iterator) raise() {
	if it.panic != nil {
		panic(it.panic)
	}
}

// plugin_close ends an iterator that nobody wants anything of any more.
func (it *plugin_iterator) plugin_close() {
	it.Lock()
	defer it.Unlock()
	if it.running && !it.closed {
		close(it.wanted)
	}
	it.closed = true
}
