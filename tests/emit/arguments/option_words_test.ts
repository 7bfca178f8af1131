import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { cut } from "../../../emit/arguments/option_words.ts";
import { command as emit } from "../../../emit/commands/emit.ts";

/** The words of `plugin emit`, one text each. */
function words(...argv: string[]): string[] {
  return Array.from(
    cut(argv, emit.options),
    (word) =>
      typeof word === "string"
        ? word
        : `${word.rawName} is ${word.name}: ${word.value}`,
  );
}

test("cut() reads options as getopt_long does", () => {
  assertEquals(words("a.so", "-", "b.so"), ["a.so", "-", "b.so"]);
  assertEquals(words("--output", "x", "--output=y=z", "--output="), [
    "--output is output: x",
    "--output is output: y=z",
    "--output is output: ",
  ]);
  assertEquals(words("-ox", "-o", "y", "-vox"), [
    "-o is output: x",
    "-o is output: y",
    "-v is verbose: undefined",
    "-o is output: x",
  ]);
  assertEquals(words("-o=", "a.so"), ["-o is output: ", "a.so"]);
  assertEquals(words("-o=x", "-vo=y=z", "-v=1"), [
    "-o is output: x",
    "-v is verbose: undefined",
    "-o is output: y=z",
    "-v is verbose: undefined",
    "-= is =: undefined",
    "-1 is 1: undefined",
  ]);
  assertEquals(words("-hv", "--json", "a.so"), [
    "-h is help: undefined",
    "-v is verbose: undefined",
    "--json is json: undefined",
    "a.so",
  ]);
  // What takes a value takes whatever comes, and nothing where nothing comes.
  assertEquals(words("-o", "--json"), ["-o is output: --json"]);
  assertEquals(words("--output"), ["--output is output: undefined"]);
  assertEquals(words("-o"), ["-o is output: undefined"]);
});

test("cut() gives what it does not know as it is", () => {
  assertEquals(words("--frob=1", "-x", "--constructor", "--__proto__"), [
    "--frob is frob: 1",
    "-x is x: undefined",
    "--constructor is constructor: undefined",
    "--__proto__ is __proto__: undefined",
  ]);
});
