/**
 * A class of errors is declared where something takes or gives it, or anything,
 * and is not where it is only thrown.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import {
  exportedNames,
  printDeclaration,
} from "../../../emit/declaration/print_declaration.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { succeed } from "../../helpers/succeed.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

/** The classes that declarations have, and what a package exports: as is counted, and as the plugin has it when it is open. */
async function shownOf(source: string): Promise<[string[], string[], string]> {
  const path = join(emptyDirectory(), "plugin.so");
  const said = await succeed(plugin("build", source, "-o", path, "--json"));
  const manifest = readManifest(`${path}.json`);
  const classes = [
    ...printDeclaration(manifest).matchAll(/export declare class (\w+)/g),
  ].map(([, name]) => name!);
  const exported = exportedNames(manifest).map(({ name }) => name);
  const opened = open(path);
  assertEquals(Object.keys(opened.symbols), exported);
  assertEquals(opened.stats().symbols, exported.length);
  const { functions, types } = JSON.parse(said.stdout);
  const members = Object.values(manifest.symbols).length - 1;
  assertEquals(
    [functions, types],
    exported.includes("error") ? [1 + members, classes.length] : [1, 0],
  );
  return [classes, exported, path];
}

test(
  "errors of Rust that are only thrown are no class to import",
  need("rust>=1.88", "cc"),
  async () => {
    const source = join(emptyDirectory(), "half.rs");
    writeFileSync(
      source,
      `pub fn half(of: i32) -> Result<i32, String> {
    if of % 2 == 0 { Ok(of / 2) } else { Err(format!("{of} is odd")) }
}
`,
    );
    const [classes, exported, path] = await shownOf(source);
    assertEquals([classes, exported], [[], ["half"]]);
    // They are what they were to who catches them.
    const { half } = open<{ half(of: number): number }>(path).symbols;
    const thrown = assertThrows(() => half(3), PluginError, "3 is odd");
    assertEquals(thrown.is!(thrown), true);
  },
);

test(
  "errors of Go are a class to import where a function takes one, or anything",
  need("go", "cc"),
  async () => {
    const functions = {
      thrown: "func Half(of int) (int, error) { return of / 2, nil }",
      taken: "func Text(of error) string { return of.Error() }",
      any: "func Text(of func() any) any { return of() }",
    };
    for (const [name, code] of Object.entries(functions)) {
      const directory = join(emptyDirectory(), name);
      mkdirSync(directory);
      writeFileSync(join(directory, "go.mod"), `module ${name}\n\ngo 1.18\n`);
      writeFileSync(
        join(directory, "plugin.go"),
        `package ${name}\n\n${code}\n`,
      );
      const [classes, exported] = await shownOf(directory);
      const met = { thrown: [], taken: ["error"] }[name] ??
        ["error", "func", "typed"];
      assertEquals(classes, met);
      assertEquals(exported, [name === "thrown" ? "Half" : "Text", ...met]);
    }
  },
);

test(
  "a class of C that is called error is one that functions give by its pointers",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const [source, said, path] = ["a.c", "a.json", "a.so"]
      .map((name) => join(directory, name)) as [string, string, string];
    writeFileSync(
      source,
      `struct failure { int code; };
struct failure *failure_at(int code) {
  static struct failure at[9];
  at[code].code = code;
  return &at[code];
}
int failure_code(struct failure *of) { return of->code; }
void failure_free(struct failure *of) {}
`,
    );
    const entries = {
      failure: { handle: "error", free: "failure_free" },
      failure_code: { method: "error.code" },
    };
    writeFileSync(said, JSON.stringify(entries));
    await succeed(plugin("build", source, "--annotate", said, "-o", path));
    assertStringIncludes(
      printDeclaration(readManifest(`${path}.json`)),
      "export declare class error extends NativeObject {",
    );
    const { failure_at, error } = open<{
      failure_at(code: number): Disposable & { code(): number };
      error: abstract new () => unknown;
    }>(path).symbols;
    using at = failure_at(3);
    assertEquals([at instanceof error, at.code()], [true, 3]);
  },
);
