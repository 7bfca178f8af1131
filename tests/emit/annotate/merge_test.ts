import { test } from "../../helpers/test.ts";
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { open } from "@native/plugin";
import { fixture } from "../../helpers/fixture.ts";
import { needBreadth } from "../../helpers/need.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const C = needBreadth("cc");

function build(directory: string, annotations?: unknown) {
  copyFileSync(fixture("annotated.c"), `${directory}/a.c`);
  if (annotations === undefined) {
    copyFileSync(fixture("annotated.json"), `${directory}/a.notes.json`);
  } else {
    const text = typeof annotations === "string"
      ? annotations
      : JSON.stringify(annotations);
    writeFileSync(`${directory}/a.notes.json`, text);
  }
  const notes = `${directory}/a.notes.json`;
  return plugin("build", `${directory}/a.c`, "--annotate", notes);
}

test("plugin build --annotate merges what a person knows", C, async () => {
  await inDirectory(async (directory) => {
    await succeedSilently(build(directory));
    const { symbols } = readManifest(`${directory}/a.so.json`);
    const annotations = (name: string) =>
      "annotations" in symbols[name]! ? symbols[name].annotations : undefined;
    assertEquals(annotations("copy"), { free: "copy_free", nonnull: ["text"] });
    // One glob for three functions, another for two of which one is a third's.
    assertEquals(annotations("refused_copy"), {
      free: "copy_free",
      errno: true,
      nonnull: ["text"],
    });
    assertEquals(annotations("live_copies"), undefined);
    assertEquals(annotations("squeeze"), {
      nonnull: ["to", "room", "from"],
      lengths: { to: "room", from: "length" },
    });
    const types = readFileSync(`${directory}/a.so.d.ts`, "utf8");
    for (
      const line of [
        "  version: NativeFunction<[], string>;",
        "  length_of: NativeFunction<[text: string], number>;",
        '  wait_for: NativeFunction<[ms: number], number>["async"];',
        "  called: NativeFunction<\n    [\n      call: NonNullable<FunctionArgument<[arg1: number], number>>,",
        "  /** - `memory` has room for `size * count`. */",
        "  /** - What it gives, `copy_free` frees: a text at once, a pointer by `using`. */",
        "  /** - `then` is called from any thread. */",
      ]
    ) assertStringIncludes(types, line);
    const inspected = await plugin("inspect", `${directory}/a.so`);
    assertStringIncludes(
      inspected.stdout,
      "  squeeze: (buffer, *u64, buffer, i32) => i32\n" +
        "    nonnull: to, room, from\n" +
        "    lengths: to[room], from[length]\n",
    );
  });
});

test("plugin check compares annotations", C, async () => {
  await inDirectory(async (directory) => {
    await build(directory);
    const library = `${directory}/a.so`;
    const notes = `${directory}/a.notes.json`;
    for (const more of [[], ["--annotate", notes]]) {
      await succeedSilently(plugin("check", library, ...more));
    }
    writeFileSync(notes, JSON.stringify({ sum: { nonnull: ["values"] } }));
    const stale = await plugin("check", library, "--annotate", notes);
    assertEquals(stale.status, 1);
    assertStringIncludes(
      stale.stdout,
      "- annotations of sum: lengths: values[count]\n" +
        "+ annotations of sum: nonnull: values\n",
    );
    assertStringIncludes(
      stale.stdout,
      "- annotations of wait_for: nonblocking: true\n",
    );
  });
});

test("as says what a variable is, and it stays so", C, async () => {
  await inDirectory(async (directory) => {
    const path = `${directory}/texts.so`;
    writeFileSync(
      `${directory}/texts.c`,
      `#include <wchar.h>
#include <stdint.h>
const wchar_t *title = L"Gr\\u00fc\\u00dfe";
uint8_t *name = (uint8_t *)"me";
`,
    );
    writeFileSync(
      `${directory}/notes.json`,
      `{ "title": { "as": { "value": "utf32" } }, "name": { "as": { "value": "cstring" } } }`,
    );
    await succeedSilently(plugin(
      ...["build", `${directory}/texts.c`],
      ...["--annotate", `${directory}/notes.json`],
    ));
    const { title, name } = open(path).symbols;
    assertEquals([title!.value, name!.value], ["Grüße", "me"]);
    const types = readFileSync(`${path}.d.ts`, "utf8");
    assertStringIncludes(types, "title: Variable<string | null>");
    // What a person has said is no difference.
    await succeedSilently(plugin("check", path));
  });
});

/** Annotations that cannot be, and what is said of them. */
const MISTAKES: readonly (readonly [unknown, string])[] = [
  ["{", "it is not JSON"],
  [[], "wanted an object from names to annotations"],
  [{ sum: 1 }, `"sum" is no object of annotations`],
  [
    { sum: { length: {} } },
    `"sum" has "length", which is no annotation: did you mean "lengths"?`,
  ],
  [
    { sum: { errno: "yes" } },
    `"errno" of "sum" is "yes", wanted true or false`,
  ],
  [
    { sum: { nonnull: "values" } },
    `"nonnull" of "sum" is "values", wanted a list of parameters`,
  ],
  [{ sun: {} }, `no function "sun" is described: did you mean "sum"?`],
  [{ "sun*": {} }, `no function "sun*" is described`],
  [{ seen: { errno: true } }, `"seen": "errno" is said of functions`],
  [
    { seen: { as: { return: "cstring" } } },
    `"seen": it is a variable, of which "as" says what "value" is: wanted "value", got "return"`,
  ],
  [{ seen: { as: { value: "cstring" } } }, `, which cannot be seen as cstring`],
  [
    { sum: { nonnull: ["valeus"] } },
    `"sum": it has no parameter "valeus": did you mean "values"?`,
  ],
  [{ sum: { nonnull: ["count"] } }, `"sum": "count" is never null`],
  [
    { sum: { nonnull: ["return"] } },
    `"sum": what (*f64, usize) => f64 gives is never null`,
  ],
  [{ sum: { lengths: { count: "1" } } }, `"sum": "count" is no memory`],
  [
    { sum: { lengths: { values: "values" } } },
    `"sum": "values" is no integer`,
  ],
  [
    { fill: { lengths: { memory: "size * coutn" } } },
    `"fill": it has no parameter "coutn": did you mean "count"?`,
  ],
  [
    { fill: { lengths: { memory: "size *" } } },
    `"fill": it has no parameter ""`,
  ],
  [{ called: { threads: ["cal"] } }, `did you mean "call"?`],
  [{ sum: { threads: ["values"] } }, `"sum": "values" is no function`],
  [
    { sum: { free: "free" } },
    `"sum": (*f64, usize) => f64 gives nothing that "free" could free`,
  ],
  [
    { copy: { free: "copy_fre" } },
    `neither the library nor what it needs exports "copy_fre": did you mean "copy_free"?`,
  ],
  [
    { copy: { free: "sum" } },
    `"copy": "sum" is (*f64, usize) => f64, wanted a function of one address`,
  ],
  [
    { "*": { nonnull: ["nowhere"] } },
    `of none of its`,
  ],
];

test(
  "annotations that cannot be are one error each, and nothing is written",
  C,
  async () => {
    await inDirectory(async (directory) => {
      for (const [annotations, message] of MISTAKES) {
        const ran = await build(directory, annotations);
        assertEquals([ran.status, ran.stdout], [1, ""], message);
        assertStringIncludes(ran.stderr, "error: Cannot use the annotations");
        assertStringIncludes(ran.stderr, message);
        assertEquals(ran.stderr.trimEnd().split("\n").length, 1);
        assertEquals(readdirSync(directory).sort(), ["a.c", "a.notes.json"]);
      }
      const missing = await plugin(
        "build",
        `${directory}/a.c`,
        "--annotate",
        "n",
      );
      assertEquals(missing.status, 1);
      assertStringIncludes(missing.stderr, `Cannot read the annotations "n"`);
    });
  },
);

test("what frees may be the C library's", C, async () => {
  await inDirectory(async (directory) => {
    await succeedSilently(build(directory, { copy: { free: "free" } }));
  });
});
