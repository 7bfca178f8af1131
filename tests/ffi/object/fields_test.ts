import { test } from "../../helpers/test.ts";
import { inspect } from "node:util";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { addToJson, showFields } from "../../../ffi/object/fields.ts";
import { valueInJson } from "../../../ffi/object/json.ts";
import { makeClass } from "../../../ffi/object/object.ts";
import { open } from "@native/plugin";
import { annotated } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

test("a list is one in JSON, whatever it has come out as", () => {
  const json = (values: unknown) =>
    JSON.stringify(valueInJson(values, () => {}));
  assertEquals(json(new Float64Array([1.5, 2])), "[1.5,2]");
  assertEquals(json(new Uint8Array([1])), "[1]");
  assertEquals(json(new BigInt64Array([-1n, 2n])), "[-1,2]");
  const { rawJSON } = JSON as { rawJSON?: unknown };
  assertEquals(
    json(new BigInt64Array([2n ** 60n + 1n])),
    rawJSON === undefined ? "[1152921504606847000]" : "[1152921504606846977]",
  );
  assertEquals(json(["a"]), '["a"]');
  assertEquals(json(new Map([[1, "a"]])), '{"1":"a"}');
  // A map of texts comes out without a prototype.
  const byText = Object.assign(Object.create(null), { k: 2n });
  assertEquals(
    json([byText, new Map([[1, byText]])]),
    '[{"k":2},{"1":{"k":2}}]',
  );
});

test(
  "the members of an object are in JSON what they are: words, lists, and structs of them",
  need("cc"),
  async () => {
    // deno-lint-ignore no-explicit-any -- its declarations are tested in tests/emit
    const { Link } = open<any>(await annotated("chain.c")).symbols;
    using link = new Link();
    const { rawJSON } = JSON as { rawJSON?: unknown };
    const total = rawJSON === undefined
      ? "1152921504606847000"
      : "1152921504606846977";
    assertEquals(
      JSON.stringify({ link }),
      `{"link":{"total":${total},"offsets":[-1,2],"weights":[1.5,2,3],` +
        '"key":[7,8],"marks":[{"id":9,"at":[1,2]},{"id":0,"at":[0,0]}]}}',
    );
  },
);

test("objects that lead to one another are shown up to an end", () => {
  const { Type, wrap } = makeClass({
    name: "Ring",
    free: undefined,
    accepts: () => false,
    living: 0,
  });
  let reads = 0;
  const read = () => {
    if (++reads > 5000) throw new Error("it would take for ever");
    return wrap(1);
  };
  Object.defineProperties(Type.prototype, {
    next: { get: read },
    last: { get: read },
  });
  showFields(Type.prototype, "Ring", {
    kind: "class",
    handle: "slot",
    accessors: { next: { get: "next" }, last: { get: "last" } },
  });
  for (const depth of [2, 100, Infinity, null]) {
    const shown = inspect(wrap(1), { depth });
    assert(shown.startsWith("Ring {") && shown.includes("[Ring]"));
    assert(!shown.includes("for ever"));
  }
});

test("an error that a plugin gives as a value is shown by its text", () => {
  const { Type, wrap } = makeClass({
    name: "error",
    free: undefined,
    accepts: () => false,
    living: 0,
  });
  let fails = false;
  Type.prototype.toString = () => {
    if (fails) throw new Error("it is in use\nby a call");
    return "no luck";
  };
  showFields(Type.prototype, "error", {
    kind: "class",
    handle: "slot",
    text: "error.Error",
  });
  const error = wrap(1);
  assertEquals(inspect({ error }), "{ error: [error: no luck] }");
  fails = true;
  assertEquals(inspect(error), "[error: <it is in use>]");
  error[Symbol.dispose]();
  assert(!inspect(error).includes("it is in use"));
});

test("objects that lead to one another have no JSON, and it is said why", () => {
  const own = {
    name: "Ring",
    free: undefined,
    accepts: () => false,
    living: 0,
  };
  const { Type, wrap } = makeClass(own);
  let left = Infinity;
  const next = { get: () => --left > 0 ? wrap(1) : null };
  const many = { get: () => --left > 0 ? [null, new Map([[1, wrap(1)]])] : [] };
  Object.defineProperties(Type.prototype, { next, many });
  const none = () => {
    throw new Error("no method is called");
  };
  const circular =
    "Ring.toJSON(): it is circular, or has more than 4000 levels";
  for (const field of ["many", "next"]) {
    addToJson(Type.prototype, own, {
      kind: "class",
      handle: "slot",
      accessors: { [field]: { get: field } },
    }, none);
    for (let i = 0; i < 3; i++) {
      left = Infinity;
      assertThrows(() => JSON.stringify([wrap(1)]), TypeError, circular);
      // What has an end is written, also when another had none before.
      left = 1000;
      const text = JSON.stringify({ root: wrap(1) });
      assertEquals(text.split(`"${field}"`).length - 1, 1000);
    }
  }
});
