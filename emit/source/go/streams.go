// Code added by "plugin build". DO NOT EDIT.

// What reads from the caller's bytes and functions, and writes to them.
package main

import plugin_bytes_package "bytes"
import plugin_io "io"

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
