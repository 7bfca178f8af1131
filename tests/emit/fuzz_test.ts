import { assert } from "@std/assert";
import { readFileSync } from "node:fs";
import process from "node:process";
import { test } from "../helpers/test.ts";
import { membersOf } from "../../emit/image/archive.ts";
import { describe } from "../../emit/describe/describe.ts";
import { EmitError } from "../../emit/error.ts";
import { type Image, readImage } from "../../emit/image/image.ts";
import { readMachPart } from "../../emit/image/macho_library.ts";
import { thin } from "../../emit/image/universal.ts";
import { readElfStartup } from "../../emit/inspect/startup_elf.ts";
import { readMachStartup } from "../../emit/inspect/startup_macho.ts";
import { need, RUNTIME } from "../helpers/need.ts";
import { generator, type Random } from "../helpers/random.ts";
import { crossCompile } from "./helpers/cross.ts";
import { archive, machO, trieOf, universal } from "./helpers/image_writer.ts";
import { assertManifest, compile } from "./helpers/library.ts";

/** How many files are tried; `PLUGIN_MUTANTS` asks for more. */
const MUTANTS = Number(process.env.PLUGIN_MUTANTS ?? 2000);

/**
 * How many of each of the files: never so few that chance decides what
 * they show. The readers are one code: other engines try a tenth.
 */
const EACH = Math.max(
  200,
  Math.ceil(MUTANTS / (RUNTIME === "Deno" ? 4 : 40)),
);

/** Longest that the process may work at one mutant of a file of 30 kB, in microseconds. */
const PATIENCE = 2_000_000;

for (const compiler of ["gcc", "clang"]) {
  test(
    `describe() of ${EACH} mutants by ${compiler} gives a manifest or one error`,
    need(compiler),
    () => {
      const library = compile(compiler, ["types.c"], ["-gdwarf-5", "-O2"]);
      const original = new Uint8Array(readFileSync(library));
      const read = (bytes: Uint8Array) => readImage(bytes, "mutant.so");
      const targets = sectionsOf(original);
      tryMutants(original, targets, compiler.length, describing(read));
    },
  );
}

test(
  `${EACH} libraries without section headers are read or refused`,
  need("gcc"),
  () => {
    const library = compile("gcc", ["types.c"], ["-O2"]);
    const original = new Uint8Array(readFileSync(library));
    const targets = sectionsOf(original).slice(2); // what has no headers any more
    original.fill(0, 40, 48);
    original.fill(0, 60, 64);
    tryMutants(original, [{ at: 0, size: 1024 }, ...targets], 5, (bytes) => {
      const image = readImage(bytes, "mutant.so");
      assert(image.exports.every((each) => typeof each.name === "string"));
      readElfStartup(bytes, "mutant.so");
    });
  },
);

for (const what of ["libraries", "object files"] as const) {
  test(
    `describe() of ${EACH} Mach-O ${what} gives a manifest or one error`,
    need("clang", "ld64.lld"),
    () => {
      const library = crossCompile("darwin-x64", "types.c");
      const bytes = new Uint8Array(readFileSync(library));
      const object = new Uint8Array(
        readFileSync(library.replace("library.dylib", "object.o")),
      );
      const image = readImage(bytes, "x.dylib");
      const exports = image.exports.map((each) => ({ ...each, address: -1 }));
      if (what === "libraries") {
        const debug = readMachPart(object, "object.o", image.arch);
        const read = (bytes: Uint8Array) => ({
          ...readImage(bytes, "mutant.dylib"),
          parts: [debug],
        });
        tryMutants(bytes, wholeOf(bytes), 1, describing(read));
      } else {
        const read = (bytes: Uint8Array) => ({
          ...image,
          exports,
          parts: [readMachPart(bytes, "mutant.o", image.arch)],
        });
        tryMutants(object, wholeOf(object), 2, describing(read));
      }
    },
  );
}

const THIN = machO(trieOf(["_add", "_count", "_subtract", "_sum"]));

const MEMBERS = {
  "a.o": THIN,
  "a member with a long name.o": THIN,
  "last.o": THIN,
};

for (
  const [what, original, name] of [
    ["Mach-O libraries", THIN, undefined],
    ["universal files", universal(THIN), undefined],
    ["static libraries", archive(MEMBERS), "a member with a long name.o"],
    [
      "static libraries of which the last is wanted",
      archive(MEMBERS),
      "last.o",
    ],
  ] as const
) {
  test(`${EACH} ${what} that no linker made are read or refused`, () => {
    const use = (bytes: Uint8Array) => {
      const file = name === undefined
        ? bytes
        : [...membersOf(bytes, "mutant.a")].find((each) => each.name === name)
          ?.bytes;
      if (file === undefined) throw absent;
      const image = readImage(file, "mutant.dylib");
      assert(image.exports.every((each) => typeof each.name === "string"));
      assert(image.needs.every((need) => typeof need === "string"));
      readMachStartup(thin(file, "mutant.dylib"), "mutant.dylib");
    };
    tryMutants(original, headersOf(original), original.length, use);
  });
}

/** A member whose name was changed is not there, which is no error of the reader. */
const absent = new EmitError("usage", "no such member");

function describing(
  read: (bytes: Uint8Array) => Image,
): (bytes: Uint8Array) => void {
  return (bytes) => assertManifest(describe(read(bytes)));
}

/** What the readers read of files that were written here: all but a section's code. */
function headersOf(file: Uint8Array): Target[] {
  const text = new TextDecoder("latin1").decode(file);
  const headers = [...text.matchAll(/.{48}\d+ *`\n/g)].map(({ index }) => ({
    at: index,
    size: 60,
  }));
  return [{ at: 0, size: 60 }, ...headers, { at: 0, size: file.length }];
}

/** Tries the mutants of one file. */
function tryMutants(
  original: Uint8Array,
  targets: readonly Target[],
  seed: number,
  use: (bytes: Uint8Array) => void,
): void {
  const random = generator(seed);
  let described = 0;
  for (let mutant = 0; mutant < EACH; mutant++) {
    const bytes = mutate(original, targets, random);
    const start = process.cpuUsage();
    try {
      use(bytes);
      described++;
    } catch (error) {
      if (!(error instanceof EmitError)) {
        throw new Error(`mutant ${mutant}`, { cause: error });
      }
      if (error.code.startsWith("bad_")) {
        assert(
          error.message.startsWith("Cannot read "),
          `mutant ${mutant}: ${error.message}`,
        );
      }
    }
    const { user } = process.cpuUsage(start);
    assert(user < PATIENCE, `mutant ${mutant} took ${user} us`);
  }
  // Either alone would mean that the mutations test nothing.
  assert(
    described > EACH / 20 && described < EACH * 0.95,
    `${described} of ${EACH}`,
  );
}

/** A part of a file that is changed. */
interface Target {
  readonly at: number;
  readonly size: number;
}

/** The load commands of a Mach-O file as often as all that they lead to. */
function wholeOf(file: Uint8Array): Target[] {
  const commands = new DataView(file.buffer).getUint32(20, true);
  const header = { at: 0, size: 32 + commands };
  return [header, { at: header.size, size: file.length - header.size }];
}

/** Where in the file the readers read: the header, and every section they know. */
function sectionsOf(file: Uint8Array): Target[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const table = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  const sections = [{ at: 0, size: 64 }, { at: table, size: count * 64 }];
  for (let index = 1; index < count; index++) {
    const header = table + index * 64;
    const type = view.getUint32(header + 4, true);
    const at = Number(view.getBigUint64(header + 24, true));
    const size = Number(view.getBigUint64(header + 32, true));
    const code = type === 1 && view.getBigUint64(header + 8, true) !== 0n;
    if (type !== 8 && size > 0 && !code) sections.push({ at, size });
  }
  return sections;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

function mutate(
  original: Uint8Array,
  targets: readonly Target[],
  random: Random,
): Uint8Array {
  if (random(10) === 0) return original.slice(0, random(original.length));
  const bytes = original.slice();
  for (let changes = 1 + random(6); changes > 0; changes--) {
    const { at, size } = targets[random(targets.length)]!;
    const place = at + random(size);
    switch (random(4)) {
      case 0:
        bytes[place] = INTERESTING[random(INTERESTING.length)]!;
        break;
      case 1:
        bytes[place]! ^= 1 << random(8);
        break;
      case 2:
        bytes.fill(random(2) * 0xff, place, Math.min(place + 8, at + size));
        break;
      default:
        bytes.copyWithin(place, at + random(size), at + size);
    }
  }
  return bytes;
}
