/**
 * Lines of Go that `go build -cover` counts, read by Go's covdata.
 *
 * @module
 */

import { dirname, join } from "../../ffi/system/path.ts";
import { isFile, system, textAt } from "../../ffi/system/system.ts";
import { run } from "../toolchain/run.ts";
import { convertBy, type Counter, type Counts, LineCounts } from "./counts.ts";

/**
 * How Go counts; what it is built with for that is the build's own matter.
 *
 * @param directory Where the counts go.
 */
export function goCover(directory: string): Counter {
  const data = join(directory, "go");
  system.makeDirectory(data);
  return {
    flags: [],
    before: [],
    env: { GOCOVERDIR: data },
    read: (_, sources) => countsIn(data, sources),
  };
}

/** A block of statements: `example.com/words/a.go:6.24,7.11 1 3`. */
const BLOCK =
  /^(?<name>.+):(?<from>\d+)\.\d+,(?<to>\d+)\.\d+ \d+ (?<count>\d+)$/;

/** Lines within a block that have no code. */
const NO_CODE = /^[\s})\]]*(?:\/\/.*)?$/;

async function countsIn(
  data: string,
  sources: readonly string[],
): Promise<Counts> {
  const counts = new LineCounts();
  const names = system.list(data).map(({ name }) => name);
  if (!names.some((name) => name.startsWith("covcounters"))) {
    return counts.files;
  }
  const file = join(data, "blocks.txt");
  const covdata = ["tool", "covdata", "textfmt", `-i=${data}`, `-o=${file}`];
  await convertBy("go", covdata, sources[0]!);
  const find = await finderOf(sources);
  for (const block of textAt(file).split("\n")) {
    const { name = "", from, to, count } = BLOCK.exec(block)?.groups ?? {};
    const found = find(name);
    if (found === undefined) continue;
    for (let line = Number(from); line <= Number(to); line++) {
      if (NO_CODE.test(found.lines[line - 1] ?? "")) continue;
      counts.add(found.shown, line, Number(count));
    }
  }
  return counts.files;
}

/** A file of the plugin's own. */
interface OwnFile {
  /** Its name below the module, as it is shown. */
  readonly shown: string;
  readonly lines: readonly string[];
}

/** What gives the files that Go calls by the paths of their packages. */
async function finderOf(
  [first = "", ...others]: readonly string[],
): Promise<(name: string) => OwnFile | undefined> {
  const { stdout } = await run("go", [
    "list",
    "-m",
    "-f",
    "{{.Path}}\t{{.Dir}}",
  ], {
    cwd: first,
  });
  const modules = stdout.trim().split("\n").map((line) => line.split("\t"));
  const found = new Map<string, OwnFile | undefined>();
  const look = (name: string): OwnFile | undefined => {
    for (const [path, directory] of modules) {
      if (!directory || !name.startsWith(`${path}/`)) continue;
      const shown = name.slice(path!.length + 1);
      return read(join(directory, shown), shown);
    }
    // Files that belong to no module.
    const base = name.slice(dirname(name).length + 1);
    return [first, ...others].map((directory) =>
      read(join(directory, base), base)
    ).find((one) => one !== undefined);
  };
  return (name) => {
    if (!found.has(name)) found.set(name, look(name));
    return found.get(name);
  };
}

function read(path: string, shown: string): OwnFile | undefined {
  return isFile(path)
    ? { shown, lines: system.readText(path).split("\n") }
    : undefined;
}
