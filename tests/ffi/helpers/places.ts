/**
 * Libraries with annotations that are called in this process, and isolated: what
 * crosses is the same.
 *
 * @module
 */

import process from "node:process";
import { open, type Plugin } from "@native/plugin";
import { annotated } from "../../helpers/fixture.ts";
import { need, type Needs, skip } from "../../helpers/need.ts";

/** Where a library is. */
export interface Place {
  /** How the names of the tests end. */
  readonly where: string;
  readonly isolated: boolean;
  readonly needs: Needs;
}

const C = need("cc");

export const PLACES: readonly Place[] = [
  { where: "", isolated: false, needs: C },
  {
    where: ", isolated",
    isolated: true,
    needs: process.platform === "linux" ? C : skip("Linux only"),
  },
];

/** Opens a fixture with its annotations, in this process or isolated. */
export async function openAnnotated(
  name: string,
  isolated = false,
  // deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
): Promise<Plugin<any>> {
  return open(await annotated(name), isolated ? { isolated: true } : {});
}
