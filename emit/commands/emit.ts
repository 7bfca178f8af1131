/**
 * `plugin emit`: a manifest for a library that exists.
 *
 * @module
 */

import { basename, dirname, globToRegExp, join } from "@std/path";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { system } from "../../ffi/system/system.ts";
import type { EmitCommand, LibraryOrManifest } from "../arguments/command.ts";
import { assemble } from "../manifest/assemble.ts";
import { printDeclaration } from "../declaration/print.ts";
import { withDebugFiles } from "../image/debug_files.ts";
import { describe } from "../describe/describe.ts";
import { EmitError } from "../error.ts";
import { fingerprint } from "../manifest/fingerprint.ts";
import { type Image, readImage } from "../image/image.ts";
import { locate, type Located } from "../find/locate.ts";
import { didYouMean } from "../nearest.ts";
import { wantsErrno } from "../thunk/need.ts";
import { expectReading } from "../progress.ts";
import type { Description } from "../describe/description.ts";
import { targetBeside } from "../toolchain/target.ts";
import { writeFiles } from "../files.ts";
import { printManifest } from "../manifest/print.ts";
import type { Report } from "./report.ts";
import { beside, thunksBeside, withoutThunks } from "./thunks.ts";
import { withWorkspace, type Workspace } from "./workspace.ts";

/**
 * Describes a library, and writes the manifest and its types.
 *
 * @param command The library, how to read it, and where to write.
 * @returns What was written.
 * @throws {EmitError} When any step fails; then no file was changed.
 */
export async function emit(command: EmitCommand): Promise<Report> {
  const located = locate(command.library);
  return await withWorkspace(async (work) => {
    const bytes = system.read(located.path);
    expectReading(bytes.length);
    const print = fingerprint(bytes);
    const image = readImage(bytes, located.path);
    const name = basename(located.path);
    const described = await describeAnnotated(command, image, work);
    const thunks = command.thunks ??
      (wantsErrno(described) ? { signatures: [], errno: [] } : undefined);
    const { description, summary, companion } = thunks === undefined
      ? await withoutThunks(described, image)
      : await thunksBeside({
        image,
        description: described,
        name,
        options: thunks,
        work,
        target: targetBeside(image),
      });
    const manifest = assemble(
      image,
      await print,
      name,
      description,
      companion?.library,
    );
    const path = outputOf(located, command.output);
    const outputs = [
      {
        path: path.replace(/(?:\.json)?$/, ".d.ts"),
        data: printDeclaration(manifest),
      },
      ...beside(path, companion),
      { path, data: printManifest(manifest) },
    ];
    writeFiles(outputs);
    return {
      written: outputs.map((output) => output.path).sort(),
      library: located.path,
      manifest,
      thunks: summary,
    };
  });
}

async function describeAnnotated(
  command: EmitCommand,
  image: Image,
  work: Workspace,
): Promise<Description> {
  const description = await describeSubject(command, image, work);
  if (command.annotate === undefined) return description;
  const { annotated } = await import("../annotate/merge.ts");
  return await annotated(description, command.annotate, image);
}

/**
 * Describes a library as the command's options say.
 *
 * @param subject The library's options.
 * @param image The library.
 * @param work The command's own directory.
 * @returns What it exports.
 * @throws {EmitError} As `describe` and `describeHeaders` do.
 */
export async function describeSubject(
  subject: LibraryOrManifest,
  image: Image,
  work: Workspace,
): Promise<Description> {
  const only = chosen(image, subject);
  const choice = only === undefined ? {} : { only };
  const { headers, constants, directories, defines, flags, cxx = false } =
    subject;
  if (headers.length === 0) {
    return describe(withDebugFiles(image), { ...choice, cxx });
  }
  const request = {
    image,
    headers,
    directories,
    defines,
    flags,
    work: work.directory,
    ...choice,
  };
  // Of all that reads headers nothing is imported for a library that has its
  // debug information.
  const { describeHeaders } = await import("../header/header.ts");
  const description = await describeHeaders(request);
  if (constants.length === 0) return description;
  const { readConstants } = await import("../header/constants.ts");
  return {
    ...description,
    constants: await readConstants(request, constants),
  };
}

/** The names that the command's options leave, or undefined for all. */
function chosen(
  image: Image,
  { symbols, include, exclude }: LibraryOrManifest,
): Set<string> | undefined {
  if (symbols.length + include.length + exclude.length === 0) return undefined;
  const names = image.exports.map(({ name }) => name);
  const exported = new Set(names);
  for (const name of symbols) {
    if (exported.has(name)) continue;
    throw new EmitError(
      "nothing_exported",
      `Cannot describe "${name}": "${image.path}" does not export it` +
        didYouMean(name, names),
      { path: image.path },
    );
  }
  const wanted = symbols.length + include.length === 0
    ? () => true
    : matcher(include, symbols);
  const unwanted = matcher(exclude, []);
  const left = names.filter((name) => wanted(name) && !unwanted(name));
  if (left.length > 0) return new Set(left);
  throw new EmitError(
    "nothing_exported",
    `Cannot describe "${image.path}": no name of the ${names.length} that it ` +
      `exports is left by ${
        [...include, ...exclude].map((glob) => `"${glob}"`).join(", ")
      }`,
    { path: image.path },
  );
}

function matcher(
  globs: readonly string[],
  names: readonly string[],
): (name: string) => boolean {
  const exact = new Set(names);
  const patterns = globs.map((glob) => globToRegExp(glob));
  return (name) =>
    exact.has(name) || patterns.some((pattern) => pattern.test(name));
}

// `open` looks beside the manifest first, so that is where it belongs, unless
// it is the system's directory: then the loader finds the library by its name.
function outputOf(located: Located, output: string | undefined): string {
  if (output !== undefined) return absolutePath(output);
  const name = `${basename(located.path)}.json`;
  const beside = dirname(located.path);
  return located.system || !system.isWritable(beside)
    ? absolutePath(name)
    : join(beside, name);
}
