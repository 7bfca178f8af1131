/**
 * What is in the process already, while others load more.
 *
 * @module
 */

import { readFileSync, realpathSync } from "node:fs";
import process from "node:process";
import { assert } from "@std/assert";
import { assertNoneInstead } from "../../../ffi/load/loaded_images.ts";
import type { Address } from "../../../ffi/runtime/adapter.ts";
import { RTLD_NOW } from "../../../ffi/runtime/dlopen.ts";
import { adapter } from "../../../ffi/runtime/runtime.ts";
import { buildAfresh } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

test(
  "what a Worker loads between two looks is seen where it is",
  process.platform === "linux" ? need("cc") : skip("needs Linux's loader"),
  async () => {
    const file = realpathSync(await buildAfresh("once.c"));
    const set = { bytes: readFileSync(file), key: "" };
    const loader = adapter.systemLoader()!;
    const { find } = loader;
    let loaded: Address | undefined;
    // The loader is asked when the mappings have been read: here a Worker comes first.
    loader.find = (path, mode) => {
      loaded ??= find.call(loader, file, RTLD_NOW);
      return find.call(loader, path, mode);
    };
    try {
      assertNoneInstead(file, file, set);
    } finally {
      loader.find = find;
    }
    assert(loaded !== undefined);
    loader.close(loaded!);
  },
);
