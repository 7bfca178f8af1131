// Which results and variables may be nil. Types do not tell, the code does: where it
// gives nil, what it has set to nil or asks for it, or an element of a map that need
// not be there. What it has from functions that are not known, or of the standard
// library, whose packages take long to read, counts as something.

package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// nils are the results that may be nil by the declarations of functions, and the
// variables by theirs. A package is read when something of it is asked for.
type nils struct {
	files    *token.FileSet
	packages []Listed
	read     map[string]bool   // packages, by their paths
	known    map[string][]bool // as of declared
}

// mayBeNil tells whether that result of a function, or that variable, may be nil.
func (n *nils) mayBeNil(object types.Object, result int) bool {
	if object.Pkg() == nil {
		return false
	}
	path := object.Pkg().Path()
	if one := n.listed(path); one != nil && !n.read[path] {
		n.read[path] = true
		if syntax, err := parse(n.files, *one); err == nil {
			n.add(syntax, *one)
		}
	}
	known := n.known[n.declared(object)]
	return result < len(known) && known[result]
}

func (n *nils) isStandard(pkg *types.Package) bool {
	if pkg == nil {
		return false
	}
	one := n.listed(pkg.Path())
	return one != nil && one.Standard
}

func (n *nils) listed(path string) *Listed {
	for i := range n.packages {
		if n.packages[i].ImportPath == path {
			return &n.packages[i]
		}
	}
	return nil
}

// declared tells a declaration from all others, wherever it was read.
func (n *nils) declared(object types.Object) string {
	return lineOf(n.files, object.Pkg().Path(), object.Pos()) + " " + object.Name()
}

// body is a function of a package that is read. What it names is known by where that
// is declared: of what is generic there are many objects.
type body struct {
	object   *types.Func
	results  *types.Tuple
	code     *ast.BlockStmt
	assigned map[token.Pos][]given   // what is assigned to its variables
	asked    map[token.Pos]bool      // variables and fields that it compares with nil, or fills by their addresses
	beside   map[token.Pos]token.Pos // variables that come with another one, which tells whether they have a value
	found    []bool
}

// given is what a variable is given: a value of an expression that may have several;
// no expression where it is declared without one.
type given struct {
	value ast.Expr
	index int
}

// reader reads the functions of a package.
type reader struct {
	others *nils
	pkg    *types.Package
	info   *types.Info
	bodies map[token.Pos]*body
	unset  map[token.Pos]bool // fields and variables of the package that it sets to nil, or compares with it
}

// add reads the functions of a package. What is wrong in them has been said by the
// compiler.
func (n *nils) add(syntax []*ast.File, target Listed) {
	info := &types.Info{
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
		Types: map[ast.Expr]types.TypeAndValue{},
	}
	config := types.Config{Importer: importing(n.files, target, n.packages), Error: func(error) {}}
	pkg, _ := config.Check(target.ImportPath, n.files, syntax, info)
	r := &reader{others: n, pkg: pkg, info: info, bodies: map[token.Pos]*body{}, unset: map[token.Pos]bool{}}
	for _, file := range syntax {
		r.declarations(file)
	}
	for changed := true; changed; {
		changed = false
		for _, of := range r.bodies {
			changed = r.returns(of) || changed
		}
	}
	for _, of := range r.bodies {
		n.known[n.declared(of.object)] = of.found
	}
	for _, name := range pkg.Scope().Names() {
		if object := pkg.Scope().Lookup(name); r.unset[object.Pos()] {
			n.known[n.declared(object)] = []bool{true}
		}
	}
	n.interfaces(r, pkg)
}

// interfaces have methods that may give nil where one of the package's own types does.
func (n *nils) interfaces(r *reader, pkg *types.Package) {
	for _, name := range pkg.Scope().Names() {
		of, ok := pkg.Scope().Lookup(name).Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for _, one := range r.bodies {
			self := one.object.Type().(*types.Signature).Recv()
			if self == nil || !types.Implements(self.Type(), of) {
				continue
			}
			for i := 0; i < of.NumMethods(); i++ {
				if method := of.Method(i); method.Name() == one.object.Name() && method.Pkg() == pkg {
					n.join(n.declared(method), one.found)
				}
			}
		}
	}
}

func (n *nils) join(declaration string, found []bool) {
	all := append([]bool{}, found...)
	for i, known := range n.known[declaration] {
		all[i] = all[i] || known
	}
	n.known[declaration] = all
}

// declarations finds the functions of a file, and what may be nil outside of them.
func (r *reader) declarations(file *ast.File) {
	for _, one := range file.Decls {
		switch one := one.(type) {
		case *ast.FuncDecl:
			object, ok := r.info.Defs[one.Name].(*types.Func)
			if !ok || one.Body == nil {
				continue
			}
			results := object.Type().(*types.Signature).Results()
			of := &body{
				object: object, results: results, code: one.Body, found: make([]bool, results.Len()),
				assigned: map[token.Pos][]given{}, asked: map[token.Pos]bool{}, beside: map[token.Pos]token.Pos{},
			}
			r.statements(of)
			r.bodies[object.Pos()] = of
		case *ast.GenDecl:
			for _, spec := range one.Specs {
				if spec, ok := spec.(*ast.ValueSpec); ok && len(spec.Values) == 0 {
					for _, name := range spec.Names {
						r.unset[name.Pos()] = true
					}
				}
			}
		}
	}
}

// statements reads what a function assigns, and what it asks.
func (r *reader) statements(of *body) {
	ast.Inspect(of.code, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.AssignStmt:
			r.assignment(of, node.Lhs, node.Rhs)
		case *ast.ValueSpec:
			names := make([]ast.Expr, len(node.Names))
			for i, name := range node.Names {
				names[i] = name
			}
			r.assignment(of, names, node.Values)
		case *ast.BinaryExpr:
			if node.Op == token.EQL || node.Op == token.NEQ {
				r.comparison(of, node.X, node.Y)
				r.comparison(of, node.Y, node.X)
			}
		case *ast.UnaryExpr:
			// What has its address may give it a value.
			if variable := r.variable(node.X); node.Op == token.AND && variable != nil {
				of.asked[variable.Pos()] = true
			}
		}
		return true
	})
}

func (r *reader) assignment(of *body, to, from []ast.Expr) {
	for i, one := range to {
		variable := r.variable(one)
		if variable == nil {
			continue
		}
		at := variable.Pos()
		switch {
		case len(from) == len(to):
			of.assigned[at] = append(of.assigned[at], given{from[i], 0})
			if r.isNil(from[i]) {
				r.unset[at] = true
			}
		case len(from) == 0:
			of.assigned[at] = append(of.assigned[at], given{nil, 0})
		case r.isCall(from[0]):
			of.assigned[at] = append(of.assigned[at], given{from[0], i})
		default:
			if ok := r.variable(to[1]); ok != nil {
				of.beside[at] = ok.Pos()
			}
		}
	}
}

func (r *reader) comparison(of *body, value, with ast.Expr) {
	if variable := r.variable(value); variable != nil && r.isNil(with) {
		of.asked[variable.Pos()], r.unset[variable.Pos()] = true, true
	}
}

// returns reads what a function gives, and tells whether it is more than was known.
func (r *reader) returns(of *body) (changed bool) {
	ast.Inspect(of.code, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			for i := range of.found {
				if !of.found[i] && hasNil(of.results.At(i).Type()) && r.gives(of, node.Results, i) {
					of.found[i], changed = true, true
				}
			}
		}
		return true
	})
	return changed
}

// gives tells whether that result may be nil where these are given. Beside an error
// nobody looks at it.
func (r *reader) gives(of *body, values []ast.Expr, index int) bool {
	result, last := of.results.At(index), of.results.Len()-1
	isFallible := last > 0 && isError(of.results.At(last).Type())
	switch {
	case len(values) == 0:
		// They have names, and so has an error.
		isGiven := of.asked[result.Pos()] || len(of.assigned[result.Pos()]) > 0
		return !isFallible && (!isGiven || r.isVariableNil(of, result, nil))
	case len(values) < of.results.Len():
		return r.isResultNil(values[0], index)
	case isFallible:
		// Without an error there is a value, unless it says the contrary in so many words.
		return r.isNil(values[last]) && r.isNil(values[index])
	}
	for _, other := range values {
		// Whether there is one is given on.
		value, ok := r.variable(values[index]), r.variable(other)
		if value != nil && ok != nil && of.beside[value.Pos()] == ok.Pos() {
			return true
		}
	}
	return r.isValueNil(of, values[index], nil)
}

// isValueNil tells whether a value may be nil; `through` are the variables that led to it.
func (r *reader) isValueNil(of *body, value ast.Expr, through []token.Pos) bool {
	switch value := value.(type) {
	case *ast.ParenExpr:
		return r.isValueNil(of, value.X, through)
	case *ast.Ident, *ast.SelectorExpr:
		return r.isNil(value) || r.isVariableNil(of, r.variable(value), through)
	case *ast.IndexExpr:
		if of := r.info.Types[value.X].Type; of != nil {
			_, isMap := of.Underlying().(*types.Map)
			return isMap
		}
	case *ast.CallExpr:
		if r.info.Types[value.Fun].IsType() && len(value.Args) == 1 {
			return r.isValueNil(of, value.Args[0], through)
		}
		return r.isResultNil(value, 0)
	}
	return false
}

// isVariableNil tells it of a variable of the function, of the package, or of a field.
func (r *reader) isVariableNil(of *body, variable *types.Var, through []token.Pos) bool {
	if variable == nil || of.asked[variable.Pos()] {
		return false
	}
	for _, one := range through {
		if one == variable.Pos() {
			return false
		}
	}
	if variable.IsField() || variable.Parent() == variable.Pkg().Scope() {
		return r.unset[variable.Pos()]
	}
	for _, one := range of.assigned[variable.Pos()] {
		switch {
		case one.value == nil:
			return true
		case one.index > 0 && r.isResultNil(one.value, one.index),
			one.index == 0 && r.isValueNil(of, one.value, append(through, variable.Pos())):
			return true
		}
	}
	return false
}

// isResultNil tells it of a result of a call.
func (r *reader) isResultNil(call ast.Expr, index int) bool {
	value, ok := call.(*ast.CallExpr)
	if !ok {
		return false
	}
	name, _ := value.Fun.(*ast.Ident)
	if selector, ok := value.Fun.(*ast.SelectorExpr); ok {
		name = selector.Sel
	}
	if name == nil || r.info.Uses[name] == nil {
		return false
	}
	if called := r.bodies[r.info.Uses[name].Pos()]; called != nil {
		return index < len(called.found) && called.found[index]
	}
	called, isFunction := r.info.Uses[name].(*types.Func)
	return isFunction && called.Pkg() != r.pkg && !r.others.isStandard(called.Pkg()) && r.others.mayBeNil(called, index)
}

// variable is the variable or the field that is named.
func (r *reader) variable(value ast.Expr) *types.Var {
	var object types.Object
	switch value := value.(type) {
	case *ast.ParenExpr:
		return r.variable(value.X)
	case *ast.Ident:
		object = r.info.ObjectOf(value)
	case *ast.SelectorExpr:
		object = r.info.Uses[value.Sel]
	}
	variable, _ := object.(*types.Var)
	return variable
}

func (r *reader) isNil(value ast.Expr) bool {
	return r.info.Types[value].IsNil()
}

func (r *reader) isCall(value ast.Expr) bool {
	_, ok := value.(*ast.CallExpr)
	return ok
}
