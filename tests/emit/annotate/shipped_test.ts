import { test } from "../../helpers/test.ts";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { emptyDirectory } from "../../helpers/directory.ts";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { assertEquals, assertRejects } from "@std/assert";
import { annotationText, SHIPPED } from "../../../emit/annotate/shipped.ts";
import { EmitError } from "../../../emit/error.ts";

const DIRECTORY = fileURLToPath(
  new URL("../../../annotations/", import.meta.url),
);

test("every file of annotations/ is known by its name", async () => {
  const names = globSync("*.json", { cwd: DIRECTORY })
    .map((file) => basename(file, ".json"));
  assertEquals(SHIPPED.toSorted(), names.toSorted());
  for (const name of names) {
    const path = `${DIRECTORY}${name}.json`;
    assertEquals(await annotationText(name), readFileSync(path, "utf8"));
    assertEquals(await annotationText(path), readFileSync(path, "utf8"));
  }
});

test("a file that is called like those that come along is none of them", async () => {
  const before = process.cwd();
  process.chdir(emptyDirectory());
  try {
    writeFileSync("sqlite3", "{}");
    writeFileSync("mine", "{}");
    const own = readFileSync(`${DIRECTORY}sqlite3.json`, "utf8");
    assertEquals(await annotationText("sqlite3"), own);
    assertEquals(await annotationText("./sqlite3"), "{}");
    assertEquals(await annotationText("mine"), "{}");
  } finally {
    process.chdir(before);
  }
});

test("annotations that nobody has are one error", async () => {
  await assertRejects(
    () => annotationText("sqlit3"),
    EmitError,
    `Cannot read the annotations "sqlit3": there is no such file, and those ` +
      `that come along are SDL2, `,
  );
  await assertRejects(
    () => annotationText("./sqlite3"),
    EmitError,
    `Cannot read the annotations "./sqlite3": `,
  );
});
