import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { layOut, type Member } from "../../../emit/thunk/layout.ts";

/** Slots from `"size@offset"`, each aligned to its size. */
function slots(text: string) {
  return text.split(" ").map((slot) => {
    const [size, offset] = slot.split("@").map(Number);
    return { size: size!, offset: offset!, align: size! };
  });
}

/** One line for a declaration: `0 4` are members, `{0|1 2}` is a union. */
function print(members: readonly Member[]): string {
  return members.map(({ attribute, offset, ...member }) => {
    const align = attribute === undefined
      ? ""
      : `:${attribute.packed ? "p" : "a"}${attribute.align}`;
    return member.kind === "field"
      ? `${offset}${align}`
      : `${offset}{${
        member.alternatives.map(({ members }) => print(members)).join("|")
      }}${align}`;
  }).join(" ");
}

function laid(
  text: string,
  size: number,
  align: number,
  kind: "struct" | "union" = "struct",
): string | undefined {
  const layout = layOut(kind, slots(text), { size, align });
  return layout &&
    layout.alternatives.map(({ members }) => print(members)).join("|") +
      (layout.align === undefined ? "" : ` aligned ${layout.align}`);
}

test("layOut() finds the declaration behind the offsets", () => {
  assertEquals(laid("8@0 8@8", 16, 8), "0 8");
  assertEquals(laid("1@0 4@4 2@8", 12, 4), "0 4 8");
  // Packed, and aligned further.
  assertEquals(laid("1@0 4@1 2@5", 7, 1), "0 1:p1 5:p1");
  assertEquals(laid("4@0 1@4", 5, 1), "0:p1 4");
  assertEquals(laid("4@0", 32, 32), "0 aligned 32");
  assertEquals(laid("1@0 4@8", 16, 8), "0 8:a8");
  // Unnamed unions, also with structs in them.
  assertEquals(laid("1@0 4@4 4@4", 8, 4), "0 4{0|0}");
  assertEquals(laid("4@0 4@4 8@0", 8, 8), "0{0 4|0}");
  assertEquals(laid("4@0 4@4 4@8 4@4", 12, 4), "0 4{0 4|0}");
  assertEquals(laid("4@0 4@4 4@0", 8, 4, "union"), "0 4|0");
});

test("layOut() refuses where bytes are not described", () => {
  assertEquals(laid("4@4", 8, 4), undefined); // a base class, a skipped member
  assertEquals(laid("4@0", 8, 4), undefined);
  assertEquals(laid("4@0 4@12", 16, 4), undefined);
  assertEquals(laid("8@0 4@4", 8, 8), undefined); // it lies inside another
  assertEquals(laid("4@4", 8, 4, "union"), undefined);
});
