/**
 * What Go's linker is told; that Go takes it so is in `package_test.ts`.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { withLinkerFlags } from "../../../../emit/source/go/linker_flags.ts";
import { test } from "../../../helpers/test.ts";

const OURS = ["-Wl", "-z", "now"];
const FIRST = "-ldflags=-extldflags -Wl,-z,now";

test("withLinkerFlags() puts ours into each list of the user's", () => {
  const cases: [string[], string[]][] = [
    [["-tags=a"], [FIRST, "-tags=a"]],
    [["-ldflags", "-s -w"], [FIRST, `${FIRST} -s -w`]],
    [["--ldflags=-s"], [FIRST, `${FIRST} -s`]],
    [["-ldflags=all=-s"], [FIRST, "-ldflags=all=-extldflags -Wl,-z,now -s"]],
    [["-ldflags=-extldflags=-lm"], [
      FIRST,
      "-ldflags=-extldflags '-Wl,-z,now -lm'",
    ]],
    [["-ldflags=-s -extldflags '-lm \"-L/a b\"' -w"], [
      FIRST,
      "-ldflags=-extldflags '-Wl,-z,now -lm \"-L/a b\"' -s -w",
    ]],
    [["-ldflags=-extldflags -la --extldflags=-lb"], [
      FIRST,
      "-ldflags=-extldflags '-Wl,-z,now -lb'",
    ]],
    [["-ldflags=-X 'main.a=b \"c\"' -X=main.d=e=f"], [
      FIRST,
      `${FIRST} -X 'main.a=b "c"' -X=main.d=e=f`,
    ]],
    [[`-ldflags=-X=main.a='b"c -L/a\u00a0b`], [
      FIRST,
      `${FIRST} -X=main.a='b"c -L/a\u00a0b`,
    ]],
    [["-ldflags="], [FIRST, FIRST]],
    [["-ldflags=-X 'main.a"], [FIRST, "-ldflags=-X 'main.a"]],
  ];
  for (const [flags, wanted] of cases) {
    assertEquals(withLinkerFlags(OURS, "", flags), wanted);
    assertEquals(withLinkerFlags([], "", flags), flags);
  }
});

test("withLinkerFlags() has what GOFLAGS tells the linker, before all else", () => {
  assertEquals(
    withLinkerFlags(OURS, "-mod=mod '-ldflags=-s -w' -trimpath", [
      "-ldflags=all=-X=a=b",
    ]),
    [
      FIRST,
      `${FIRST} -s -w`,
      "-ldflags=all=-extldflags -Wl,-z,now -X=a=b",
    ],
  );
  const [race] = withLinkerFlags(OURS, "-race", []);
  assertEquals(race, `${FIRST},-Ttext-segment=0x9000000000`);
  assertEquals(withLinkerFlags(OURS, "", ["-race=true"])[0], race);
  assertEquals(withLinkerFlags(OURS, "", ["-race=false"])[0], FIRST);
});
