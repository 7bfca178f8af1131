/** What is said of headers that C compilers refuse for a reason of their own. */
import { assertRejects } from "@std/assert";
import { test } from "../../helpers/test.ts";
import { needBreadth } from "../../helpers/need.ts";
import { describeByHeader } from "../helpers/headers.ts";

const CASES:
  readonly (readonly [what: string, header: string, says: string])[] = [
    [
      "C++'s own headers",
      "#include <string>\nint f(void);\n",
      "does not know C++",
    ],
    ["a namespace", "namespace x { int f(); }\n", "does not know C++"],
    [
      "what C++ exports",
      'extern "C" {\nint f(void);\n}\n',
      'does not know extern "C"',
    ],
    ["a class", "class X;\nint f(void);\n", "does not know C++"],
    [
      "a type of a header before it",
      "int f(size_t n);\n",
      "does not know size_t there: add --header stddef.h before this one",
    ],
    [
      "an integer of the standard's",
      "void f(uint8_t n);\n",
      "does not know uint8_t there: add --header stdint.h before this one",
    ],
    [
      "a type of another library",
      "int f(other_t n);\n",
      "does not know other_t there; name the header that declares it with --header before this one",
    ],
    [
      "a header of another library",
      "#include <none/of_these.h>\nint f(void);\n",
      'does not find one; name its directory with -I, or give what "pkg-config --cflags" prints',
    ],
  ];

for (const compiler of ["gcc", "clang"]) {
  test(
    `a header that is refused says what to do, by ${compiler}`,
    needBreadth(compiler, "cc"),
    async () => {
      for (const [, header, says] of CASES) {
        await assertRejects(
          () => describeByHeader(compiler, "int f(void) { return 1; }", header),
          Error,
          says,
        );
      }
    },
  );
}
