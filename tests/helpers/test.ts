/**
 * `node:test`, where a test can start only the tools that it asked for.
 *
 * @module
 */

import process from "node:process";
import { test as declare, type TestContext, type TestOptions } from "node:test";
import { gapFor } from "./isolated_gaps.ts";
import { RUNTIME, skip } from "./need.ts";
import { pathOf } from "./tools.ts";
import { IS_WITHOUT, withoutGapFor } from "./without_gaps.ts";

/** Whether every plugin is isolated: `deno task isolated`. */
const IS_ISOLATED = process.env.PLUGIN_ISOLATED !== undefined;

/** Whether a tool is hidden from those that ask for it: `deno task bare`. */
const IS_HIDING = process.env.PLUGIN_HIDDEN !== undefined;

if (IS_ISOLATED) {
  const { unsaid } = await import("../../ffi/open/request.ts");
  unsaid.isolated = true;
}

/** The options of `node:test`, and the tools that the test may start. */
type Options = TestOptions & { readonly tools?: readonly string[] };

type Body = (context: TestContext) => void | Promise<void>;

/**
 * Declares a test.
 *
 * @param name What it shows.
 * @param options Those of `node:test`; `need()` of `need.ts` gives them.
 * @param body The test.
 */
export function test(name: string, body: Body): void;
export function test(name: string, options: Options, body: Body): void;
export function test(
  name: string,
  second: Options | Body,
  third?: Body,
): void {
  const { tools = [], ...options } = typeof second === "function" ? {} : second;
  const body = typeof second === "function" ? second : third!;
  const gap = IS_ISOLATED
    ? gapFor(name)
    : IS_WITHOUT
    ? withoutGapFor(name, RUNTIME)
    : undefined;
  if (gap !== undefined) Object.assign(options, skip(gap));
  // What asks for nothing could start nothing in any other run either.
  if (IS_HIDING && tools.length === 0) {
    Object.assign(options, skip("asks for nothing"));
  }
  declare(name, options, (context) => withTools(tools, () => body(context)));
}

/**
 * Calls a function that can start some tools, outside of tests.
 *
 * @param tools Names of tools, as `need()` takes them.
 * @param use The function.
 */
export async function withTools(
  tools: readonly string[],
  use: () => void | Promise<void>,
): Promise<void> {
  process.env.PATH = pathOf(tools);
  try {
    await use();
  } finally {
    process.env.PATH = NOTHING;
  }
}

/** The same for a function that is done when it returns. */
export function withToolsNow(tools: readonly string[], use: () => void): void {
  process.env.PATH = pathOf(tools);
  try {
    use();
  } finally {
    process.env.PATH = NOTHING;
  }
}

/** What code outside of tests can start. */
const NOTHING = pathOf([]);
process.env.PATH = NOTHING;
