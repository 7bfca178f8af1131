/**
 * Makes the npm packages of the support library, one for each machine, in
 * `build/npm-support` or in the directory that it is given: tarballs, named by
 * their targets. Zig compiles for all of them, and for old C libraries.
 *
 * ```sh
 * deno task npm-support                    # all targets
 * deno task npm-support build/here linux-x64
 * ```
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { join, resolve } from "@std/path";
import { compileSupport } from "../emit/support/compile_support.ts";
import { withProgress } from "../emit/terminal/progress.ts";
import { platformOf } from "../emit/publish/npm_platform.ts";
import {
  machineOf,
  parseTarget,
  spell,
} from "../emit/toolchain/compiler_target.ts";
import { findZig } from "../emit/toolchain/tool.ts";
import { type Target, TARGETS } from "../ffi/manifest/manifest.ts";
import { supportFile, supportPackage } from "../ffi/support/support_version.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** The oldest glibc that the packages are for: memfd_create came with it, and Node itself wants 2.28. */
const GLIBC = "2.27";

/** What a package has beside the library. */
const README = `The support library of @native/plugin, for one machine. It is
found by that package, and of no use without it.
`;

if (import.meta.main) {
  const [out = join(ROOT, "build/npm-support"), ...targets] = process.argv
    .slice(2);
  const wanted = targets.length > 0 ? targets.map(parseTarget) : TARGETS;
  for (const target of wanted) {
    const what = `making the package for ${target}`;
    console.log(await withProgress(what, () => packSupport(target, out)));
  }
}

/**
 * Makes one of the packages.
 *
 * @param target The machine.
 * @param out The directory for it.
 * @returns The path of the tarball.
 */
export async function packSupport(
  target: Target,
  out: string,
): Promise<string> {
  const machine = machineOf(target);
  const name = supportPackage(target);
  const directory = resolve(out, target);
  mkdirSync(directory, { recursive: true });
  await withZig(
    target,
    () =>
      compileSupport(
        join(directory, supportFile(machine.os, machine.arch)),
        target,
      ),
  );
  const { version, license } = JSON.parse(
    readFileSync(join(ROOT, "deno.json"), "utf8"),
  );
  const description = {
    name,
    version,
    description: `The support library of @native/plugin for ${target}`,
    license,
    ...platformOf(machine),
  };
  const write = (file: string, text: string) =>
    writeFileSync(join(directory, file), text);
  write("package.json", JSON.stringify(description, null, 2) + "\n");
  write("README.md", `# ${name}\n\n${README}`);
  write("LICENSE", readFileSync(join(ROOT, "LICENSE"), "utf8"));
  const packed = spawnSync("npm", ["pack", "--silent"], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" }, // npm may be another Node's
  });
  if (packed.status !== 0) throw new Error(`npm pack: ${packed.stderr}`);
  const tarball = `${directory}.tgz`;
  renameSync(join(directory, packed.stdout.trim()), tarball);
  return tarball;
}

/** Compiles with Zig also for this machine: the system's compiler knows the system's C library only. */
async function withZig(
  target: Target,
  compile: () => Promise<void>,
): Promise<void> {
  const zig = await findZig();
  if (zig === undefined) throw new Error("there is no Zig on the PATH");
  const triple = spell(target).zig.replace(/-gnu$/, `-gnu.${GLIBC}`);
  const before = process.env.CC;
  process.env.CC = [...zig, "cc", "-target", triple].join(" ");
  try {
    await compile();
  } finally {
    if (before === undefined) delete process.env.CC;
    else process.env.CC = before;
  }
}
