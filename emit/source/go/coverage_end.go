// Code added by "plugin test --coverage". DO NOT EDIT.

// Has the counts written at the end of the process.

package main

// // Go writes its counts when func main returns, and here it never does. Deno
// // and Node end by exit, Bun by quick_exit.
// extern int atexit(void (*)(void));
// extern int at_quick_exit(void (*)(void));
// extern void plugin_write_counts(void);
// __attribute__((constructor)) static void plugin_count(void) {
//   atexit(plugin_write_counts);
//   at_quick_exit(plugin_write_counts);
// }
import "C"
