import { runHost } from "../helpers/program.ts";
import { test } from "../helpers/test.ts";
import { fileURLToPath } from "node:url";
import { assertMatch } from "@std/assert";
import { spawnPlugin } from "../emit/helpers/cli.ts";
import { need } from "../helpers/need.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

const directory = fileURLToPath(
  new URL("../../examples/search", import.meta.url),
);

/** A cold build brings bleve, and compiles all that it needs. */
const SLOW = { ...need("go", "cc"), timeout: 900_000 };

test("examples/search finds this project's documents", SLOW, async () => {
  const bleve = "go:github.com/blevesearch/bleve/v2@v2.6.3";
  const args = ["build", bleve, "-o", "bleve.so"];
  await succeed(spawnPlugin(args, { cwd: directory }));
  const ran = await succeedSilently(
    runHost("host.ts", directory, "isolated", "goldmark"),
  );
  assertMatch(
    ran.stdout,
    /^\d\d documents\nisolated: \d+, first isolation\.md,/,
  );
  assertMatch(ran.stdout, /\ngoldmark: 1, first go\.md\n$/);
});
