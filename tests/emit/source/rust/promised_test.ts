/**
 * What is async in Rust gives a promise, wherever it stands.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { PluginError } from "../../../../mod.ts";
import { printDeclaration } from "../../../../emit/declaration/print_declaration.ts";
import { crateRows } from "../../helpers/crate_rows.ts";

const row = crateRows("traps", "Rust, promised");

row(
  "what is async gives a promise, as a static and as a method",
  async (rust) => {
    const { Waiter } = rust;
    const waiter = await Waiter.new(3);
    assert(waiter instanceof Waiter);
    const added = waiter.add(4);
    assert(added instanceof Promise);
    assertEquals(await added, 7n);
    // There is no other version of it; of what is not async there is.
    assertEquals(await waiter.async.add(1), 8n);
    assertEquals([waiter.count(), await waiter.async.count()], [8n, 8n]);
    assertEquals((await Waiter.checked(1)).count(), 1n);
    await assertRejects(() => Waiter.checked(-1), PluginError, "below");
  },
);

row("it is declared so, and is no constructor", (_, manifest) => {
  const text = printDeclaration(manifest);
  const at = text.indexOf("export declare class Waiter ");
  const own = text.slice(at, text.indexOf("\n}", at)).replace(/\s+/g, " ");
  for (
    const part of [
      "private constructor();",
      "static new(count: bigint | number): Promise<Waiter>;",
      "static checked(count: bigint | number): Promise<Waiter>;",
      " add(by: bigint | number): Promise<bigint>; count(): bigint;",
      "{ add(by: bigint | number): Promise<bigint>; count(): Promise<bigint>; }",
    ]
  ) {
    assertEquals([part, own.includes(part)], [part, true], own);
  }
});
