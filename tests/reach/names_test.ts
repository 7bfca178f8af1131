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
    ["go", ["2fast", "fmt"]],
    ["rust", ["2fast", "core", "fn", "test"]],
    ["zig", ["error", "std"]],
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
