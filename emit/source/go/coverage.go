// Code added by "plugin test --coverage". DO NOT EDIT.

// Writes how often each line of a package has run.

package main

import "C"
import plugin_coverage "runtime/coverage"
import plugin_os "os"

// plugin_write_counts writes how often each block has run.
//
//export plugin_write_counts
func plugin_write_counts() {
	err := plugin_coverage.WriteCountersDir(plugin_os.Getenv("GOCOVERDIR"))
	if err != nil {
		plugin_os.Stderr.WriteString("plugin test --coverage: " + err.Error() + "\n")
	}
}
