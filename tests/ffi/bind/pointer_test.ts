import { test } from "../../helpers/test.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { open, Pointer } from "../../../mod.ts";
import { library } from "../../helpers/fixture.ts";
import { need } from "../../helpers/need.ts";

// deno-lint-ignore no-explicit-any -- the types are another test's
type Loose = any;

test(
  "a pointer to another type of the plugin is refused",
  need("cc"),
  async () => {
    const plugin = open(await library("pointers.c"));
    const go = plugin.symbols as Loose;
    const repository = go.repository_open();
    const commit = go.commit_of(repository);
    const tree = go.commit_tree(commit);
    assertEquals([go.commit_id(commit), go.tree_id(tree)], [7, 7]);
    for (
      const [call, wanted, got] of [
        [() => go.commit_id(repository), "commit", "repository"],
        [() => go.commit_of(commit), "repository", "commit"],
        [() => go.tree_id(commit), "tree", "commit"],
        [() => go.pair_id({ commit: tree, tree }), "commit", "tree"],
      ] as const
    ) {
      const error = assertThrows(call, TypeError, `got a Pointer to ${got}`);
      assertEquals(error.message.includes(wanted), true, error.message);
    }
    // Also when it is hot, and on another thread.
    for (let i = 0; i < 20_000; i++) go.commit_id(commit);
    assertThrows(() => go.commit_id(tree), TypeError, "got a Pointer to tree");
    await go.commit_id.async(commit);
    assertThrows(() => go.commit_id.async(tree), TypeError, "Pointer to tree");
  },
);

test("a pointer to data is no function", need("cc"), async () => {
  const data = open(await library("pointers.c")).symbols as Loose;
  const code = open(await library("callbacks.c"));
  const times = code.lookup("times") as Loose;
  const calls = [
    (given: unknown) => times(1, given),
    (given: unknown) => times.async(1, given),
    (given: unknown) => code.lookup("hook").value = given as never,
  ];
  const same = (x: number) => x;
  const repository = data.repository_open();
  for (const given of [repository, data.commit_of(repository)]) {
    for (let i = 0; i < 2; i++) {
      for (const call of calls) {
        assertThrows(() => call(given), TypeError, "got a Pointer to ");
      }
      for (let j = 0; j < 20_000; j++) times(1, same);
    }
  }
  // Whoever knows better says so.
  const twice = code.lookup("give_twice", "() => pointer")();
  assertEquals(times(3, twice), 6);
});

test(
  "a pointer to anything, null and memory are taken as ever",
  need("cc"),
  async () => {
    const plugin = open(await library("pointers.c"));
    const go = plugin.symbols as Loose;
    const repository = go.repository_open();
    const tree = go.commit_tree(go.commit_of(repository));
    assertEquals(go.commit_id(null), -1);
    assertEquals(go.commit_id(tree.offset(0)), 7);
    assertEquals(go.first_byte(tree), 7);
    const untyped = plugin.lookup("commit_of", "(pointer) => pointer");
    const pointer = untyped(repository);
    assertEquals(pointer instanceof Pointer, true);
    assertEquals([go.commit_id(pointer), go.tree_id(pointer)], [7, 7]);
    const Repository = plugin.type("repository") as Loose;
    const own = new Repository({ id: 3 });
    assertEquals(go.commit_id(go.commit_of(own)), 3);
    // What a struct has is as much known.
    const pair = go.pair_of(go.commit_of(repository));
    assertEquals([go.commit_id(pair.commit), go.tree_id(pair.tree)], [7, 7]);
    assertThrows(() => go.tree_id(pair.commit), TypeError, "Pointer to commit");
  },
);
