import { test } from "../../helpers/test.ts";
import { readFileSync, writeFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { readMachStartup } from "../../../emit/inspect/startup_macho.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { plugin } from "../helpers/cli.ts";
import { link } from "../helpers/cross.ts";
import { must } from "../../helpers/succeed.ts";

const DARWIN = need("clang", "ld64.lld");

const SOURCE = `int set = 1, table[1000];
const int fixed[4] = {1, 2, 3, 4};
__attribute__((constructor)) static void first(void) { set++; }
__attribute__((constructor)) void second(void) { table[0] = set; }
`;

function build(): string {
  const directory = emptyDirectory();
  writeFileSync(`${directory}/a.c`, SOURCE);
  const object = `${directory}/a.o`;
  must("clang", [
    "--target=arm64-apple-macos11",
    ...["-ffreestanding", "-fPIC", "-c", `${directory}/a.c`, "-o", object],
  ]);
  return link("darwin-arm64", directory, [object]);
}

/** Where in a file the header of a section begins. */
function headerOf(bytes: Uint8Array, name: string): number {
  const text = new TextDecoder("latin1").decode(bytes);
  const at = text.indexOf(name.padEnd(16, "\0"));
  assert(at > 0, name);
  return at;
}

test(
  "plugin inspect names what a Mach-O library runs at load, and its parts",
  DARWIN,
  async () => {
    const library = build();
    const { status, stdout } = await plugin("inspect", library, "--json");
    assertEquals(status, 0);
    const { initialisers, parts } = JSON.parse(stdout);
    assertEquals(initialisers, [
      { name: "first", from: "S_MOD_INIT_FUNC_POINTERS" },
      { name: "second", from: "S_MOD_INIT_FUNC_POINTERS" },
    ]);
    const sizes = new Map(
      parts.map((part: { name: string; bytes: number }) => [
        part.name,
        part.bytes,
      ]),
    );
    assertEquals(sizes.get("zeroed variables (not in the file)"), 4000);
    assertEquals(sizes.get("variables"), 4 + 16); // with the pointers to the initialisers
    assertEquals(sizes.get("constants"), 16);
    assert(Number(sizes.get("code")) > 16);
  },
);

test("readMachStartup() reads offsets in place of pointers", DARWIN, () => {
  const bytes = new Uint8Array(readFileSync(build()));
  const view = new DataView(bytes.buffer);
  const header = headerOf(bytes, "__mod_init_func");
  const offset = view.getUint32(header + 48, true);
  // As linkers write it for macOS 12 and later.
  for (const index of [0, 1]) {
    const address = Number(view.getBigUint64(offset + index * 8, true));
    view.setUint32(offset + index * 4, address, true); // __TEXT begins at 0
  }
  view.setBigUint64(header + 40, 8n, true);
  view.setUint32(header + 64, 0x16, true);
  assertEquals(readMachStartup(bytes, "a.dylib").initialisers, [
    { name: "first", from: "S_INIT_FUNC_OFFSETS" },
    { name: "second", from: "S_INIT_FUNC_OFFSETS" },
  ]);
});

test("readMachStartup() follows chained pointers", DARWIN, () => {
  const file = new Uint8Array(readFileSync(build()));
  // dyld_chained_fixups_header, dyld_chained_starts_in_image for one segment,
  // dyld_chained_starts_in_segment up to its pointer_format.
  const words = [0, 32, 0, 0, 0, 0, 0, 0, 2, 0, 12, 24];
  const fixups = new Uint8Array(words.length * 4 + 8);
  const chains = new DataView(fixups.buffer);
  words.forEach((word, index) => chains.setUint32(index * 4, word, true));
  chains.setUint16(32 + 12 + 4, 0x4000, true);
  chains.setUint16(32 + 12 + 6, 6, true); // DYLD_CHAINED_PTR_64_OFFSET
  const bytes = new Uint8Array(file.length + fixups.length);
  bytes.set(file);
  bytes.set(fixups, file.length);
  const view = new DataView(bytes.buffer);
  const at = 32 + view.getUint32(20, true); // behind the last command
  const command = [0x80000034, 16, file.length, fixups.length];
  command.forEach((word, index) => view.setUint32(at + index * 4, word, true));
  view.setUint32(16, view.getUint32(16, true) + 1, true);
  view.setUint32(20, view.getUint32(20, true) + 16, true);
  const offset = view.getUint32(
    headerOf(bytes, "__mod_init_func") + 48,
    true,
  );
  // `next` lies in the bits above the target's.
  view.setUint32(offset + 4, 2 << 19, true);
  assertEquals(
    readMachStartup(bytes, "a.dylib").initialisers.map(({ name }) => name),
    ["first", "second"],
  );
});
