/**
 * `plugin types`: the declarations of a manifest.
 *
 * @module
 */

import { absolutePath } from "../../ffi/system/absolute.ts";
import type { TypesCommand } from "../arguments/command.ts";
import { printDeclaration } from "../declaration/print.ts";
import { writeFiles } from "../files.ts";
import { resolveManifest } from "./resolve_input.ts";

/**
 * Writes the declarations of a manifest.
 *
 * @param command The manifest, and where to write.
 * @returns What to print: the declarations, or that they were written.
 * @throws {EmitError} `not_found`.
 * @throws {PluginError} `bad_manifest`.
 */
export async function types(command: TypesCommand): Promise<string> {
  const { file, output, json } = command;
  const path = absolutePath(file.endsWith(".json") ? file : `${file}.json`);
  const { manifest } = await resolveManifest(path);
  const data = printDeclaration(manifest);
  if (output === undefined) {
    return json ? `${JSON.stringify({ declaration: data })}\n` : data;
  }
  const written = absolutePath(output);
  writeFiles([{ path: written, data }]);
  return json
    ? `${JSON.stringify({ written: [written] }, null, 2)}\n`
    : `wrote   ${output}\n`;
}
