// Code added by "plugin build". DO NOT EDIT.

// Objects: values of Go that the caller holds. Each has a slot in a table, and
// the slot a generation, so that nobody reaches a value that was let go of.
package main

import "C"
import plugin_reflect "reflect"
import plugin_sync "sync"

// plugin_slot is one place of the table.
type plugin_slot struct {
	value      interface{}
	generation uint32
	next       uint32 // the next free slot, where this one is free
	used       bool
	isValue    bool // Go gave what the pointer in it points to
}

// plugin_table holds what the caller holds. Slot 0 stands for nil.
var plugin_table struct {
	plugin_sync.RWMutex
	slots []plugin_slot
	free  uint32
	count int
}

// plugin_generations is how many generations a slot has: a handle is a number
// that JavaScript holds exactly.
const plugin_generations = 1 << 21

// plugin_hold gives a value a handle.
func plugin_hold(value interface{}) uint64 {
	t := &plugin_table
	t.Lock()
	defer t.Unlock()
	if len(t.slots) == 0 {
		t.slots = append(t.slots, plugin_slot{})
	}
	slot := t.free
	if slot == 0 {
		slot = uint32(len(t.slots))
		t.slots = append(t.slots, plugin_slot{})
	} else {
		t.free = t.slots[slot].next
	}
	one := &t.slots[slot]
	one.value, one.used = value, true
	t.count++
	return uint64(one.generation)<<32 | uint64(slot)
}

// plugin_hold_value is plugin_hold of a pointer to what Go gave.
func plugin_hold_value(pointer interface{}) uint64 {
	handle := plugin_hold(pointer)
	t := &plugin_table
	t.Lock()
	defer t.Unlock()
	t.slots[uint32(handle)].isValue = true
	return handle
}

// plugin_given gives what Go gave under a handle: a value, and not the pointer by
// which it is held, as who takes anything looks for its type.
func plugin_given(handle uint64) interface{} {
	held := plugin_held(handle)
	if handle == 0 {
		return held
	}
	t := &plugin_table
	t.RLock()
	isValue := t.slots[uint32(handle)].isValue
	t.RUnlock()
	if isValue {
		return plugin_deref(held)
	}
	return held
}

// plugin_held gives the value of a handle; nil for that of nil.
func plugin_held(handle uint64) interface{} {
	if handle == 0 {
		return nil
	}
	t := &plugin_table
	t.RLock()
	defer t.RUnlock()
	slot := uint32(handle)
	if int(slot) >= len(t.slots) || !t.slots[slot].used || t.slots[slot].generation != uint32(handle>>32) {
		panic("plugin: the object was let go of")
	}
	return t.slots[slot].value
}

// plugin_is_nil tells whether an interface holds a pointer to nothing.
func plugin_is_nil(value interface{}) bool {
	v := plugin_reflect.ValueOf(value)
	return v.Kind() == plugin_reflect.Ptr && v.IsNil()
}

// plugin_released_value is told what the caller has let go of.
var plugin_released_value = func(value interface{}) {}

// plugin_release lets go of a value.
//
//export plugin_release
func plugin_release(handle uint64) {
	t := &plugin_table
	t.Lock()
	defer t.Unlock()
	slot := uint32(handle)
	if slot == 0 || int(slot) >= len(t.slots) || !t.slots[slot].used || t.slots[slot].generation != uint32(handle>>32) {
		return
	}
	one := &t.slots[slot]
	if closer, ok := one.value.(interface{ plugin_close() }); ok {
		closer.plugin_close()
	}
	plugin_released_value(one.value)
	*one = plugin_slot{generation: (one.generation + 1) % plugin_generations, next: t.free}
	t.free = slot
	t.count--
}
