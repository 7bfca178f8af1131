/**
 * `examples/trace`, with OpenTelemetry's packages from npm.
 *
 * @module
 */

import { join } from "@std/path";
import { makeClone } from "../docs/helpers/clone.ts";
import { follow } from "../docs/helpers/guide.ts";
import { need, RUNTIME } from "../helpers/need.ts";
import { ROOT } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";

const EXAMPLE = "examples/trace";
const NPM = RUNTIME === "Node" ? ["npm"] : [];

test(`${EXAMPLE}/README.md can be followed: calls are spans`, {
  ...need("cc", ...NPM),
  timeout: 600_000,
}, async () => {
  await follow(
    join(ROOT, EXAMPLE, "README.md"),
    await makeClone(ROOT, EXAMPLE),
  );
});
