import { test } from "../../helpers/test.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { readArguments } from "../../../emit/arguments/arguments.ts";
import { command as build } from "../../../emit/commands/build.ts";
import { commandNamed, COMMANDS } from "../../../emit/commands/commands.ts";
import { command as emit } from "../../../emit/commands/emit.ts";
import { EmitError } from "../../../emit/error.ts";
import { plugin } from "../helpers/cli.ts";

/** What a command line asks for. */
async function parse([name, ...argv]: readonly string[]): Promise<unknown> {
  const command = await commandNamed(name!);
  return command.parse(readArguments(command, argv));
}

test("parse() reads a build", async () => {
  assertEquals(
    await parse(["build", "a.c", "-o", "out.so", "b.c", "--", "-lm", "-o"]),
    {
      inputs: ["a.c", "b.c"],
      output: "out.so",
      flags: ["-lm", "-o"],
      json: false,
      verbose: false,
    },
  );
});

test("parse() reads of a test what it reads of a build", async () => {
  const options = [
    ...["a.go", "--annotate", "notes.json", "--errno", "file_*", "--cxx"],
    ...["--thunk", "say (i32) => void", "--instantiate", "Stack[int]"],
  ];
  const build = await parse(["build", ...options]) as object;
  assertEquals(
    await parse(["test", ...options, "--coverage"]),
    { ...build, tests: [] },
  );
});

test("parse() reads letters with their value attached, as cc does", async () => {
  assertEquals(
    await parse([
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
      library: "libz.so.1",
      with: [],
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

test("parse() reads keygen and sign", async () => {
  const output = { json: false, verbose: false };
  assertEquals(await parse(["keygen"]), { ...output });
  assertEquals(await parse(["keygen", "-o", "release"]), {
    output: "release",
    ...output,
  });
  assertEquals(await parse(["sign", "a.so.json", "--key=key.pem", "--json"]), {
    file: "a.so.json",
    key: "key.pem",
    json: true,
    verbose: false,
  });
});

test("parse() reads what is said of thunks", () => {
  const { thunks } = build.parse(readArguments(build, [
    "a.c",
    "--thunk",
    "f (i32, f64) => i32",
    "--thunk=g () => void",
    "--errno",
    "open_*",
  ]));
  assertEquals(thunks, {
    signatures: ["f (i32, f64) => i32", "g () => void"],
    errno: ["open_*"],
  });
  const asked = emit.parse(readArguments(emit, ["a.so", "--thunks"]));
  assertEquals(asked.thunks, { signatures: [], errno: [] });
  const none = emit.parse(readArguments(emit, ["a.so"]));
  assertEquals(none.thunks, undefined);
});

test("parse() reads the commands that look at a library", async () => {
  const options = { json: false, verbose: true };
  assertEquals(await parse(["inspect", "a.so", "-v"]), {
    file: "a.so",
    ...options,
  });
  assertEquals(await parse(["types", "a.so.json", "-v", "-o", "a.d.ts"]), {
    file: "a.so.json",
    output: "a.d.ts",
    ...options,
  });
  assertEquals(await parse(["check", "a.so", "-v", "--manifest", "b.json"]), {
    library: "a.so",
    manifest: "b.json",
    with: [],
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

test("every command asks for help where it is asked", async () => {
  const general = (await plugin()).stdout;
  for (const argv of [["--help"], ["-h"], ["help"]]) {
    assertEquals(await plugin(...argv), {
      status: 0,
      stdout: general,
      stderr: "",
    });
  }
  for (const name of COMMANDS) {
    const { stdout, status } = await plugin(name, "--help");
    assertEquals([status, (await commandNamed(name)).name], [0, name]);
    assertEquals((await plugin("help", name)).stdout, stdout);
    assertEquals((await plugin(name, "x", "-h")).stdout, stdout);
    assertEquals(general.includes(`  plugin ${name} `), true);
  }
});

test("the help of a command names each of its options", async () => {
  for (const name of COMMANDS) {
    const { options, help } = await commandNamed(name);
    for (const [option, { short }] of Object.entries(options)) {
      const names = [`--${option}`, ...(short ? [`-${short}`] : [])];
      if (option === "verbose" && !help.includes("--verbose")) continue;
      const isNamed = names.some((name) =>
        new RegExp(`(?:^|[ ,])${name}\\b`, "m").test(help)
      );
      assertEquals([name, option, isNamed], [name, option, true]);
    }
  }
});

const WRONG: readonly (readonly [string, string])[] = [
  ["biuld a.c", `There is no command "biuld": did you mean "build"?`],
  ["frobnicate", `There is no command "frobnicate"`],
  [
    "--json build",
    `The command comes before its options: it is one of ${COMMANDS.join(", ")}`,
  ],
  ["build", `"plugin build" needs a source file or a directory`],
  ["emit", `"plugin emit" needs a library, or --pkg-config and a package`],
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
  [
    "emit a.so -o b.so",
    `The option "--output" is the manifest to write, which ends in .json: wanted "b.so.json", got "b.so"`,
  ],
  [
    "build a.c -o a -o b",
    `The option "--output" is given twice: "a" and "b"`,
  ],
  ["build a.c --json=yes", `The option "--json" takes no value, and got "yes"`],
  ["keygen key.pem", `"plugin keygen" takes only options, and got "key.pem"`],
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

test("a command says what is wrong, and the nearest word", async () => {
  for (const [line, message] of WRONG) {
    const error = await assertRejects(
      () => parse(line.split(" ")),
      EmitError,
    );
    assertEquals([line, error.code, error.message], [line, "usage", message]);
  }
});
