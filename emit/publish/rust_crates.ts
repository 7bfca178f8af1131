/**
 * The crates that a library in Rust is made of, by the list that `plugin build`
 * and `cargo auditable` write into it.
 *
 * @module
 */

import { nodeModule } from "../../ffi/system/node_system.ts";
import { EmitError } from "../error.ts";
import type { Image } from "../image/library.ts";
import type { LibraryPart } from "./part.ts";

/** Most bytes of a list, as in `cargo audit`. */
const MAX_SIZE = 8 * 2 ** 20;

/**
 * Reads the list.
 *
 * @param image The library.
 * @returns The crates in it, but for the library itself; none where it has no list.
 * @throws {EmitError} `bad_image` where the list is none.
 */
export function cratesIn({ path, section }: Image): LibraryPart[] {
  const packed = section(".dep-v0");
  if (packed === undefined) return [];
  try {
    const zlib = nodeModule<typeof import("node:zlib")>("node:zlib");
    const text = zlib.inflateSync(packed, { maxOutputLength: MAX_SIZE });
    const { packages }: {
      packages: {
        name: string;
        version: string;
        source: string;
        kind?: "build" | "runtime";
        root?: boolean;
      }[];
    } = JSON.parse(new TextDecoder().decode(text));
    return packages.flatMap(({ name, version, source, kind, root }) =>
      root || kind === "build" ? [] : [{
        name,
        version,
        ...source !== "crates.io"
          ? {}
          : { purl: `pkg:cargo/${name}@${encodeURIComponent(version)}` },
      }]
    );
  } catch (cause) {
    throw new EmitError(
      "bad_image",
      `Cannot read the crates that "${path}" is made of: its section .dep-v0 is no list of them`,
      { path, cause },
    );
  }
}
