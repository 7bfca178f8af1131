// Exports lists the functions and methods that a Go package exports, by their
// names: what a table of how much of it crosses is a share of. It knows nothing
// of the command that builds plugins.
//
// Its argument is an import path; it runs in a module that has the package.
package main

import (
	"encoding/json"
	"fmt"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"strings"
)

// Exported is one function or method.
type Exported struct {
	Name    string `json:"name"`    // Type.Method for a method
	Generic bool   `json:"generic"` // it, or the type that it is a method of
}

func main() {
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}", os.Args[1])
	list.Stderr = os.Stderr
	output, err := list.Output()
	check(err)
	files := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(output)), "\n") {
		path, file, _ := strings.Cut(line, "\t")
		files[path] = file
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			path = "vendor/" + path
		}
		return os.Open(files[path])
	})
	pkg, err := imports.Import(os.Args[1])
	check(err)
	all := []Exported{}
	for _, name := range pkg.Scope().Names() {
		switch object := pkg.Scope().Lookup(name).(type) {
		case *types.Func:
			if object.Exported() {
				all = append(all, Exported{name, object.Signature().TypeParams().Len() > 0})
			}
		case *types.TypeName:
			if object.Exported() && !object.IsAlias() {
				all = append(all, methods(object)...)
			}
		}
	}
	check(json.NewEncoder(os.Stdout).Encode(all))
}

// methods are those of a pointer to the type too.
func methods(of *types.TypeName) []Exported {
	t := of.Type()
	generic := t.(*types.Named).TypeParams().Len() > 0
	if !types.IsInterface(t) {
		t = types.NewPointer(t)
	}
	list := []Exported{}
	set := types.NewMethodSet(t)
	for i := 0; i < set.Len(); i++ {
		if method := set.At(i).Obj(); method.Exported() {
			list = append(list, Exported{of.Name() + "." + method.Name(), generic})
		}
	}
	return list
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
