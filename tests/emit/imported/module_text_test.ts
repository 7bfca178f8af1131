import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { printModule } from "../../../emit/declaration/print_module.ts";
import { exportedNames } from "../../../emit/declaration/print_declaration.ts";
import { moduleText } from "../../../emit/imported/module_text.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { FACE } from "../../helpers/program.ts";
import { test } from "../../helpers/test.ts";
import { plugin, readManifest } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

test(
  "a module of a plugin is no promise, whatever the plugin exports",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    const source = join(directory, "promise.c");
    writeFileSync(
      source,
      "int then(int a) { return a; }\nint add(int a) { return a + 1; }\n",
    );
    const library = join(directory, "promise.so");
    await succeedSilently(plugin("build", source, "-o", library));
    const manifest = readManifest(`${library}.json`);
    const exports = exportedNames(manifest).map(({ name }) => name).sort();
    assertEquals(exports, ["add", "then"]);
    const text = moduleText({
      face: JSON.parse(FACE),
      exports,
      library: JSON.stringify(library),
    });
    const file = join(directory, "promise.mjs");
    writeFileSync(file, text);
    const module = await import(pathToFileURL(file).href);
    assertEquals(Object.keys(module).sort(), ["add", "default"]);
    assertEquals(module.add(1), 2);
    assertEquals(module.default.symbols.then(3), 3);
    assertEquals(/export .*\bthen\b/.test(printModule(manifest)), false);
  },
);
