#!/usr/bin/env node
/**
 * The `plugin` command. `plugin --help` says what it does.
 *
 * @module
 */

import { system } from "../ffi/system/system.ts";
import { main } from "./cli.ts";
import { tooOld } from "./commands/oldest_node.ts";

if (import.meta.main !== false) {
  const refusal = tooOld(system.node);
  if (refusal === undefined) {
    system.end(await main(system.args));
  } else {
    system.stderr.write(`error: ${refusal}\n`);
    system.end(3);
  }
}
