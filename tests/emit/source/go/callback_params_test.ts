/**
 * What the parameters of functions are called that Go is given: in the manifest, and
 * so in declarations.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { printDeclaration } from "../../../../emit/declaration/print_declaration.ts";
import { test } from "../../../helpers/test.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { build, GO_BREADTH, opened } from "../../helpers/go_open.ts";

const SOURCE = `package main

type Entry struct{ Name string }

type Visit func(path string, entry Entry) error

func Walk(root string, visit Visit) error { return visit(root, Entry{root}) }

func Each(n int, f func(index, _ int, for_ uint8, await bool) bool) {
	for i := 0; f(i, n, 0, true); i++ {
	}
}

func Plain(f func(int, string)) {}

type Options struct {
	OnEntry func(entry Entry, depth int)
}

func (o *Options) Run(done func(took float64)) { done(1.5) }

func main() {}
`;

test(
  "names of what Go gives to functions are in the declaration",
  GO_BREADTH,
  async () => {
    const file = join(emptyDirectory(), "a.go");
    writeFileSync(file, SOURCE);
    const { manifest } = opened(await build(file));
    const text = printDeclaration(manifest).replace(/\s+/g, " ");
    const has = (part: string) => [part, text.includes(part)];
    for (
      const part of [
        "((path: string, entry: Entry) => void)",
        "[index: number, arg2: number, for_: number, await_: boolean], boolean>",
        "[arg1: number, arg2: string], void>",
        "OnEntry?: ((entry: Entry, depth: number) => void)",
        "set OnEntry(value: ((entry: Entry, depth: number) => void) | null)",
        "Run(done: FunctionArgument<[took: number], void>): void",
      ]
    ) {
      assertEquals(has(part), [part, true], text);
    }
    const { Each, Plain } = manifest.symbols as Record<
      string,
      { callbackParams?: unknown }
    >;
    assertEquals(Each!.callbackParams, { 2: ["index", "", "for_", "await"] });
    assertEquals(Plain!.callbackParams, undefined);
  },
);
