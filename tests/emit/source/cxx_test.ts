import { withVariable } from "../../helpers/variable.ts";
import { test } from "../../helpers/test.ts";
import { writeFileSync } from "node:fs";
import { join } from "@std/path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { open } from "../../../mod.ts";
import { emptyDirectory, fixture } from "../../helpers/fixture.ts";
import { need, needBreadth } from "../../helpers/need.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import {
  assertSame,
  buildNative,
  copyOf,
  described,
  golden,
} from "../helpers/native.ts";
import { succeed } from "../../helpers/succeed.ts";

const COMPILERS = ["c++", "g++", "clang++"];

/** Builds with a compiler of one's own choice. */
function buildWith(compiler: string, ...args: [string, ...string[]]) {
  return withVariable("CXX", compiler, () => buildNative(...args));
}

for (const compiler of COMPILERS) {
  test(
    `plugin build describes C++ by ${compiler} as it does C`,
    needBreadth(compiler, "cc"),
    async () => {
      const { manifest } = await buildWith(compiler, fixture("same.cpp"));
      assertEquals(described(manifest), golden("same"));
      assertEquals(manifest.library.language, "C++");
    },
  );

  test(
    `plugin build --cxx reads what C++ has and C has not by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      for (const flag of ["-gdwarf-4", "-gdwarf-5", "-O3"]) {
        const { manifest } = await buildWith(
          compiler,
          fixture("kinds.cpp"),
          "--cxx",
          "--",
          flag,
          "-w",
        );
        assertEquals(described(manifest), golden("kinds.cpp"), flag);
      }
    },
  );
}

test(
  "plugin build describes C as the golden file has it",
  needBreadth("cc"),
  async () => {
    const { manifest, path } = await buildNative(fixture("same.c"));
    assertEquals(described(manifest), golden("same"));
    assertSame(path);
  },
);

test("a plugin in C++ is called", need("c++", "cc"), async () => {
  const { path } = await buildNative(fixture("same.cpp"));
  assertSame(path);
});

test(
  "plugin build describes only what is extern C without --cxx",
  needBreadth("c++", "cc"),
  async () => {
    const { manifest } = await buildNative(fixture("kinds.cpp"), "--", "-w");
    const names = Object.keys(manifest.symbols);
    assertEquals(names.filter((name) => !/^[a-z]+$/.test(name)), []);
    assert(names.includes("shape"), "what is extern C is there");
    assertStringIncludes(
      manifest.skipped["_Z*"]!,
      `names of C++: only extern "C" is described; --cxx adds free functions`,
    );
    assertEquals(
      Object.keys(manifest.skipped).filter((name) => name.startsWith("_Z")),
      ["_Z*"],
    );
  },
);

test(
  "a free function of C++ is called by the name in its source",
  needBreadth("c++", "cc"),
  async () => {
    const { path, manifest } = await buildNative(
      fixture("kinds.cpp"),
      "--cxx",
      "--",
      "-w",
    );
    assertEquals(
      manifest.symbols["geometry::area(double)"]?.symbol,
      "_ZN8geometry4areaEd",
    );
    const kinds = open(path);
    const circle = kinds.lookup("geometry::area(double)", "(f64) => f64");
    const box = kinds.lookup(
      "geometry::area(double, double)",
      "(f64, f64) => f64",
    );
    const twice = kinds.lookup("geometry::twice<int>", "(i32) => i32");
    assertEquals([circle(2), box(2, 3), twice(21)], [12, 6, 42]);
    const counter = kinds.lookup("geometry::counter", "i32");
    counter.value++;
    assertEquals(counter.value, 4);
  },
);

test(
  "plugin build keeps the comments of C++",
  needBreadth("c++", "cc"),
  async () => {
    const { manifest } = await buildNative(fixture("same.cpp"));
    assertEquals(manifest.symbols.mid!.doc, "The point half way.");
    assertEquals(manifest.symbols.echo!.doc, "Gives the text back.");
    assertEquals(manifest.symbols.fill!.doc, undefined);
  },
);

test(
  "plugin build refuses a library that exports only C++",
  needBreadth("c++"),
  async () => {
    const source = join(emptyDirectory(), "only.cpp");
    writeFileSync(source, "int one() { return 1; }\nint two() { return 2; }\n");
    const ran = await plugin("build", source);
    assertEquals(ran.status, 1);
    assertStringIncludes(
      ran.stderr,
      `it exports 2 names of C++: only extern "C" is described; --cxx adds free functions`,
    );
    await succeed(plugin("build", source, "--cxx"));
  },
);

test(
  "plugin build links C and C++ into one",
  needBreadth("c++", "cc"),
  async () => {
    const directory = emptyDirectory();
    writeFileSync(
      join(directory, "a.c"),
      "int b(void);\nint a(int *class) { return b() + *class; }\n",
    );
    writeFileSync(
      join(directory, "b.cc"),
      `extern "C" int b() { return 1; }\n`,
    );
    const { manifest } = await buildNative(
      join(directory, "a.c"),
      join(directory, "b.cc"),
    );
    assertEquals(Object.keys(manifest.symbols), ["a", "b"]);
  },
);

test(
  "plugin build gives the same bytes of C++ from another directory",
  needBreadth("c++", "cc"),
  async () => {
    const [one, other] = [copyOf("kinds.cpp"), copyOf("kinds.cpp")];
    const here = await buildNative(one!, "--cxx", "--", "-w");
    const there = await buildNative(other!, "--cxx", "--", "-w");
    assertEquals(here.manifest.library.sha256, there.manifest.library.sha256);
    assertEquals(JSON.stringify(here.manifest), JSON.stringify(there.manifest));
  },
);

test("plugin build says which C++ compiler is missing", async () => {
  const cwd = emptyDirectory();
  writeFileSync(join(cwd, "a.cpp"), "int a;");
  const ran = await spawnPlugin(["build", "a.cpp"], {
    cwd,
    env: { PATH: cwd, CXX: "" },
  });
  assertEquals(ran.status, 3);
  assertStringIncludes(
    ran.stderr,
    `error: Cannot compile C++: there is no "c++" on the PATH: install one with "`,
  );
});

test(
  "texts of C++ have their own names in reasons",
  needBreadth("c++", "cc"),
  async () => {
    const source = join(emptyDirectory(), "texts.cpp");
    const names = ["string", "wstring", "u16string", "u32string"];
    writeFileSync(
      source,
      "#include <string>\nint one() { return 1; }\n" +
        names.map((name) =>
          `int of_${name}(std::${name} text) { return text.size(); }\n`
        ).join(""),
    );
    const { manifest } = await buildNative(source, "--cxx");
    const reasons = Object.values(manifest.skipped).join("\n");
    for (const name of names) {
      // Clang describes no class whose code another library has.
      assertMatch(
        reasons,
        RegExp(`std::${name} is (?:copied or destroyed|only declared)`),
      );
    }
  },
);
