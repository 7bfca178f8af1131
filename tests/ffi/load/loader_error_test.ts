/**
 * What the system's loader says when it refuses a library, and what helps.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { open, PluginError } from "@native/plugin";
import { ownLibc } from "../../../ffi/identity/executable.ts";
import { whyRefused } from "../../../ffi/load/loader_error.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, skip } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { compile } from "../../helpers/shared_library.ts";

test(
  "a library whose threads' variables glibc has no room for says so",
  ownLibc() === "gnu" ? need("cc") : skip("needs glibc"),
  () => {
    const path = compile(
      join(emptyDirectory(), "roomy.so"),
      `static __thread char room[1 << 20] __attribute__((tls_model("initial-exec")));
int first(void) { return room[0]; }`,
    );
    const symbols = { first: "() => i32" };
    const { code, message } = assertThrows(
      () => open(path, { symbols }),
      PluginError,
    );
    assertEquals(
      [code, message],
      [
        "load_failed",
        `Cannot load the plugin "${path}": it needs more room for variables of its threads than is left in what glibc keeps for libraries that are loaded late (static TLS); start with it in LD_PRELOAD, or with GLIBC_TUNABLES=glibc.rtld.optional_static_tls=65536`,
      ],
    );
  },
);

test("a library that wants a stack for code is told what links it without", () => {
  const said =
    ": cannot enable executable stack as shared object requires: Invalid argument";
  const detail = (whoNeeds: string) =>
    `${whoNeeds} a stack that code may be run from, which no process is given once it runs; link it with -z noexecstack, or give its assembly a section .note.GNU-stack`;
  assertEquals(whyRefused("/a/own.so", `/a/own.so${said}`), {
    code: "load_failed",
    detail: detail("it needs"),
  });
  assertEquals(
    whyRefused("/a/own.so", `libold.so.1${said}`)?.detail,
    detail('its library "libold.so.1" needs'),
  );
});
