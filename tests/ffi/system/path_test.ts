import { test } from "../../helpers/test.ts";
import * as std from "@std/path";
import { assertEquals, assertThrows } from "@std/assert";
import * as own from "../../../ffi/system/path.ts";
import { generator, pick } from "../../helpers/random.ts";

const PARTS = ["/", "//", "a", "b", ".", "..", ".a", "a.b", "..a", "a.", "a b"];

test("paths are what @std/path makes of them", () => {
  const random = generator(1);
  const path = () =>
    Array.from({ length: random(7) }, () => pick(random, PARTS)).join("");
  for (let round = 0; round < 20_000; round++) {
    const [one, other] = [path(), path()];
    const [from, to] = [`/${one}`, `/${other}`];
    const all = (
      { basename, dirname, extname, join, relative, resolve }: Own,
    ) => ({
      base: basename(one),
      directory: dirname(one),
      ending: extname(one),
      joined: [join(one), join(one, other), join(one, "", other)],
      relative: relative(from, to),
      resolved: [resolve(from), resolve(from, one, other), resolve(from, to)],
    });
    assertEquals({ one, other, ...all(own) }, { one, other, ...all(std) });
  }
});

type Own = typeof own;

test("fromFileUrl() gives what @std/path does", () => {
  for (const text of ["/a", "/a%20b", "/%", "/a%2", "/a?b#c", "/ä"]) {
    const url = new URL(`file://${text}`);
    assertEquals(own.fromFileUrl(url), std.fromFileUrl(url));
  }
});

test("fromFileUrl() refuses what is no path of this machine", () => {
  for (
    const [url, why] of [
      [
        "file:///a%2Fb/x.so",
        '"%2F" is a slash, which no name of a file has in it',
      ],
      ["file:///a%2fb", '"%2f" is a slash, which no name of a file has in it'],
      [
        "file:///a%00b",
        '"%00" is a null byte, which no name of a file has in it',
      ],
      ["file:///%e4%", "what is escaped in it is no UTF-8"],
      [
        "file://server/share/x.so",
        'it names the machine "server"; write file:// and the path',
      ],
    ] as const
  ) {
    assertThrows(
      () => own.fromFileUrl(new URL(url)),
      TypeError,
      `Cannot take a path out of "${url}": ${why}`,
    );
  }
  assertEquals(own.fromFileUrl(new URL("file://localhost/a")), "/a");
});
