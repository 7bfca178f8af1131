/**
 * Teaches Node the import map of `deno.json`, which the other runtimes know:
 * `node --import ./tools/imports.ts`.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";

const root = new URL("../", import.meta.url);
const { imports } = JSON.parse(
  readFileSync(new URL("deno.json", root), "utf8"),
) as { imports: Record<string, string> };

registerHooks({
  resolve(specifier, context, next) {
    const target = imports[specifier];
    if (target === undefined) return next(specifier, context);
    // "npm:name@1.2.3/path": `deno install` has put it into node_modules.
    const [, name, path = ""] = /^npm:(.+?)@[^/]+(.*)$/.exec(target) ?? [];
    const own = name === undefined ? target : name + path;
    return next(own, { ...context, parentURL: root.href + "deno.json" });
  },
});
