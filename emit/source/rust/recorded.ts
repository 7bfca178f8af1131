/**
 * How cargo compiled each crate, written down as it does, so that rustdoc reads a
 * crate as it was compiled. Where cargo runs rustdoc, it first compiles all that the
 * crate needs once more, in another way.
 *
 * @module
 */

import { exists, system, textAt } from "../../../ffi/system/system.ts";
import { join } from "../../../ffi/system/path.ts";
import { run } from "../../toolchain/run.ts";
import { JSON_FLAGS, type Rustdoc } from "./rustdoc.ts";

/** Stands between cargo and rustc, and whatever else does. Of the variables it writes down what code is compiled with, as others are secrets. */
const RECORDER = `#!/bin/sh
rustc=$1
shift
before= isLibrary= name= directory= suffix=
for argument; do
  case $before$argument in
    --crate-typelib | --crate-typerlib) isLibrary=1 ;;
    --crate-name*) name=$argument ;;
    --out-dir*) directory=$argument ;;
    -Cextra-filename=*) suffix=\${argument#extra-filename=} ;;
  esac
  before=
  case $argument in --crate-type | --crate-name | --out-dir | -C) before=$argument ;; esac
done
if [ -n "$isLibrary" ]; then
  library=$directory/lib$name$suffix
  for one in PWD OUT_DIR CARGO_CRATE_NAME CARGO_MANIFEST_DIR CARGO_MANIFEST_PATH \\
    CARGO_PKG_AUTHORS CARGO_PKG_DESCRIPTION CARGO_PKG_HOMEPAGE CARGO_PKG_LICENSE \\
    CARGO_PKG_LICENSE_FILE CARGO_PKG_NAME CARGO_PKG_README CARGO_PKG_REPOSITORY \\
    CARGO_PKG_RUST_VERSION CARGO_PKG_VERSION CARGO_PKG_VERSION_MAJOR \\
    CARGO_PKG_VERSION_MINOR CARGO_PKG_VERSION_PATCH CARGO_PKG_VERSION_PRE; do
    eval "printf '%s=%s\\\\0' $one \\"\\$$one\\""
  done >"$library.env"
  printf '%s\\0' "$@" >"$library.args"
fi
exec $PLUGIN_RUSTC_WRAPPER "$rustc" "$@"
`;

/**
 * What lets cargo write down how it compiles crates.
 *
 * @param target The directory in which it builds.
 * @param home Its own directory.
 * @returns Variables for cargo; none where its configuration has something else
 * stand there.
 */
export function recording(
  target: string,
  home: string,
): Readonly<Record<string, string>> {
  const configured = ["config.toml", "config"].map((name) => join(home, name))
    .find(exists);
  if (configured !== undefined && /rustc-wrapper/.test(textAt(configured))) {
    return {};
  }
  const recorder = join(target, "plugin-rustc");
  if (!exists(recorder) || textAt(recorder) !== RECORDER) {
    system.makeDirectories(target);
    const made = `${recorder}-${system.pid}`;
    system.write(made, RECORDER, 0o755);
    system.rename(made, recorder);
  }
  const other = system.env("RUSTC_WRAPPER") ??
    system.env("CARGO_BUILD_RUSTC_WRAPPER") ?? "";
  return { RUSTC_WRAPPER: recorder, PLUGIN_RUSTC_WRAPPER: other };
}

/**
 * The public API of a crate that never changes: one of a registry.
 *
 * @param library Its `rlib`, whose name tells its version, its features and its compiler.
 * @param env What its build script has set for it.
 * @returns Undefined where nothing was written down, or rustdoc does not take it.
 */
export async function recordedDoc(
  library: string,
  env: Readonly<Record<string, string>>,
): Promise<Rustdoc | undefined> {
  const base = library.replace(/\.rlib$/, "");
  const doc = `${base}.json`;
  if (!exists(doc)) {
    if (!exists(`${base}.args`) || !exists(`${base}.env`)) return undefined;
    const args = listAt(`${base}.args`);
    const own = Object.fromEntries(
      listAt(`${base}.env`).filter((one) => one !== "OUT_DIR=")
        .map((one) => one.split(/=(.*)/s)),
    );
    const out = `${base}.doc-${system.pid}`;
    await run(
      "rustdoc",
      [...forRustdoc(args), `--out-dir=${out}`, ...JSON_FLAGS],
      { cwd: own.PWD, env: { ...own, ...env, RUSTC_BOOTSTRAP: "1" } },
    );
    const made = join(out, `${args[args.indexOf("--crate-name") + 1]}.json`);
    const isMade = exists(made);
    if (isMade) system.rename(made, doc);
    if (exists(out)) system.removeDirectory(out);
    if (!isMade) return undefined;
  }
  return JSON.parse(textAt(doc));
}

function listAt(path: string): string[] {
  return textAt(path).split("\0").slice(0, -1);
}

/** What only a compiler takes, each with a value behind it. */
const OF_RUSTC =
  /^(?:--crate-type|--emit|--out-dir|--error-format|--json|--diagnostic-width|--cap-lints|-l)$/;

/** The same with the value in one word, and without any. */
const OF_RUSTC_WHOLE =
  /^(?:--(?:crate-type|emit|out-dir|error-format|json|diagnostic-width|cap-lints)=|-l|-g$|-O$)/;

/** Of the options of `-C`, those that code can ask for. */
const ASKED = /^(?:target-|panic=|debug-assertions|overflow-checks)/;

/** The arguments of rustc that rustdoc takes as well. */
function forRustdoc(args: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "-C") {
      const option = args[++i]!;
      if (ASKED.test(option)) kept.push(argument, option);
    } else if (OF_RUSTC.test(argument)) i++;
    else if (OF_RUSTC_WHOLE.test(argument)) continue;
    else kept.push(argument);
  }
  return kept;
}
