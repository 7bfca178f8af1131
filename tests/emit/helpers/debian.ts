/**
 * What Debian's package manager knows, made up: `DPKG_ADMINDIR`.
 *
 * @module
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { emptyDirectory } from "../../helpers/directory.ts";

/**
 * Makes the directory in which the package manager keeps what it knows.
 *
 * @param packages The files of each package, by its name: with an architecture
 * where there may be several.
 * @returns The directory.
 */
export function packageLists(
  packages: Readonly<Record<string, readonly string[]>>,
): string {
  const directory = emptyDirectory();
  const write = (name: string, ...lines: string[]) =>
    writeFileSync(join(directory, name), `${lines.join("\n")}\n`);
  for (const name of ["info", "updates"]) mkdirSync(join(directory, name));
  write("arch", "amd64", "i386");
  write("info/format", "1");
  write(
    "status",
    ...Object.keys(packages).flatMap((qualified) => {
      const [name, architecture] = qualified.split(":");
      return [
        `Package: ${name}`,
        "Status: install ok installed",
        "Maintainer: Foo <foo@example.com>",
        `Architecture: ${architecture ?? "amd64"}`,
        ...architecture === undefined ? [] : ["Multi-Arch: same"],
        "Version: 1",
        "Description: foo",
        "",
      ];
    }),
  );
  for (const [name, files] of Object.entries(packages)) {
    write(`info/${name}.list`, ...files);
  }
  return directory;
}
