/**
 * What a process says arrives, whatever takes it.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { runProgram } from "../../helpers/program.ts";
import { writeText } from "../../../ffi/system/write_text.ts";

function failing(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** What is written where each write is answered in turn: by so many bytes at most, or by an error. */
function written(text: string, answers: readonly (number | string)[]): string {
  const parts: number[] = [];
  const left = [...answers];
  writeText(text, (bytes) => {
    const answer = left.shift() ?? Infinity;
    if (typeof answer === "string") throw failing(answer);
    const count = Math.min(answer, bytes.length);
    parts.push(...bytes.subarray(0, count));
    return count;
  });
  return new TextDecoder().decode(new Uint8Array(parts));
}

test("a text is written whole, to a pipe that is full as well", () => {
  const text = "größe ".repeat(500);
  assertEquals(written(text, []), text);
  assertEquals(written(text, [1, 7, "EAGAIN", "EAGAIN", 3]), text);
});

test("what nobody reads any more is left out, and other errors are thrown", () => {
  assertEquals(written("a".repeat(600), [512, "EPIPE"]), "a".repeat(512));
  assertThrows(() => written("a", ["EIO"]), Error, "EIO");
});

test("a command that says more than a pipe takes is read to its end", () => {
  const system = new URL("../../../ffi/system/system.ts", import.meta.url).href;
  const { stdout, status } = runProgram(
    `const { system } = await import(${JSON.stringify(system)});
    system.stdout.write("0123456789".repeat(50_000));
    system.end(3);`,
  );
  assertEquals([stdout.length, status], [500_000, 3]);
});
