/**
 * Writes what each file is, by the first paragraph of its head, room for room:
 * `ffi/README.md`, `emit/README.md`, `native/README.md` and `tools/README.md`. To be
 * run when a file comes, goes, or says something else of itself; tests/rooms_test.ts
 * says so.
 *
 * ```sh
 * deno task contents
 * ```
 *
 * @module
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "@std/path";
import { ROOMS } from "./rooms.ts";

/** A list. */
interface Floor {
  readonly title: string;
  /** What stands above it. */
  readonly order: string;
  /** The directories that it is of, and single files. */
  readonly rooms: (root: string) => readonly string[];
  readonly files: RegExp;
}

const FROM_TOP = ", from top to bottom.";

const SOURCES = /\.(?:ts|c|h|go|rs)$/;

/** The directories that have such a list. */
export const FLOORS: Readonly<Record<string, Floor>> = {
  ffi: {
    title: "What opens plugins and calls them",
    order: FROM_TOP,
    rooms: (root) => withDirectories(root, inOrder("ffi")),
    files: SOURCES,
  },
  emit: {
    title: "What describes plugins and builds them",
    order: FROM_TOP,
    rooms: (root) => withDirectories(root, inOrder("emit")),
    files: SOURCES,
  },
  native: {
    title: "The support library, in C",
    order: ".",
    rooms: (root) => withDirectories(root, ["native"]),
    files: SOURCES,
  },
  tools: {
    title: "What this project is built, measured and tested with",
    order: ": commands, benchmarks, and what tests share.",
    rooms: (root) => [
      ...withDirectories(root, ["tools"]),
      "bench",
      ...helpersIn(root, "tests"),
    ],
    files: /\.ts$/,
  },
};

/** What stands above each list. */
const ABOVE =
  "Each file by the first words of its own head, as `deno task contents` writes them\nhere";

/**
 * What each file of a directory is.
 *
 * @param root The checkout.
 * @param floor The directory.
 * @returns Text in Markdown.
 * @throws {Error} When a file has no head.
 */
export function contentsOf(root: string, floor: string): string {
  const { title, order, rooms: roomsOf, files: ofKind } = FLOORS[floor]!;
  const rooms = roomsOf(root);
  const faces = rooms.filter((room) => room.endsWith(".ts"));
  const lists = rooms.filter((room) => !room.endsWith(".ts"))
    .map((room) => [room, filesIn(root, room, ofKind)] as const)
    .filter(([, files]) => files.length > 0);
  const all = faces.length > 0 ? [[floor, faces] as const, ...lists] : lists;
  const text = all.map(([room, files]) =>
    `## ${room}\n\n${files.map((file) => lineOf(root, room, file)).join("\n")}`
  );
  return `# ${title}\n\n${ABOVE}${order}\n\n${text.join("\n\n")}\n`;
}

/** The directories of what tests share, in a directory of tests, and what lies in them. */
function helpersIn(root: string, directory: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "fixtures")
    .flatMap(({ name }) => {
      const path = `${directory}/${name}`;
      return name === "helpers"
        ? withDirectories(root, [path])
        : helpersIn(root, path);
    })
    .sort();
}

function inOrder(floor: string): string[] {
  return ROOMS.filter((room) => room.startsWith(`${floor}/`));
}

/** And those of their directories that are no rooms themselves. */
function withDirectories(root: string, rooms: readonly string[]): string[] {
  return rooms.flatMap((room) =>
    room.endsWith(".ts") ? [room] : [room, ...directoriesIn(root, room)]
  );
}

function directoriesIn(root: string, room: string): string[] {
  return readdirSync(join(root, room), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${room}/${name}`)
    .filter((path) => !ROOMS.includes(path))
    .sort();
}

function filesIn(root: string, room: string, ofKind: RegExp): string[] {
  return readdirSync(join(root, room))
    .filter((name) => ofKind.test(name))
    .sort()
    .map((name) => `${room}/${name}`);
}

/** The comment that a file begins with; in what is put among somebody's own code, behind the line that says so. */
const HEADS = [
  /^(?:#!.*\n)?\/\*\*?([\s\S]*?)\*\//,
  /^(?:\/\/ Code added by .*\n\n)?((?:\/\/.*\n)+)/,
];

function lineOf(root: string, room: string, file: string): string {
  const text = readFileSync(join(root, file), "utf8");
  const head = HEADS.map((pattern) => pattern.exec(text)?.[1])
    .find((found) => found !== undefined);
  if (head === undefined) throw new Error(`${file} does not say what it is`);
  const [first] = head.trim().replaceAll(/^(?: ?\*|\/\/!?) ?/gm, "").split(
    "\n\n",
  );
  const words = first!.replaceAll(/\s+/g, " ")
    .replaceAll(/\{@link(?:code)? ([^}]*)\}/g, "`$1`");
  return `- \`${file.slice(room.length + 1)}\`: ${words}`;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  for (const floor of Object.keys(FLOORS)) {
    const path = join(root, floor, "README.md");
    writeFileSync(path, contentsOf(root, floor));
    const format = ["fmt", "--quiet", path];
    const { success } = await new Deno.Command(Deno.execPath(), {
      args: format,
      stdout: "inherit",
      stderr: "inherit",
    }).output();
    if (!success) Deno.exit(1);
  }
}
