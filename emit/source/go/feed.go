// Code added by "plugin build". DO NOT EDIT.

// Channels whose values the caller gives later: an async iterable, which is asked
// for more whenever one was received.
package main

import plugin_errors_package "errors"
import plugin_reflect "reflect"
import plugin_sync "sync"
import "unsafe"

// plugin_feed is where the values of a channel come from that the caller gives
// later.
type plugin_feed struct {
	channel  interface{}
	run      func() // until there are no more; nil when it has begun
	err      error  // how it has ended
	released bool   // the caller has let go of the channel: nobody asks how it ends
}

// plugin_feeds are those of which somebody may ask.
var plugin_feeds struct {
	plugin_sync.Mutex
	of map[unsafe.Pointer]*plugin_feed // by where the channel lies
}

// plugin_wait is what ends a wait: a context, where the package knows of these.
type plugin_wait interface {
	Done() <-chan struct{}
	Err() error
}

// plugin_place tells where a channel lies, whatever may be done with it.
func plugin_place(channel interface{}) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&channel))[1]
}

func (feed *plugin_feed) keep() {
	feeds := &plugin_feeds
	feeds.Lock()
	defer feeds.Unlock()
	if feeds.of == nil {
		feeds.of = map[unsafe.Pointer]*plugin_feed{}
	}
	feeds.of[plugin_place(feed.channel)] = feed
}

// end says that no more come; what was thrown is for the call that has the channel.
func (feed *plugin_feed) end(err error) {
	feeds := &plugin_feeds
	feeds.Lock()
	defer feeds.Unlock()
	feed.err = err
	if err == nil || feed.released {
		delete(feeds.of, plugin_place(feed.channel))
	}
}

// plugin_release_feed says that the caller has let go of a value, which may be
// a channel: what has not begun never does, and nobody asks what has ended.
func plugin_release_feed(value interface{}) {
	feeds := &plugin_feeds
	feeds.Lock()
	defer feeds.Unlock()
	if len(feeds.of) == 0 {
		return
	}
	feed := feeds.of[plugin_place(value)]
	if feed == nil {
		return
	}
	feed.released = true
	if feed.run != nil || feed.err != nil {
		delete(feeds.of, plugin_place(value))
	}
}

// plugin_begin_feeds begins a call that is given these values: what the channels in
// them are fed with comes from now on, where the caller's thread does not wait. It
// gives the channels: behind the call the values may be another goroutine's.
func plugin_begin_feeds(isWaited bool, values ...interface{}) (all []interface{}) {
	for _, value := range values {
		all = append(all, plugin_channels(value)...)
	}
	for _, channel := range all {
		if err := plugin_begin_feed(channel, isWaited); err != nil {
			panic(err)
		}
	}
	return all
}

// plugin_begin_given is the same for what a function of the caller gives.
func plugin_begin_given(value interface{}, thread uint64) error {
	for _, channel := range plugin_channels(value) {
		if err := plugin_begin_feed(channel, plugin_waits(thread)); err != nil {
			return err
		}
	}
	return nil
}

// plugin_channels are the channels in a value, where any are fed. Objects and what may
// be anything are not looked into: others hold them too.
func plugin_channels(value interface{}) (all []interface{}) {
	feeds := &plugin_feeds
	feeds.Lock()
	isNone := len(feeds.of) == 0
	feeds.Unlock()
	if isNone {
		return nil
	}
	var walk func(v plugin_reflect.Value)
	walk = func(v plugin_reflect.Value) {
		switch v.Kind() {
		case plugin_reflect.Chan:
			if !v.IsNil() && v.CanInterface() {
				all = append(all, v.Interface())
			}
		case plugin_reflect.Ptr:
			if _, isObject := plugin_classes[v.Type()]; !isObject && !v.IsNil() {
				walk(v.Elem())
			}
		case plugin_reflect.Struct:
			if _, isObject := plugin_classes[plugin_reflect.PtrTo(v.Type())]; isObject {
				return
			}
			for i := 0; i < v.NumField(); i++ {
				walk(v.Field(i))
			}
		case plugin_reflect.Array, plugin_reflect.Slice:
			for i := 0; i < v.Len() && plugin_is_made(v.Type().Elem()); i++ {
				walk(v.Index(i))
			}
		case plugin_reflect.Map:
			if !plugin_is_made(v.Type().Elem()) {
				return
			}
			for _, key := range v.MapKeys() {
				walk(v.MapIndex(key))
			}
		}
	}
	walk(plugin_reflect.ValueOf(value))
	return all
}

// plugin_is_made tells whether a value of a type may have others in it, but any.
func plugin_is_made(t plugin_reflect.Type) bool {
	switch t.Kind() {
	case plugin_reflect.Chan, plugin_reflect.Ptr, plugin_reflect.Struct, plugin_reflect.Array, plugin_reflect.Slice, plugin_reflect.Map:
		return true
	}
	return false
}

func plugin_begin_feed(channel interface{}, isWaited bool) error {
	feeds := &plugin_feeds
	feeds.Lock()
	defer feeds.Unlock()
	feed := feeds.of[plugin_place(channel)]
	if feed == nil || feed.run == nil {
		return nil
	}
	if isWaited {
		delete(feeds.of, plugin_place(channel))
		return plugin_errors_package.New("an async iterable gives its values by promises, and no promise settles while a synchronous call waits: call with .async")
	}
	go feed.run()
	feed.run = nil
	return nil
}

// plugin_end_feeds ends it: what was thrown where the values come from is thrown on.
func plugin_end_feeds(channels []interface{}) {
	for _, channel := range channels {
		plugin_end_feed(channel)
	}
}

func plugin_end_feed(channel interface{}) {
	feeds := &plugin_feeds
	feeds.Lock()
	feed := feeds.of[plugin_place(channel)]
	failed := feed != nil && feed.err != nil
	if failed {
		delete(feeds.of, plugin_place(channel))
	}
	feeds.Unlock()
	if failed {
		panic(feed.err)
	}
}
