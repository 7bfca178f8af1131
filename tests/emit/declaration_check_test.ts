import { test } from "node:test";
import { writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { run } from "../../emit/run.ts";
import { need } from "../need.ts";
import { fixture, inDirectory, plugin } from "./cli.ts";

// Each line that TypeScript has to refuse says so; it refuses the others too.
const USE = `
import { open, type Pointer } from "@native/plugin";
import type { Shapes } from "./shapes.so.d.ts";

const shapes = open<Shapes>("./shapes.so");
const length: number = shapes.lookup("length")("text");
const count: bigint = shapes.lookup("count").value;
const total: number = shapes.lookup("sum")(new Float64Array(length), count);
const point: { x: number; y: number } = shapes.lookup("middle")(
  { x: 1, y: 2 },
  { x: total, y: 4 },
);
const handler: Pointer | null = shapes.lookup("on_shape").value;
shapes.lookup("paint")(5, new Uint8Array(1));
shapes.lookup("paint")(5, handler);
// @ts-expect-error there is no such symbol
shapes.lookup("nothing");
// @ts-expect-error a string is wanted
shapes.lookup("length")(7);
// @ts-expect-error an argument is missing
shapes.lookup("sum")(new Float64Array(1));
// @ts-expect-error another typed array is wanted
shapes.lookup("sum")(new Float32Array(1), 1);
// @ts-expect-error a field is missing
shapes.lookup("middle")({ x: 1 }, point);
// @ts-expect-error it can only be read
shapes.lookup("title").value = new Int8Array(7);
// @ts-expect-error a bigint comes out
shapes.lookup("count").value.toFixed();
`;

test("printDeclaration() lets TypeScript check open<Shapes>()", {
  skip: "Deno" in globalThis ? need("cc").skip : "needs Deno to check types",
}, async () => {
  await inDirectory(async (directory) => {
    const library = `${directory}/shapes.so`;
    await plugin("build", fixture("shapes.c"), "-o", library);
    writeFileSync(`${directory}/use.ts`, USE);
    const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
    const ran = await run(process.execPath, [
      "check",
      "--config",
      config,
      `${directory}/use.ts`,
      `${library}.d.ts`,
    ], { env: { NO_COLOR: "1" } });
    assertEquals(ran.status, 0, ran.stderr);
  });
});
