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
