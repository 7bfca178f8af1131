import { assertEquals } from "@std/assert";
import { isOlder, isVersion } from "../../../ffi/manifest/manifest.ts";
import { test } from "../../helpers/test.ts";

/** From the oldest to the newest: the row of Semantic Versioning's section 11, and shorter ones. */
const IN_ORDER = [
  "0.9",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.0.1-rc.1",
  "1.0.0.1",
  "1.4-rc.9",
  "1.4-rc.10",
  "1.4",
  "1.10",
];

test("isOlder() looks for no number behind those that a version has", () => {
  const lists = Object.prototype as Record<number, unknown>;
  try {
    for (let i = 0; i < 9; i++) lists[i] = 1000;
    assertEquals(isOlder("1.4", "1.5.0"), true);
    assertEquals(isOlder("1.4", "1.4.1"), true);
    assertEquals(isOlder("1.4-rc", "1.4-rc.1"), true);
  } finally {
    for (let i = 0; i < 9; i++) delete lists[i];
  }
});

test("isOlder() puts releases and pre-releases in their order", () => {
  for (const [i, one] of IN_ORDER.entries()) {
    assertEquals(isVersion(one), true, one);
    for (const [j, other] of IN_ORDER.entries()) {
      assertEquals(isOlder(one, other), i < j, `${one} before ${other}`);
    }
  }
  assertEquals(isOlder("1.4", "1.4.0"), false);
  assertEquals(isOlder("1.4.0-rc.01", "1.4-rc.1"), false);
});

test("isVersion() refuses what has no order", () => {
  const none = ["", "v1", "1.", "1..2", "1.2.3.4.5", "1-", "1-rc..1", "1-rc_1"];
  for (
    const text of [
      ...none,
      "1 -rc",
      "1-rc.1+5",
      "1-rc\n",
      `1-${"a".repeat(33)}`,
    ]
  ) {
    assertEquals(isVersion(text), false, text);
  }
});
