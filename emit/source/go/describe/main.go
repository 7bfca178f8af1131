// Describe lists what a Go package exports: functions and variables, with the
// type that each has in the notation of a manifest, and what cannot cross.
//
// It reads what `go list -json -export -compiled -deps` printed on standard
// input, where the package itself comes last, and prints JSON. Only the Go
// standard library is used, and nothing in it newer than Go 1.18.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Listed is what `go list` says of one package.
type Listed struct {
	ImportPath      string
	Name            string
	Dir             string
	Export          string
	Standard        bool // of Go's own library
	CompiledGoFiles []string
	ImportMap       map[string]string
}

// Description is what this program prints.
type Description struct {
	Package   string                 `json:"package"` // its name
	Path      string                 `json:"path"`    // what it is imported as
	HasMain   bool                   `json:"hasMain"`
	Shadowed  []string               `json:"shadowed"`  // Go's own names that the package gives another meaning
	Imports   map[string]string      `json:"imports"`   // paths by the names under which types below use them
	Structs   []Struct               `json:"structs"`   // those that the symbols below use
	Functions []Function             `json:"functions"` // by name
	Variables []Variable             `json:"variables"` // by name
	Skipped   map[string]string      `json:"skipped"`
	Types     map[string]*Named      `json:"types"`     // records and classes
	Constants map[string]interface{} `json:"constants"` // as a manifest has them
	Code      string                 `json:"code"`      // functions for what crosses whole and for objects
	Places    map[string]Place       `json:"places"`    // where symbols, types and members "Type.Member" are declared
}

// Place is a line of a file.
type Place struct {
	Path string `json:"path"`
	Line int    `json:"line"`
}

// Function is an exported function.
type Function struct {
	Name     string  `json:"name"`
	Doc      string  `json:"doc"`
	Params   []Value `json:"params"`
	Results  []Value `json:"results"`
	Variadic bool    `json:"variadic"`         // the last parameter is declared as ...T
	Error    bool    `json:"error"`            // one more result, an error
	Context  bool    `json:"context"`          // one more parameter, the first: a context
	Call     string  `json:"call"`             // what a wrapper calls, reads or writes
	Access   string  `json:"access,omitempty"` // "get" or "set" of a field; "change" of a value by a method of a pointer to it
}

// Variable is an exported variable.
type Variable struct {
	Value
	Doc    string `json:"doc"`
	At     string `json:"at"`     // what a wrapper calls it
	Copied bool   `json:"copied"` // it is a struct that does not lie as C would lay it out
	Fixed  bool   `json:"fixed"`  // it is only read: its type has no name here
}

// Value is a parameter, a result, a variable or a field.
type Value struct {
	Name  string `json:"name"`
	Type  string `json:"type"`            // in the notation
	Go    string `json:"go"`              // as the package itself would write it; of a pointer, what it points to
	Call  *Call  `json:"call,omitempty"`  // how to call it, where it is a function
	Codec *Codec `json:"codec,omitempty"` // how it crosses, where that is whole or as an object
	Inout bool   `json:"inout,omitempty"` // Go's caller sees what the function writes there

	CallbackParams []string `json:"callbackParams,omitempty"` // of a parameter that is a function: what its own are called
}

// Call is the signature of a function that is a value.
type Call struct {
	Params  []Value `json:"params"`
	Results []Value `json:"results"` // one or none
}

// Struct is a struct type.
type Struct struct {
	Name   string  `json:"name"` // in the notation
	Go     string  `json:"go"`   // as the package itself would write it
	Doc    string  `json:"doc"`
	Fields []Value `json:"fields"` // those that have a name
}

func main() {
	packages, err := read(os.Stdin)
	if err != nil {
		fail(err)
	}
	// Behind "outside" stand the packages that are wrapped from outside.
	args, wanted := []string{}, []string{}
	for _, arg := range os.Args[1:] {
		if name := strings.TrimPrefix(arg, "--instantiate="); name != arg {
			wanted = append(wanted, name)
		} else {
			args = append(args, arg)
		}
	}
	outside := len(args) > 0
	target := packages[len(packages)-1]
	files := token.NewFileSet()
	docs := map[string]string{}
	all := []*types.Package{}
	if len(args) > 2 {
		target = Listed{ImportPath: "plugin.local/wrap"}
	}
	importer := importing(files, target, packages)
	if len(args) > 2 {
		all, err = several(files, importer, docs, args[1:], packages)
	} else {
		var syntax []*ast.File
		syntax, err = parse(files, target)
		if err == nil {
			comments(files, syntax, docs)
			var pkg *types.Package
			pkg, err = check(files, importer, syntax, target)
			all = append(all, pkg)
		}
	}
	if err != nil {
		fail(err)
	}
	described, err := describe(files, importer, all, packages, docs, outside, wanted)
	if err != nil {
		fail(err)
	}
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	if err := output.Encode(described); err != nil {
		fail(err)
	}
}

// several finds the types of some packages in what the compiler has written
// down of them: a type that two of them name is one. Their source has the
// comments.
func several(files *token.FileSet, importer types.Importer, docs map[string]string, paths []string, packages []Listed) ([]*types.Package, error) {
	all := []*types.Package{}
	for _, path := range paths {
		pkg, err := importer.Import(path)
		if err != nil {
			return nil, err
		}
		all = append(all, pkg)
		for _, one := range packages {
			if one.ImportPath == path {
				syntax, err := parse(files, one)
				if err != nil {
					return nil, err
				}
				comments(files, syntax, docs)
			}
		}
	}
	return all, nil
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func read(input io.Reader) ([]Listed, error) {
	var packages []Listed
	for decoder := json.NewDecoder(input); ; {
		var one Listed
		err := decoder.Decode(&one)
		if err == io.EOF && len(packages) > 0 {
			return packages, nil
		}
		if err != nil {
			return nil, fmt.Errorf("cannot read the list of packages: %w", err)
		}
		packages = append(packages, one)
	}
}

// parse reads the files that the compiler reads: cgo has already rewritten
// those that it is for, and left their comments where they were.
func parse(files *token.FileSet, target Listed) ([]*ast.File, error) {
	var syntax []*ast.File
	for _, name := range target.CompiledGoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(target.Dir, name)
		}
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		syntax = append(syntax, file)
	}
	return syntax, nil
}

// check finds the types. Dependencies are not read as source: the compiler has
// just written down what they export.
func check(files *token.FileSet, importer types.Importer, syntax []*ast.File, target Listed) (*types.Package, error) {
	config := types.Config{
		Importer:         importer,
		Sizes:            types.SizesFor("gc", runtime.GOARCH),
		IgnoreFuncBodies: true,
	}
	return config.Check(target.ImportPath, files, syntax, nil)
}

// importing finds what the compiler has written down of packages.
func importing(files *token.FileSet, target Listed, packages []Listed) types.Importer {
	exports := map[string]string{}
	for _, one := range packages {
		exports[one.ImportPath] = one.Export
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if actual := target.ImportMap[path]; actual != "" {
			path = actual
		}
		if exports[path] == "" {
			return nil, fmt.Errorf("no export data for %q", path)
		}
		return os.Open(exports[path])
	}
	return importer.ForCompiler(files, "gc", lookup)
}

// lineOf tells the line of a declaration, as far as the compiler writes it
// down too: it knows no columns, and may call directories something else.
func lineOf(files *token.FileSet, pkg string, at token.Pos) string {
	position := files.Position(at)
	return fmt.Sprintf("%s/%s:%d", pkg, filepath.Base(position.Filename), position.Line)
}

// comments adds the comment above each declaration by the line of its name.
func comments(files *token.FileSet, syntax []*ast.File, docs map[string]string) {
	for _, file := range syntax {
		at := func(pos token.Pos) string { return lineOf(files, file.Name.Name, pos) }
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				docs[at(declaration.Name.Pos())] = declaration.Doc.Text()
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					switch spec := spec.(type) {
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							docs[at(name.Pos())] = commentOf(spec.Doc, spec.Comment, declaration)
						}
					case *ast.TypeSpec:
						docs[at(spec.Name.Pos())] = commentOf(spec.Doc, spec.Comment, declaration)
					}
				}
			}
		}
	}
}

func commentOf(above, behind *ast.CommentGroup, declaration *ast.GenDecl) string {
	switch {
	case above != nil:
		return above.Text()
	case behind != nil:
		return behind.Text()
	case !declaration.Lparen.IsValid():
		return declaration.Doc.Text()
	}
	return ""
}
