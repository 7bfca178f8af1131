import { assertEquals } from "@std/assert";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import process from "node:process";
import { test } from "../../helpers/test.ts";
import { referencesOf } from "../../../emit/image/references.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";
import { must } from "../../helpers/succeed.ts";

const SOURCE = `
int plain(int);
int labelled(int) __asm__(PREFIX "labelled_v2");
extern int variable __asm__(PREFIX "variable_v2");
static int own(int x) { return x; }
int (*ref_plain)(int) = plain;
int (*ref_labelled)(int) = labelled;
int *ref_variable = &variable;
int (*ref_own)(int) = own;
int (*other)(int) = labelled;
`;

/** What the references in a compiled file are to. */
function compiled(compiler: string, ...args: string[]): Map<string, string> {
  const directory = emptyDirectory();
  const source = join(directory, "source.c");
  const output = join(directory, "output");
  writeFileSync(source, SOURCE);
  must(compiler, [...args, "-fPIC", source, "-o", output]);
  return referencesOf(new Uint8Array(readFileSync(output)), output, "ref_");
}

const WANTED = {
  labelled: "labelled_v2",
  plain: "plain",
  variable: "variable_v2",
};

for (const compiler of ["gcc", "clang"]) {
  test(
    `referencesOf() an ELF library by ${compiler} gives the linker's names`,
    need(compiler),
    () => {
      const found = compiled(
        compiler,
        "-shared",
        "-nostdlib",
        '-DPREFIX=""',
        ...(process.platform === "darwin" ? ["--target=x86_64-linux-gnu"] : []),
      );
      assertEquals(Object.fromEntries([...found].sort()), WANTED);
    },
  );
}

for (const machine of ["x86_64", "arm64"]) {
  test(
    `referencesOf() a Mach-O object for ${machine} gives names without the underscore`,
    need("clang"),
    () => {
      const target = `--target=${machine}-apple-macos11`;
      const found = compiled("clang", target, "-c", '-DPREFIX="_"');
      // The linker fills in what is the file's own too.
      assertEquals(found.get("own"), "own");
      found.delete("own");
      assertEquals(Object.fromEntries([...found].sort()), WANTED);
      // What has none before it is nothing that can be looked up.
      const raw = compiled("clang", target, "-c", '-DPREFIX=""');
      assertEquals(raw.get("labelled"), "\x01labelled_v2");
    },
  );
}
