import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/hello", import.meta.url),
);

const LANGUAGES = { "hello.c": need("cc"), "hello.go": need("go", "cc") };

for (const [source, needs] of Object.entries(LANGUAGES)) {
  test(`examples/hello greets from ${source}`, needs, async () => {
    const library = join(emptyDirectory(), "hello.so");
    await succeedSilently(spawnPlugin([
      "build",
      join(directory, source),
      "-o",
      library,
    ]));
    const ran = await runHost("host.ts", directory, library);
    assertEquals(
      [ran.status, ran.stderr, ran.stdout],
      [0, "", readFileSync(join(directory, "expected.txt"), "utf8")],
    );
  });
}
