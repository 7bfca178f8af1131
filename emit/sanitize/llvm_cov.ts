/**
 * Lines of C, C++ and Rust that LLVM counts, read by llvm-cov.
 *
 * @module
 */

import { exists, system } from "../../ffi/system/system.ts";
import { basename, join } from "../../ffi/system/path.ts";
import { EmitError } from "../error.ts";
import { C, commandOf } from "../toolchain/cc.ts";
import { output } from "../toolchain/run.ts";
import {
  convertBy,
  type Counter,
  type Counts,
  LineCounts,
  readBy,
} from "./counts.ts";
import { pathOf } from "./sanitizer_reports.ts";
import { compilerRuntime } from "./sanitizer.ts";

/** How the names of files of counts end. */
const PROFILE = ".profraw";

/**
 * How clang counts.
 *
 * @param directory Where the counts go.
 * @throws {EmitError} `no_tool` without clang's compiler-rt, or llvm-cov.
 */
export async function llvmOfClang(directory: string): Promise<Counter> {
  const [program = "cc", ...first] = await commandOf(C);
  await compilerRuntime("--coverage", ["libclang_rt.profile.a"]);
  const toolOf = async (name: string) => {
    const [path = name] = await output(
      program,
      ...first,
      `-print-prog-name=${name}`,
    );
    if (exists(path)) return path;
    throw new EmitError(
      "no_tool",
      `"${
        basename(program)
      }" has no ${name} beside it, which reads its counts: ` +
        `it comes with LLVM (CC names another compiler)`,
      { path: name },
    );
  };
  return counter(directory, await toolsBy(toolOf), [
    "-fprofile-instr-generate",
    "-fcoverage-mapping",
    "-fprofile-update=atomic",
    "-O0",
    // Counts lie in the file while they are made, however a runtime ends.
    ...["-mllvm", "-runtime-counter-relocation"],
  ]);
}

/**
 * How rustc counts; what it is given for it is the build's own matter.
 *
 * @param directory Where the counts go.
 * @throws {EmitError} `no_tool` without rustup's llvm-tools, or LLVM's own of that version.
 */
export async function llvmOfRust(directory: string): Promise<Counter> {
  const [root = ""] = await output("rustc", "--print", "sysroot");
  const about = (await output("rustc", "-vV")).join("\n");
  const [, host = ""] = /^host: (.*)$/m.exec(about) ?? [];
  const [, version = ""] = /^LLVM version: (\d+)/m.exec(about) ?? [];
  const toolOf = async (name: string) => {
    const own = join(root, "lib/rustlib", host, "bin", name);
    if (exists(own)) return own;
    for (const other of [`${name}-${version}`, name]) {
      const says = (await output(other, "--version")).join("\n");
      if (says.includes(`LLVM version ${version}.`)) return other;
    }
    throw new EmitError(
      "no_tool",
      `There is no ${name} for the LLVM ${version} of rustc, which reads its counts: rustup component add llvm-tools`,
      { path: name },
    );
  };
  return counter(directory, await toolsBy(toolOf), []);
}

/** The programs that read counts. */
interface Tools {
  readonly cov: string;
  readonly profdata: string;
}

async function toolsBy(
  toolOf: (name: string) => Promise<string>,
): Promise<Tools> {
  return {
    cov: await toolOf("llvm-cov"),
    profdata: await toolOf("llvm-profdata"),
  };
}

function counter(
  directory: string,
  tools: Tools,
  flags: readonly string[],
): Counter {
  return {
    flags,
    before: [],
    env: { LLVM_PROFILE_FILE: join(directory, `%p%c${PROFILE}`) },
    read: (library, sources) => countsIn(directory, tools, library, sources),
  };
}

async function countsIn(
  directory: string,
  { cov, profdata }: Tools,
  library: string,
  sources: readonly string[],
): Promise<Counts> {
  const counts = new LineCounts();
  const profiles = system.list(directory).map(({ name }) => name)
    .filter((name) => name.endsWith(PROFILE));
  if (profiles.length === 0) return counts.files;
  const merged = "merged.profdata";
  await convertBy(profdata, ["merge", ...profiles, "-o", merged], directory);
  const text = await readBy(
    cov,
    ["export", "-format=lcov", `-instr-profile=${merged}`, library],
    directory,
  );
  let file: string | undefined;
  for (const line of text.split("\n")) {
    const [, kind, rest = ""] = /^(SF|DA):(.*)$/.exec(line) ?? [];
    if (kind === "SF") {
      file = pathOf(rest, sources) === undefined ? undefined : rest;
    } else if (kind === "DA" && file !== undefined) {
      const [number, count] = rest.split(",");
      counts.add(file, Number(number), Number(count));
    }
  }
  return counts.files;
}
