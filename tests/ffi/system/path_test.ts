import { test } from "../../helpers/test.ts";
import * as std from "@std/path";
import { assertEquals } from "@std/assert";
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
  for (const text of ["/a", "/a%20b", "/%", "/%e4%", "/a?b#c", "/ä"]) {
    const url = new URL(`file://${text}`);
    const of = ({ fromFileUrl }: Pick<Own, "fromFileUrl">) => {
      try {
        return fromFileUrl(url);
      } catch (error) {
        return (error as Error).name;
      }
    };
    assertEquals(of(own), of(std));
  }
});
