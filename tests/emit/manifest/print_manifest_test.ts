import { test } from "../../helpers/test.ts";
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { EmitError } from "../../../emit/error.ts";
import { writeFiles } from "../../../emit/files/write_files.ts";
import { printManifest } from "../../../emit/manifest/print_manifest.ts";
import {
  type Manifest,
  parseManifest,
} from "../../../ffi/manifest/manifest.ts";
import { inDirectory } from "../../helpers/directory.ts";

const MANIFEST: Manifest = {
  manifest: 1,
  library: {
    file: "hello.so",
    os: "linux",
    arch: "x64",
    libc: "gnu",
    sha256: "00ff",
    size: 16840,
    needs: ["libc.so.6"],
  },
  types: {
    Color: { kind: "enum", type: "u32", values: { RED: 0, GREEN: 1 } },
    Point: {
      kind: "struct",
      size: 16,
      align: 8,
      fields: [
        { name: "x", type: "f64", offset: 0 },
        { name: "y", type: "f64", offset: 8 },
      ],
    },
  },
  symbols: {
    V: { kind: "variable", type: "i32" },
    mid: {
      kind: "function",
      type: "(Point, Point) => Point",
      params: ["a", "b"],
      doc: 'The point "half way".\nBetween two.',
    },
  },
  skipped: {},
};

const TEXT = `{
  "manifest": 1,
  "library": {
    "file": "hello.so",
    "os": "linux",
    "arch": "x64",
    "libc": "gnu",
    "sha256": "00ff",
    "size": 16840,
    "needs": ["libc.so.6"]
  },
  "types": {
    "Color": { "kind": "enum", "type": "u32", "values": { "RED": 0, "GREEN": 1 } },
    "Point": {
      "kind": "struct",
      "size": 16,
      "align": 8,
      "fields": [
        { "name": "x", "type": "f64", "offset": 0 },
        { "name": "y", "type": "f64", "offset": 8 }
      ]
    }
  },
  "symbols": {
    "V": { "kind": "variable", "type": "i32" },
    "mid": {
      "kind": "function",
      "type": "(Point, Point) => Point",
      "params": ["a", "b"],
      "doc": "The point \\"half way\\".\\nBetween two."
    }
  },
  "skipped": {}
}
`;

test("printManifest() puts on a line what fits on it", () => {
  assertEquals(printManifest(MANIFEST), TEXT);
  assert(TEXT.split("\n").every((line) => line.length <= 100));
});

test("printManifest() prints what parseManifest() reads", () => {
  const read = parseManifest(printManifest(MANIFEST), "hello.so.json");
  assertEquals(JSON.stringify(read), JSON.stringify(MANIFEST));
  assertEquals(printManifest(read), TEXT);
});

test("printManifest() keeps a symbol that is called __proto__", () => {
  const text = TEXT.replace(`"V":`, `"__proto__":`);
  assertEquals(printManifest(parseManifest(text, "p.json")), text);
});

test("writeFiles() leaves the old inode to who has it open", async () => {
  await inDirectory((directory) => {
    const path = `${directory}/a.so`;
    writeFileSync(path, "old");
    linkSync(path, `${directory}/loaded.so`);
    writeFiles([{ path, data: "new", executable: true }]);
    assertEquals(readFileSync(path, "utf8"), "new");
    assertEquals(readFileSync(`${directory}/loaded.so`, "utf8"), "old");
    assert((statSync(path).mode & 0o100) !== 0, "it can be executed");
    assertEquals(readdirSync(directory).sort(), ["a.so", "loaded.so"]);
  });
});

test("writeFiles() changes nothing when one of them cannot be written", async () => {
  await inDirectory((directory) => {
    writeFileSync(`${directory}/a.so`, "old");
    mkdirSync(`${directory}/a.so.json`);
    const error = assertThrows(
      () =>
        writeFiles([
          { path: `${directory}/a.so`, data: "new" },
          { path: `${directory}/a.so.json`, data: "{}" },
        ]),
      EmitError,
    );
    assertEquals(
      error.message,
      `Cannot write "${directory}/a.so.json": it is a directory`,
    );
    assertEquals(readFileSync(`${directory}/a.so`, "utf8"), "old");
    assertEquals(readdirSync(directory).sort(), ["a.so", "a.so.json"]);
  });
});

test("writeFiles() names the directory that is missing", async () => {
  await inDirectory((directory) => {
    assertThrows(
      () => writeFiles([{ path: `${directory}/no/a.so`, data: "" }]),
      EmitError,
      `there is no directory "${directory}/no"`,
    );
  });
});
