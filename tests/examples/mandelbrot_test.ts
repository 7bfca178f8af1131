import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/directory.ts";
import { needBreadth } from "../helpers/need.ts";
import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/mandelbrot", import.meta.url),
);

test(
  "examples/mandelbrot draws the set on four threads",
  needBreadth("cc"),
  async () => {
    await succeedSilently(spawnPlugin(["build", "mandelbrot.c"], {
      cwd: directory,
    }));
    const ran = await succeedSilently(runHost("host.ts", directory));
    const expected = readFileSync(join(directory, "expected.txt"), "utf8");
    assertEquals(ran.stdout, expected);
    // Its page shows the same picture.
    assertStringIncludes(
      readFileSync(join(directory, "README.md"), "utf8"),
      expected,
    );
    const file = join(emptyDirectory(), "set.pgm");
    await succeed(runHost("host.ts", directory, file));
    assertEquals(
      readFileSync(file).length,
      "P5 960 768 255\n".length + 960 * 768,
    );
  },
);
