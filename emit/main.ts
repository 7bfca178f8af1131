#!/usr/bin/env node
/**
 * The `plugin` command. `plugin --help` says what it does.
 *
 * @module
 */

import process from "node:process";
import { main } from "./cli.ts";

if (import.meta.main !== false) {
  process.exitCode = await main(process.argv.slice(2));
}
