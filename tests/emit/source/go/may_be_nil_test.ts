/**
 * Results, variables and fields of Go that may be nil, though their types do not tell:
 * they are declared with null, and only they.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { printDeclaration } from "../../../../emit/declaration/print_declaration.ts";
import { test } from "../../../helpers/test.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { build, GO_BREADTH, opened } from "../../helpers/go_open.ts";

/** What may be nil has a name that begins with `Nil`. */
const SOURCE = `package leaves

import (
	"errors"

	"example.com/leaves/roots"
)

type Leaf struct {
	NilNext *Leaf
	parent  *Leaf
	shade   *Leaf
	first   *Leaf
	name    string
}

func (l *Leaf) Name() string { return l.name }

// Given, and never asked for.
func (l *Leaf) Shade() *Leaf { return l.shade }

// Set to nil below.
func (l *Leaf) NilParent() *Leaf { return l.parent }

func (l *Leaf) Cut() { l.parent = nil }

// Made when it is asked for.
func (l *Leaf) First() *Leaf {
	if l.first == nil {
		l.first = New("first")
	}
	return l.first
}

func New(name string) *Leaf {
	l := &Leaf{name: name}
	l.shade, l.parent = l, l
	return l
}

var known = map[string]*Leaf{"oak": New("oak")}

var NilDefault *Leaf
var Default = New("default")

func NilFind(name string) *Leaf {
	if name == "" {
		return nil
	}
	return New(name)
}

func NilThrough(name string) (found *Leaf) {
	found = NilFind(name)
	return
}

func NilUnset() (found *Leaf) { return }

func Set() (found *Leaf) {
	found = New("set")
	return
}

func NilElement(name string) *Leaf { return known[name] }

func NilKept(name string) *Leaf {
	kept := known[name]
	return kept
}

func NilParens(name string) *Leaf { return (*Leaf)((NilFind(name))) }

func Guarded(name string) *Leaf {
	if kept, ok := known[name]; ok {
		return kept
	}
	return New(name)
}

func Filled(name string) *Leaf {
	kept := known[name]
	if kept == nil {
		kept = New(name)
	}
	return kept
}

func ByAddress() *Leaf {
	var made *Leaf
	fill(&made)
	return made
}

func fill(to **Leaf) { *to = New("filled") }

func Closure() *Leaf {
	none := func() *Leaf { return nil }
	none()
	return New("closure")
}

func Listed(leaves []*Leaf) *Leaf { return leaves[0] }

func NilPair(name string) (*Leaf, bool) {
	kept, ok := known[name]
	return kept, ok
}

func Fallible(name string) (*Leaf, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	return New(name), nil
}

func Forwarded(name string) (*Leaf, error) { return Fallible(name) }

func NilWithout(name string) (*Leaf, error) {
	if name == "" {
		return nil, nil
	}
	return New(name), nil
}

func NilForwarded(name string) (*Leaf, error) { return NilWithout(name) }

func NilAgain(n int) *Leaf {
	if n > 0 {
		return NilAgain(n - 1)
	}
	return NilOther(n)
}

func NilOther(n int) *Leaf {
	if n < 0 {
		return NilAgain(n)
	}
	var none *Leaf
	return none
}

func Loop(n int) *Leaf {
	if n > 0 {
		return Loop(n - 1)
	}
	return New("loop")
}

type Tree interface {
	NilOldest() *Leaf
	Youngest() *Leaf
}

type Oak struct{ name string }

func (o *Oak) NilOldest() *Leaf { return known[o.name] }
func (o *Oak) Youngest() *Leaf  { return New("youngest") }

func Plant() Tree { return &Oak{"oak"} }

func NilTree(is bool) Tree {
	if is {
		return Plant()
	}
	return nil
}

// A type of another package, whose methods are read there.
func Root() *roots.Root { return &roots.Root{} }

func NilRoot(name string) *roots.Root { return roots.NilFind(name) }

func Found() *roots.Root { return roots.New() }

type Chain[T any] struct {
	head *Link[T]
	tail *Link[T]
}

type Link[T any] struct{ value T }

func (l *Link[T]) Value() T { return l.value }

func (c *Chain[T]) Empty()           { c.head = nil }
func (c *Chain[T]) NilHead() *Link[T] { return c.head }
func (c *Chain[T]) Tail() *Link[T]    { return c.tail }
func (c *Chain[T]) NilAgain() *Link[T] { return c.NilHead() }

func NewChain() *Chain[int] {
	link := &Link[int]{1}
	return &Chain[int]{link, link}
}
`;

const ROOTS = `package roots

type Root struct{ deep *Root }

func (r *Root) NilDeeper() *Root {
	if r.deep != nil {
		return r.deep
	}
	return nil
}

func (r *Root) Self() *Root { return r }

func New() *Root { return &Root{} }

func NilFind(name string) *Root {
	if name == "" {
		return nil
	}
	return New()
}
`;

async function leaves() {
  const directory = emptyDirectory();
  mkdirSync(join(directory, "roots"));
  writeFileSync(
    join(directory, "go.mod"),
    "module example.com/leaves\n\ngo 1.18\n",
  );
  writeFileSync(join(directory, "leaves.go"), SOURCE);
  writeFileSync(join(directory, "roots", "roots.go"), ROOTS);
  return opened(await build(directory));
}

test("what may be nil is declared with null", GO_BREADTH, async () => {
  const { manifest } = await leaves();
  const results = Object.entries(manifest.symbols).flatMap(([name, symbol]) => {
    // Made by us: setters, zero values, errors.
    if (/=$|\.new$|^error/.test(name)) return [];
    const result = symbol.type.replace(/.*=> /, "");
    return /[A-Z]/.test(result) ? [[name, result.includes("?")]] : [];
  });
  assertEquals(
    results.filter(([name, isNil]) => /\bNil/.test(`${name}`) !== isNil),
    [],
  );
  assert(results.length > 30, `${results.length}`);
  const text = printDeclaration(manifest).replace(/\s+/g, " ");
  for (
    const part of [
      "get NilNext(): Leaf | null;",
      "set NilNext(value: Leaf | null);",
      "NilFind: NativeFunction<[name: string], Leaf | null>;",
      "NilPair: NativeFunction<[name: string], [Leaf | null, boolean]>;",
      "Fallible: NativeFunction<[name: string], Leaf>;",
      "NilDefault: Variable<Leaf | null>;",
      "Default: Variable<Leaf>;",
      "NilOldest(): Promise<Leaf | null>;",
    ]
  ) {
    assertEquals([part, text.includes(part)], [part, true], text);
  }
});
