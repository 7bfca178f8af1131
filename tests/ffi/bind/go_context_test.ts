import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { withContext } from "../../../ffi/bind/go_context.ts";
import type { RawFunction } from "../../../ffi/runtime/adapter.ts";

/** What Go is told of the calls that are cancelled, as numbers from the first on. */
function told(
  call: (controller: AbortController) => unknown,
): { run: (given: object) => unknown; signs: () => number[] } {
  const numbers: number[] = [];
  const controller = new AbortController();
  const made = (() => call(controller)) as RawFunction;
  const later = () => Promise.resolve().then(() => call(controller));
  Object.defineProperty(made, "async", { value: later });
  const limited = withContext(made, "f", 0, (number) => numbers.push(number));
  return {
    run: (given) => {
      const options = { signal: controller.signal };
      const { async } = limited as unknown as { async: RawFunction };
      return ("later" in given ? async : limited)(options);
    },
    signs: () => numbers.map((number) => Math.sign(number)),
  };
}

test("a call that was cancelled is told to have ended, however it did", async () => {
  const returns = told((controller) => controller.abort());
  returns.run({});
  assertEquals(returns.signs(), [1, -1]);

  const throws = told((controller) => {
    controller.abort();
    throw new TypeError("refused");
  });
  assertThrows(() => throws.run({}), TypeError, "refused");
  assertEquals(throws.signs(), [1, -1]);

  const later = told((controller) => controller.abort());
  await later.run({ later: true });
  assertEquals(later.signs(), [1, -1]);
});

test("of a call that nobody has cancelled nothing is told", () => {
  const { run, signs } = told(() => 1);
  assertEquals(run({}), 1);
  assertEquals(signs(), []);
});
