import { test } from "node:test";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join, relative } from "@std/path";
import { assertEquals } from "@std/assert";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Every module of the product, with the modules of ours that it imports. */
const modules = new Map<string, string[]>();
for (const path of ["mod.ts", ...files("ffi"), ...files("emit")]) {
  modules.set(path, importsOf(path));
}

function files(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { withFileTypes: true }).flatMap((
    entry,
  ) => {
    const path = join(directory, entry.name);
    return entry.isDirectory()
      ? files(path)
      : entry.name.endsWith(".ts")
      ? [path]
      : [];
  });
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)"/gm)]
    .map(([, specifier]) =>
      relative(ROOT, join(ROOT, dirname(path), specifier!))
    );
}

test("the rooms were found, and so were their imports", () => {
  assertEquals(modules.get("mod.ts")?.includes("ffi/plugin/plugin.ts"), true);
  assertEquals(
    modules.get("ffi/plugin/plugin.ts")?.includes("ffi/error.ts"),
    true,
  );
  assertEquals(
    [...modules.keys()].some((path) => path.startsWith("emit/dwarf/")),
    true,
  );
});

test("ffi never imports emit", () => {
  const wrong = [...modules].filter(([path, imports]) =>
    path.startsWith("ffi/") && imports.some((path) => !path.startsWith("ffi/"))
  );
  assertEquals(wrong, []);
});

test("emit imports from ffi only the manifest, the type notation and the system", () => {
  const allowed = [
    "ffi/manifest/manifest.ts",
    "ffi/notation/type.ts",
    "ffi/error.ts",
    "ffi/system/system.ts",
    "ffi/system/libraries.ts",
    "ffi/system/absolute.ts",
    "ffi/system/node.ts",
  ];
  const wrong = [...modules].flatMap(([path, imports]) =>
    path.startsWith("emit/")
      ? imports.filter((path) =>
        !path.startsWith("emit/") && !allowed.includes(path)
      ).map((to) => `${path} -> ${to}`)
      : []
  );
  assertEquals(wrong, []);
});

test("no module imports itself by a detour", () => {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const next of modules.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of modules.keys()) visit(path, []);
  assertEquals(cycles, []);
});
