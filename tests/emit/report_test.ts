import { test } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { printReport } from "../../emit/commands/report.ts";
import type { Manifest } from "../../ffi/manifest.ts";

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
  return { written: ["/x/a.so", "/x/a.so.json"], library: "/x/a.so", manifest };
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

test("printReport() counts what is skipped beyond 20", () => {
  const short = printReport(report(25), { json: false, verbose: false });
  assertEquals(short.match(/skipped s/g)?.length, 20);
  assertStringIncludes(short, "  ... and 5 more: --verbose prints them\n");
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
