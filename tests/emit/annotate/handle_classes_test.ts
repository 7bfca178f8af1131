/**
 * What annotations make of C's handles, and what they cannot.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import {
  annotate,
  keepAnnotations,
  withoutAnnotations,
} from "../../../emit/annotate/merge.ts";
import { readAnnotationFile } from "../../../emit/annotate/parse_annotation_file.ts";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import { EmitError } from "../../../emit/error.ts";
import { readLibrary } from "../../../emit/image/library_file.ts";
import {
  type ClassDefinition,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import { emptyDirectory, fixture, library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

const C = need("cc");

/** The library with what some annotations say of it. */
async function annotated(annotations: unknown, source = "shelf.c") {
  const path = await library(source);
  const manifest = parseManifest(readFileSync(`${path}.json`, "utf8"), path);
  const file = `${emptyDirectory()}/notes.json`;
  writeFileSync(file, JSON.stringify(annotations));
  const description = withoutAnnotations(manifest);
  const { image } = readLibrary(path);
  const { types, symbols } = annotate(
    description,
    await readAnnotationFile(file),
    image,
  );
  return { types, symbols, manifest: { ...manifest, types, symbols } };
}

const HANDLE = { shelf: { handle: "Shelf", free: "shelf_close" } };
const OPEN = { out: ["out"], method: "new Shelf", error: { when: "nonzero" } };

test("a bit-field is no property, and that is said", C, async () => {
  const flags = { handle: "Flags", members: ["id", "bits"] };
  const error = await annotated({ flags }, "records.c").then(
    () => undefined,
    (error) => error,
  );
  assert(error instanceof EmitError);
  assert(
    error.message.includes(
      'its member "bits" is a bit-field, which has no address and cannot be a property',
    ),
    error.message,
  );
});

test(
  "globs make methods of what takes the object, but for what frees it",
  C,
  async () => {
    const { types } = await annotated({
      ...HANDLE,
      shelf_open: OPEN,
      "shelf_*": { method: "Shelf.*" },
      shelf_code: { method: "get Shelf.number" },
    });
    const { methods = {}, accessors, new: made } = types
      .Shelf as ClassDefinition;
    assertEquals(made, "shelf_open");
    assertEquals(accessors, { number: { get: "shelf_code" } });
    assert(Object.hasOwn(methods, "first"));
    assertEquals(methods.close, undefined);
    assertEquals(methods.explain, undefined, "it takes a number");
  },
);

test("declarations say what is seen", C, async () => {
  const { manifest } = await annotated(
    JSON.parse(readFileSync(fixture("shelf.json"), "utf8")),
  );
  const text = printDeclaration(manifest);
  for (
    const line of [
      "  constructor(size: size_of_shelf | Bytes",
      "  [Symbol.iterator](): Generator<string | null>;",
      "    IteratorObject<string | null, undefined>,",
      `    "next" | "return" | "throw" | symbol | "next" | "all" | "first"`,
      "  all(): (string | null)[];",
      "  get size(): size_of_shelf;",
      "  find(title: string | null): bigint;",
      "    add(title: string | null, facts: facts | Bytes | Struct | Pointer<facts> | Variable<unknown> | null): Promise<Book>;",
      "  titles: NativeFunction<[shelf: Shelf], string[]>;",
      "  squares: NativeFunction<[count: number], Int32Array>;",
      "  book_close: NativeFunction<[book: Book], void>;",
      "   * - It throws where it fails.",
      "  Shelf: typeof Shelf;",
    ]
  ) assert(text.includes(line), `${line}\n${text}`);
});

test(
  "plugin check takes what a manifest says of handles as said",
  C,
  async () => {
    const { manifest, types } = await annotated(
      JSON.parse(readFileSync(fixture("shelf.json"), "utf8")),
    );
    const path = await library("shelf.c");
    const read = parseManifest(readFileSync(`${path}.json`, "utf8"), path);
    assertEquals(keepAnnotations(read, manifest).types, { ...types });
  },
);

/** Annotations that cannot be, and what is said of them. */
const MISTAKES: readonly (readonly [unknown, string])[] = [
  [
    { shelve: { handle: "Shelf" } },
    `"shelve": the library uses no type of that name: did you mean "shelf"?`,
  ],
  [{ shelf: { handle: "book" } }, `"shelf": "book" is a type already`],
  [
    { shelf: { handle: "Shelf", free: "shelf_clos" } },
    `no function "shelf_clos" is described: did you mean "shelf_close"?`,
  ],
  [
    { shelf: { handle: "Shelf", owner: "Room" } },
    `no "handle" is called "Room"`,
  ],
  [{ shelf: { handle: "Shelf", out: ["a"] } }, `"out" is said of functions`],
  [
    { ...HANDLE, shelf_open: { ...OPEN, method: "new Shelve" } },
    `no "handle" is called "Shelve": did you mean "Shelf"?`,
  ],
  [
    { ...HANDLE, shelf_open: { method: "new Shelf" } },
    `"shelf_open": it gives shelf_code, wanted Shelf`,
  ],
  [
    { ...HANDLE, book_shelf: { method: "new Shelf" } },
    `"book_shelf": it gives ?Shelf, wanted Shelf: say too "error": { "when": "null" }`,
  ],
  [
    { ...HANDLE, shelves_open: { method: "get Shelf.all" } },
    `"shelves_open": its first argument is nothing, wanted Shelf`,
  ],
  ...[
    ["shelf_open", { ...OPEN, method: "new Shelf" }],
    ["shelf_code", { method: "get Shelf.number" }],
    ["shelf_code", { method: "Shelf.toString" }],
  ].map(([name, said]): [object, string] => [
    { ...HANDLE, [name as string]: { ...said as object, nonblocking: true } },
    `"${name}": it is "nonblocking" and gives a promise, which only a method does`,
  ]),
  [
    { ...HANDLE, "book_*": { method: "Shelf.*" } },
    `"book_*": none of its`,
  ],
  [
    { ...HANDLE, "shelf_{code,size}": { method: "get Shelf.*" } },
    `functions is "get Shelf.*": each of those is told by the name of its own function`,
  ],
  [
    { shelf_open: { out: ["size", "oui"] } },
    `it has no parameter "oui": did you mean "out"?`,
  ],
  [
    { shelf_find: { out: ["title"] } },
    `"title" is cstring, through which no result comes`,
  ],
  [
    { longest: { pass: { count: null } } },
    `"count" is i32, for which null is passed`,
  ],
  [
    { longest: { pass: { count: "SHELF_FUL" } } },
    `"SHELF_FUL" is no constant of the headers and of no enum: did you mean "SHELF_FULL"?`,
  ],
  [
    { shelf_find: { as: { title: "i32" } } },
    `"title" is cstring, which cannot be seen as i32`,
  ],
  [
    { dump: { as: { return: "bytes" } } },
    `"return" is pointer, which cannot be seen as bytes`,
  ],
  [
    { total: { error: { when: "negative" } } },
    `it gives f64, which is never negative`,
  ],
  [
    { total: { error: { when: "sometimes" } } },
    `"error" of "total" is {"when":"sometimes"}, wanted an object with when`,
  ],
  [
    { shelf_find: { error: { when: "negative", text: "nowhere" } } },
    `no function "nowhere" is described, which explains its failures`,
  ],
  [
    {
      ...HANDLE,
      shelf_first: { method: "Shelf.x" },
      shelf_size: { method: "Shelf.x" },
    },
    `"Shelf.x" is "shelf_first" already`,
  ],
  [
    {
      shelf: {
        handle: "Shelf",
        iterate: { next: "shelf_problem", methods: { all: "list" } },
      },
    },
    `"shelf_problem" needs the annotation "done"`,
  ],
  [
    {
      shelf: {
        handle: "Shelf",
        iterate: { next: "shelf_nex", methods: { all: "list" } },
      },
    },
    `no function "shelf_nex" is described: did you mean "shelf_next"?`,
  ],
  [
    {
      dump: { as: { return: "Dump" } },
      Dump: { handle: "Dump", iterate: { next: "dumb" } },
    },
    `"Dump": no function "dumb" is described: did you mean "dump"?`,
  ],
  [
    { facts: { as: { pages: "cstring" } } },
    `"facts": "pages" is i32, which cannot be seen as cstring`,
  ],
  [
    { facts: { as: { page: "i32" } } },
    `it has no member "page": did you mean "pages"?`,
  ],
  [
    { facts: { lengths: { pages: "pages" } } },
    `"pages" is i32, and no array at the end whose length is open`,
  ],
  [
    { facts: { lengths: { page: "pages" } } },
    `it has no member "page": did you mean "pages"?`,
  ],
];

for (const [annotations, message] of MISTAKES) {
  test(`${JSON.stringify(annotations)} cannot be`, C, async () => {
    const error = await annotated(annotations).then(
      () => undefined,
      (error) => error,
    );
    assert(error instanceof EmitError, String(error));
    assertEquals(error.code, "bad_annotations");
    assert(error.message.includes(message), error.message);
  });
}

test(
  "where the length is passed along, nothing is taken that does not say its own",
  C,
  async () => {
    const { manifest } = await annotated(
      JSON.parse(readFileSync(fixture("shelf.json"), "utf8")),
    );
    const text = printDeclaration(manifest).replace(/\s+/g, " ");
    for (
      const parameter of [
        "list: readonly facts[] | Bytes | Struct | Variable<unknown> | null,",
        "texts: readonly string[] | Bytes | Struct | Variable<unknown> | null,",
        "bytes: Bytes | Struct | Variable<unknown> | null,",
      ]
    ) {
      assert(text.includes(parameter), text);
    }
    // Nobody passes the length of what is only lent.
    assert(text.includes("| Pointer<facts> |"), text);
  },
);
