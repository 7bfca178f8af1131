/**
 * `plugin pack --jsr`: a package of modules, and the files that it fetches.
 *
 * @module
 */

import { basename, dirname, join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import { absolutePath } from "../../ffi/system/absolute.ts";
import { sha256 } from "../../ffi/system/node_system.ts";
import { usage } from "../arguments/arguments.ts";
import type { Reporting } from "../arguments/shared_options.ts";
import { exportedNames } from "../declaration/print_declaration.ts";
import { printModule } from "../declaration/print_module.ts";
import { EmitError } from "../error.ts";
import { common } from "../manifest/target_compat.ts";
import { printFetching } from "../publish/fetching_module.ts";
import {
  filesOfProject,
  readProject,
  termsOfProject,
} from "../publish/published_project.ts";
import { shellWord } from "../toolchain/shell_word.ts";
import { VERSION } from "../publish/version.ts";
import { type OutputFile as File, writeFiles } from "../files/write_files.ts";
import type { PackedLibrary } from "../publish/npm_package.ts";
import { here } from "./print_result.ts";

/** A plugin for one machine, as the module names it. */
type Target = Parameters<typeof printFetching>[0]["targets"][string];

/**
 * Lays out the package, and the files that its users fetch.
 *
 * @param packed A library for each target.
 * @param targets Which of them each machine takes.
 * @param directory Where to: the package, and `files` beside it.
 * @param address Where those files will lie: the URL of their directory.
 * @param reporting For whom is printed.
 * @returns Text for people or for programs.
 * @throws {EmitError} `usage` without a jsr.json, deno.json or package.json that
 * names the package, or for an address that is none.
 */
export function packJsr(
  packed: readonly PackedLibrary[],
  targets: Readonly<Record<string, string>>,
  directory: string,
  address: string,
  { json }: Reporting,
): string {
  const base = addressOf(address);
  const { project } = readProject(
    "JSR",
    ["jsr.json", "deno.json", "package.json"],
    /^@[a-z0-9-]+\/[a-z0-9-]+$/,
    `{ "name": "@scope/name", "version": "0.1.0", "license": "MIT" }`,
  );
  const output = absolutePath(directory);
  const stem = project.name.split("/").at(-1)!;
  const fetched = packed.map((one) => fetchedOf(one, stem, base));
  const described = new Map(fetched.map((one) => [one.path, one.target]));
  const manifest = common(packed);
  const own = {
    ...project,
    exports: "./mod.js",
    imports: {
      "@native/plugin": `jsr:@native/plugin@^${VERSION}`,
      "@native/plugin/fetch": `jsr:@native/plugin@^${VERSION}/fetch`,
    },
    // What git ignores is not published where nothing says otherwise.
    publish: { exclude: ["!**/*"] },
  };
  const module = printFetching({
    name: project.name,
    targets: Object.fromEntries(
      Object.entries(targets).map((
        [target, path],
      ) => [target, described.get(path)!]),
    ),
    exports: exportedNames(manifest).map(({ name }) => name),
  });
  const inPackage: File[] = [
    ...filesOfProject(),
    { path: "deno.json", data: `${JSON.stringify(own, null, 2)}\n` },
    { path: "mod.d.ts", data: printModule(manifest) },
    { path: "mod.js", data: module },
  ];
  const files = [
    ...fetched.flatMap(({ files }) =>
      files.map((file) => ({ ...file, path: join("files", file.path) }))
    ),
    ...inPackage.map((file) => ({ ...file, path: join(stem, file.path) })),
  ].map((file) => ({ ...file, path: join(output, file.path) }));
  for (const { path } of files) system.makeDirectories(dirname(path));
  writeFiles(files);
  if (json) {
    const written = files.map(({ path }) => path).sort();
    return `${
      JSON.stringify({ package: join(output, stem), written }, null, 2)
    }\n`;
  }
  const place = shellWord(here(join(output, stem)));
  return [
    `package ${here(join(output, stem))}`,
    `files   ${here(join(output, "files"))}`,
    "",
    `Bring the files to ${base}, and then publish the package:`,
    `  cd ${place} && deno publish`,
    ...project.license === undefined && termsOfProject().length === 0
      ? [
        "",
        `JSR refuses it without a licence: name one as "license" where its name stands, or add a file LICENSE, and pack again`,
      ]
      : [],
    "",
  ].join("\n");
}

/** Hosts that are this machine, to try a package on. */
const LOCAL = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/;

/** The address of a directory, to which names can be added. */
function addressOf(address: string): string {
  const { protocol, hostname } = URL.canParse(address)
    ? new URL(address)
    : { protocol: undefined, hostname: "" };
  if (protocol === "http:" && !LOCAL.test(hostname)) {
    throw usage(
      `--jsr wants an address with TLS, got ${JSON.stringify(address)}: ` +
        "whoever fetches it would tell everybody on the way what they use; begin it with https://",
    );
  }
  if (protocol !== "http:" && protocol !== "https:") {
    throw usage(
      `--jsr wants the address where the files will lie, got ${
        JSON.stringify(address)
      }: https://github.com/me/hello/releases/download/v0.1.0`,
    );
  }
  return address.replace(/\/*$/, "/");
}

/** The files of one target: none has the name of another, as a release has no directories. */
function fetchedOf(
  { target, path, files: own }: PackedLibrary,
  stem: string,
  base: string,
): { path: string; target: Target; files: File[] } {
  const files: File[] = [];
  const named: Record<string, Target["files"][string]> = {};
  for (const file of own) {
    const name = file.path.slice(target.length + 1);
    if (name.includes("/")) {
      throw new EmitError(
        "usage",
        `Cannot pack "${stem}" for JSR: it brings "${name}" along, which lies in a directory of its own; put it beside the library`,
        { path: file.path },
      );
    }
    const path = `${stem}-${target}-${name}`;
    const data = typeof file.data === "string"
      ? new TextEncoder().encode(file.data)
      : file.data;
    files.push({ path, data });
    named[name] = {
      url: new URL(path, base).href,
      sha256: sha256(data),
      size: data.length,
    };
  }
  return { path, target: { manifest: basename(path), files: named }, files };
}
