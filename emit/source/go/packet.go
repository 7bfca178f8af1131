// Code added by "plugin build". DO NOT EDIT.

// Whole data: a value is a packet, a block of memory that holds columns, and
// behind them all of its text. The layout is that of ffi/data/packet.ts.
package main

// #include <stdlib.h>
import "C"
import plugin_big "math/big"
import plugin_sync "sync"
import plugin_time "time"
import plugin_utf8 "unicode/utf8"
import "unsafe"

// plugin_nil is the count of a slice or a map that is nil.
const plugin_nil = 0xffffffff

// plugin_writer is a packet that is being written.
type plugin_writer struct {
	bytes []uint8
	text  []uint8
	wide  bool // the text is not all ASCII
	depth int  // how many values this one lies in
	far   int  // how many values lie deep, in all
}

// plugin_deepest is how deep values may lie in each other, as in ffi/data/column.ts.
const plugin_deepest = 200

// plugin_many elements of a list that lie more than plugin_far deep are of what
// contains itself more than once: that doubles on each level. So are plugin_most
// values there in all: the lists may be short, and very many.
const (
	plugin_many = 1 << 18
	plugin_most = 1 << 22
	plugin_far  = 16
)

const plugin_too_many = "plugin: a value has very many elements that lie deep in others; does it contain itself?"

// deeper is called before so many values that lie in others are written, and
// shallower behind it: what contains itself would never end.
func (w *plugin_writer) deeper(count int) {
	if w.depth++; w.depth > plugin_deepest {
		panic("plugin: a value lies more than 200 deep in others; does it contain itself?")
	}
	if w.depth > plugin_far {
		if w.far += count; w.far > plugin_most {
			panic(plugin_too_many)
		}
	}
}

func (w *plugin_writer) shallower() { w.depth-- }

// plugin_writers are those that have written a packet: another one lies in the
// same memory, so that Go's collector has less to do.
var plugin_writers plugin_sync.Pool

// plugin_kept is how much memory one may keep.
const plugin_kept = 1 << 20

// plugin_begin makes an empty packet.
func plugin_begin() *plugin_writer {
	w, _ := plugin_writers.Get().(*plugin_writer)
	if w == nil {
		w = &plugin_writer{bytes: make([]uint8, 0, 256)}
	}
	w.column(16)
	return w
}

// leave says that a packet is written.
func (w *plugin_writer) leave() {
	if cap(w.bytes)+cap(w.text) <= plugin_kept {
		*w = plugin_writer{bytes: w.bytes[:0], text: w.text[:0]}
		plugin_writers.Put(w)
	}
}

// column makes room for a column and gives its place.
func (w *plugin_writer) column(size int) int {
	start := (len(w.bytes) + 7) &^ 7
	end := start + size
	if end > cap(w.bytes) {
		grown := make([]uint8, len(w.bytes), 2*end)
		copy(grown, w.bytes)
		w.bytes = grown
	}
	added := w.bytes[len(w.bytes):end]
	for i := range added {
		added[i] = 0 // another packet may have been there
	}
	w.bytes = w.bytes[:end]
	return start
}

// raw writes n values of size bytes each as they lie in memory.
func (w *plugin_writer) raw(data unsafe.Pointer, n, size int) {
	start := w.column(n * size)
	if n > 0 {
		copy(w.bytes[start:], plugin_bytes(data, n*size))
	}
}

func (w *plugin_writer) put32(at int, value uint32) {
	*(*uint32)(unsafe.Pointer(&w.bytes[at])) = value
}

func (w *plugin_writer) put64(at int, value uint64) {
	*(*uint64)(unsafe.Pointer(&w.bytes[at])) = value
}

// write adds a text, and gives its length in UTF-16.
func (w *plugin_writer) write(text string) uint32 {
	start := len(w.text)
	w.text = append(w.text, text...)
	if plugin_is_ascii(w.text[start:]) {
		return uint32(len(text))
	}
	w.wide = true
	w.text = w.text[:start]
	units := 0
	for _, r := range text { // invalid bytes are U+FFFD
		units++
		if r > 0xffff {
			units++
		}
		w.text = append(w.text, string(r)...)
	}
	return uint32(units)
}

// plugin_is_ascii looks at eight bytes at a time.
func plugin_is_ascii(text []uint8) bool {
	i := 0
	for ; i+8 <= len(text); i += 8 {
		if *(*uint64)(unsafe.Pointer(&text[i]))&0x8080808080808080 != 0 {
			return false
		}
	}
	for ; i < len(text); i++ {
		if text[i] >= plugin_utf8.RuneSelf {
			return false
		}
	}
	return true
}

// head writes what stands before the columns.
func (w *plugin_writer) head() {
	w.put32(0, uint32(len(w.bytes)-16))
	w.put32(4, uint32(len(w.text)))
	if !w.wide {
		w.put32(8, 1)
	}
}

// endUnlike gives the packet, where it is not the same as another.
func (w *plugin_writer) endUnlike(other []uint8) plugin_span {
	w.head()
	columns := len(w.bytes)
	if len(other) == columns+len(w.text) && string(other[:columns]) == string(w.bytes) && string(other[columns:]) == string(w.text) {
		w.leave()
		return plugin_span{}
	}
	return w.end()
}

// plugin_differ tells whether so many bytes are not the same.
func plugin_differ(one, other unsafe.Pointer, size int) bool {
	return string(plugin_bytes(one, size)) != string(plugin_bytes(other, size))
}

// end gives the packet in memory of C, which the caller frees.
func (w *plugin_writer) end() plugin_span {
	w.head()
	size := len(w.bytes) + len(w.text)
	address := C.malloc(C.size_t(size))
	into := plugin_bytes(address, size)
	copy(into, w.bytes)
	copy(into[len(w.bytes):], w.text)
	w.leave()
	return plugin_span{uintptr(address), size}
}

// plugin_reader is a packet that is read.
type plugin_reader struct {
	bytes []uint8
	text  string
	ascii bool
	at    int
}

// plugin_open reads a packet of the caller, who keeps it for as long.
func plugin_open(span plugin_span) *plugin_reader {
	return plugin_open_bytes(span.bytes(1))
}

func plugin_open_bytes(bytes []uint8) *plugin_reader {
	if len(bytes) < 16 {
		panic("plugin: a packet ends too soon")
	}
	r := &plugin_reader{bytes: bytes, at: 16}
	columns, text := int(r.get32(0)), int(r.get32(4))
	r.ascii = r.get32(8)&1 != 0
	r.text = string(bytes[16+columns : 16+columns+text])
	r.bytes = bytes[:16+columns]
	return r
}

func (r *plugin_reader) column(size int) int {
	start := (r.at + 7) &^ 7
	r.at = start + size
	if size < 0 || r.at > len(r.bytes) {
		panic("plugin: a column reaches past the end of its packet")
	}
	return start
}

func (r *plugin_reader) raw(data unsafe.Pointer, n, size int) {
	start := r.column(n * size)
	if n > 0 {
		copy(plugin_bytes(data, n*size), r.bytes[start:])
	}
}

func (r *plugin_reader) get32(at int) uint32 {
	return *(*uint32)(unsafe.Pointer(&r.bytes[at]))
}

func (r *plugin_reader) get64(at int) uint64 {
	return *(*uint64)(unsafe.Pointer(&r.bytes[at]))
}

// counts reads n counts and gives them with their sum.
func (r *plugin_reader) counts(n int) ([]uint32, int) {
	counts := make([]uint32, n)
	if n > 0 {
		r.raw(unsafe.Pointer(&counts[0]), n, 4)
	}
	sum := 0
	for _, count := range counts {
		if count != plugin_nil {
			sum += int(count)
		}
	}
	return counts, sum
}

// take gives the next text of so many units of UTF-16.
func (r *plugin_reader) take(units uint32) string {
	end := int(units)
	if !r.ascii {
		end = 0
		for left := int(units); left > 0; {
			rune, size := plugin_utf8.DecodeRuneInString(r.text[end:])
			end += size
			left--
			if rune > 0xffff {
				left--
			}
		}
	}
	text := r.text[:end]
	r.text = r.text[end:]
	return text
}

func plugin_write_strings(w *plugin_writer, v []string) {
	at, sum := w.column(4*len(v)), len(w.text)
	for _, text := range v {
		sum += len(text)
	}
	if sum > cap(w.text) {
		w.text = append(make([]uint8, 0, sum+sum/4), w.text...)
	}
	// Most texts are all ASCII: they are looked at together.
	start := len(w.text)
	for i, text := range v {
		w.put32(at+4*i, uint32(len(text)))
		w.text = append(w.text, text...)
	}
	if plugin_is_ascii(w.text[start:]) {
		return
	}
	w.text = w.text[:start]
	for i, text := range v {
		w.put32(at+4*i, w.write(text))
	}
}

func plugin_read_strings(r *plugin_reader, n int) []string {
	at := r.column(4 * n)
	v := make([]string, n)
	for i := range v {
		v[i] = r.take(r.get32(at + 4*i))
	}
	return v
}

func plugin_write_bytes(w *plugin_writer, v [][]uint8) {
	at, sum := w.column(4*len(v)), 0
	for i, bytes := range v {
		w.put32(at+4*i, uint32(len(bytes)))
		sum += len(bytes)
	}
	at = w.column(sum)
	for _, bytes := range v {
		at += copy(w.bytes[at:], bytes)
	}
}

func plugin_read_bytes(r *plugin_reader, n int) [][]uint8 {
	counts, sum := r.counts(n)
	at := r.column(sum)
	v := make([][]uint8, n)
	for i, count := range counts {
		v[i] = append([]uint8{}, r.bytes[at:at+int(count)]...)
		at += int(count)
	}
	return v
}

func plugin_write_times(w *plugin_writer, v []plugin_time.Time) {
	at := w.column(8 * len(v))
	for i, time := range v {
		w.put64(at+8*i, uint64(time.Unix()))
	}
	at = w.column(4 * len(v))
	for i, time := range v {
		w.put32(at+4*i, uint32(time.Nanosecond()))
	}
}

func plugin_read_times(r *plugin_reader, n int) []plugin_time.Time {
	seconds, nanoseconds := r.column(8*n), r.column(4*n)
	v := make([]plugin_time.Time, n)
	for i := range v {
		v[i] = plugin_time.Unix(int64(r.get64(seconds+8*i)), int64(int32(r.get32(nanoseconds+4*i)))).UTC()
	}
	return v
}

func plugin_write_bigs(w *plugin_writer, v []*plugin_big.Int) {
	at, sum := w.column(4*len(v)), 0
	for i, number := range v {
		if number == nil {
			number = &plugin_big.Int{}
		}
		size := (number.BitLen() + 7) / 8
		sum += size
		word := uint32(2 * size)
		if number.Sign() < 0 {
			word++
		}
		w.put32(at+4*i, word)
	}
	at = w.column(sum)
	for _, number := range v {
		if number == nil {
			continue
		}
		bytes := number.Bytes() // the most significant first
		for i := len(bytes) - 1; i >= 0; i-- {
			w.bytes[at] = bytes[i]
			at++
		}
	}
}

func plugin_read_bigs(r *plugin_reader, n int) []*plugin_big.Int {
	words := make([]uint32, n)
	sum := 0
	at := r.column(4 * n)
	for i := range words {
		words[i] = r.get32(at + 4*i)
		sum += int(words[i] / 2)
	}
	at = r.column(sum)
	v := make([]*plugin_big.Int, n)
	for i, word := range words {
		size := int(word / 2)
		bytes := make([]uint8, size)
		for k := range bytes {
			bytes[size-1-k] = r.bytes[at+k]
		}
		at += size
		v[i] = (&plugin_big.Int{}).SetBytes(bytes)
		if word%2 == 1 {
			v[i].Neg(v[i])
		}
	}
	return v
}
