import { needRuntime } from "../../helpers/need.ts";
import { test } from "../../helpers/test.ts";
import { writeFileSync } from "node:fs";
import { assertStringIncludes } from "@std/assert";
import { buildTo } from "../../helpers/fixture.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { ROOT } from "../../helpers/program.ts";
import { printDeclaration } from "../../../emit/declaration/print_declaration.ts";
import type { Manifest } from "../../../ffi/manifest/manifest.ts";
import { typeCheck } from "../../helpers/type_check.ts";
import { succeed } from "../../helpers/succeed.ts";

// Each line that TypeScript has to refuse says so; it refuses the others too.
const USE = `
import { open } from "@native/plugin";
import type { Objects } from "./objects.so.d.ts";
import type { Structs } from "./structs.so.d.ts";

const go = open<Objects>("./objects.so").symbols;
using counter = go.NewCounter("c");
const count: number = counter.Add(1);
counter.Name = \`\${count}\`;
const later: Promise<string> = counter.async.Describe();
new go.Counter().Add(1);
go.IsNil(null);
go.Sum(counter, counter.Self());
go.Measure({ Area: () => 1, Label: () => "mine" });
go.Measure(go.NewShape(1));
go.ReadAll(new Uint8Array(1));
go.ReadAll({ read: (n: number) => new Uint8Array(n) });
go.Write((bytes: Uint8Array) => {}, ["a"]);
const text: string = go.Handle((text: string) => text, "a") + go.Upper()("a");
const six: number = go.Adder(2)(4);
for (const i of go.Count()) i.toFixed();
for await (const i of go.Ticks(1)) i.toFixed();
for (const [i, text] of go.Indexed(["a"])) text.at(i);
for (const [name, values] of go.Header()) name.concat(...values.slice(1));
const red: number[] = go.Tallies().map(([_, tally]) => tally["red"] ?? 0).toArray();
go.Header().map(([name, values]) => [name, values.length, red]).toArray();
// What is an object and not behind a pointer; an arrow function whose parameter has no type.
go.SumOf([go.OrigoValue.value, go.OrigoValue.value]).toFixed();
go.Handle((text) => text.trim(), "a");
go.Handle(go.Upper(), "a");
go.AgeOf(new go.Ages({ Ann: 1 }), new go.Names(["Ann"]).First());
new go.Options({ Depth: 1 }).Show();
// @ts-expect-error there is no such field
new go.Options({ Dept: 1 });
// @ts-expect-error its values are numbers
new go.Ages({ Ann: "1" });
go.Items(1)[0]?.Tags.join();
const said: string = go.NewTag("t").toJSON();
JSON.stringify([said, go.NewMoney(1).toJSON()]);
// @ts-expect-error an object of another class
go.IsNil(go.NewOther());
// @ts-expect-error there is no such method
counter.Subtract(1);
// @ts-expect-error Label is missing
go.Measure({ Area: () => 1 });
const { Middle, EchoSegment, Move } = open<Structs>("./structs.so").symbols;
const y: number = Middle({ X: 4 }, {}).Y + EchoSegment(1, { To: {} }).To.Width;
Move({ X: 1 }, y);
// @ts-expect-error there is no such field
Middle({ x: 4 }, {});
// @ts-expect-error there is no such field within
EchoSegment(1, { To: { Depth: 1 } });
`;

/** A function of a manifest. */
const function_ = (type: string) => ({
  kind: "function" as const,
  type,
  thunk: { symbol: "t", size: 64, params: [], results: [] },
});
const CLASS = { kind: "class", handle: "slot" } as const;

const MADE: Manifest = {
  manifest: 1,
  library: {
    file: "made.so",
    os: "linux",
    arch: "x64",
    sha256: "00",
    size: 1,
    needs: [],
  },
  types: {
    Writer: {
      ...CLASS,
      methods: { Write: "Writer.Write" },
      from: { symbol: "Writer.from", methods: ["write"], call: "Writer.from" },
    },
    Buffer: { ...CLASS, methods: { Write: "Buffer.Write" } },
    Celsius: { ...CLASS, from: { values: ["celsius.f", "celsius"] } },
    Fahrenheit: { ...CLASS, from: { values: ["fahrenheit.c"] } },
    Lists: { ...CLASS, next: "lists.next", stream: "lists.next" },
    Maps: { ...CLASS, next: "maps.next" },
    Pairs: { ...CLASS, next: "pairs.next" },
    Bells: { ...CLASS, next: "bells.next" },
    Clock: {
      ...CLASS,
      new: "Clock.new",
      accessors: { Time: { get: "Clock.Time", set: "Clock.Time=" } },
      from: { fields: ["Time"] },
    },
    // It gives and takes its function as something else than what does for it.
    Step: { ...CLASS, call: "Step.call", from: { call: "Step.from" } },
    Tool: {
      ...CLASS,
      new: "Tool.new",
      methods: { Run: "Tool.Run" },
      accessors: { Step: { get: "Tool.Step", set: "Tool.Step=" } },
      from: { fields: ["Step"] },
    },
    Runner: {
      ...CLASS,
      methods: { Run: "Runner.Run" },
      from: { symbol: "Runner.from", methods: ["Run"] },
    },
    Job: {
      kind: "record",
      zero: true,
      members: [
        { name: "Tools", type: "[]Tool" },
        { name: "First", type: "?Tool" },
      ],
    },
    // Of the language there are types of these names too.
    Date: { kind: "record", members: [{ name: "Day", type: "i32" }] },
    Promise: { kind: "record", members: [{ name: "Kept", type: "bool" }] },
    NonNullable: { kind: "record", members: [{ name: "Set", type: "bool" }] },
    Symbol: { ...CLASS, next: "lists.next" },
  },
  symbols: {
    "Writer.Write": function_("(Writer, bytes) => isize"),
    "Buffer.Write": function_("(Buffer, bytes) => isize"),
    "Writer.from": function_("(closure<(bytes) => void>) => Writer"),
    "celsius.f": function_("(Fahrenheit) => Celsius"),
    celsius: function_("(f64) => Celsius"),
    "fahrenheit.c": function_("(Celsius) => Fahrenheit"),
    buffer: function_("() => Buffer"),
    writer: function_("() => Writer"),
    "lists.next": function_("(Lists) => (string, []string, bool)"),
    lists: function_("() => Lists"),
    "maps.next": function_("(Maps) => (i32, map<string, ?string>, bool)"),
    maps: function_("() => Maps"),
    "pairs.next": function_("(Pairs) => ((string, bool), bool)"),
    pairs: function_("() => Pairs"),
    "bells.next": function_("(Bells) => bool"),
    bells: function_("() => Bells"),
    "Clock.new": function_("() => Clock"),
    "Clock.Time": function_("(Clock) => closure<() => date>"),
    "Clock.Time=": function_("(Clock, closure<() => date>) => void"),
    "Step.call": function_("(Step, Writer) => void"),
    "Step.from": function_("(closure<(Buffer) => void>) => Step"),
    "Tool.new": function_("() => Tool"),
    "Tool.Run": function_("(Tool, Writer) => bool"),
    "Tool.Step": function_("(Tool) => Step"),
    "Tool.Step=": function_("(Tool, closure<(Buffer) => void>) => void"),
    "Runner.Run": function_("(Runner, Writer) => bool"),
    "Runner.from": function_("(closure<(Buffer) => bool>) => Runner"),
    runner: function_("() => Runner"),
    run: function_("(?Runner) => void"),
    work: function_("(?Tool) => void"),
    works: function_("(Job) => void"),
    now: function_("() => date"),
    today: function_("() => Date"),
    promise: function_("() => Promise"),
    set: function_("() => NonNullable"),
    each: { ...function_("((i32) => void) => void"), nonnull: ["1"] },
    symbol: function_("() => Symbol"),
    boiling: function_("() => Celsius"),
    write: function_("(Writer) => void"),
    warm: function_("(Celsius) => f64"),
    hot: function_("(Fahrenheit) => f64"),
  },
  skipped: {},
};

const USE_MADE = `
import { open } from "@native/plugin";
import type { Buffer, Made } from "./made.so.d.ts";

const { symbols } = open<Made>("./made.so");
symbols.write(symbols.writer());
symbols.write(symbols.buffer());
symbols.write((bytes) => bytes.at(0));
symbols.write({ write: (bytes) => bytes.at(0) });
symbols.warm(symbols.boiling());
symbols.hot(symbols.boiling());
symbols.warm(20);
// @ts-expect-error it is made in one step
symbols.hot(20);
for (const [name, list] of symbols.lists()) name.concat(...list);
for await (const [name, list] of symbols.lists()) name.concat(...list);
for (const [count, map] of symbols.maps()) map["a"]?.at(count);
symbols.maps().map(([count, map]) => map["a"]?.at(count)).toArray();
for (const [name, isTrue] of symbols.pairs()) name.at(isTrue ? 0 : 1);
const bells: [][] = symbols.bells().toArray();
// @ts-expect-error nothing is in it
bells[0]?.[0];
new symbols.Clock({ Time: () => new Date() });
new symbols.Clock({ Time: undefined });
// @ts-expect-error it has to give a time
new symbols.Clock({ Time: () => undefined });
// What is given for an object knows what its functions are given.
symbols.work({ Step: (buffer) => buffer.Write(new Uint8Array(1)) });
symbols.run({ Run: (buffer) => buffer.Write(new Uint8Array(1)) > 0 });
symbols.run({ Run(buffer) { return buffer.Write(new Uint8Array(1)) > 0; } });
symbols.works({ Tools: [{ Step(buffer) { buffer.Write(new Uint8Array(1)); } }] });
symbols.works({ First: { Step: (buffer) => buffer.Write(new Uint8Array(1)) } });
symbols.work(new symbols.Tool());
symbols.run(symbols.runner());
// It has a Run as well.
symbols.run(new class { Run(buffer: Buffer) { return buffer.Write(new Uint8Array(1)) > 0; } }());
// @ts-expect-error there is no such function
symbols.run({ Ran: () => true });
// @ts-expect-error there is no such field
symbols.work({ Steps: () => true });
// @ts-expect-error an object of another class
symbols.work(symbols.runner());
const year: number = symbols.now().getFullYear() + symbols.today().Day;
const kept: boolean = symbols.promise().Kept && symbols.set().Set;
symbols.each((n) => n.toFixed());
for (const list of symbols.symbol()) list.length;
const ran: Promise<boolean> = new symbols.Tool().async.Run(symbols.writer());
`;

test(
  "deno check takes a class where a function becomes one, and classes that are made of each other",
  needRuntime("type checking"),
  async () => {
    await inDirectory(async (directory) => {
      const declared = `${directory}/made.so.d.ts`;
      writeFileSync(declared, printDeclaration(MADE));
      writeFileSync(`${directory}/use.ts`, USE_MADE);
      await succeed(typeCheck([`${directory}/use.ts`, declared], {
        config: `${ROOT}/deno.json`,
      }));
    });
  },
);

test("parameters without a name are counted behind a method's object", () => {
  assertStringIncludes(
    printDeclaration(MADE),
    "  Write(arg1: Uint8Array): number;",
  );
});

test(
  "deno check takes the declarations of classes, and refuses what is wrong",
  needRuntime("type checking", "go>=1.23", "cc"),
  async () => {
    await inDirectory(async (directory) => {
      await buildTo(`${directory}/objects.so`, "go/objects");
      await buildTo(`${directory}/structs.so`, "go/structs");
      writeFileSync(`${directory}/use.ts`, USE);
      await succeed(typeCheck(
        [`${directory}/use.ts`, `${directory}/objects.so.d.ts`],
        { config: `${ROOT}/deno.json` },
      ));
    });
  },
);
