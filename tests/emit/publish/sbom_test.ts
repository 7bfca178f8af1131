/**
 * The bill of materials of a package.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { printSbom } from "../../../emit/publish/sbom.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { test } from "../../helpers/test.ts";

test("a licence is an expression of SPDX, or has a name", () => {
  const licences: Readonly<Record<string, "expression" | "name">> = {
    "MIT": "expression",
    "MIT OR Apache-2.0": "expression",
    "(MIT AND (BSD-2-Clause OR ISC))": "expression",
    "GPL-2.0-only WITH Classpath-exception-2.0": "expression",
    "LicenseRef-Own": "expression",
    "DocumentRef-own:LicenseRef-Own": "expression",
    "(MIT OR ISC": "name",
    "SEE LICENSE IN LICENSE.txt": "name",
    "UNLICENSED": "name",
    "MIT, or as you like": "name",
  };
  const manifest = {
    library: { file: "a.so", sha256: "", needs: ["libc.so.6"] },
  };
  for (const [license, kind] of Object.entries(licences)) {
    const text = printSbom(
      { name: "a", version: "1.0.0", license },
      manifest as unknown as Manifest,
      [],
    );
    const { metadata, components } = JSON.parse(text);
    const { scope, properties } = components.find((
      { name }: { name: string },
    ) => name === "libc.so.6");
    assertEquals(scope, "required");
    assertEquals(properties, [
      { name: "plugin:broughtBy", value: "the machine" },
    ]);
    assertEquals(metadata.component.licenses, [
      kind === "name"
        ? { license: { name: license } }
        : { expression: license },
    ]);
  }
});

test("what is brought along hangs together, and is no need of the machine", () => {
  const manifest = {
    library: { file: "a.so", sha256: "aa", needs: ["libz.so.1", "libc.so.6"] },
    thunks: { file: "a.so.thunks.so", sha256: "bb", size: 1 },
    bundled: [{ file: "libz.so.1", sha256: "cc", size: 2 }],
  };
  const { components, dependencies } = JSON.parse(printSbom(
    { name: "a", version: "1.0.0" },
    manifest as unknown as Manifest,
    [],
  ));
  const about = (wanted: string) =>
    components.filter(({ name }: { name: string }) => name === wanted);
  assertEquals(about("libz.so.1"), [{
    type: "file",
    "bom-ref": "libz.so.1",
    name: "libz.so.1",
    hashes: [{ alg: "SHA-256", content: "cc" }],
  }]);
  assertEquals(about("libc.so.6")[0].scope, "required");
  // Whatever there is, something depends on it.
  const wanted = new Set(
    dependencies.flatMap(({ dependsOn }: { dependsOn: string[] }) => dependsOn),
  );
  assertEquals(
    components.map((one: { "bom-ref": string }) => one["bom-ref"])
      .filter((ref: string) => !wanted.has(ref)),
    [],
  );
});
