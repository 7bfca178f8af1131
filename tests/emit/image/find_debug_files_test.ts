import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { test } from "../../helpers/test.ts";
import { dirname } from "@std/path";
import { withDebugFiles } from "../../../emit/image/find_debug_files.ts";
import { describe } from "../../../emit/describe/describe.ts";
import { EmitError } from "../../../emit/error.ts";
import { readImage } from "../../../emit/image/image.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { compile } from "../helpers/library.ts";
import { summarize } from "../helpers/summary.ts";
import { must } from "../../helpers/succeed.ts";

const TOOLS = need("gcc", "objcopy");

/** A library, and apart from it its debug information. */
function split(): { library: string; debug: string } {
  const whole = compile("gcc", ["types.c"], ["-g", "-Wl,--build-id"]);
  const directory = emptyDirectory();
  const library = `${directory}/library.so`;
  const debug = `${directory}/library.debug`;
  must("objcopy", ["--only-keep-debug", whole, debug]);
  must("objcopy", [
    "--strip-debug",
    `--add-gnu-debuglink=${debug}`,
    whole,
    library,
  ]);
  return { library, debug };
}

function imageAt(path: string) {
  return readImage(new Uint8Array(readFileSync(path)), path);
}

function describeFile(path: string): string {
  return summarize(describe(withDebugFiles(imageAt(path))));
}

const golden = () =>
  readFileSync(fixture("types.golden.txt"), "utf8").trimEnd();

test("withDebugFiles() follows .gnu_debuglink", TOOLS, () => {
  const { library, debug } = split();
  assertEquals(describeFile(library), golden());
  const directory = `${dirname(library)}/.debug`;
  mkdirSync(directory);
  renameSync(debug, `${directory}/library.debug`);
  assertEquals(describeFile(library), golden());
});

test(
  "withDebugFiles() finds debug information by build id",
  TOOLS,
  () => {
    const { library, debug } = split();
    const { buildId } = imageAt(library);
    const directory = `${dirname(library)}/.build-id/${buildId!.slice(0, 2)}`;
    mkdirSync(directory, { recursive: true });
    renameSync(debug, `${directory}/${buildId!.slice(2)}.debug`);
    assertEquals(describeFile(library), golden());
  },
);

test(
  "withDebugFiles() finds what debuginfod's client has fetched",
  TOOLS,
  () => {
    const { library, debug } = split();
    const { buildId } = imageAt(library);
    const home = emptyDirectory();
    const data = readFileSync(debug);
    rmSync(debug);
    const places = [
      [`${home}/own`, "", "own"],
      ["", `${home}/caches`, "caches/debuginfod_client"],
      ["", "", ".cache/debuginfod_client"],
      ["", `${home}/caches`, ".debuginfod_client_cache"],
    ] as const;
    for (const [own, caches, place] of places) {
      const find = () =>
        withVariable(
          "HOME",
          home,
          () =>
            withVariable("DEBUGINFOD_CACHE_PATH", own, () =>
              withVariable("XDG_CACHE_HOME", caches, () =>
                describeFile(library))),
        );
      const cache = `${home}/${place}`;
      mkdirSync(`${cache}/${buildId}`, { recursive: true });
      writeFileSync(`${cache}/${buildId}/debuginfo`, data);
      assertEquals(find(), golden());
      rmSync(cache, { recursive: true });
      assertEquals(assertThrows(find, EmitError).code, "no_debug_info");
    }
  },
);

test("withDebugFiles() looks where Nix says", TOOLS, () => {
  const { library, debug } = split();
  const { buildId } = imageAt(library);
  const store = emptyDirectory();
  const place = `${store}/.build-id/${buildId!.slice(0, 2)}`;
  mkdirSync(place, { recursive: true });
  renameSync(debug, `${place}/${buildId!.slice(2)}.debug`);
  const find = () => describeFile(library);
  assertThrows(find, EmitError);
  const named = ["", "/nowhere", store].join(":");
  assertEquals(withVariable("NIX_DEBUG_INFO_DIRS", named, find), golden());
});

test(
  "withDebugFiles() does not take what is of another build",
  TOOLS,
  () => {
    const { library, debug } = split();
    writeFileSync(debug, readFileSync(library));
    const other = assertThrows(() => describeFile(library), EmitError);
    assertEquals(other.code, "no_debug_info");
    assertMatch(
      other.message,
      /"library\.debug", but the one at .* is of another build: name its headers with --header$/,
    );
    renameSync(debug, `${debug}.gone`);
    const gone = assertThrows(() => describeFile(library), EmitError);
    assertEquals(gone.code, "no_debug_info");
    assertMatch(
      gone.message,
      /"library\.debug", which is neither beside it nor in \/usr\/lib\/debug/,
    );
  },
);
