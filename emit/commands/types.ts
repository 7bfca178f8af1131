/**
 * `plugin types`: the declarations of a manifest.
 *
 * @module
 */

import { absolutePath } from "../../ffi/system/absolute.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import {
  OUTPUT,
  type Reporting,
  reportingOf,
} from "../arguments/shared_options.ts";
import { printDeclaration } from "../declaration/print_declaration.ts";
import { readHeaders, withHeaders } from "../manifest/print_headers_file.ts";
import { writeFiles } from "../files/write_files.ts";
import { mapPath } from "./declarations.ts";
import { resolveManifest } from "./resolve_input.ts";

/** What is asked of `plugin types`. */
export interface TypesCommand extends Reporting {
  /** A manifest, or the library beside it. */
  readonly file: string;
  /** The file to write; standard output without it. */
  readonly output?: string;
}

/** `plugin types`. */
export const command = defineCommand({
  name: "types",
  options: OUTPUT,
  parse(given): TypesCommand {
    return {
      file: given.only("manifest"),
      ...reportingOf(given),
      ...given.one("output"),
    };
  },
  run(asked: TypesCommand): CommandOutcome {
    return { text: types(asked) };
  },
  help: `Writes the TypeScript declarations of a manifest.

Usage: plugin types <manifest> [options]

Examples:
  plugin types ./hello.so.json                     to standard output
  plugin types ./hello.so.json -o hello.so.d.ts    to a file
  ...and in TypeScript: open<Hello>("./hello.so") with
                        import type { Hello } from "./hello.so.d.ts"

Options:
  -o, --output <file>  the file to write
      --json           print a summary for programs; without --output it has
                       the declarations
  -h, --help           print this
`,
});

/**
 * Writes the declarations of a manifest.
 *
 * @param command The manifest, and where to write.
 * @returns What to print: the declarations, or that they were written.
 * @throws {EmitError} `not_found`.
 * @throws {PluginError} `bad_manifest`.
 */
export function types(command: TypesCommand): string {
  const { file, output, json } = command;
  const path = absolutePath(file.endsWith(".json") ? file : `${file}.json`);
  const { manifest } = resolveManifest(path);
  const data = printDeclaration(
    withHeaders(manifest, readHeaders(path, manifest)),
  );
  if (output === undefined) {
    return json ? `${JSON.stringify({ declaration: data })}\n` : data;
  }
  const written = absolutePath(output);
  // A manifest knows no lines of the source.
  writeFiles([{ path: written, data }], [mapPath(written)]);
  return json
    ? `${JSON.stringify({ written: [written] }, null, 2)}\n`
    : `wrote   ${output}\n`;
}
