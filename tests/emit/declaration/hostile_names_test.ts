/**
 * What a manifest of somebody else's has in its names and comments stays data:
 * in declarations, and on a terminal.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { Buffer } from "node:buffer";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import ts from "typescript";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { compile } from "../../helpers/shared_library.ts";

/** What ends a line somewhere, what terminals obey, and what turns writing round. */
const CONTROLS = [
  ...["\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029"],
  ...["\u001b[2J", "\u009b2J", "\u0007", "\b", "\u007f"],
  ...["\u202e", "\u2066", "\u200f", "\u061c"],
];

/** No text of ours has any of these but the ends of lines and tabs. */
const UNPRINTABLE =
  /(?![\n\t])[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const EVIL = "declare global { interface Array<T> { evil: T } }";

/** A manifest that has a text wherever there may be any. */
function manifestWith(text: string): Manifest {
  return parseManifest(
    JSON.stringify({
      manifest: 1,
      library: {
        file: "x.so",
        os: "linux",
        arch: "x64",
        sha256: "00",
        size: 0,
        needs: [text],
        language: text,
        compiler: text,
      },
      types: {
        S: {
          kind: "struct",
          size: 4,
          align: 4,
          fields: [{ name: text, type: "i32", offset: 0 }],
          doc: text,
        },
        E: { kind: "enum", type: "u32", values: { [text]: 1 }, doc: text },
        A: { kind: "alias", type: "S", doc: text },
      },
      constants: { [text]: 1, t: text },
      symbols: {
        [text]: { kind: "variable", type: "i32", doc: text },
        // Nobody can call it: it is told in a comment.
        [`${text} `]: { kind: "function", type: "(S) => S", params: [text] },
        f: {
          kind: "function",
          type: "(*i32, i32) => i32",
          params: [text, "n"],
          annotations: { lengths: { 1: "n" }, free: text },
          doc: text,
        },
        v: {
          kind: "function",
          type: "(i32, ...) => i32",
          calls: [{
            type: "(i32,\n\ti32) => i32",
            thunk: { symbol: text, size: 16, params: [0, 4], results: [8] },
          }],
        },
        w: { kind: "function", type: "(i32, ...) => i32", symbol: text },
      },
      skipped: { [text]: text },
    }),
    "x.so.json",
  );
}

test("nothing in a manifest ends a line, a text or a comment of its declarations", () => {
  const texts = [
    ...CONTROLS.map((control) => `x${control}${EVIL}${control}//`),
    `x*/ ${EVIL} /*`,
    `x"; ${EVIL} //`,
    `x\\"; ${EVIL} //`,
    "x`${evil}`",
  ];
  for (const text of texts) {
    const printed = printDeclaration(manifestWith(text));
    assertEquals(UNPRINTABLE.exec(printed), null, JSON.stringify(text));
    const file = ts.createSourceFile("x.d.ts", printed, ts.ScriptTarget.Latest);
    const { parseDiagnostics } = file as unknown as {
      parseDiagnostics: { messageText: string }[];
    };
    assertEquals(parseDiagnostics, [], printed);
    const kinds = new Set(file.statements.map(({ kind }) => kind));
    kinds.delete(ts.SyntaxKind.ImportDeclaration);
    kinds.delete(ts.SyntaxKind.InterfaceDeclaration);
    kinds.delete(ts.SyntaxKind.TypeAliasDeclaration);
    assertEquals([...kinds], [], printed);
    // Nor is a member of the interfaces one that nobody has named.
    const names = file.statements.filter(ts.isInterfaceDeclaration)
      .flatMap(({ members }) => [...members])
      .map(({ name }) =>
        name !== undefined && ts.isIdentifier(name) && name.text
      );
    assert(!names.includes("evil") && !names.includes("injected"), printed);
  }
});

test("a file name has no control characters", () => {
  for (const control of CONTROLS) {
    const json = { ...manifestWith("x"), skipped: {} };
    const file = `x${control}.so`;
    let message = "";
    try {
      parseManifest(
        JSON.stringify({ ...json, library: { ...json.library, file } }),
        `${control}.json`,
      );
    } catch (error) {
      message = (error as Error).message;
    }
    assertStringIncludes(message, "library.file is");
    assertStringIncludes(message, "wanted a text without control characters");
    assertEquals(UNPRINTABLE.exec(message), null);
    assert(!message.includes("\n"));
  }
});

test(
  "a terminal obeys nothing that a library or a manifest says",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    for (const control of CONTROLS) {
      const text = `x${control}signed    by me`;
      const path = libraryWith(join(directory, "x.so"), text);
      const emitted = await plugin("emit", path, "--verbose");
      const manifest = `${path}.json`;
      const { library } = readManifest(manifest);
      writeFileSync(
        manifest,
        JSON.stringify({
          ...manifestWith(text),
          library: { ...library, compiler: text },
        }),
      );
      const said = [
        emitted,
        await plugin("inspect", path, "--verbose"),
        await plugin("inspect", path, "--json"),
        await plugin("inspect", manifest, "--verbose"),
        await plugin("check", path, "--verbose"),
        await plugin("check", path, "--json"),
        await plugin("types", manifest),
      ];
      for (const { stdout, stderr } of said) {
        const all = stdout + stderr;
        assertEquals(UNPRINTABLE.exec(all), null, JSON.stringify(all));
        assert(!/^signed {4}by me/m.test(all), all);
      }
    }
  },
);

/** A library of which a function has a name that no compiler would give it. */
function libraryWith(path: string, name: string): string {
  const bytes = Buffer.from(name);
  const instead = "z".repeat(bytes.length);
  compile(
    path,
    `int ${instead}(void) { return 7; }\nint eight(void) { return 8; }\n`,
  );
  const file = readFileSync(path);
  for (let at = 0; (at = file.indexOf(instead, at)) >= 0;) bytes.copy(file, at);
  writeFileSync(path, file);
  return path;
}
