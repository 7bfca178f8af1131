import { test } from "../../../helpers/test.ts";
import { assertEquals } from "@std/assert";
import { leftOutWith } from "../../../../emit/source/rust/left_out.ts";
import { without } from "../../../../emit/source/rust/wrapper_library.ts";

test("with a type goes what holds it, takes it or gives it", () => {
  const definition = (type: string) => ({
    definition: { kind: "function", type } as const,
  });
  const record = (type: string) =>
    ({ kind: "record", members: [{ name: "one", type }] }) as const;
  const kept = {
    kind: "class",
    handle: "slot",
    free: "plugin_release",
    methods: { point: "Kept.point" },
  } as const;
  const left = leftOutWith(new Map([["Point", "it is hidden"]]), {
    types: {
      Point: record("i32"),
      Line: record("[]Point"),
      Shape: { kind: "variant", cases: { None: "void", Lines: "?Line" } },
      Other: record("i32"),
      Kept: kept,
    },
    functions: new Map([
      ["draw", definition("(map<string, Shape>) => void")],
      ["Kept.point", definition("(Kept) => Point")],
      ["Kept.clear", definition("(Kept) => void")],
      ["other", definition("(Other) => ?Kept")],
    ]),
  });
  assertEquals(Object.fromEntries(left.types), {
    Point: "it is hidden",
    Line: "it is hidden",
    Shape: "it is hidden",
  });
  assertEquals([...left.functions.keys()], ["draw", "Kept.point"]);
});

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
