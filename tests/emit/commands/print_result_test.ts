import { test } from "../../helpers/test.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { printReport } from "../../../emit/commands/print_result.ts";
import type { ThunkSummary } from "../../../emit/commands/place_thunks.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";

const NO_THUNKS: ThunkSummary = {
  count: 0,
  pointers: 0,
  place: "none",
  refused: {},
};

function report(skipped: number) {
  const manifest: Manifest = {
    manifest: 1,
    library: {
      file: "a.so",
      os: "linux",
      arch: "x64",
      libc: "musl",
      sha256: "00",
      size: 16840,
      needs: [],
    },
    types: {},
    symbols: {
      f: { kind: "function", type: "() => void" },
      v: { kind: "variable", type: "i32" },
      w: { kind: "variable", type: "i32" },
    },
    skipped: Object.fromEntries(
      Array.from({ length: skipped }, (_, i) => [`s${i}`, "it is strange"]),
    ),
  };
  return {
    written: ["/x/a.so", "/x/a.so.json"],
    library: "/x/a.so",
    manifest,
    thunks: NO_THUNKS,
  };
}

test("printReport() says what was written and what was skipped", () => {
  assertEquals(
    printReport(report(1), { json: false, verbose: false }),
    `library /x/a.so (linux x64 musl, 16840 bytes)
wrote   /x/a.so.json
1 function, 2 variables, 0 types, 1 skipped
  skipped s0: it is strange
`,
  );
});

test("printReport() counts names that are skipped for one reason", () => {
  const short = printReport(report(1115), { json: false, verbose: false });
  assertStringIncludes(
    short,
    `1115 skipped
  skipped 1115 names, first s0, s1, s2: it is strange
  ... --verbose prints every one
`,
  );
  const few = printReport(report(3), { json: false, verbose: false });
  assertEquals(few.match(/skipped s/g)?.length, 3);
  const long = printReport(report(25), { json: false, verbose: true });
  assertEquals(long.match(/skipped s/g)?.length, 25);
});

test("printReport() leaves nothing out for programs", () => {
  const text = printReport(report(25), { json: true, verbose: false });
  const { functions, variables, types, skipped, written } = JSON.parse(text);
  assertEquals([functions, variables, types], [1, 2, 0]);
  assertEquals(Object.keys(skipped).length, 25);
  assertEquals(written, ["/x/a.so", "/x/a.so.json"]);
});

test("printReport() says what became of structs by value", () => {
  const print = (thunks: ThunkSummary, verbose = false) =>
    printReport({ ...report(0), thunks }, { json: false, verbose })
      .split("\n").slice(3, -1);
  assertEquals(print({ ...NO_THUNKS, count: 1 }), [
    "1 function with structs by value: --thunks makes it callable",
  ]);
  assertEquals(print({ ...NO_THUNKS, count: 1, pointers: 1 }), [
    "1 callback type with structs by value: --thunks makes it callable",
  ]);
  assertEquals(print({ ...NO_THUNKS, count: 5, pointers: 2 }), [
    "3 functions and 2 callback types with structs by value: --thunks makes them callable",
  ]);
  const linked = { ...NO_THUNKS, count: 2, place: "linked" } as const;
  assertEquals(print({ ...linked, refused: { f: "no" } }), [
    "2 thunks in the library",
    "  no thunk f: no",
  ]);
  assertEquals(print({ ...NO_THUNKS, count: 1, place: "companion" }), [
    "1 thunk in a library beside it",
  ]);
  const refused = Object.fromEntries(
    Array.from({ length: 25 }, (_, i) => [`s${i}`, "no"]),
  );
  assertEquals(print({ ...NO_THUNKS, refused }), [
    "  no thunk 25 names, first s0, s1, s2: no",
    "  ... --verbose prints every one",
  ]);
  assertEquals(print({ ...NO_THUNKS, refused }, true).length, 25);
});
