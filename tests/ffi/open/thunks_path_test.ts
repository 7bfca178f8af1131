import { test } from "../../helpers/test.ts";
import { mkdirSync, renameSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { open, PluginError } from "@native/plugin";
import { plugin } from "../../emit/helpers/cli.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { succeedSilently } from "../../helpers/succeed.ts";
import { compile } from "../../helpers/shared_library.ts";

const SHIFT = `
typedef struct { double x, y; } Point;
Point shift(Point a) { return (Point){a.x + 1, a.y + 1}; }
`;

/** A library, its manifest and its thunks, each under a name of its own. */
async function scattered() {
  const directory = emptyDirectory();
  const library = compile(join(directory, "shift.so"), SHIFT);
  await succeedSilently(plugin(
    ...["emit", library, "--thunks", "-o", `${library}.json`],
  ));
  mkdirSync(join(directory, "assets"));
  const [own, manifest, thunks] = [
    ["shift.so", "shift-1.so"],
    ["shift.so.json", "shift-2.json"],
    ["shift.so.thunks.so", "thunks-3.so"],
  ].map(([from, to]) => {
    const path = join(directory, "assets", to!);
    renameSync(join(directory, from!), path);
    return path;
  });
  return { own: own!, manifest: manifest!, thunks: thunks! };
}

test(
  "open() takes each file of a plugin from where it is",
  need("cc"),
  async () => {
    const { own, manifest, thunks } = await scattered();
    const shift = open(own, { manifest, thunks: new URL(`file://${thunks}`) })
      .lookup("shift");
    assertEquals(shift({ x: 1, y: 2 }), { x: 2, y: 3 });
  },
);

test(
  "thunks that the manifest does not describe are refused",
  need("cc"),
  async () => {
    const { own, manifest } = await scattered();
    const thunks = compile(join(emptyDirectory(), "other.so"), "int other;");
    const error = assertThrows(
      () => open(own, { manifest, thunks }).lookup("shift"),
      PluginError,
    );
    assertEquals(error.code, "wrong_library");
  },
);
