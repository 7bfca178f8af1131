import { copyFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { callback, open, PluginError } from "../../../../mod.ts";
import { emptyDirectory, library } from "../../../helpers/fixture.ts";
import { runProgram } from "../../../helpers/program.ts";
import { test } from "../../../helpers/test.ts";
import { WITH_ITERATORS } from "../../helpers/go_open.ts";
import { until } from "../../../helpers/wait.ts";

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
type Loose = any;

function row(name: string, body: (go: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_ITERATORS, async () => {
    await body(open(await library("go/threads")).symbols);
  });
}

const LOST = /another goroutine.*threads: "any".*\.async/;

row("goroutines call a callback for any thread in a synchronous call", (go) => {
  using square = callback("(isize) => isize", (i) => i * i, {
    threads: "any",
  });
  let sum = 0;
  for (let i = 0; i < 1000; i++) sum += i * i;
  assertEquals(go.Sum(1000, square), sum);
  assertEquals(go.Sum(0, square), 0);
});

row("what such a callback throws is thrown by the call", (go) => {
  const error = new Error("on purpose");
  using failing = callback("(isize) => isize", () => {
    throw error;
  }, { threads: "any" });
  assertEquals(assertThrows(() => go.Sum(3, failing)), error);
});

row(
  "goroutines that call a function as it is get zero, and the call throws",
  (go) => {
    const error = assertThrows(() => go.Sum(3, () => 1), PluginError, "");
    assertMatch((error as Error).message, LOST);
    assertMatch(
      (assertThrows(() =>
        go.Texts(["a", "b"], (text: string) => text)
      ) as Error)
        .message,
      LOST,
    );
    // The next call is as if nothing had been.
    assertEquals(go.Inline((text: string) => text + "!"), "in!");
  },
);

row("a panic at that zero says what was before it", async (go) => {
  const { code, message } = assertThrows(
    () => go.Wanted(() => 1),
    PluginError,
  );
  assertEquals(code, "panicked");
  assertMatch(message, /nothing was given; before that, a function/);
  assertMatch(message, LOST);
  assertEquals(await go.Wanted.async(() => 1), 1);
});

row("a function that may fail fails there", (go) => {
  assertMatch(
    (assertThrows(() => go.Checked(["a"], () => {})) as Error).message,
    /another goroutine/,
  );
  assertMatch(
    (assertThrows(() =>
      go.ReadElsewhere({ read: () => new Uint8Array() })
    ) as Error).message,
    /another goroutine/,
  );
});

row("goroutines call functions as they are in a call of .async", async (go) => {
  assertEquals(await go.Sum.async(10, (i: number) => i), 45);
  assertEquals(
    await go.Texts.async(["b", "a"], (text: string) => text + text),
    ["aa", "bb"],
  );
  let left = 3;
  const source = {
    read: () => new Uint8Array(left-- > 0 ? [65] : []),
  };
  assertEquals(await go.ReadElsewhere.async(source), "AAA");
  await assertRejects(
    () =>
      go.Checked.async(["a"], () => {
        throw new Error("on purpose");
      }),
    Error,
    "on purpose",
  );
});

row("a function that Go keeps is called from where it may be", async (go) => {
  using kept = go.Keep((text: string) => text + "?");
  assertEquals(await kept.async.Call("a"), "a?");
});

row("an iterator calls functions as they are", async (go) => {
  const before = go.Goroutines();
  const seen: number[] = [];
  for (const i of go.Where((i: number) => i % 3 === 0)) {
    seen.push(i);
    if (seen.length === 3) break;
  }
  assertEquals(seen, [0, 3, 6]);
  await until(() => go.Goroutines() <= before);
  assert(go.Goroutines() <= before);
});

test(
  "another build of a plugin in Go is told of as that",
  WITH_ITERATORS,
  async () => {
    const source = await library("go/threads");
    const directory = emptyDirectory();
    const paths = ["one", "two"].map((name) => {
      const path = join(directory, name, basename(source));
      mkdirSync(dirname(path));
      copyFileSync(source, path);
      copyFileSync(`${source}.json`, `${path}.json`);
      return path;
    });
    const { stderr } = await runProgram(
      `for (const path of ${JSON.stringify(paths)}) open(path);`,
    );
    assertMatch(
      stderr,
      /"threads\S*" brings a second Go runtime .* beside another "threads\S*": .*; where that is an older build of the same plugin start the program again/,
    );
  },
);

test(
  "the second Go runtime of a process is told of once",
  WITH_ITERATORS,
  async () => {
    const said: string[] = [];
    const { warn } = console;
    console.warn = (text: string) => void said.push(text);
    try {
      open(await library("go/threads"));
      open(await library("go/callbacks"));
      open(await library("go/callbacks"));
      open(await library("go/closures"));
    } finally {
      console.warn = warn;
    }
    assertEquals(said.length, 1);
    assertMatch(said[0]!, /"callbacks".*second Go runtime.*"threads"/);
  },
);
