/**
 * Objects of Go and Rust in code that the engine has optimised: what was
 * disposed of, given away or is another class's is refused in
 * the ten thousandth round as in the first, what is thrown within a callback
 * comes out as it is, and `using` ends what it has to, however a loop is left.
 */
import process from "node:process";
import { assert, assertMatch, assertStrictEquals } from "@std/assert";
import { open } from "../../../mod.ts";
import { need } from "../../helpers/need.ts";
import { thrown } from "../../helpers/thrown.ts";
import { test } from "../../helpers/test.ts";
import { openGo, WITH_ITERATORS } from "../helpers/go_open.ts";
import { buildCrate } from "../helpers/native.ts";

/** What a test calls: the types are another test's. */
// deno-lint-ignore no-explicit-any
type Loose = any;

const ROUNDS = 10_000;

/** Asked in each round, where the test's own assertions take too long. */
function same(got: unknown, wanted: unknown): void {
  if (!Object.is(got, wanted)) assertStrictEquals(got, wanted);
}

function refused(act: () => unknown, words: RegExp): void {
  const error = thrown(act);
  assert(error instanceof TypeError, `${error}`);
  assertMatch(error.message, words);
}

/** What stands at the end of an error's causes. */
function originOf(error: unknown): unknown {
  const { cause } = error as Error;
  return cause === undefined ? error : originOf(cause);
}

test("Go: objects in loops that are hot", WITH_ITERATORS, async () => {
  const go: Loose = (await openGo("objects")).symbols;

  function used(i: number): void {
    using counter = go.NewCounter("a");
    same(counter.Add(i), i);
    using self = counter.Self();
    same(self.Add(1), i + 1);
    same(go.Sum(counter, self), 2 * (i + 1));
  }
  function nested(i: number): number {
    let made = 0;
    for (let row = 0; row < 3; row++) {
      using outer = go.NewCounter("outer");
      for (let column = 0; column < 3; column++) {
        using inner = go.NewCounter("inner");
        made++;
        same(inner.Add(row), row);
        if (i % 31 === 0 && column === 1) continue;
        if (i % 37 === 0 && column === 2) break;
        same(outer.Add(1) > 0, true);
      }
    }
    return made;
  }
  function ended(): void {
    const counter = go.NewCounter("ended");
    counter[Symbol.dispose]();
    refused(() => counter.Add(1), /^Counter\.Add\(\): .*was disposed of$/);
    refused(() => go.Sum(counter), /^Sum\(\): .*was disposed of$/);
    counter[Symbol.dispose]();
  }
  function others(): void {
    using other = go.NewOther();
    refused(
      () => go.Sum(other),
      /^Sum\(\): .*wanted a Counter, or null, got an Other/,
    );
    using counter = go.NewCounter("a");
    refused(() => counter.Add.call(other, 1), /^Counter\.Add\(\): /);
  }
  function inCallbacks(): void {
    const mine = new Error("mine");
    const error = thrown(() =>
      go.Visit(["a", "b"], (_: string, at: number) => {
        if (at === 1) throw mine;
        return null;
      })
    );
    same(originOf(error), mine);
    const counter = go.NewCounter("ended");
    same(
      go.MapTexts(["x", "y"], (text: string) => {
        if (text === "y") counter[Symbol.dispose]();
        return text + text;
      }).join(),
      "xx,yy",
    );
    refused(() => counter.Add(1), /was disposed of$/);
  }
  for (let i = 0; i < ROUNDS; i++) {
    used(i);
    if (i % 3 === 0) same(nested(i), 9);
    if (i % 50 === 0) ended();
    if (i % 50 === 1) others();
    if (i % 50 === 2) inCallbacks();
  }
});

const WITH_RUST = { ...need("rust>=1.88", "cc"), timeout: 900_000 };

test("Rust: objects in loops that are hot", WITH_RUST, async () => {
  process.env.CARGO_PROFILE_RELEASE_OPT_LEVEL = "0"; // as the crate is built elsewhere
  const rust: Loose = open((await buildCrate("traps")).path).symbols;

  function given(i: number): void {
    const text = `text ${i & 255}`;
    const opt = new rust.Opt(text);
    same(opt.name(), text);
    const name = opt.into_name();
    same(name.length(), text.length);
    const again = name.into_opt();
    same(again.name(), text);
    again[Symbol.dispose]();
    if (i % 50 !== 0) return;
    refused(() => opt.name(), /^Opt\.name\(\): .*was given away$/);
    refused(() => opt.into_name(), /^Opt\.into_name\(\): .*was given away$/);
    refused(() => name.length(), /^Name\.length\(\): .*was given away$/);
    refused(() => again.name(), /^Opt\.name\(\): .*was disposed of$/);
  }
  function borrowed(i: number): void {
    using view = new rust.View("short");
    using other = view.other("zz longer");
    using joined = view.join(other);
    same(joined.text(), "zz longer");
    using part = view.part();
    same(part.text(), "short");
    if (i % 50 !== 0) return;
    // What borrows of it is alive.
    assertMatch(
      thrown(() => view.set_longer("later")).message,
      /cannot be changed: 1 that borrow from it are alive/,
    );
    using opt = new rust.Opt("text");
    assert(thrown(() => view.join(opt)) instanceof TypeError);
    const stack = rust.words("alpha beta");
    using top = stack.pop();
    stack[Symbol.dispose]();
    same(top.text(), "beta"); // it keeps what it borrows from
  }
  function lent(): void {
    using rows = new rust.Rows(["a", "b"]);
    let kept: Loose;
    let seen = "";
    rows.each((row: Loose) => {
      seen += row.name();
      kept = row;
    });
    same(seen, "ab");
    assert(thrown(() => kept.name()) instanceof TypeError);
    const mine = new Error("mine");
    same(
      thrown(() =>
        rows.each(() => {
          throw mine;
        })
      ),
      mine,
    );
  }
  for (let i = 0; i < ROUNDS; i++) {
    given(i);
    borrowed(i);
    if (i % 50 === 0) lent();
  }
});
