/**
 * Variables of a Go package, of each kind of type: read, written, and as Go sees
 * them then.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { PluginError } from "@native/plugin";
import { test } from "../../../helpers/test.ts";
import { withSupport } from "../../../helpers/support.ts";
import { openGo, WITH_GO } from "../../helpers/go_open.ts";

await withSupport();

// deno-lint-ignore no-explicit-any
type Loose = any;

/** What is read first, what is written, what Go says then, and what is read. */
interface Row {
  readonly first: (value: Loose) => unknown;
  readonly write: (go: Loose) => unknown;
  readonly said: string;
  readonly then?: (value: Loose) => unknown;
}

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
const is = (wanted: unknown) => (value: unknown) =>
  assertEquals(plain(value), wanted);
const shows = (text: string | null) => (value: unknown) =>
  assertEquals(value === null ? null : String(value), text);

const ROWS: Readonly<Record<string, Row>> = {
  AList: { first: is(["a"]), write: () => ["b", "c"], said: "[b c]" },
  AnArray: { first: is(["a", "b"]), write: () => ["c", "d"], said: "[c d]" },
  AMap: { first: is({ a: 1 }), write: () => ({ b: 2 }), said: "map[b:2]" },
  ANumbered: {
    first: (map) => assertEquals(map, new Map([[1, "a"]])),
    write: () => new Map([[2, "b"]]),
    said: "map[2:b]",
  },
  ARecord: {
    first: is({ First: "a", Second: "b" }),
    write: () => ({ First: "c" }),
    said: "{c }",
  },
  AnObject: {
    first: shows("a"),
    write: (go) => go.NewKey("b"),
    said: "b",
    then: shows("b"),
  },
  AValue: {
    first: shows("a"),
    write: (go) => go.NewKey("b"),
    said: "b",
    then: shows("b"),
  },
  ALabel: {
    first: shows(null),
    write: () => ({ String: () => "mine" }),
    said: "mine",
    then: (value) => assertEquals(value.String(), "mine"),
  },
  AReader: {
    first: (reader) => assertEquals(reader.Read(new Uint8Array(8)), 3),
    write: () => new TextEncoder().encode("xyz"),
    said: "xyz",
  },
  Anything: {
    first: is([1, "x"]),
    write: () => ({ a: [true, null] }),
    said: "map[a:[true <nil>]]",
    then: is({ a: [true, null] }),
  },
  AFunction: {
    first: (f) => assertEquals(f(1), 2),
    write: () => (n: number) => n * 2,
    said: "8 <nil>",
    then: (f) => assertEquals(f(5), 10),
  },
  AnError: {
    first: (error) => assertEquals(error.Error(), "own"),
    write: () => new Error("mine"),
    said: "mine",
  },
  AChannel: {
    first: (channel) => channel.send(1),
    write: (go) => new go.Chan_int(5),
    said: "0 5",
  },
  ASource: { first: shows(null), write: () => [1, 2, 3], said: "6" },
  ASequence: {
    first: (sequence) => assertEquals([...sequence], [1, 2]),
    write: () => new Set([4, 5]),
    said: "9",
  },
  ATime: {
    first: (time) => assertEquals(time, new Date(0)),
    write: () => new Date(86_400_000),
    said: "1970-01-02T00:00:00Z",
  },
  ADuration: { first: is(1000), write: () => 1.5, said: "1.5ms" },
  ABigInt: {
    first: (n) => assertEquals(n, 5n),
    write: () => 2n ** 70n,
    said: `${2n ** 70n}`,
  },
  AComplex: {
    first: is({ re: 1, im: 2 }),
    write: () => ({ re: 0, im: -1 }),
    said: "(0-1i)",
  },
  APointer: {
    first: (place) => assertEquals([place.Name, [...place.At]], ["p", []]),
    write: () => null,
    said: "<nil>",
    then: shows(null),
  },
  APointed: { first: shows(null), write: () => 7, said: "7" },
  SomeBytes: {
    first: (bytes) => assertEquals([...bytes], [1, 2]),
    write: () => Uint8Array.of(3),
    said: "[3]",
  },
};

for (const [name, { first, write, said, then }] of Object.entries(ROWS)) {
  test(
    `Go: the variable ${name} is read and written`,
    WITH_GO,
    async () => {
      const go: Loose = (await openGo("anything")).symbols;
      const variable = go[name];
      assert(variable !== undefined, "it is not there");
      first(variable.value);
      variable.value = write(go);
      assertEquals(go.Variable(name), said);
      then?.(variable.value);
    },
  );
}

test(
  "Go: what does not fit into a variable is an error, and leaves it as it is",
  WITH_GO,
  async () => {
    const { AnArray, Variable }: Loose = (await openGo("anything")).symbols;
    const before = Variable("AnArray");
    for (const wrong of [[], ["a"], ["a", "b", "c"]]) {
      const { code } = assertThrows(
        () => AnArray.value = wrong,
        PluginError,
        `wanted 2 elements, got ${wrong.length}`,
      );
      assertEquals([code, Variable("AnArray")], ["panicked", before]);
    }
  },
);
