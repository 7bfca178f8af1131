import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { parseCommand } from "../../../emit/arguments/args.ts";
import type {
  BuildCommand,
  EmitCommand,
} from "../../../emit/arguments/command.ts";
import { EmitError } from "../../../emit/error.ts";

test("parseCommand() reads a build", () => {
  assertEquals(
    parseCommand(["build", "a.c", "-o", "out.so", "b.c", "--", "-lm", "-o"]),
    {
      command: "build",
      inputs: ["a.c", "b.c"],
      output: "out.so",
      flags: ["-lm", "-o"],
      json: false,
      verbose: false,
    },
  );
});

test("parseCommand() reads letters with their value attached, as cc does", () => {
  assertEquals(
    parseCommand([
      "emit",
      "libz.so.1",
      "--header=zlib.h",
      "-Iinclude",
      "-I",
      "more",
      "-DA=1",
      "--include",
      "gz*",
      "--exclude",
      "*64",
      "--symbols",
      "crc32,adler32",
      "--json",
      "-v",
    ]),
    {
      command: "emit",
      library: "libz.so.1",
      headers: ["zlib.h"],
      directories: ["include", "more"],
      defines: ["A=1"],
      constants: [],
      symbols: ["crc32", "adler32"],
      include: ["gz*"],
      exclude: ["*64"],
      flags: [],
      json: true,
      verbose: true,
    },
  );
});

test("parseCommand() reads keygen and sign", () => {
  const output = { json: false, verbose: false };
  assertEquals(parseCommand(["keygen"]), { command: "keygen", ...output });
  assertEquals(parseCommand(["keygen", "-o", "release"]), {
    command: "keygen",
    output: "release",
    ...output,
  });
  assertEquals(parseCommand(["sign", "a.so.json", "--key=key.pem", "--json"]), {
    command: "sign",
    file: "a.so.json",
    key: "key.pem",
    json: true,
    verbose: false,
  });
});

test("parseCommand() reads what is said of thunks", () => {
  const { thunks } = parseCommand([
    "build",
    "a.c",
    "--thunk",
    "f (i32, f64) => i32",
    "--thunk=g () => void",
    "--errno",
    "open_*",
  ]) as BuildCommand;
  assertEquals(thunks, {
    signatures: ["f (i32, f64) => i32", "g () => void"],
    errno: ["open_*"],
  });
  const emit = parseCommand(["emit", "a.so", "--thunks"]) as EmitCommand;
  assertEquals(emit.thunks, { signatures: [], errno: [] });
  const none = parseCommand(["emit", "a.so"]) as EmitCommand;
  assertEquals(none.thunks, undefined);
});

test("parseCommand() reads the commands that look at a library", () => {
  const options = { json: false, verbose: true };
  assertEquals(parseCommand(["inspect", "a.so", "-v"]), {
    command: "inspect",
    file: "a.so",
    ...options,
  });
  assertEquals(parseCommand(["types", "a.so.json", "-v", "-o", "a.d.ts"]), {
    command: "types",
    file: "a.so.json",
    output: "a.d.ts",
    ...options,
  });
  assertEquals(parseCommand(["check", "a.so", "-v", "--manifest", "b.json"]), {
    command: "check",
    library: "a.so",
    manifest: "b.json",
    headers: [],
    directories: [],
    defines: [],
    constants: [],
    symbols: [],
    include: [],
    exclude: [],
    flags: [],
    ...options,
  });
});

test("parseCommand() asks for help wherever it is asked", () => {
  assertEquals(parseCommand([]), { command: "help" });
  assertEquals(parseCommand(["--help"]), { command: "help" });
  assertEquals(parseCommand(["help", "emit"]), {
    command: "help",
    topic: "emit",
  });
  assertEquals(parseCommand(["build", "-h"]), {
    command: "help",
    topic: "build",
  });
});

const WRONG: readonly (readonly [string, string])[] = [
  ["biuld a.c", `There is no command "biuld": did you mean "build"?`],
  ["frobnicate", `There is no command "frobnicate"`],
  [
    "--json build",
    "The command comes before its options: it is one of build, emit, check, pack, inspect, types, new, keygen, sign",
  ],
  ["build", `"plugin build" needs a source file or a directory`],
  ["emit", `"plugin emit" needs a library`],
  ["emit a.so b.so", `"plugin emit" takes one library, and got "b.so" too`],
  [
    "build a.c --ouput x",
    `"plugin build" has no option "--ouput": did you mean "--output"?`,
  ],
  ["build a.c -z", `"plugin build" has no option "-z"`],
  [
    "emit a.so --headers=z.h",
    `"plugin emit" has no option "--headers": did you mean "--header"?`,
  ],
  ["build a.c -o", `The option "-o" needs a value`],
  ["build a.c --output=", `The option "--output" needs a value`],
  ["build a.c -o a -o b", `The option "--output" is given twice`],
  ["build a.c --json=yes", `The option "--json" takes no value, and got "yes"`],
  ["inspect", `"plugin inspect" needs a library or a manifest`],
  [
    "types a.json b.json",
    `"plugin types" takes one manifest, and got "b.json" too`,
  ],
  [
    "inspect a.so -- -lm",
    `"plugin inspect" runs no compiler, and got "-- -lm"`,
  ],
  [
    "emit a.so --thunks=all",
    `The option "--thunks" takes no value, and got "all"`,
  ],
  [
    "build a.c --thunks",
    `"plugin build" has no option "--thunks": did you mean "--thunk"?`,
  ],
  ["build a.c --toString", `"plugin build" has no option "--toString"`],
];

test("parseCommand() says what is wrong, and the nearest word", () => {
  for (const [line, message] of WRONG) {
    const error = assertThrows(
      () => parseCommand(line.split(" ")),
      EmitError,
    );
    assertEquals([line, error.code, error.message], [line, "usage", message]);
  }
});
