/**
 * Structs that have to lie at a multiple of more than most things do: compilers
 * use instructions for them that end the process anywhere else.
 *
 * @module
 */

import { test } from "../../helpers/test.ts";
import process from "node:process";
import { assertEquals } from "@std/assert";
import { open, type OpenOptions } from "@native/plugin";
import { adapter } from "../../../ffi/runtime/runtime.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withSupport } from "../../helpers/support.ts";

await withSupport();

const NAMES = ["by_32", "by_64", "by_128", "page"];

/** In front of the struct in the memory of a call, so that its place there is another one each time. */
const TEXTS = ["a", "b".repeat(20), "c".repeat(33), "d".repeat(2000)];

/** Bytes that lie at a multiple of a number. */
function aligned(to: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size + to);
  const rest = Number(BigInt(adapter.addressOf(bytes)) % BigInt(to));
  return bytes.subarray((to - rest) % to).subarray(0, size);
}

const WAYS: [string, OpenOptions][] = [["here", {}]];
if (process.platform === "linux") WAYS.push(["isolated", { isolated: true }]);

for (const [way, options] of WAYS) {
  test(
    `over-aligned structs lie as their types say: ${way}`,
    need("cc"),
    async () => {
      // deno-lint-ignore no-explicit-any -- what a manifest has, no type says here
      const plugin = open<any>(await library("aligned.c"), options);
      const before = new (plugin.type("point")!)();
      for (const name of NAMES) {
        const read = plugin.lookup(`read_${name}`);
        const it = Object.assign(new (plugin.type(name)!)(), { x: 7 });
        const seen = TEXTS.flatMap((text) => [
          read(text, before, it),
          read.async(text, before, it),
        ]);
        assertEquals(await Promise.all(seen), seen.map(() => 7), name);
      }
      // Bytes in which more lies than the struct, as many as no struct has.
      const read = plugin.lookup("read_by_64");
      const more = aligned(64, 100);
      new DataView(more.buffer, more.byteOffset).setInt32(0, 7, true);
      const seen = TEXTS.flatMap((text) => [
        read(text, before, more),
        read.async(text, before, more),
      ]);
      assertEquals(await Promise.all(seen), seen.map(() => 7), "more");
    },
  );
}
