/**
 * A struct of Go is the same where it crosses alone and where it lies in others:
 * one crosses as it lies in memory, the other in a packet.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { test } from "../../../helpers/test.ts";
import { withSupport } from "../../../helpers/support.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

await withSupport();

// deno-lint-ignore no-explicit-any
type Loose = any;

function row(name: string, body: (go: Loose) => unknown): void {
  test(`Go: ${name}`, WITH_GO, async () => {
    await body((await openGo("anything")).symbols);
  });
}

const plain = (value: Loose) => ({
  Size: [...value.Size],
  Mac: [...value.Mac],
  Flags: [...value.Flags],
  Grid: Array.from(value.Grid, (row: Loose) => [...row]),
  Corners: Array.from(value.Corners, ({ X, Y }: Loose) => ({ X, Y })),
  N: value.N,
});

row("arrays in a struct are the same alone, in lists and in maps", (go) => {
  const given = {
    Size: [1, 2.5],
    Mac: Uint8Array.of(1, 2, 3, 255),
    Flags: [true, false, true],
    Grid: [[1, 2], [3, -4]],
    Corners: [{ X: 1, Y: 2 }, { X: 3, Y: 4 }],
    N: 7,
  };
  const wanted = plain(given);
  assertEquals(plain(go.OneArrays(given)), wanted);
  assertEquals(go.AllArrays([given, given]).map(plain), [wanted, wanted]);
  assertEquals(plain(go.MapArrays({ a: given }).a), wanted);
  const zero = plain(go.OneArrays({}));
  assertEquals(zero.Corners, [{ X: 0, Y: 0 }, { X: 0, Y: 0 }]);
  assertEquals(go.AllArrays([{}]).map(plain), [zero]);
  for (const call of [go.OneArrays, (one: Loose) => go.AllArrays([one])]) {
    assertThrows(() => call({ Size: [1] }), TypeError, "of 2");
  }
});

row("lists and arrays with methods are objects in any struct", (go) => {
  const styled = [
    go.OneStyled({ Colors: [1, 2], N: 1 }),
    go.AllStyled([{ Colors: [1, 2], N: 1 }])[0],
  ];
  for (const { Colors, N } of styled) {
    assertEquals([Colors.Len(), [...Colors].map(Number), N], [2, [1, 2], 1]);
    assertEquals(go.OneStyled({ Colors, N }).Colors.Len(), 2);
  }
  const marked = [
    go.OneMarked({ ID: Uint8Array.of(9, 8, 7, 6), N: 1 }),
    go.AllMarked([{ ID: [9, 8, 7, 6], N: 1 }])[0],
  ];
  for (const { ID } of marked) {
    assertEquals([ID.First(), [...ID]], [9, [9, 8, 7, 6]]);
  }
  const weighed = [
    go.OneWeighed({ By: [1, 2, 3] }),
    go.AllWeighed([{ By: [1, 2, 3] }])[0],
  ];
  for (const { By } of weighed) assertEquals(By.Sum(), 6);
});
