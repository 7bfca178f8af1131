/**
 * libcurl's `Multi` uses what was added to it until that is removed: by the pack
 * and the real library.
 *
 * @module
 */

import { existsSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import { open } from "@native/plugin";
import { stateOf } from "../../../ffi/object/object.ts";
import { plugin } from "../../emit/helpers/cli.ts";
import { emptyDirectory } from "../../helpers/directory.ts";
import { need, skip } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";

const HEADER = "/usr/include/x86_64-linux-gnu/curl/curl.h";
const CURL = existsSync(HEADER)
  ? need("cc")
  : skip("needs Debian's libcurl4-openssl-dev");

test("a Multi keeps an Easy until it is removed", CURL, async () => {
  const directory = emptyDirectory();
  const manifest = join(directory, "libcurl.json");
  const ran = await plugin(
    ...["emit", "libcurl.so", "--header", "curl/curl.h"],
    ...["--annotate", "libcurl", "-o", manifest],
  );
  assertEquals([ran.status, ran.stderr], [0, ""]);
  // deno-lint-ignore no-explicit-any -- its declarations are tested elsewhere
  const curl = open<any>(manifest);
  const { Easy, Multi } = curl.symbols;
  const { CURLOPT_URL } = curl.type("CURLoption");
  writeFileSync(join(directory, "text"), "");
  const url = `file://${directory}/text`;
  using multi = new Multi();
  for (let i = 0; i < 100; i++) {
    const easy = new Easy();
    easy.setopt_string(CURLOPT_URL, url);
    multi.add_handle(easy);
    assertEquals(stateOf(multi).keeps?.size, 1);
    // It is in there already: nothing has changed.
    assertThrows(() => multi.add_handle(easy));
    while (multi.perform() > 0) multi.poll(1000);
    assertEquals(multi.info_read()[0]?.data.result, 0);
    multi.remove_handle(easy);
    assertEquals(stateOf(multi).keeps?.size, 0);
    easy[Symbol.dispose]();
    assertEquals(curl.stats().objects.Easy, 0);
  }
});
