import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { test } from "../../helpers/test.ts";
import { basename, dirname, join } from "@std/path";
import { withDebugFiles } from "../../../emit/image/find_debug_files.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { EmitError } from "../../../emit/error.ts";
import { readImage } from "../../../emit/image/image.ts";
import { thin } from "../../../emit/image/universal.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { needBreadth, type Needs } from "../../helpers/need.ts";
import { crossCompile, link, type Target } from "../helpers/cross.ts";
import { assertManifest } from "../helpers/library.ts";
import { byClang, summarize } from "../helpers/summary.ts";
import { must } from "../../helpers/succeed.ts";

const DARWIN = needBreadth("clang", "ld64.lld");

/** What types.c is on another machine than linux x64, as changes of its golden. */
const DIFFERENCES: Readonly<
  Record<Target, readonly (readonly [RegExp, string])[]>
> = {
  // Mach-O has no aliases of functions.
  "darwin-x64": [[/^func twin: .*\n/m, ""]],
  "darwin-arm64": [
    [/^func twin: .*\n/m, ""],
    // long double is double.
    [
      /^struct Strange: .*\n.*\n {2}wide: .*\n/m,
      "struct Strange: 32 bytes by 8\n  0 wide: f64\n  24 usable: i32\n",
    ],
    [/^choosy: .*\n/m, ""],
    [/\nwide: .*$/, ""],
    [/^(func choose: .*\n)/m, "$1func choosy: (i32, f64) => i32 [usable x]\n"],
    [/^(func walk: .*\n)/m, "$1func wide: (f64) => f64 [x]\n"],
  ],
  // char is unsigned.
  "linux-arm64": [
    [/^( {2}\d+ (?:c|text): (?:\[0\])?)i8$/gm, "$1u8"],
    [/\(i8\) => i8 \[c\]$/m, "(u8) => u8 [c]"],
    [/^(var title: \[16\])i8$/m, "$1u8"],
  ],
};

function golden(target: Target): string {
  const text = byClang(
    readFileSync(fixture("types.golden.txt"), "utf8").trimEnd(),
  );
  return DIFFERENCES[target].reduce(
    (golden, [from, to]) => golden.replace(from, to),
    text,
  );
}

function summaryOf(library: string): string {
  const image = readImage(new Uint8Array(readFileSync(library)), library);
  const description = describe(withDebugFiles(image));
  assertManifest(description);
  return summarize(description);
}

for (const target of Object.keys(DIFFERENCES) as Target[]) {
  const linux = target === "linux-arm64";
  for (const version of [4, 5]) {
    test(
      `describe() reads every type of C for ${target}, DWARF ${version}`,
      linux ? needBreadth("clang", "ld.lld") : DARWIN,
      () => {
        const flags = [`-gdwarf-${version}`];
        const library = crossCompile(target, "types.c", flags);
        assertEquals(summaryOf(library), golden(target));
      },
    );
  }
}

for (const target of ["darwin-x64", "darwin-arm64"] as const) {
  for (const version of [4, 5]) {
    test(
      `describe() reads the dSYM of a library for ${target}, DWARF ${version}`,
      needDsymutil(version),
      () => {
        const library = crossCompile(target, "types.c", [`-gdwarf-${version}`]);
        must("dsymutil", [library]);
        renameSync(`${dirname(library)}/object.o`, `${library}.gone`);
        assertEquals(summaryOf(library), golden(target));
      },
    );
  }
}

/** Up to LLVM 16 dsymutil loses the variables of DWARF 5: it does not follow DW_OP_addrx. */
function needDsymutil(version: number): Needs {
  const dsymutil = version < 5 ? "dsymutil" : "dsymutil>=19";
  return needBreadth("clang", "ld64.lld", dsymutil);
}

/** The ways in which `ar` writes what the linker takes, from object files in a directory. */
const ARCHIVES: Readonly<
  Record<string, (archive: string, objects: readonly string[]) => void>
> = {
  darwin: (archive, objects) =>
    must("llvm-ar", ["--format=darwin", "rcs", archive, ...objects]),
  bsd: (archive, objects) =>
    must("llvm-ar", ["--format=bsd", "rcs", archive, ...objects]),
  gnu: (archive, objects) =>
    must("llvm-ar", ["--format=gnu", "rcs", archive, ...objects]),
  thin: (archive, objects) =>
    must("llvm-ar", ["--format=gnu", "rcsT", archive, ...objects]),
  universal: (archive, objects) => {
    const one = `${archive}.one`;
    must("llvm-ar", ["--format=darwin", "rcs", one, ...objects]);
    must("llvm-lipo", ["-create", one, "-output", archive]);
  },
};

const ARCHIVING = needBreadth("clang", "ld64.lld", "llvm-ar", "llvm-lipo");

/** Compiles types.c, and a file whose `walk` is a function of its own, to objects in directories of their own. */
function objects(name: string): { directory: string; members: string[] } {
  const directory = dirname(crossCompile("darwin-x64", "types.c"));
  const other = join(emptyDirectory(), "other.c");
  writeFileSync(
    other,
    "static long walk(long a) { return a; }\nlong (*keep)(long) = walk;\n",
  );
  const beside = dirname(crossCompile("darwin-x64", other));
  const members = [`${beside}/${name}`, `${directory}/${name}`];
  renameSync(`${beside}/object.o`, members[0]!);
  renameSync(`${directory}/object.o`, members[1]!);
  return { directory, members };
}

for (const [format, write] of Object.entries(ARCHIVES)) {
  test(
    `describe() reads objects in a static library of the format ${format}`,
    ARCHIVING,
    () => {
      const { directory, members } = objects("a_member_with_a_long_name.o");
      const [, member] = members;
      const archive = `${directory}/a_library_with_a_long_name.a`;
      write(archive, [member!]);
      if (format !== "thin") renameSync(member!, `${directory}/gone`);
      const library = link("darwin-x64", directory, [archive]);
      assertEquals(summaryOf(library), golden("darwin-x64"));
    },
  );
}

test(
  "describe() reads the objects that a static library has by one name",
  ARCHIVING,
  () => {
    for (const time of ["D", "U"]) {
      const { directory, members } = objects("one.o");
      const archive = `${directory}/library.a`;
      must("llvm-ar", ["--format=darwin", `qcs${time}`, archive, ...members]);
      const library = link("darwin-x64", directory, [archive]);
      assertEquals(
        summaryOf(library).replace(/^var keep: .*\n/m, ""),
        golden("darwin-x64"),
      );
    }
  },
);

test(
  "describe() does not take a static library of another build",
  ARCHIVING,
  () => {
    const { directory, members } = objects("one.o");
    const archive = `${directory}/library.a`;
    const refused = (library: string) => {
      const error = assertThrows(() => summaryOf(library), EmitError);
      assertMatch(error.message, /library\.a\(one\.o\)" is gone or of another/);
    };
    // Without times in it, the archive's own tells.
    must("llvm-ar", ["--format=darwin", "rcsD", archive, members[1]!]);
    const library = link("darwin-x64", directory, [archive]);
    assertEquals(summaryOf(library), golden("darwin-x64"));
    const later = Date.now() / 1000 + 10;
    utimesSync(archive, later, later);
    refused(library);
    utimesSync(members[1]!, 1000, 1000);
    rmSync(archive);
    must("llvm-ar", ["--format=darwin", "rcsU", archive, members[1]!]);
    const dated = link("darwin-x64", directory, [archive]);
    assertEquals(summaryOf(dated), golden("darwin-x64"));
    utimesSync(members[1]!, 2000, 2000);
    must("llvm-ar", ["--format=darwin", "rcsU", archive, members[1]!]);
    refused(dated);
  },
);

test("describe() says which object file is missing", DARWIN, async () => {
  const library = crossCompile("darwin-arm64", "types.c");
  const object = `${dirname(library)}/object.o`;
  utimesSync(object, 1, 1);
  const refused = () => {
    const error = assertThrows(() => summaryOf(library), EmitError);
    assertEquals(error.code, "no_debug_info");
    assertMatch(error.message, /object\.o" is gone or of another build: keep/);
  };
  await refused();
  renameSync(object, `${object}.gone`);
  await refused();
});

test(
  "describe() finds the dSYM of a framework beside it",
  needBreadth("clang", "ld64.lld", "dsymutil"),
  () => {
    const library = crossCompile("darwin-x64", "types.c", ["-gdwarf-4"]);
    const framework = `${dirname(library)}/Codec.framework`;
    mkdirSync(`${framework}/Versions/A`, { recursive: true });
    const inside = `${framework}/Versions/A/${basename(library)}`;
    must("dsymutil", [library, "-o", `${framework}.dSYM`]);
    renameSync(library, inside);
    renameSync(`${dirname(library)}/object.o`, `${library}.gone`);
    assertEquals(summaryOf(inside), golden("darwin-x64"));
  },
);

test(
  "describe() does not take the dSYM of another build",
  needBreadth("clang", "ld64.lld", "dsymutil"),
  () => {
    const library = crossCompile("darwin-x64", "types.c", ["-gdwarf-4"]);
    const other = crossCompile("darwin-x64", "shapes.c", ["-gdwarf-4"]);
    must("dsymutil", [other, "-o", `${library}.dSYM`]);
    renameSync(`${dirname(library)}/object.o`, `${library}.gone`);
    const error = assertThrows(() => summaryOf(library), EmitError);
    assertEquals(error.code, "no_debug_info");
  },
);

test("readImage() says what a Mach-O library is and needs", DARWIN, () => {
  const library = crossCompile("darwin-arm64", "types.c");
  const image = readImage(new Uint8Array(readFileSync(library)), library);
  assertEquals([image.format, image.os, image.arch], [
    "macho",
    "darwin",
    "arm64",
  ]);
  assertMatch(image.buildId!, /^[0-9a-f]{32}$/);
  assertEquals(image.libc, undefined);
  const kinds = new Map(image.exports.map((symbol) => [symbol.name, symbol]));
  assertEquals(kinds.get("mid")!.kind, "function");
  assertEquals(kinds.get("local")!.kind, "tls");
  assertEquals(kinds.get("counter")!.kind, "variable");
  assertEquals(kinds.has("secret"), false);
  const readonly = image.exports.filter((symbol) => symbol.readonly);
  // lld does not ask for __DATA_CONST, where "fixed" lies, to become read-only.
  assertEquals(readonly.map(({ name }) => name), ["limit", "table"]);
});

test(
  "thin() takes the part of a universal library for this machine",
  needBreadth("clang", "ld64.lld", "llvm-lipo"),
  () => {
    const parts = (["darwin-x64", "darwin-arm64"] as const).map((target) =>
      crossCompile(target, "shapes.c")
    );
    const fat = `${parts[0]}.fat`;
    must("llvm-lipo", ["-create", ...parts, "-output", fat]);
    const bytes = new Uint8Array(readFileSync(fat));
    for (const [index, arch] of ["x64", "arm64"].entries()) {
      const image = readImage(thin(bytes, fat, arch), fat);
      const own = readImage(new Uint8Array(readFileSync(parts[index]!)), fat);
      assertEquals(image.arch, arch);
      assertEquals(image.buildId, own.buildId);
    }
  },
);

test(
  "thin() takes what runs on every processor of a type",
  needBreadth("clang", "ld64.lld", "llvm-lipo"),
  () => {
    const plain = crossCompile("darwin-arm64", "shapes.c");
    const other = crossCompile("darwin-arm64", "types.c");
    const fat = `${plain}.arm64e`;
    const own = new Uint8Array(readFileSync(plain));
    const e = new Uint8Array(readFileSync(other));
    e[8] = 2; // CPU_SUBTYPE_ARM64E
    writeFileSync(`${other}.e`, e);
    for (const parts of [[plain, `${other}.e`], [`${other}.e`, plain]]) {
      must("llvm-lipo", ["-create", ...parts, "-output", fat]);
      const bytes = new Uint8Array(readFileSync(fat));
      assertEquals(
        readImage(thin(bytes, fat, "arm64"), fat).buildId,
        readImage(own, fat).buildId,
      );
    }
  },
);

test("readImage() refuses what is no Mach-O library", DARWIN, () => {
  const library = crossCompile("darwin-x64", "shapes.c");
  const bytes = new Uint8Array(readFileSync(library));
  const change = (at: number, ...values: number[]) => {
    const changed = bytes.slice();
    changed.set(values, at);
    return changed;
  };
  const cases: [string, Uint8Array, RegExp][] = [
    ["32-bit", change(0, 0xce), /is a 32-bit Mach-O file, wanted/],
    ["object", change(12, 1), /file\+0xc is Mach-O type 1 /],
    ["PowerPC", change(4, 18, 0, 0, 1), /file\+0x4 is for CPU type 0x1000012/],
    ["cut off", bytes.slice(0, 40), /ends too early/],
    [
      "empty fat",
      Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 0),
      /has a library of 64 bits for neither/,
    ],
    [
      "class",
      Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 52),
      /ends too early|lies outside/,
    ],
  ];
  for (const [what, file, sentence] of cases) {
    const error = assertThrows(() => readImage(file, "x.dylib"), EmitError);
    assertEquals(error.code, "bad_image", what);
    assertMatch(error.message, sentence);
  }
});
