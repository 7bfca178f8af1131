/**
 * Writes what each file is, by the first paragraph of its head, room for room:
 * `ffi/README.md`, `emit/README.md` and `native/README.md`. To be run when a file
 * comes, goes, or says something else of itself; tests/rooms_test.ts says so.
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

/** The directories that have such a list, and what it is called. */
export const FLOORS: Readonly<Record<string, string>> = {
  ffi: "What opens plugins and calls them",
  emit: "What describes plugins and builds them",
  native: "The support library, in C",
};

/** What stands above each list. */
const ABOVE =
  "Each file by the first words of its own head, as `deno task contents` writes them\nhere";

/**
 * What each file of a directory is.
 *
 * @param root The checkout.
 * @param floor The directory.
 * @returns Text in Markdown: from top to bottom, as the rooms stand.
 * @throws {Error} When a file has no head.
 */
export function contentsOf(root: string, floor: string): string {
  const inOrder = ROOMS.filter((room) => room.startsWith(`${floor}/`));
  const rooms = inOrder.length > 0 ? inOrder : [floor];
  const faces = rooms.filter((room) => room.endsWith(".ts"));
  const lists = rooms.filter((room) => !room.endsWith(".ts"))
    .flatMap((room) => [room, ...directoriesIn(root, room)])
    .map((room) => [room, filesIn(root, room)] as const);
  const all = faces.length > 0 ? [[floor, faces] as const, ...lists] : lists;
  const text = all.map(([room, files]) =>
    `## ${room}\n\n${files.map((file) => lineOf(root, room, file)).join("\n")}`
  );
  return `# ${FLOORS[floor]}\n\n${ABOVE}${
    floor === "native" ? "." : ", from top to bottom."
  }\n\n${text.join("\n\n")}\n`;
}

/** Those of a room that are no rooms themselves. */
function directoriesIn(root: string, room: string): string[] {
  return readdirSync(join(root, room), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${room}/${name}`)
    .filter((path) => !ROOMS.includes(path))
    .sort();
}

function filesIn(root: string, room: string): string[] {
  return readdirSync(join(root, room))
    .filter((name) => /\.(?:ts|c|h|go|rs)$/.test(name))
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
