/**
 * Makes the thunks that a command asks for.
 *
 * @module
 */

import { dirname, extname, join } from "../../ffi/system/path.ts";
import type { Target, ThunkLibrary } from "../../ffi/manifest/manifest.ts";
import { identifyThunks } from "../manifest/assemble.ts";
import type { ThunkOptions } from "../thunk/plan_thunks.ts";
import { fingerprint } from "../manifest/fingerprint.ts";
import type { Image } from "../image/image.ts";
import { needsThunk } from "../thunk/thunk_need.ts";
import { type LibraryFile, readLibrary } from "../image/library_file.ts";
import type { ThunkPlace } from "../source/source.ts";
import type { Description } from "../describe/description.ts";
import type { OutputFile } from "../files/write_files.ts";
import type { Workspace } from "../toolchain/workspace.ts";

// Imported when it is needed: most libraries have no function that needs one.
const planning = () => import("../thunk/plan_thunks.ts");
const compiling = () => import("../thunk/compile_thunks.ts");

/** What became of the functions, and the pointers to some, that need thunks. */
export interface ThunkSummary {
  /** How many thunks there are, or would be. */
  readonly count: number;
  /** How many of them are of types of pointers to functions. */
  readonly pointers: number;
  /** Where they lie; `"none"` where they were not asked for. */
  readonly place: "linked" | "companion" | "none";
  /** Functions, and types of pointers to some, that cannot have one, and why. */
  readonly refused: Readonly<Record<string, string>>;
}

/** A library's thunks in a library of their own. */
export interface ThunkFile {
  /** What the manifest says of it. */
  readonly library: ThunkLibrary;
  /** The file. */
  readonly bytes: Uint8Array;
}

/** A description with its thunks, and where they are. */
export interface Thunked {
  readonly description: Description;
  readonly summary: ThunkSummary;
  readonly companion?: ThunkFile;
  /** The library, where it was linked again. */
  readonly relinked?: LibraryFile;
}

/** A library that is to have thunks. */
export interface ThunkRequest {
  readonly image: Image;
  readonly description: Description;
  /** File name that the library has. */
  readonly name: string;
  readonly options: ThunkOptions;
  /** A directory of the command's own. */
  readonly work: Workspace;
  /** The machine that the library is for; this one where it is left out. */
  readonly target?: Target | undefined;
  /** What the user gives the compiler. */
  readonly flags?: readonly string[];
}

/**
 * A description that has all the thunks that it needs.
 *
 * @param description What the library exports.
 */
export function asItIs(description: Description): Thunked {
  const summary = {
    count: 0,
    pointers: 0,
    place: "none",
    refused: {},
  } as const;
  return { description, summary };
}

/**
 * The file of a companion, to be written.
 *
 * @param path What it lies beside.
 * @param companion The library of the thunks, if there is one.
 * @returns The file; none where there is no companion.
 */
export function beside(path: string, companion?: ThunkFile): OutputFile[] {
  return companion === undefined ? [] : [{
    path: join(dirname(path), companion.library.file),
    data: companion.bytes,
    executable: true,
  }];
}

/** What the library of the thunks of a library is called. */
export function companionName(library: string): string {
  return `${library}.thunks${extname(library) === ".dylib" ? ".dylib" : ".so"}`;
}

/**
 * Says how many functions and pointers need thunks, and makes none.
 *
 * @param description What the library exports.
 * @param image The library.
 * @returns The description as it was, with the number.
 */
export async function withoutThunks(
  description: Description,
  image: Image,
): Promise<Thunked> {
  if (!needsThunk(description)) return asItIs(description);
  const { planThunks } = await planning();
  const none = { signatures: [], errno: [] };
  const { count, pointers, refused } = planThunks(
    description,
    image,
    none,
    "companion",
  );
  const summary = { count, pointers, place: "none", refused } as const;
  return { description, summary };
}

/**
 * Makes thunks in a library of their own.
 *
 * @param request The library.
 * @returns The description with the thunks, and the library where there are any.
 * @throws {EmitError} `usage`, `no_tool`, `compile_failed`.
 */
export async function thunksBeside(request: ThunkRequest): Promise<Thunked> {
  const { image, name, options, work, target } = request;
  const { planThunks } = await planning();
  const plan = planThunks(request.description, image, options, "companion");
  const { description, source, count, pointers, refused } = plan;
  const summary: ThunkSummary = {
    count,
    pointers,
    place: "companion",
    refused,
  };
  const { objects = [], links = [] } = description.wrappers ?? {};
  if (source === undefined && objects.length === 0) {
    return { description, summary };
  }
  const file = companionName(name);
  const { linkCompanion } = await compiling();
  const path = await linkCompanion(
    source ?? "",
    work.directory,
    file,
    target,
    objects,
    request.flags,
  );
  const { bytes, image: thunks } = readLibrary(path);
  const library = identifyThunks(thunks, await fingerprint(bytes), file, links);
  return { description, summary, companion: { library, bytes } };
}

/**
 * Links thunks into a library that was built.
 *
 * @param request The library.
 * @param place How they are compiled, and how it is linked once more.
 * @returns The description with the thunks, and the library with them.
 * @throws {EmitError} `usage`, `no_tool`, `compile_failed`.
 */
export async function thunksInside(
  request: ThunkRequest,
  { flags, relink }: Extract<ThunkPlace, { kind: "linked" }>,
): Promise<Thunked> {
  const { image, options, work, target } = request;
  const { planThunks } = await planning();
  const plan = planThunks(request.description, image, options, "linked");
  const { description, source, count, pointers, refused } = plan;
  const summary: ThunkSummary = { count, pointers, place: "linked", refused };
  if (source === undefined) return { description, summary };
  const { compileThunks } = await compiling();
  const object = await compileThunks(source, work.directory, flags, target);
  return { description, summary, relinked: await relink(object) };
}
