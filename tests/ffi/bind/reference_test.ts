import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open, type Pointer } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

test(
  "a C++ reference refuses null, in direct and in framed calls",
  need("cc", "c++"),
  async () => {
    const plugin = open(await library("references.cpp"));
    const addTo = plugin.lookup("add_to");
    const to = Int32Array.of(1);
    for (let i = 0; i < 100_000; i++) addTo(to, null);
    assertEquals([addTo(to, Int32Array.of(2)), to[0]], [3, 3]);
    assertThrows(
      () => addTo(null, to),
      TypeError,
      "add_to(): argument 1 (to): wanted *i32, an Int32Array (neither resizable nor detached), a Pointer or a Variable, got null",
    );
    assertEquals(plugin.lookup("norm")(Float64Array.of(3, 4)), 25);
    assertThrows(() => plugin.lookup("norm")(null), TypeError, "got null");
    assertEquals(plugin.lookup("moved")(Float64Array.of(1, 2), 1), {
      x: 2,
      y: 2,
    });
    assertThrows(() => plugin.lookup("moved")(null, 1), TypeError, "got null");
    const pointer: Pointer = plugin.lookup("latest")();
    assertEquals(addTo(pointer, null), 3);
    const { symbols } = plugin.manifest;
    assertEquals(
      Object.entries(symbols).map(([name, symbol]) =>
        `${name} ${symbol.kind === "function" ? symbol.nonnull : ""}`
      ),
      ["add_to to", "latest return", "moved p", "norm p"],
    );
  },
);
