// A plugin of TypeDoc: modules are called what they are imported by, as
// package.json has it. tools/site.ts puts it beside TypeDoc.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Converter, ReflectionKind } from "typedoc";

export function load(app) {
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const root = dirname(app.options.getValue("tsconfig"));
    const { name, exports } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    );
    const [path] = Object.entries(exports)
      .find(([, file]) => file === `./${reflection.name}.ts`);
    reflection.name = join(name, path);
  });
}
