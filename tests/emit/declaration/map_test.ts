import { test } from "../../helpers/test.ts";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { inDirectory } from "../../helpers/directory.ts";
import { need, skip } from "../../helpers/need.ts";
import { plugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const TSSERVER = `${ROOT}node_modules/typescript/lib/tsserver.js`;

const SOURCE = `
/** A place. */
struct point {
  /** Across. */
  double x;
  double y; // Up.
};
typedef struct {
  int size; /**< In bytes. */
} Box;

int size_of(Box box);
/** Half way. */
struct point mid(struct point a, struct point b) {
  return (struct point){(a.x + b.x) / 2, (a.y + b.y) / 2};
}
int size_of(Box box) { return box.size; }
int counter = 3, other;
/* A size of its own. */
struct größe { int weite; };
int weite_of(struct größe *g) { return g->weite; }
`;

const USE = `
import type { Box, größe, point, Point } from "../build/point.so.d.ts";
declare function open<T>(): T;
const point = open<Point>();
point.mid;
point.size_of;
point.other;
open<point>().y;
open<Box>().size;
open<größe>().weite;
`;

/** Builds the source into another directory, and writes what uses it. */
async function built(directory: string): Promise<string> {
  for (const name of ["build", "use"]) mkdirSync(`${directory}/${name}`);
  writeFileSync(`${directory}/point.c`, SOURCE);
  const library = `${directory}/build/point.so`;
  await succeedSilently(plugin("build", `${directory}/point.c`, "-o", library));
  writeFileSync(`${directory}/use/use.ts`, USE);
  return library;
}

test("members of structs have their comments", need("cc"), async () => {
  await inDirectory(async (directory) => {
    const library = await built(directory);
    const { types } = JSON.parse(readFileSync(`${library}.json`, "utf8"));
    const docs = (name: string) =>
      types[name].fields.map(({ doc }: { doc?: string }) => doc);
    assertEquals([types.point.doc, ...docs("point"), ...docs("Box")], [
      "A place.",
      "Across.",
      "Up.",
      "In bytes.",
    ]);
    assert(
      readFileSync(`${library}.d.ts`, "utf8").includes(
        "  /** Up. */\n  y: number;",
      ),
    );
    const map = JSON.parse(readFileSync(`${library}.d.ts.map`, "utf8"));
    assertEquals([map.version, map.sources], [3, ["../point.c"]]);
  });
});

/** What an editor asks of TypeScript, and is answered. */
interface Answer {
  readonly type: string;
  readonly command: string;
  readonly body: { file: string; start: { line: number; offset: number } }[];
}

/** Asks TypeScript, as editors do, where what stands at each place is defined. */
async function definitions(
  file: string,
  places: readonly { line: number; offset: number }[],
): Promise<string[]> {
  const server = spawn("node", [
    TSSERVER,
    "--disableAutomaticTypingAcquisition",
  ]);
  const ask = (command: string, args: object) =>
    server.stdin.write(
      `${JSON.stringify({ type: "request", command, arguments: args })}\n`,
    );
  ask("open", { file });
  for (const place of places) ask("definition", { file, ...place });
  let text = "";
  const found: string[] = [];
  try {
    for await (const chunk of server.stdout) {
      const lines = (text + chunk).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        if (!line.startsWith("{")) continue;
        const { command, body }: Answer = JSON.parse(line);
        if (command !== "definition") continue;
        const [at] = body;
        found.push(
          `${at?.file.split("/").pop()}:${at?.start.line}:${at?.start.offset}`,
        );
      }
      if (found.length === places.length) return found;
    }
  } finally {
    server.kill();
  }
  return found;
}

test(
  "go to definition opens the line of the source",
  existsSync(TSSERVER) ? need("cc", "npm") : skip("needs npm's typescript"),
  async () => {
    await inDirectory(async (directory) => {
      await built(directory);
      const lines = USE.split("\n");
      const places = lines.flatMap((line, index) => {
        const name = /[)t]\.(\w+);$/.exec(line);
        return name === null ? [] : [{
          line: index + 1,
          offset: line.lastIndexOf(name[1]!) + 1,
        }];
      });
      assertEquals(await definitions(`${directory}/use/use.ts`, places), [
        "point.c:14:14",
        "point.c:17:5",
        "point.c:18:18",
        "point.c:6:10",
        "point.c:9:7",
        "point.c:20:20",
      ]);
    });
  },
);
