import { assertEquals, assertThrows } from "@std/assert";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "../../helpers/test.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { describePointees } from "../../../emit/describe/pointees.ts";
import { shorten } from "../../../emit/describe/units.ts";
import { EmitError } from "../../../emit/error.ts";
import { needBreadth } from "../../helpers/need.ts";
import {
  assertManifest,
  compile,
  imageOf,
  temporary,
} from "../helpers/library.ts";
import { byClang, summarize } from "../helpers/summary.ts";

const COMPILERS = ["gcc", "clang"];

function golden(name: string): string {
  const url = new URL(`../../fixtures/${name}.golden.txt`, import.meta.url);
  return readFileSync(url, "utf8").trimEnd();
}

/** What stands in `types.c`. */
function typesBy(compiler: string): string {
  return compiler === "gcc" ? golden("types") : byClang(golden("types"));
}

function summaryOf(library: string): string {
  const description = describe(imageOf(library));
  assertManifest(description);
  return summarize(description);
}

for (const compiler of COMPILERS) {
  for (const version of [2, 3, 4, 5]) {
    for (const level of ["-O0", "-O2"]) {
      test(
        `describe() reads every type of C from ${compiler} -gdwarf-${version} ${level}`,
        needBreadth(compiler),
        () => {
          const flags = [`-gdwarf-${version}`, level, "-Wall", "-Werror"];
          const library = compile(compiler, ["types.c"], flags);
          assertEquals(summaryOf(library), typesBy(compiler));
        },
      );
    }
  }

  const variants: Record<string, string[]> = {
    "type units": ["-g", "-fdebug-types-section"],
    "type units of DWARF 4": ["-gdwarf-4", "-fdebug-types-section"],
    "compressed sections": ["-g", "-gz"],
    "macros and most optimization": ["-g3", "-O3"],
  };
  for (const [what, flags] of Object.entries(variants)) {
    test(
      `describe() reads ${what} by ${compiler}`,
      needBreadth(compiler),
      () => {
        const library = compile(compiler, ["types.c"], flags);
        assertEquals(summaryOf(library), typesBy(compiler));
      },
    );
  }

  for (const level of ["-O0", "-O2"]) {
    for (const order of [["one", "two"], ["two", "one"]]) {
      test(
        `describe() joins units ${order} by ${compiler} ${level}`,
        needBreadth(compiler),
        () => {
          const sources = order.map((unit) => `unit_${unit}.c`);
          const library = compile(compiler, sources, ["-g", "-w", level]);
          assertEquals(summaryOf(library), golden("units"));
        },
      );
    }
  }

  const absences: Record<string, [string[], RegExp]> = {
    "no debug information": [[], /: it has no debug information: compile/],
    "-g1": [["-g1"], /types, as -g1 .*compile it with -g, or .* --header$/],
    "-gsplit-dwarf": [
      ["-g", "-gsplit-dwarf"],
      /split off into \.dwo files: compile it without -gsplit-dwarf/,
    ],
    "a stripped library": [["-g", "-s"], /it has no debug information/],
  };
  for (const [what, [flags, sentence]] of Object.entries(absences)) {
    const tools = what === "-gsplit-dwarf" ? ["objcopy"] : [];
    const options = needBreadth(compiler, ...tools);
    test(`describe() of ${what} by ${compiler} says so`, options, () => {
      const image = imageOf(compile(compiler, ["types.c"], flags));
      const error = assertThrows(() => describe(image), EmitError);
      assertEquals(error.code, "no_debug_info");
      assertEquals(error.path, "library.so");
      assertEquals(sentence.test(error.message), true, error.message);
    });
  }

  test(
    `describePointees() by ${compiler} agrees with describe()`,
    needBreadth(compiler),
    () => {
      const library = imageOf(compile(compiler, ["types.c"]));
      const whole = describe(library);
      const names = Object.keys({ ...whole.symbols, ...whole.skipped });
      const source = new URL("../../fixtures/types.c", import.meta.url);
      const pointers = names.map((name) =>
        `__typeof__(${name}) *plugin_ref_${name} = &${name};\n`
      );
      const object = temporary(`pointers-${compiler}.c`);
      writeFileSync(
        object,
        readFileSync(source, "utf8") + pointers.slice(1).join("").replace(
          /^.*plugin_ref_local .*$/m,
          "",
        ),
      );
      const flags = ["-g", "-w"];
      const pointees = describePointees(
        imageOf(compile(compiler, [object], flags)),
        "plugin_ref_",
        (name) => library.exports.find((symbol) => symbol.name === name),
      );
      assertManifest(pointees);
      const missing = names[0]!;
      for (const [name, symbol] of Object.entries(whole.symbols)) {
        if (name === missing) continue;
        assertEquals(pointees.symbols[name]?.type, symbol.type, name);
      }
      assertEquals(missing in pointees.symbols, false);
    },
  );
}

test(
  "describe() describes only the names it is given",
  needBreadth("gcc"),
  () => {
    const image = imageOf(compile("gcc", ["types.c"]));
    const description = describe(image, { only: new Set(["mid", "wide"]) });
    assertEquals(
      summarize(description),
      [
        "struct Point: 16 bytes by 8",
        "  0 x: f64",
        "  8 y: f64",
        "",
        "func mid: (Point, Point) => Point [a b]",
        "",
        "wide: parameter 1 (x): long double has no JavaScript value",
      ].join("\n"),
    );
    assertEquals(description.language, "C");
    assertEquals(/^GNU C\d+ [\d.]+$/.test(description.compiler!), true);
  },
);

test("describe() of nothing exported is an error", needBreadth("gcc"), () => {
  const hidden = ["-g", "-fvisibility=hidden"];
  const image = imageOf(compile("gcc", ["types.c"], hidden));
  const error = assertThrows(() => describe(image), EmitError);
  assertEquals(error.code, "nothing_exported");
});

test(
  "describe() gives the same bytes from another directory",
  needBreadth("gcc"),
  () => {
    const source = readFileSync(
      new URL("../../fixtures/types.c", import.meta.url),
    );
    const copy = temporary("copy.c");
    writeFileSync(copy, source);
    const here = describe(imageOf(compile("gcc", ["types.c"])));
    const there = describe(imageOf(compile("gcc", [copy])));
    assertEquals(JSON.stringify(here), JSON.stringify(there));
  },
);

test("shorten() leaves switches, commits and paths out", () => {
  const cases: Record<string, string | undefined> = {
    "GNU C17 12.2.0 -mtune=generic -march=x86-64 -g": "GNU C17 12.2.0",
    "Debian clang version 14.0.6": "Debian clang version 14.0.6",
    "Apple clang version 15.0.0 (clang-1500.3.9.4)":
      "Apple clang version 15.0.0",
    "clang LLVM (rustc version 1.75.0 (82e1608df 2023-12-21))": "rustc 1.75.0",
    "cc /home/me/tool": "cc",
    "/opt/bin/cc": undefined,
    "": undefined,
  };
  for (const [producer, short] of Object.entries(cases)) {
    assertEquals(shorten(producer), short);
  }
});
