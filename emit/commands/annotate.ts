/**
 * `plugin annotate`: proposals for what the binary of a library does not say.
 *
 * @module
 */

import { absolutePath } from "../../ffi/system/absolute.ts";
import { annotate } from "../annotate/merge.ts";
import {
  type AnnotationEntry,
  readAnnotationFile,
  UNREAD,
} from "../annotate/parse_annotation_file.ts";
import { type Proposal, propose } from "../annotate/propose.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  CXX_HELP,
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import type { Description } from "../describe/description.ts";
import { EmitError } from "../error.ts";
import { locate } from "../find/find_library.ts";
import type { Image } from "../image/image.ts";
import { readLibrary } from "../image/library_file.ts";
import { withWorkspace } from "../toolchain/workspace.ts";
import { writeFiles } from "../files/write_files.ts";
import { withPackage } from "./pkg_config_library.ts";
import {
  describeByOptions,
  LIBRARY_OPTIONS,
  type LibraryOptions,
  libraryOptionsOf,
} from "./described_library.ts";

/** What is asked of `plugin annotate`. */
export interface AnnotateCommand extends Reporting, LibraryOptions {
  /** The file to write; standard output without it. */
  readonly output?: string;
}

/** `plugin annotate`. */
export const command = defineCommand({
  name: "annotate",
  options: { ...OUTPUT, ...LIBRARY_OPTIONS },
  runsCompiler: true,
  parse(given): AnnotateCommand {
    return {
      ...libraryOptionsOf(given),
      ...reportingOf(given),
      ...given.one("output"),
    };
  },
  async run(asked: AnnotateCommand): Promise<CommandOutcome> {
    const proposal = await proposeFor(asked);
    const text = printProposal(proposal);
    const { output, json } = asked;
    if (output === undefined) return { text };
    writeFiles([{ path: absolutePath(output), data: text }]);
    return {
      text: json
        ? `${JSON.stringify({ written: [absolutePath(output)] })}\n`
        : `wrote   ${output}\n${summary(proposal)}\n`,
    };
  },
  help: `Proposes annotations for a library, from names, types and comments.

Usage: plugin annotate [library] [options] [-- <compiler arguments>]

Examples:
  plugin annotate libgit2.so --header git2.h                      to standard output
  plugin annotate libgit2.so --header git2.h -o git2.notes.json   to a file
  plugin annotate --pkg-config libgit2 -o git2.notes.json         found by its package

What frees an object, what makes one, what comes back through an address, which
results are failures: all of it is guessed. Read the file, mend it, delete the
line "${UNREAD}"; until then "plugin emit --annotate" refuses it.

Options:
      --header <file>          a header that declares what it exports; may be repeated
  -I <directory>               where to look for headers; may be repeated
  -D <name[=value]>            a macro to define before the headers; may be repeated
      --pkg-config, --with     as in plugin emit
      --constants <glob>       macros of the headers that are constants; may be repeated
      --include <glob>         only these names; may be repeated
      --exclude <glob>         leave these names out; may be repeated
      --symbols <name,...>     exactly these names
${CXX_HELP}      --annotate <file>        leave out the names that this file says something of
  -o, --output <file>          the file to write
      --json                   print a summary for programs
  -h, --help                   print this

With --header a C compiler is needed.
`,
});

/**
 * Proposes annotations for a library.
 *
 * @param command The library, and how to read it.
 * @returns Proposals that go with it, though they may be wrong.
 * @throws {EmitError} When the library cannot be described.
 */
export async function proposeFor(command: AnnotateCommand): Promise<Proposal> {
  return await withWorkspace(async (work) => {
    const { annotate: said, ...options } = await withPackage(command, work);
    const { image } = readLibrary(locate(options.library).path);
    const description = await describeByOptions(
      options,
      image,
      work,
      new Set<string>(),
    );
    const known = new Set(
      said === undefined
        ? []
        : (await readAnnotationFile(said)).entries.map(([name]) => name),
    );
    const proposal = propose(description).filter(([name]) => !known.has(name));
    return fitting(proposal, description, image);
  });
}

/** The proposals that could be said: what could not is left out. */
function fitting(
  proposal: Proposal,
  description: Description,
  image: Image,
): Proposal {
  let entries = proposal;
  for (;;) {
    try {
      annotate(description, { path: "", entries }, image);
      return entries;
    } catch (error) {
      if (!(error instanceof EmitError)) throw error;
      const left = entries.filter(([name]) => name !== error.symbol);
      if (left.length === entries.length) throw error;
      entries = left;
    }
  }
}

/** A file of proposals: one entry a line. */
function printProposal(proposal: Proposal): string {
  const lines = proposal.map(([name, entry]) =>
    `  ${JSON.stringify(name)}: ${spaced(entry)}`
  );
  const unread = `  "${UNREAD}": "${summary(proposal)}: all of it is guessed"`;
  return `{\n${[unread, ...lines].join(",\n")}\n}\n`;
}

function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, one]) =>
    `${JSON.stringify(key)}: ${spaced(one)}`
  );
  return `{ ${members.join(", ")} }`;
}

function summary(proposal: Proposal): string {
  const count = (
    field: keyof AnnotationEntry,
    one: string,
    many = `${one}s`,
  ) => {
    const { length } = proposal.filter(([, said]) => said[field] !== undefined);
    return `${length} ${length === 1 ? one : many}`;
  };
  return [
    count("handle", "class", "classes"),
    count("method", "method"),
    count("out", "result"),
    count("error", "failure"),
  ].join(", ");
}
