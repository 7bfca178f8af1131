import { test } from "../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { userCaches } from "../../../ffi/support/support_version.ts";

test("where a user's caches are: nowhere, where no variable says so in full", () => {
  const of = (os: string, env: Record<string, string>) =>
    userCaches(os, (name) => env[name]);
  assertEquals(of("linux", { HOME: "/me" }), "/me/.cache");
  assertEquals(of("darwin", { HOME: "/me" }), "/me/Library/Caches");
  assertEquals(of("linux", { HOME: "/me", XDG_CACHE_HOME: "/c" }), "/c");
  assertEquals(of("linux", { HOME: "/me", XDG_CACHE_HOME: "c" }), "/me/.cache");
  for (const env of [{}, { HOME: "" }, { HOME: "me" }]) {
    assertEquals(of("linux", env), undefined);
  }
});
