import { test } from "../../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { without } from "../../../../emit/source/rust/wrapper.ts";

test("a class names no function that rustc refused", () => {
  const members = {
    new: "Of.new",
    text: "Of.toString",
    next: "Of.next",
    call: "Of.call",
    methods: { a: "Of.a" },
    statics: { b: "Of.b" },
    constants: { c: "Of.c" },
    accessors: { d: { get: "Of.d", set: "Of.d=" } },
  };
  const kept = {
    kind: "class",
    handle: "slot",
    free: "plugin_release",
  } as const;
  const api = {
    types: { Of: { ...kept, ...members } },
    constants: {},
    functions: new Map(),
    skipped: {},
    code: new Map(),
    isForRust: true,
  };
  assertEquals(without(api, new Map()).types, api.types);
  const all = Object.values(members)
    .flatMap((one) => typeof one === "string" ? [one] : Object.values(one))
    .flatMap((one) => typeof one === "string" ? [one] : Object.values(one));
  const left = without(
    api,
    new Map(all.map((name) => [String(name), "refused"])),
  );
  assertEquals(left.types, { Of: kept });
});
