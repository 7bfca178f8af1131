/**
 * `plugin new`: a small project to begin with.
 *
 * @module
 */

import { exists, system } from "../../ffi/system/system.ts";
import { basename, dirname, join } from "../../ffi/system/path.ts";
import { absolutePath, relativePath } from "../../ffi/system/absolute.ts";
import { onlyOne, usage } from "../arguments/arguments.ts";
import { type CommandOutcome, defineCommand } from "../arguments/command.ts";
import { type Reporting, reportingOf } from "../arguments/shared_options.ts";
import { didYouMean } from "../../ffi/did_you_mean.ts";
import { interfaceOf } from "../declaration/print_declaration.ts";
import { EmitError } from "../error.ts";
import { C, CPP } from "../templates/c.ts";
import { GO } from "../templates/go.ts";
import { RUST } from "../templates/rust.ts";
import {
  bunInstall,
  denoLink,
  filesOf,
  npmInstall,
  type Project,
  type Template,
} from "../templates/template.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { ZIG } from "../templates/zig.ts";
import { writeFiles } from "../files/write_files.ts";

const TEMPLATES = {
  c: C,
  cpp: CPP,
  go: GO,
  rust: RUST,
  zig: ZIG,
} satisfies Readonly<Record<string, Template>>;

/** A language that a project can be begun in. */
export type TemplateName = keyof typeof TEMPLATES;

/** The languages that a project can be begun in. */
export const TEMPLATE_NAMES = Object.keys(TEMPLATES) as TemplateName[];

/** What is asked of `plugin new`. */
export interface NewCommand extends Reporting {
  /** The language. */
  readonly template: TemplateName;
  /** The directory to make, whose last part is the project's name. */
  readonly directory: string;
  /** A checkout of this package to use instead of the published one. */
  readonly link?: string;
  /** Whether it is published, for several machines. */
  readonly publish?: boolean;
}

/** `plugin new`. */
export const command = defineCommand({
  name: "new",
  options: { link: { type: "string" }, publish: { type: "boolean" } },
  parse(given): NewCommand {
    const [language, ...directories] = given.positionals;
    const known = TEMPLATE_NAMES.join(", ");
    if (language === undefined) {
      throw usage(`"plugin new" needs a language (${known}) and a name`);
    }
    const template = TEMPLATE_NAMES.find((template) => template === language);
    if (template === undefined) {
      throw usage(
        `There is no project in "${language}", only in ${known}` +
          didYouMean(language, TEMPLATE_NAMES),
      );
    }
    const directory = onlyOne("plugin new", directories, "name");
    return {
      template,
      directory,
      ...given.one("link"),
      ...given.has("publish") && { publish: true },
      ...reportingOf(given),
    };
  },
  run(asked: NewCommand): CommandOutcome {
    return { text: newProject(asked) };
  },
  help: `Writes a small project with a plugin, a host and a test that passes.

Usage: plugin new <language> <name> [options]

Examples:
  plugin new c hello                     the directory hello, which must not be there yet
  plugin new rust ../fast-hash           its last part is the name
  plugin new go words --link ~/plugin    uses a checkout of this package

Languages: ${TEMPLATE_NAMES.join(", ")}.

Options:
      --publish           a CI job too, which builds for four targets and publishes
      --link <directory>  a checkout of @native/plugin to use, not the published package
      --json              print a summary for programs
  -h, --help              print this
`,
});

/**
 * Writes a project into a directory that it makes.
 *
 * @param command The language, and where to.
 * @returns What to print: the files, and what to do with them.
 * @throws {EmitError} `usage` when the name is none or the directory is there
 * already; `not_found` when it cannot be made, or `--link` names no checkout.
 */
export function newProject(command: NewCommand): string {
  const directory = absolutePath(command.directory);
  const project = projectOf(directory, command);
  const files = filesOf(project, TEMPLATES[command.template]);
  makeDirectory(directory);
  for (const path of Object.keys(files)) {
    system.makeDirectories(dirname(join(directory, path)));
  }
  writeFiles(
    Object.entries(files).map(([path, data]) => ({
      path: join(directory, path),
      data,
    })),
  );
  const written = Object.keys(files).map((path) => join(directory, path));
  if (command.json) return `${JSON.stringify({ written }, null, 2)}\n`;
  const here = shellWord(relativePath(directory));
  return [
    ...written.map((path) => `wrote   ${relativePath(path)}`),
    "",
    "On Deno:",
    `  cd ${here} && ${denoLink(project)}deno task build && deno task test`,
    "On Bun:",
    `  cd ${here} && ${bunInstall(project)} && bun run build && bun test`,
    "On Node:",
    ...project.link === undefined
      ? []
      : [`  (cd ${shellWord(project.link)} && npx -y deno task npm)`],
    `  cd ${here} && ${npmInstall(project)} && npm run build && node --test`,
    "",
  ].join("\n");
}

function projectOf(
  directory: string,
  { link, publish = false }: NewCommand,
): Project {
  const name = basename(directory);
  // It becomes the name of files, and of a package of Rust and of Go.
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) {
    throw new EmitError(
      "usage",
      `Cannot make a project "${name}": wanted a name of the letters a to z, ` +
        `digits, "-" and "_" that begins with a letter or a digit`,
    );
  }
  const types = interfaceOf(`${name}.so`);
  if (link === undefined) return { name, types, publish };
  const checkout = absolutePath(link);
  if (exists(join(checkout, "mod.ts"))) {
    return { name, types, publish, link: checkout };
  }
  throw new EmitError(
    "not_found",
    `Cannot link "${checkout}": it is not a checkout of @native/plugin, there is no mod.ts in it`,
    { path: checkout },
  );
}

/** Makes the directory, and no other: whose parent is missing was mistyped. */
function makeDirectory(path: string): void {
  try {
    system.makeDirectory(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new EmitError(
      code === "EEXIST" ? "usage" : "not_found",
      `Cannot make a project in "${path}": ${
        code === "EEXIST" ? "it is there already" : message
      }`,
      { path, cause },
    );
  }
}
