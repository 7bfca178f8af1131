/**
 * Calls of methods: what they use, and for how long.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { callback } from "@native/plugin";
import { test } from "../../helpers/test.ts";
import { annotated } from "../../helpers/fixture.ts";
import { need, RUNTIME, skip } from "../../helpers/need.ts";
import { openAnnotated, PLACES } from "../helpers/places.ts";
import { runScript } from "../helpers/program.ts";

const C = need("cc");

for (const { where, isolated, needs } of PLACES) {
  test(
    `a method that a callback ends with an error leaves its object${where}`,
    needs,
    async () => {
      const { Watched, keep_watch, alive } =
        (await openAnnotated("watched.c", isolated)).symbols;
      const one = new Watched(3);
      assertEquals([one.ask(), alive.value], [3, 1]);
      using watch = callback("(i32) => i32", (number) => {
        throw new Error(`not ${number}`);
      });
      keep_watch(watch);
      assertThrows(() => one.ask(), Error, "not 3");
      one[Symbol.dispose]();
      assertEquals(alive.value, 0);
      keep_watch(null);
    },
  );
}

test(
  "a class whose methods were called is one that V8 looks them up in at once",
  RUNTIME === "Bun" ? skip("Bun has no V8") : C,
  async () => {
    const path = await annotated("watched.c");
    const { status, output } = runScript(
      `const { Watched } = open(${JSON.stringify(path)}).symbols;
      const one = new Watched(3);
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += one.ask();
      const isFast = new Function("object", "return %HasFastProperties(object)");
      console.log(sum, isFast(Watched.prototype));`,
      undefined,
      ["--allow-natives-syntax"],
    );
    assertEquals([output, status], ["3000 true", 0]);
  },
);
