import { inspect } from "node:util";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertThrows,
} from "@std/assert";
import { runProgram } from "../../../helpers/program.ts";
import { crateRows, type Loose } from "../../helpers/crate_rows.ts";
import { thrown } from "../../../helpers/thrown.ts";

const row = crateRows("traps", "Rust, traps");

/** A text that nobody has had before. */
const fresh = (text: string) => [...text].join("");

/** Takes the memory that calls have given back. */
function reuse(rust: Loose): void {
  for (let i = 0; i < 200; i++) {
    using view = new rust.View("x".repeat(10 + i % 20));
    rust.words("y ".repeat(i % 20))[Symbol.dispose]();
    assertEquals(view.text().length, 10 + i % 20);
  }
}

const [A, B] = ["the text of one", "and that of another"];

row("public fields are what JSON has, and what is printed", (rust) => {
  const name = new rust.Opt(fresh(A)).into_name();
  assertEquals([name.toJSON(), JSON.stringify([name])], [
    { text: A },
    JSON.stringify([{ text: A }]),
  ]);
  assertMatch(inspect(name), /^Name \{ text: ['"]the text of one['"],? \}$/);
  assertThrows(() => JSON.stringify(new rust.Dot()), TypeError, "no fields");
});

row("a text that is kept for ever stays", (rust) => {
  const opt = new rust.Opt(fresh(A));
  rust.register(fresh(A));
  reuse(rust);
  assertEquals([opt.name(), rust.registered().at(-1)], [A, A]);
  opt.set(fresh(B));
  reuse(rust);
  const name = opt.into_name();
  assertEquals([name.text, name.length()], [B, B.length]);
  name.text = fresh(A);
  const again = name.into_opt();
  reuse(rust);
  assertEquals(again.name(), A);
});

row(
  "what else would have to be there for ever does not cross",
  (rust, { skipped }) => {
    const why = /^it may keep what it is given for longer than that is there/;
    assertThrows(
      () => new rust.View(fresh(A)).keep_for_ever(),
      TypeError,
      "wanted an object that borrows from nothing",
    );
    assertMatch(skipped.register_all!, why);
    assertMatch(skipped.register_numbers!, why);
    assertMatch(skipped.register_parts!, why);
    assertMatch(skipped.register_each!, why);
    assertMatch(skipped.register_boxed!, why);
    assertMatch(skipped["Board.put_board"]!, why);
    assertMatch(skipped["Titled.names="]!, why);
    assertMatch(skipped.register_names!, why);
    assertMatch(skipped["Part.register"]!, why);
    assertMatch(skipped.register_any!, why);
    const titled = rust.Titled.of(fresh(A));
    titled.title = fresh(B);
    reuse(rust);
    assertEquals([titled.title, titled.length()], [B, A.length]);
    // For the call it is there.
    const parts = [A, B].map((text) => new rust.Part(fresh(text)));
    assertEquals(rust.joined(parts), A + B);
  },
);

row("what results borrow from is there for as long as they are", (rust) => {
  for (const [name, of] of [["other", A], ["longer", B]] as const) {
    const view = new rust.View(fresh("first"));
    const other = view[name](fresh(of));
    view[Symbol.dispose]();
    reuse(rust);
    assertEquals(other.text(), of);
  }
  const [one, other] = [true, false].map((isFirst) =>
    rust.pick(fresh(A), fresh(B), isFirst)
  );
  reuse(rust);
  assertEquals([one.text(), other.text()], [A, B]);
  const parts = [A, B].map((text) => new rust.Part(fresh(text)));
  const longest = rust.longest_of(parts);
  for (const part of parts) part[Symbol.dispose]();
  reuse(rust);
  assertEquals(longest.text(), B);
});

row(
  "what objects are given to hold is there for as long as they are",
  (rust) => {
    const view = new rust.View(fresh(A));
    view.set_longer(fresh(B));
    const stack = rust.words(fresh("a b"));
    stack.push(new rust.View(fresh(A)));
    const of = rust.Stack.with(new rust.View(fresh(B)));
    const board = new rust.Board();
    board.put(fresh(A));
    using given = new rust.View(fresh(B));
    board.put_view(given);
    given[Symbol.dispose]();
    const bag = new rust.Bag();
    bag.add(new rust.View(fresh(A)));
    reuse(rust);
    assertEquals(view.text(), B);
    assertEquals([stack.pop().text(), of.pop().text()], [A, B]);
    assertEquals([board.all(), bag.all()], [[A, B], [A]]);
  },
);

row("what borrows is not kept for ever as an object of a trait", (rust) => {
  assertThrows(
    () => rust.keep_shape(rust.shape_of(fresh(A))),
    TypeError,
    "keep_shape(): argument 1 (shape): wanted an object that borrows from nothing",
  );
  rust.keep_shape(new rust.Dot());
  assertEquals(rust.shapes(), ["dot"]);
});

row(
  "what a function is lent is kept by nobody; what it is given is",
  (rust) => {
    const rows = new rust.Rows([fresh(A), fresh(B)]);
    const board = new rust.Board();
    rows.each((one: Loose) =>
      assertThrows(
        () => board.put_row(one),
        Error,
        "this Board cannot keep what is there only while a function is called",
      )
    );
    assertEquals(board.all(), []);
    const views: Loose[] = [];
    rows.views((view: Loose) => views.push(view));
    rows[Symbol.dispose]();
    reuse(rust);
    assertEquals(views.map((view) => view.text()), [A, B]);
  },
);

row("panics in what a panic or an error holds", (rust) => {
  for (let i = 0; i < 1500; i++) {
    assertThrows(() => rust.panic_bomb(), Error, "panicked");
    assertThrows(() => rust.without_text(), Error, "no text");
  }
  let causes = 0;
  try {
    rust.in_a_circle();
  } catch (error) {
    for (let at = error as Error; at; at = at.cause as Error) causes++;
  }
  assert(causes > 1 && causes < 100, `${causes}`);
  assertThrows(() => rust.panic_with_hook(), Error, "behind a hook");
});

row("chains and nets of what borrows", (rust) => {
  let view = new rust.View(fresh(A));
  for (let i = 0; i < 30_000; i++) {
    const part = view.part();
    view[Symbol.dispose]();
    view = part;
  }
  assertEquals(view.text(), A);
  view[Symbol.dispose]();
  let net = new rust.View(fresh(B));
  for (let i = 0; i < 60; i++) {
    const part = net.part();
    const both = part.join(net);
    part[Symbol.dispose]();
    net[Symbol.dispose]();
    net = both;
  }
  assertEquals(net.text(), B);
  for (let i = 0; i < 20_000; i++) net.set_longer(`text ${i}`);
  assertEquals(net.text(), "text 19999");
});

row("values that lie in each other", (rust) => {
  assertEquals(rust.depth(rust.tree(80)), 81);
  assertThrows(() => rust.tree(1500), Error, "more than 1000 deep");
  let tree: Loose = { kids: [] };
  for (let i = 0; i < 2500; i++) tree = { kids: [tree] };
  const error = assertThrows(() => rust.depth(tree), RangeError);
  assert(error.message.length < 3000, `${error.message.length} characters`);
});

row("memory that is written to is nobody else's", (rust) => {
  const all = new Int32Array(4);
  const why = "wanted an array that shares no memory with another one";
  assertThrows(() => rust.two(all, all), TypeError, why);
  assertThrows(() => rust.two(all, all.subarray(1)), TypeError, why);
  assertThrows(() => rust.add_all(all, all.subarray(3)), TypeError, why);
  rust.two(all.subarray(0, 2), all.subarray(2));
  rust.add_all(all.subarray(0, 2), all.subarray(2));
  assertEquals(all, new Int32Array([13, 0, 2, 0]));
});

row("an alias of a text for ever", (rust) => {
  const named = new rust.Named(fresh(A));
  reuse(rust);
  assertEquals([named.name, named.again()], [A, A]);
  named.name = fresh(B);
  reuse(rust);
  assertEquals(named.again(), B);
});

row("numbers and texts in boxes", (rust) => {
  assertEquals(rust.boxed(7), 7);
  assertEquals(
    rust.in_boxes(3, "a", [1.5, 2], [4, 5]),
    'Some(3) Some("a") [1.5, 2.0] [4, 5]',
  );
  assertEquals(rust.in_boxes(null, null, [], [0, 0]), "None None [] [0, 0]");
});

row("functions are called by threads of the crate's own", async (rust) => {
  const long = "x".repeat(2000);
  const call = (n: number) => long + n;
  const all = await rust.on_threads.async(8, 200, call);
  assertEquals(
    all,
    Array.from({ length: 1600 }, (_, i) => long + i % 200),
  );
  assertEquals(await rust.sum_on_thread.async(5, (n: number) => 2 * n), 20);
  await assertRejects(
    () =>
      rust.on_threads.async(2, 3, () => {
        throw new Error("my own");
      }),
    Error,
    "my own",
  );
  // What one thread has thrown is not told another one.
  assertThrows(
    () =>
      rust.call_here(() => {
        throw new Error("here");
      }),
    Error,
    "here",
  );
});

row("what answers a thread stays until that has read it", async (rust) => {
  const { gc, Bun } = globalThis as Loose;
  const collect = gc ?? (() => Bun?.gc(true)); // Deno here has none
  const filled = new Set<string>();
  const call = (n: number) => {
    if (n % 10 === 0) collect();
    // Takes the memory of what was collected.
    for (let i = 0; i < 20; i++) filled.add(`${"y".repeat(2000)}${n}${i}`);
    filled.clear();
    return "x".repeat(2000) + n;
  };
  const all = await rust.on_threads.async(8, 50, call);
  assertEquals(
    all,
    Array.from({ length: 400 }, (_, i) => "x".repeat(2000) + i % 50),
  );
});

row(
  "a function whose thread waits gives zero, and not for ever",
  (_, _of, path) => {
    const { status, stdout } = runProgram(
      `const rust = open(${JSON.stringify(path)}).symbols as any;
const tried = (call: () => unknown) => {
  try { return call(); } catch (error) { return (error as any).code; }
};
console.log(tried(() => rust.on_threads(4, 100_000, (n: number) => "x" + n)));
console.log(tried(() => rust.sum_on_thread(3, (n: number) => n)));
console.log(await rust.sum_on_thread.async(3, (n: number) => n + 1));`,
      { env: { PLUGIN_PATIENCE: "1" } },
    );
    assertEquals([status, stdout], [0, "would_deadlock\nwould_deadlock\n6\n"]);
  },
);

row("what a function throws in a destructor is thrown", (rust) => {
  const said: number[] = [];
  const fails = (n: number) => (x: number) => {
    said.push(x);
    throw new Error(`mine ${n}`);
  };
  const one = new rust.Farewell(fails(1));
  assertThrows(() => one[Symbol.dispose](), Error, "mine 1");
  assertThrows(() => new rust.Farewell(fails(2)).end(), Error, "mine 2");
  assertEquals(said, [-1, -1]);
  // Of several errors at once Rust would end the process: the first counts.
  for (const how of ["end", Symbol.dispose]) {
    const party = new rust.Party();
    for (const n of [3, 4, 5]) party.invite(new rust.Farewell(fails(n)));
    for (const n of [6, 7]) {
      party.tell(() => {
        throw new Error(`mine ${n}`);
      });
    }
    assertThrows(() => party[how](), Error, "mine 3");
    if (how === "end") {
      assertThrows(() => party[Symbol.dispose](), Error, "mine 6");
    }
  }
  assertEquals(new rust.Farewell((x: number) => x).end(), 7);
});

row("what an error borrows is there for as long as it is", (rust) => {
  const text = () => fresh(`${A}?`.repeat(40));
  const errors = [
    thrown(() => rust.read_word(text())),
    thrown(() => rust.count_word(text())),
    thrown(() => rust.find_word(text())),
  ];
  const reader = new rust.Reader(text());
  reader.read()[Symbol.dispose]();
  reader.read()[Symbol.dispose]();
  errors.push(thrown(() => reader.read()));
  const walked = new rust.Reader(text());
  errors.push(thrown(() => {
    for (const word of walked) word[Symbol.dispose]();
  }));
  reader[Symbol.dispose]();
  walked[Symbol.dispose]();
  reuse(rust);
  assertEquals(
    errors.map(({ message }) => message),
    ["unread", "unread", "missed", "unread", "unread"].map((what) =>
      `${what}: ${text()}`
    ),
  );
  assertEquals(errors.map(({ data }) => data.text), errors.map(text));
  assertEquals(errors[2].data.type, "At");
  assertEquals(thrown(() => rust.find_word("")).message, "missed");
  assertEquals([rust.count_word("ab"), rust.find_word("ab").text()], [2, "ab"]);
});

row("an error of another thread is asked as one of one's own", async (rust) => {
  const sent = (call: Promise<unknown>): Promise<Loose> =>
    call.then(() => undefined, (error) => error);
  const why = "invalid digit found in string";
  for (
    const [name, type] of [["lose", "Lost"], ["be_stuck", "Stuck"]] as const
  ) {
    const here = thrown(() => rust[name]("x"));
    const there = await sent(rust[name].async("x"));
    assertEquals(there.message, here.message);
    assertEquals([there.data.type, there.data.place], ["At", 3], type);
    assertEquals(there.data, here.data);
    assertEquals([there.cause.message, there.cause.cause], [why, undefined]);
    assert(there.is(here));
    for (const one of [here, there]) one.object[Symbol.dispose]();
  }
  const later = await sent(rust.lose_later("x"));
  assertEquals([later.data.place, later.cause.message], [3, why]);
  const { data } = await sent(rust.send.async(4));
  assert(data instanceof rust.Sent);
  assertEquals([data.place, data.twice(), `${data}`], [4, 8, "sent to 4"]);
  // Of what no other thread may have there are values.
  const kept = await sent(rust.keep.async(5));
  assertEquals([kept.message, kept.data], ["kept at 5", { place: 5 }]);
  kept.object[Symbol.dispose]();
  assertEquals(thrown(() => rust.keep(5)).data.twice(), 10);
  assertEquals(rust.strayed(), 0);
});

row("an error that borrows an object is told by its text", (rust) => {
  const counter = rust.word_counter(fresh(A));
  assertEquals(counter(100), A.length);
  const long = thrown(() => counter(1));
  counter[Symbol.dispose]();
  reuse(rust);
  assertEquals([long.message, long.data], [`unread: ${A}`, undefined]);
  const count = new rust.Count();
  assertEquals([count.up(), count.up(), count.up()], [1, 2, 3]);
  const error = thrown(() => count.up());
  assertEquals([error.message, error.data], ["over at 3", undefined]);
  // It has not got the object any more.
  count.reset();
  assertEquals(count.up(), 1);
});

row("nor has an error what that object borrows from which gave it", (rust) => {
  const count = new rust.Count();
  const walked: number[] = [];
  count.up();
  const ended = thrown(() => walked.push(...count.below()));
  const below = count.below();
  assertEquals(below.step(), 1);
  const past = thrown(() => below.step());
  below[Symbol.dispose]();
  for (const { message, data } of [ended, past]) {
    assertEquals([message, data], ["past 1", undefined]);
  }
  count.reset();
});

row(
  "what an object borrows that is given away is there for the call",
  (rust) => {
    const text = () => fresh("*".repeat(40));
    const margin = (): Loose => new rust.Margin(1).with(text());
    const meanwhile = () => {
      reuse(rust);
      assertEquals(rust.margin_text(new rust.Margin(2)), "");
    };
    assertEquals(rust.margin_text(margin()), text());
    assertEquals(rust.put_behind("a", margin()), `${text()}a`);
    assertEquals(rust.margin_during(margin(), meanwhile), text());
    // Of copies too, whose objects have ended.
    const all = [margin(), margin()];
    const end = () => {
      for (const one of all) one[Symbol.dispose]();
      meanwhile();
    };
    assertEquals(rust.margins_during(all, end), text() + text());
  },
);

row("impl Into<T> takes what a T is made from", (rust) => {
  assertEquals(rust.put_behind("a", 3), "   a");
  assertEquals(rust.put_behind("a", 3n), "   a");
  assertEquals(rust.put_behind("a", 0.025), "  a");
  assertEquals(rust.put_behind("a", "> "), "> a");
  assertEquals(rust.put_behind("a", new rust.Margin(1)), " a");
  assertThrows(
    () => rust.put_behind("a", true),
    TypeError,
    "wanted a Margin, or what it is made of, got true",
  );
  assertEquals(rust.put_behind("a", { number: 2 }), "  a");
  const mine = new TypeError("mine");
  const given = {
    get number(): number {
      throw mine;
    },
  };
  assertEquals(thrown(() => rust.put_behind("a", given)), mine);
});

row("impl Into<T> takes what is a T in one step, as Rust does", (rust) => {
  assertEquals([rust.celsius(20), rust.fahrenheit(68)], [20, 68]);
  assertEquals(rust.kelvin(rust.Celsius.from_f64(20)), 293.15);
  assertThrows(
    () => rust.kelvin(20),
    TypeError,
    "wanted a Kelvin, or what it is made of, got 20",
  );
  for (const one of [rust.celsius, rust.fahrenheit, rust.kelvin]) {
    assertThrows(() => one("x"), TypeError, 'got the string "x"');
  }
});
