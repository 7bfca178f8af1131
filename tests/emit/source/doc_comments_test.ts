/**
 * Comments above declarations, as Rust and Zig write them.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { docsOfItems, rustItems } from "../../../emit/source/doc_comments.ts";
import { test } from "../../helpers/test.ts";

test("rustItems() reads nothing in a comment between marks as code or comments", () => {
  const source = `/*
/// Of a function that was there.
fn gone() {}
// and its end */
pub fn plain() {}

/**
 * Adds one:
// let two = add(1); */
pub fn add() {}
`;
  assertEquals(rustItems(source).map(({ name }) => name), ["plain", "add"]);
  assertEquals(docsOfItems(rustItems(source)).get("plain"), undefined);
  assertEquals(
    docsOfItems(rustItems(source)).get("add"),
    "Adds one:\n// let two = add(1);",
  );
});
