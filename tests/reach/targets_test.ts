/**
 * Every machine that plugins and the support library can be built for.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { needOnce } from "../helpers/need.ts";
import { assertSameFor, assertSupport } from "../emit/helpers/targets.ts";
import { TARGETS } from "../../ffi/manifest/manifest.ts";

for (const target of TARGETS) {
  test(`plugin build --target ${target}`, needOnce("cc", "zig"), async () => {
    await assertSameFor(target, "same.c");
    await assertSameFor(target, "same.zig");
  });

  test(`plugin support --target ${target}`, needOnce("zig"), async () => {
    await assertSupport(target);
  });
}
