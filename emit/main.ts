#!/usr/bin/env node
/**
 * The `plugin` command. `plugin --help` says what it does.
 *
 * @module
 */

import process from "node:process";
import { main } from "./cli.ts";
import { tooOld } from "./oldest.ts";

if (import.meta.main !== false) {
  const refusal = tooOld(process.versions);
  if (refusal === undefined) {
    process.exitCode = await main(process.argv.slice(2));
  } else {
    process.stderr.write(`error: ${refusal}\n`);
    process.exitCode = 3;
  }
}
