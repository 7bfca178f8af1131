/**
 * What a crash leaves: the lines of code, held to what binutils says, and what
 * becomes of bytes that make no sense.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import { spawnSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import process from "node:process";
import { basename, join } from "@std/path";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  CRASH_SIZE,
  MAPS,
  REGISTERS,
} from "../../../ffi/backtrace/crash_size.ts";
import {
  ElfSections,
  sectionsOf,
} from "../../../ffi/backtrace/elf_sections.ts";
import { readable } from "../../../ffi/backtrace/demangle.ts";
import { findFunctions } from "../../../ffi/backtrace/functions.ts";
import { findInlined } from "../../../ffi/backtrace/inlined.ts";
import { findLines } from "../../../ffi/backtrace/lines.ts";
import { nativeStack, readCrash } from "../../../ffi/backtrace/backtrace.ts";
import { signalName } from "../../../ffi/backtrace/signal_names.ts";
import { callerBy } from "../../../ffi/backtrace/unwind.ts";
import {
  emptyDirectory,
  fixture,
  library,
  toolsFor,
} from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { generator } from "../../helpers/random.ts";
import { compile, sharedLibrary } from "../../helpers/shared_library.ts";

const SOURCE = fixture("calls.c");

/** Addresses all over the code of a file. */
function addressesIn(path: string, step = 7): number[] {
  const { address, bytes } = sectionsOf(path)!.get(".text")!;
  return Array.from(
    { length: Math.floor(bytes.length / step) },
    (_, index) => address + index * step,
  );
}

for (
  const flags of [
    ["-gdwarf-5", "-O2"],
    ["-gdwarf-4", "-O0"],
    ["-gdwarf-3", "-O2"],
    ["-gdwarf-5", "-O2", "-gz=zlib"],
  ]
) {
  test(
    `lines and functions are those of addr2line: ${flags.join(" ")}`,
    need("cc", "addr2line"),
    () => {
      const text = readFileSync(SOURCE, "utf8");
      const path = compile(join(emptyDirectory(), "all.so"), text, ...flags);
      const addresses = addressesIn(path);
      const sections = sectionsOf(path)!;
      const lines = findLines(sections, addresses);
      const functions = findFunctions(sections, addresses);
      const { stdout } = spawnSync("addr2line", ["-e", path], {
        encoding: "utf8",
        input: addresses.map((address) => address.toString(16)).join("\n"),
      });
      const wanted = stdout.trim().split("\n").map((line) =>
        line.replace(/ \(discriminator \d+\)$/, "")
      );
      assertEquals(wanted.length, addresses.length);
      const got = addresses.map((address) => {
        const line = lines.get(address);
        return line === undefined ? "??:0" : `${line.file}:${line.line}`;
      });
      const same = wanted.filter((line, index) =>
        !line.startsWith("?") &&
        basename(line) === basename(got[index]!)
      );
      const known = wanted.filter((line) => !/^\?|:\?$/.test(line));
      assert(known.length > 100, `${known.length}`);
      assertEquals(same.length, known.length);
      // A function is that of the symbol that it lies in.
      const names = new Set(functions.values());
      assert(names.has("sum_all"), [...names].join());
    },
  );
}

for (
  // GNU's knows no ranges of version 5 as clang writes them.
  const [compiler, tool, ...flags] of [
    ["gcc", "addr2line", "-gdwarf-5", "-O2"],
    ["gcc", "addr2line", "-gdwarf-4", "-O3"],
    ["clang", "llvm-addr2line", "-gdwarf-5", "-O2"],
    ["clang", "addr2line", "-gdwarf-4", "-O2", "-gz=zlib"],
  ] as const
) {
  test(
    `what is compiled into others is told as by addr2line -i: ${compiler} ${
      flags.join(" ")
    }`,
    need(compiler, tool),
    () => {
      const path = join(emptyDirectory(), "inlined.so");
      sharedLibrary(path, [...flags, fixture("inlined.c")], { compiler });
      const addresses = addressesIn(path, 1);
      const sections = sectionsOf(path)!;
      const { stdout } = spawnSync(tool, ["-a", "-i", "-f", "-e", path], {
        encoding: "utf8",
        input: addresses.map((address) => address.toString(16)).join("\n"),
      });
      const wanted = stdout.split(/^0x[0-9a-f]+\n/m).slice(1).map((each) =>
        each.trim().split("\n").map((line) =>
          basename(line.replace(/ \(discriminator \d+\)$/, ""))
        )
      );
      const names = findFunctions(sections, addresses);
      const lines = findLines(sections, addresses);
      const inlined = findInlined(sections, addresses);
      let depth = 0;
      addresses.forEach((address, index) => {
        const told = wanted[index]!;
        // What is between functions is said to be of the one before.
        if (
          !names.has(address) || told.some((text) => /^\?|:[?0]$/.test(text))
        ) {
          return;
        }
        const calls = inlined.get(address) ?? [];
        depth = Math.max(depth, calls.length);
        const symbols = [...calls, { symbol: names.get(address) }];
        const places = [lines.get(address), ...calls];
        assertEquals(
          symbols.flatMap(({ symbol }, i) => [
            symbol?.replace(/\..*/, ""),
            `${basename(places[i]?.file ?? "?")}:${places[i]?.line}`,
          ]),
          told,
        );
      });
      assert(depth >= 2, `${depth}`);
    },
  );
}

test(
  "the stack of a crash has what was compiled into its functions",
  need("cc"),
  () => {
    const text = readFileSync(fixture("inlined.c"), "utf8");
    const path = compile(join(emptyDirectory(), "few.so"), text, "-O2");
    const sections = sectionsOf(path)!;
    const inlined = findInlined(sections, addressesIn(path));
    const [at] = [...inlined].find(([, calls]) => calls.length === 2)!;
    const [first, second, third] = nativeStack(
      crashIn(path, at),
      "x64",
      "/none",
    )!
      .split("\n");
    assertMatch(first!, /^deepest .+\.c:[456]$/);
    assertMatch(second!, /^middle .+\.c:12$/);
    assertMatch(third!, /^(?:outer|other)\S* .+\.c:(?:18|23)$/);
  },
);

test(
  "Rust's names are those of c++filt",
  need("c++filt", "nm", ...toolsFor("rust/crowd")),
  async () => {
    const { stdout } = spawnSync("nm", ["-j", await library("rust/crowd")], {
      encoding: "utf8",
      maxBuffer: 2 ** 26,
    });
    const names = [
      ...new Set(
        stdout.split("\n").filter((name) =>
          /^_R|^_ZN.*17h[0-9a-f]{16}E$/.test(name)
        ),
      ),
    ];
    const { stdout: shown } = spawnSync("c++filt", {
      encoding: "utf8",
      input: names.join("\n"),
    });
    const wanted = shown.trim().split("\n").map((name) =>
      // Hashes of crates, and types of constants.
      name.replaceAll(/\[[0-9a-f]{8,}\]|::h[0-9a-f]{16}$/g, "")
        .replaceAll(
          /(\d|true|false): (?:[iu](?:8|16|32|64|128|size)|bool)/g,
          "$1",
        )
    );
    const wrong = names.flatMap((name, i) =>
      readable(name) === wanted[i] ? [] : [[readable(name), wanted[i]]]
    );
    assert(names.length > 100, `${names.length}`);
    // Those of methods that are const, or for an object that goes.
    assertEquals(readable("_ZNK5codec6Reader4sizeEv"), "codec::Reader::size");
    assertEquals(readable("_ZNKO5codec6Reader4takeEv"), "codec::Reader::take");
    // Constructors, destructors, and what is of the standard library.
    assertEquals(readable("_ZN5codec7DecoderC2Ev"), "codec::Decoder::Decoder");
    assertEquals(readable("_ZN5codec7DecoderD0Ev"), "codec::Decoder::~Decoder");
    assertEquals(
      readable("_ZN12_GLOBAL__N_16decodeEi"),
      "(anonymous namespace)::decode",
    );
    assertEquals(readable("_ZSt9terminatev"), "std::terminate");
    assertEquals(readable("_ZNSt6thread4joinEv"), "std::thread::join");
    assertEquals(wrong, []);
    for (
      const name of [
        "_R",
        "_ZSt",
        "_ZNC2Ev",
        "_RNvB_4mean",
        "_RINvB2_",
        "_RNvC1aIB4_E",
        "_RC99999a",
        `_RN${"B_".repeat(200)}`,
      ]
    ) {
      assertEquals(readable(name), name);
    }
  },
);

/** What the runner keeps, of a thread that had an address of a file as its program counter. */
function crashIn(path: string, address: number): Uint8Array {
  const kept = new Uint8Array(CRASH_SIZE);
  const view = new DataView(kept.buffer);
  const maps = `7f0000000000-7f0010000000 r-xp 00000000 08:01 7    ${path}\n`;
  view.setUint32(4, 11, true);
  view.setUint32(12, maps.length, true);
  view.setBigUint64(24, 0x7ffff0000000n, true);
  view.setUint32(32, 4096, true);
  view.setUint32(36, 17, true);
  view.setBigUint64(REGISTERS + 8 * 7, 0x7ffff0000100n, true);
  view.setBigUint64(
    REGISTERS + 8 * 16,
    0x7f0000000000n + BigInt(address),
    true,
  );
  kept.set(new TextEncoder().encode(maps), MAPS);
  return kept;
}

test("the linker's index leads to the same as all entries", need("cc"), () => {
  const text = readFileSync(SOURCE, "utf8");
  const path = compile(join(emptyDirectory(), "all.so"), text, "-O2");
  const sections = sectionsOf(path)!;
  const without = {
    get: (name: string) =>
      name === ".eh_frame_hdr" ? undefined : sections.get(name),
  } as typeof sections;
  assert(sections.get(".eh_frame_hdr") !== undefined);
  const registers = new Map(Array.from({ length: 17 }, (_, i) => [i, 4096]));
  const machine = { stack: 7, frame: 6, link: undefined };
  const memory = (address: number) => address + 1;
  let known = 0;
  for (const address of [0, 1, ...addressesIn(path), 2 ** 40]) {
    const [one, other] = [sections, without].map((each) =>
      callerBy(each, address, registers, memory, machine)
    );
    assertEquals(one, other);
    if (one !== undefined) known++;
  }
  assert(known > 100, `${known}`);
});

test(
  "what is kept of a crash may be anything, and so may the file",
  need("cc"),
  () => {
    const directory = emptyDirectory();
    const path = compile(
      join(directory, "few.so"),
      "int one(int a) { return a + 1; }\nint two(int a) { return one(a) * 2; }\n",
      "-O0",
    );
    const sections = sectionsOf(path)!;
    const { address, bytes } = sections.get(".text")!;
    const last = address + bytes.length - 2;
    const whole = crashIn(path, last);
    const [first] = nativeStack(whole, "x64", "/none")!.split("\n");
    assertMatch(first!, /^two .*few\.c:2$/);
    assertEquals(nativeStack(whole, "x64", directory), undefined);
    const random = generator(18);
    const library = readFileSync(path);
    const broken = join(directory, "broken.so");
    for (let round = 0; round < 300; round++) {
      const kept = crashIn(round % 2 === 0 ? path : broken, last);
      // What counts, and some of the stack.
      for (let i = 0; i < 8; i++) {
        kept[random(round % 3 === 0 ? 600 : 40)] = random(256);
      }
      for (
        let at = CRASH_SIZE - 2 ** 18;
        at < CRASH_SIZE - 2 ** 18 + 4096;
        at++
      ) {
        kept[at] = random(256);
      }
      const bytes = new Uint8Array(library);
      for (let i = 0; i < 20; i++) bytes[random(bytes.length)] = random(256);
      writeFileSync(broken, bytes);
      for (const arch of ["x64", "arm64", "else"]) readCrash(kept, arch);
    }
  },
);

/** A file in memory, as parts of it are read. */
const sourceOf = (file: Uint8Array) => ({
  size: file.length,
  read: (at: number, size: number) => file.subarray(at, at + size),
});

test("numbers of sections may stand in the first section", need("cc"), () => {
  const text = "int one(int a) { return a + 1; }\n";
  const path = compile(join(emptyDirectory(), "one.so"), text);
  const file = readFileSync(path);
  const wanted = new ElfSections(sourceOf(file)).get(".symtab")!;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const first = Number(view.getBigUint64(40, true));
  view.setBigUint64(first + 32, BigInt(view.getUint16(60, true)), true);
  view.setUint32(first + 40, view.getUint16(62, true), true);
  view.setUint16(60, 0, true);
  view.setUint16(62, 0xffff, true);
  assertEquals(new ElfSections(sourceOf(file)).get(".symtab"), wanted);
  // Headers without a size would never come to an end.
  view.setBigUint64(first + 32, 2n ** 62n, true);
  view.setUint16(58, 0, true);
  assertThrows(() => new ElfSections(sourceOf(file)), RangeError);
});

/** Sections that were made up. */
const sectionsWith = (all: Record<string, Uint8Array | readonly number[]>) =>
  ({
    get: (name: string) =>
      Object.hasOwn(all, name)
        ? { bytes: new Uint8Array(all[name]!), address: 0 }
        : undefined,
  }) as ElfSections;

/** A number of so many bytes. */
const bytesOf = (value: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);

/** What begins with its length. */
const unitOf = (bytes: number[]) => [...bytesOf(bytes.length, 4), ...bytes];

test("no name of a section is longer than any is", () => {
  const file = new Uint8Array(2048);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46]);
  view.setUint8(40, 64);
  view.setUint8(58, 64);
  view.setUint8(60, 1);
  view.setUint8(64 + 24, 128);
  view.setUint16(64 + 32, 600, true);
  file.fill(0x61, 128, 128 + 500);
  const sections = new ElfSections(sourceOf(file));
  assertEquals(sections.get("a".repeat(500)), undefined);
  assertEquals(sections.get("a".repeat(256))?.bytes.length, 600);
});

test("no name of a function is as long as a section", () => {
  const found = (length: number) =>
    findFunctions(
      sectionsWith({
        ".symtab": [
          ...[0, 0, 0, 0, 2, 0, 0, 0],
          ...bytesOf(4096, 8),
          ...bytesOf(16, 8),
        ],
        ".strtab": new Uint8Array(length + 1).fill(0x61, 0, length),
      }),
      [4100],
    );
  assertEquals(found(5000).get(4100)?.length, 5000);
  assertThrows(() => found(2 ** 20), RangeError);
});

test("names of files are read where they are asked for, and no unit has any number", () => {
  const found = (files: number, address: number) => {
    const names: string[] = [];
    const head = [
      ...[1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1],
      ...[0, 0], // directories
      ...[1, 1, 0x1f], // a path, as DW_FORM_line_strp
      ...[files % 128 + 128, Math.floor(files / 128) % 128 + 128, files >> 14],
      ...new Uint8Array(files * 4),
    ];
    const program = [
      ...[0, 9, 2, ...bytesOf(4096, 8), 1, 2, 16, 0, 1, 1],
    ];
    const unit = [5, 0, 8, 0, ...bytesOf(head.length, 4), ...head, ...program];
    const all = sectionsWith({
      ".debug_line": unitOf(unit),
      ".debug_line_str": [0x61, 0],
    });
    const get = (name: string) => {
      names.push(name);
      return all.get(name);
    };
    return [findLines({ get } as ElfSections, [address]).get(address), names];
  };
  const line = { file: "a", line: 1 };
  assertEquals(found(2, 4100), [line, [".debug_line", ".debug_line_str"]]);
  assertEquals(found(2, 5000), [undefined, [".debug_line"]]);
  assertEquals(found(2 ** 16 + 1, 4100), [undefined, [".debug_line"]]);
});

test("what was made to be read for ever is not read to its end", () => {
  const found = (units: number[], abbreviations: number[]) =>
    findInlined(
      sectionsWith({
        ".debug_info": units,
        ".debug_abbrev": abbreviations,
        ".debug_str": [0x61, 0],
      }),
      [4100],
    ).get(4100);
  const code = [0x11, 1, 0x12, 6]; // DW_AT_low_pc, DW_AT_high_pc
  const flags = (count: number) =>
    Array.from({ length: count }, () => [0x3f, 0x19]).flat();
  const kinds = (count: number) => [
    ...[1, 0x11, 1, 0, 0],
    ...[2, 0x1d, 0, ...code, 3, 0x0e, ...flags(count), 0, 0],
    0,
  ];
  const call = [2, ...bytesOf(4096, 8), ...bytesOf(16, 4), 0, 0, 0, 0];
  const calls = (count: number, kinds = 0) =>
    unitOf([
      ...[4, 0, ...bytesOf(kinds, 4), 8, 1],
      ...Array.from({ length: count }, () => call).flat(),
      0,
    ]);
  const [one] = found(calls(1), kinds(1)) ?? [];
  assertEquals(one?.symbol, "a");
  assertEquals(found(calls(1000), kinds(1))?.length, 256);
  assertEquals(found(calls(1), kinds(1000)), undefined);
  // Each unit has the kinds of the one before, but for one.
  const many = 2 ** 13;
  const each = Array.from({ length: many }, () => [1, 5, 0, 3, 8, 0, 0]).flat();
  const heads = Array.from(
    { length: many },
    (_, i) => unitOf([4, 0, ...bytesOf(i * 7, 4), 8, 1]),
  ).flat();
  const all = [...each, 0, ...kinds(1)];
  const last = calls(1, many * 7 + 1);
  assertEquals(found([...heads.slice(0, 120), ...last], all)?.length, 1);
  assertEquals(found([...heads, ...last], all), undefined);
});

test("files that are none are not read", () => {
  // As large as one may be, and nothing in it.
  const large = join(emptyDirectory(), "large");
  writeFileSync(large, "");
  truncateSync(large, 2 ** 30);
  for (
    const path of [
      ...["/proc/kcore", "/proc/version", "/dev/zero", "/proc/self/mem"],
      ...["/none", large],
    ]
  ) {
    assertEquals(sectionsOf(path), undefined);
  }
});

test("signalName() names real-time signals, and says the number of others", () => {
  assertEquals([11, 32, 34, 35, 64, 65].map((n) => signalName(n, 34)), [
    "SIGSEGV",
    "signal 32",
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+30",
    "signal 65",
  ]);
  // musl has one more for itself.
  assertEquals([33, 34, 35, 36, 64].map((n) => signalName(n, 35)), [
    "signal 33",
    "signal 34",
    "SIGRTMIN",
    "SIGRTMIN+1",
    "SIGRTMIN+29",
  ]);
  const sayings = spawnSync("bash", ["-c", "kill -l 34; kill -l 35"], {
    encoding: "utf8",
  });
  if (sayings.status === 0 && process.platform === "linux") {
    const own = sayings.stdout.trim().split("\n").map((name) => `SIG${name}`);
    assertEquals([34, 35].map((n) => signalName(n)), own);
  }
});
