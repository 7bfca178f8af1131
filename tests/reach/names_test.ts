/**
 * Projects whose names mean something to a compiler, a package manager or
 * TypeScript.
 *
 * @module
 */

import { needProject, passes } from "../emit/helpers/project.ts";
import { test } from "../helpers/test.ts";

for (
  const [language, names] of [
    ["c", ["2fast", "Pointer"]],
    ["go", ["2fast"]],
    ["rust", ["2fast", "fn", "test"]],
    ["zig", ["error"]],
  ] as const
) {
  const options = { ...needProject(language), timeout: 600_000 };
  for (const name of names) {
    test(
      `plugin new ${language} takes the name "${name}"`,
      options,
      async () => {
        await passes(language, name);
      },
    );
  }
}
