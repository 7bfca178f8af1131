/**
 * Plugins that need libraries which lie around them.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import { builtOnce } from "../../helpers/built_once.ts";
import { compile } from "../../helpers/shared_library.ts";

/** What a library that nobody has signed does: it leaves a file when it is loaded. */
export function evil(mark: string): string {
  return `#include <fcntl.h>
int base(void) { return 666; }
__attribute__((constructor)) static void run(void) {
  open(${JSON.stringify(mark)}, O_CREAT | O_WRONLY, 0600);
}
`;
}

/** A plugin, and the library that it brings along. */
export interface WithBase {
  readonly directory: string;
  /** The plugin: `top()` is `base()` and 1. */
  readonly path: string;
  /** The library: `base()`, 41 where nothing else is said. */
  readonly base: string;
}

/**
 * Compiles a plugin that needs `libbase.so`.
 *
 * @param way Where that lies, from the plugin: `"."`, `"../lib"`.
 * @param options Its soname, what is in it, and where the plugin looks for it.
 */
export async function withBase(
  way = ".",
  { soname = "libbase.so", rpath = `$ORIGIN/${way}`, value = 41 }: {
    soname?: string | undefined;
    rpath?: string;
    value?: number;
  } = {},
): Promise<WithBase> {
  const made = await builtOnce(
    ["cc"],
    ["with base", way, soname, rpath, `${value}`],
    (made) => {
      const base = compile(
        join(made, BIN, way, BASE),
        `int base(void) { return ${value}; }\n`,
        ...(soname === "" ? [] : [`-Wl,-soname,${soname}`]),
      );
      compile(
        join(made, BIN, TOP),
        "int base(void);\nint top(void) { return base() + 1; }\n",
        ...[`-L${dirname(base)}`, "-lbase", `-Wl,-rpath,${rpath}`],
      );
    },
  );
  const directory = join(made, BIN);
  return {
    directory,
    path: join(directory, TOP),
    base: join(directory, way, BASE),
  };
}

/** The directory of the plugin, the plugin, and what it brings along. */
const [BIN, TOP, BASE] = ["bin", "libtop.so", "libbase.so"] as const;
