/**
 * Bills of materials of what is written by others, against the schema of
 * CycloneDX and against Go's own tool.
 *
 * @module
 */

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { run } from "../../emit/toolchain/run.ts";
import { builtOnce } from "../helpers/built_once.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need } from "../helpers/need.ts";
import { test } from "../helpers/test.ts";
import { plugin, spawnPlugin } from "../emit/helpers/cli.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

/** What has the schema, and what reads it. */
const VALIDATOR = {
  private: true,
  dependencies: {
    "@cyclonedx/cyclonedx-library": "10.3.0",
    ajv: "8",
    "ajv-formats": "3",
    "ajv-formats-draft2019": "1",
  },
};

/** What is wrong with a bill. */
async function faultsOf(bill: unknown): Promise<unknown> {
  const directory = await builtOnce(["npm"], ["cyclonedx"], async (path) => {
    writeFileSync(join(path, "package.json"), JSON.stringify(VALIDATOR));
    await succeed(run("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: path,
      env: { NODE_OPTIONS: "" },
    }));
  });
  const require = createRequire(join(directory, "package.json"));
  const schema = (name: string) =>
    JSON.parse(readFileSync(
      join(
        directory,
        "node_modules/@cyclonedx/cyclonedx-library/res/schema",
        `${name}.SNAPSHOT.schema.json`,
      ),
      "utf8",
    ));
  const ajv = new (require("ajv").default)({ strict: false, allErrors: true });
  require("ajv-formats").default(ajv);
  require("ajv-formats-draft2019")(ajv);
  for (const name of ["spdx", "jsf-0.82"]) {
    const own = `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`;
    ajv.addSchema(schema(name), own);
  }
  const validate = ajv.compile(schema("bom-1.6"));
  return validate(bill) ? [] : validate.errors;
}

interface Component {
  readonly purl?: string;
  readonly hashes?: readonly { readonly content: string }[];
}

/** Builds and packs what others wrote; gives the library, and what its bill has. */
async function packed(
  ...input: readonly string[]
): Promise<{ library: string; components: readonly Component[] }> {
  const directory = emptyDirectory();
  const library = join(directory, "others.so");
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "@me/others", "version": "1.2.3-rc.1", "license": "MIT" }`,
  );
  await succeed(plugin("build", ...input, "-o", library));
  const ran = await succeedSilently(
    spawnPlugin(["pack", library, "--npm", "--json"], {
      cwd: directory,
    }),
  );
  const { written } = JSON.parse(ran.stdout);
  const path = written.find((path: string) => path.endsWith("sbom.cdx.json"));
  const bill = JSON.parse(readFileSync(path, "utf8"));
  assertEquals(await faultsOf(bill), []);
  return { library, components: bill.components };
}

test(
  "the bill of a Go module has the modules that go version prints",
  { ...need("npm", "go", "cc"), timeout: 600_000 },
  async () => {
    const { library, components } = await packed("go:github.com/gosimple/slug");
    const { stdout } = await run("go", ["version", "-m", library]);
    const printed = stdout.split("\n").map((line) => line.split("\t"))
      .filter(([, kind]) => kind === "dep");
    assert(printed.length >= 2, stdout);
    assertEquals(
      components.flatMap(({ purl, hashes }) =>
        purl?.startsWith("pkg:golang/") && hashes !== undefined
          ? [[purl, hashes[0]!.content]]
          : []
      ),
      printed.map(([, , path, version, sum]) => [
        `pkg:golang/${path}@${version}`,
        Array.from(
          atob(sum!.replace("h1:", "")),
          (byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"),
        ).join(""),
      ]),
    );
  },
);

test(
  "the bill of a crate has the crates that cargo compiled into it",
  { ...need("npm", "rust>=1.88", "cc"), timeout: 600_000 },
  async () => {
    const { components } = await packed("crate:slug@0.1");
    const crates = components.flatMap(({ purl }) =>
      purl?.startsWith("pkg:cargo/") ? [purl.replace(/@.*/, "")] : []
    );
    assertEquals(crates, ["pkg:cargo/deunicode", "pkg:cargo/slug"]);
  },
);
