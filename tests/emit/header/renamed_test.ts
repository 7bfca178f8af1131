/** Functions that a header renames by macros, found by the manual's name. */
import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { open } from "@native/plugin";
import { need, needBreadth } from "../../helpers/need.ts";
import { describeByHeader } from "../helpers/headers.ts";

const SOURCE = `
int __gthing_init(int a) { return a + 1; }
int thing_open_72(int a) { return a + 2; }
int thing_new_name(int a) { return a + 3; }
int thing_level = 4;
`;

const HEADER = `
/* Makes a thing. */
#define thing_init __gthing_init
int thing_init(int a);
#define PASTE(name, version) name ## _ ## version
#define RENAMED(name) PASTE(name, 72)
#define thing_open RENAMED(thing_open)
int thing_open(int b);
int thing_new_name(int a);
#define thing_old_name thing_new_name
#define thing_older_name thing_old_name
#define thing_elsewhere abort
void abort(void);
extern int thing_level;
#define thing_depth thing_level
#define thing_call() thing_new_name(1)
#define THING_MOST 3
#define THING_COUNT THING_MOST
`;

for (
  const [compiler, needs] of [["gcc", need], ["clang", needBreadth]] as const
) {
  test(
    `what a macro renames has the manual's name, by ${compiler}`,
    needs("cc", compiler),
    async () => {
      const { path, manifest } = await describeByHeader(
        compiler,
        SOURCE,
        HEADER,
      );
      const links = Object.entries(manifest.symbols).map(([name, { symbol }]) =>
        symbol === undefined ? name : `${name} is ${symbol}`
      );
      assertEquals(links, [
        "thing_depth is thing_level",
        "thing_init is __gthing_init",
        "thing_level",
        "thing_new_name",
        "thing_old_name is thing_new_name",
        "thing_older_name is thing_new_name",
        "thing_open is thing_open_72",
      ]);
      assertEquals(manifest.skipped, {});
      const { thing_open } = manifest.symbols;
      assertEquals(thing_open?.kind === "function" && thing_open.params, ["b"]);
      const plugin = open(path);
      assertEquals(plugin.lookup("thing_init")(1), 2);
      assertEquals(plugin.lookup("thing_open")(1), 3);
      assertEquals(plugin.lookup("thing_older_name")(1), 4);
      assertEquals(plugin.lookup("thing_depth").value, 4);
      assertEquals({ ...plugin.constants }, { THING_COUNT: 3, THING_MOST: 3 });
    },
  );
}
