import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { withSupport } from "../../../helpers/support.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { test } from "../../../helpers/test.ts";
import { withVariable } from "../../../helpers/variable.ts";
import { build, GO_BREADTH, opened } from "../../helpers/go_open.ts";

await withSupport();

const MODULE = "example.com/aliased";

/** A module whose types are in an internal package, and have their names by aliases. */
const FILES = {
  "go.mod": `module ${MODULE}\n\ngo 1.18\n`,
  "internal/core/core.go": `package core

type Client struct{ Name string; calls int }

func (c *Client) Call() int { c.calls++; return c.calls }

type Clients []*Client

type Option func(*Client)
`,
  "aliased.go": `package aliased

import "example.com/aliased/internal/core"

// Client is what everybody calls it.
type Client = core.Client

type Option = core.Option

type Shape = shape

type shape struct{ side float64 }

func (s *shape) Area() float64 { return s.side * s.side }

func NewShape(side float64) *shape { return &shape{side} }

func Larger(a, b *Shape) bool { return a.side > b.side }

func Named(name string) Option { return func(c *Client) { c.Name = name } }

func New(options ...Option) *Client {
	c := &Client{}
	for _, one := range options { one(c) }
	return c
}

func Names(all []*Client) (names []string) {
	for _, one := range all { names = append(names, one.Name) }
	return
}
`,
};

test(
  "buildGo() builds a module out of the cache, and calls what is internal by its alias",
  GO_BREADTH,
  async () => {
    const proxy = emptyDirectory();
    const versions = join(proxy, MODULE, "@v");
    mkdirSync(versions, { recursive: true });
    const write = (name: string, text: string | Uint8Array) =>
      writeFileSync(join(versions, name), text);
    write("v1.0.0.info", JSON.stringify({ Version: "v1.0.0" }));
    write("v1.0.0.mod", FILES["go.mod"]);
    write(
      "v1.0.0.zip",
      zipOf(
        Object.entries(FILES).map(([name, text]) =>
          [`${MODULE}@v1.0.0/${name}`, text] as const
        ),
      ),
    );
    const variables = {
      GOPROXY: pathToFileURL(proxy).href,
      GONOSUMDB: MODULE,
      GOMODCACHE: emptyDirectory(),
      GOFLAGS: `${process.env.GOFLAGS ?? ""} -modcacherw`.trim(),
    };
    const built = await Object.entries(variables).reduce(
      (use, [name, value]) => () => withVariable(name, value, use),
      async () => {
        await build(`go:${MODULE}@v1.0.0`);
        // What is in the module cache asks nobody for anything.
        return await withVariable(
          "GOPROXY",
          "off",
          () => build(`go:${MODULE}@v1.0.0`),
        );
      },
    )();
    assertEquals(built.description.skipped, {});
    // deno-lint-ignore no-explicit-any -- the types are another test's
    const go = opened(built).symbols as any;
    using client = go.New(go.Named("a"), (made: { Name: string }) => {
      made.Name += "b";
    });
    assertEquals(client instanceof go.Client, true);
    assertEquals([client.Name, client.Call(), client.Call()], ["ab", 1, 2]);
    using other = new go.Client();
    other.Name = "c";
    assertEquals(go.Names([client, other]), ["ab", "c"]);
    assertEquals(go.NewShape(2).Area(), 4);
    assertEquals(go.Larger(go.NewShape(2), go.NewShape(1)), true);
  },
);

/** A zip of files as they are. */
function zipOf(
  files: readonly (readonly [name: string, text: string])[],
): Uint8Array {
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let at = 0;
  const lengthOf = (all: readonly Uint8Array[]) =>
    all.reduce((sum, { length }) => sum + length, 0);
  for (const [name, text] of files) {
    const path = encoder.encode(name);
    const bytes = encoder.encode(text);
    const fields = [20, 0, 0, 0, 0x21];
    const rest = [
      ...words32(crcOf(bytes), bytes.length, bytes.length),
      ...words16(path.length, 0),
    ];
    const local = [
      Uint8Array.of(0x50, 0x4b, 3, 4, ...words16(...fields), ...rest),
      path,
      bytes,
    ];
    directory.push(
      Uint8Array.of(
        ...[0x50, 0x4b, 1, 2, ...words16(20, ...fields), ...rest],
        ...[...words16(0, 0, 0), ...words32(0, at)],
      ),
      path,
    );
    parts.push(...local);
    at += lengthOf(local);
  }
  const count = files.length;
  const end = Uint8Array.of(
    ...[0x50, 0x4b, 5, 6, ...words16(0, 0, count, count)],
    ...[...words32(lengthOf(directory), at), ...words16(0)],
  );
  const all = [...parts, ...directory, end];
  return Uint8Array.from(all.flatMap((part) => [...part]));
}

function words16(...all: number[]): number[] {
  return all.flatMap((word) => [word & 255, word >> 8 & 255]);
}

function words32(...all: number[]): number[] {
  return all.flatMap((word) => words16(word & 0xffff, word >>> 16));
}

function crcOf(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
