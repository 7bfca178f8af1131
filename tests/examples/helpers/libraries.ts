/**
 * The examples of libraries that have a pack in `annotations/`.
 *
 * @module
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "@std/path";

/** What an example is about, and what it prints. */
export interface LibraryExample {
  readonly name: string;
  /** A header, and what it comes with. */
  readonly header: string;
  readonly from: string;
  readonly prints: string;
  /** Its arguments, of a directory that it may write to. */
  readonly args?: (directory: string) => string[];
}

/** Whether a header is there, and so the library: of Debian's package, or put into /usr/local. */
export function isThere(header: string): boolean {
  return ["/usr/include", "/usr/local/include"].some((directory) =>
    existsSync(join(directory, header))
  );
}

/** More of a pack's: what is no part of a comparison. */
export const FURTHER_EXAMPLES: readonly LibraryExample[] = [
  {
    name: "libcurl_form",
    header: "x86_64-linux-gnu/curl/curl.h",
    from: "Debian's libcurl4-openssl-dev",
    prints: `name="animal"\r\n\r\nGröße 🐘\n0\n`,
  },
  {
    name: "sqlite3_backup",
    header: "sqlite3.h",
    from: "Debian's libsqlite3-dev",
    args: (directory) => [join(directory, "zoo.db")],
    prints: `5 of 7
3 of 7
1 of 7
10
source and destination must be distinct
`,
  },
];

/** In examples/libraries, by the names of the packs. */
export const LIBRARY_EXAMPLES: readonly LibraryExample[] = [
  {
    name: "libcurl",
    header: "x86_64-linux-gnu/curl/curl.h",
    from: "Debian's libcurl4-openssl-dev",
    args(directory) {
      writeFileSync(join(directory, "text"), "hello from a file\n");
      return [`file://${directory}/text`];
    },
    prints: `hello from a file
0n
URL using bad/illegal format or missing URL CURLE_URL_MALFORMAT
`,
  },
  {
    name: "libsodium",
    header: "sodium.h",
    from: "Debian's libsodium-dev",
    prints: `30 attack at dawn
crypto_sign_verify_detached() failed: it gave -1
cf4ab791c62b8d2b2109c90275287816
`,
  },
  {
    name: "openssl",
    header: "openssl/evp.h",
    from: "Debian's libssl-dev",
    prints: `32 186
14 16
wrong final block length
`,
  },
  {
    name: "libarchive",
    header: "archive.h",
    from: "Debian's libarchive-dev",
    args: (directory) => [join(directory, "whale.tar.gz")],
    prints: "whale.txt 9\n",
  },
  {
    name: "libxml2",
    header: "libxml2/libxml/parser.h",
    from: "Debian's libxml2-dev",
    prints: `animal 1 Mole
animal 2 Größe
2 2
<zoo><animal id="1">Mole</animal><animal id="2">Größe</animal><animal id="3">Owl</animal></zoo>
Premature end of data in tag zoo line 1
`,
  },
  {
    name: "libpq",
    header: "postgresql/libpq-fe.h",
    from: "Debian's libpq-dev",
    args: (directory) => [`host=${directory}`],
    prints: "No such file or directory CONNECTION_BAD\n",
  },
  {
    name: "SDL2",
    header: "SDL2/SDL.h",
    from: "Debian's libsdl2-dev",
    args: (directory) => [join(directory, "picture.bmp")],
    prints: `64 48 12410
Parameter 'width' is invalid
`,
  },
  {
    name: "duckdb",
    header: "duckdb.h",
    from: "duckdb.h and libduckdb.so, which no package has",
    prints: `1
1
Mole 0.085
Größe 🐘 5400.5
Binder Error: Referenced column "nowhere" not found in FROM clause! DUCKDB_ERROR_BINDER
`,
  },
];
