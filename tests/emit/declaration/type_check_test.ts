import { test } from "../../helpers/test.ts";
import { existsSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { run } from "../../../emit/toolchain/run.ts";
import { need, needRuntime, skip } from "../../helpers/need.ts";
import { fixture } from "../../helpers/fixture.ts";
import { inDirectory } from "../../helpers/directory.ts";
import { typeCheck } from "../../helpers/type_check.ts";
import { plugin } from "../helpers/cli.ts";
import { succeed, succeedSilently } from "../../helpers/succeed.ts";

// Each line that TypeScript has to refuse says so; it refuses the others too.
const USE = `
import { open, type Pointer } from "@native/plugin";
import type { Shapes } from "./shapes.so.d.ts";

const shapes = open<Shapes>("./shapes.so");
const length: number = shapes.lookup("length")("text");
const count: bigint = shapes.lookup("count").value;
const total: number = shapes.lookup("sum")(new Float64Array(length), count);
const point: { x: number; y: number } = shapes.lookup("middle")(
  { x: 1, y: 2 },
  { x: total, y: 4 },
);
const handler = shapes.lookup("on_shape").value;
handler?.(1, null);
shapes.lookup("on_shape").value = (index: number, data: Pointer | null) => {};
shapes.lookup("paint")(5, new Uint8Array(1));
const later: Promise<number> = shapes.lookup("length").async("text");
shapes.lookup("count").value = 7;
shapes.symbols.count.value = BigInt(shapes.symbols.length("text"));
// @ts-expect-error there is no such symbol
shapes.symbols.nothing;
// @ts-expect-error a string is wanted
shapes.symbols.length(7);
// @ts-expect-error there is no such symbol
shapes.lookup("nothing");
// @ts-expect-error a string is wanted
shapes.lookup("length")(7);
// @ts-expect-error an argument is missing
shapes.lookup("sum")(new Float64Array(1));
// @ts-expect-error another typed array is wanted
shapes.lookup("sum")(new Float32Array(1), 1);
// @ts-expect-error a field is missing
shapes.lookup("middle")({ x: 1 }, point);
// @ts-expect-error it can only be read
shapes.lookup("title").value = new Int8Array(7);
// @ts-expect-error a function of other parameters
shapes.lookup("on_shape").value = (index: string) => {};
// @ts-expect-error a promise of a number
const wrong: Promise<string> = shapes.lookup("length").async("text");
// @ts-expect-error a bigint comes out
shapes.lookup("count").value.toFixed();
`;

const STRUCTS = `
import { open } from "@native/plugin";
import type { Line, Structs, StructsTypes } from "./structs.so.d.ts";

const structs = open<Structs, StructsTypes>("./structs.so");
const line: Line = structs.lookup("shift")(
  { from: { x: 1, y: 2 }, to: { x: 3, y: 4 }, width: 5, dashed: true },
  0.5,
);
const on: boolean = line.dashed;
structs.lookup("take_i16")({ a: 1, b: "text" }).a.toString();
structs.lookup("take_i16")(structs.lookup("take_i16")({ a: 1n, b: [1] }));
structs.lookup("twice")({ real: 1 });
structs.lookup("turn")({ v: [1, 2] }).x.toFixed();
structs.lookup("total", "(i32, f64, i32) => f64")(1, 2, 3).toFixed();
const Point = structs.type("Point");
const point = new Point({ x: 1 });
point.y = point.x + Point.size + structs.lookup("middle")(point, point).x;
const { x }: { x: number } = Point.toObject(new Point(point));
const I16 = structs.type("I16");
const sixteen: bigint = new I16({ a: 1 }).a;
const green: 5 = structs.type("color").GREEN;
// @ts-expect-error there is no such type
structs.type("Pointless");
// @ts-expect-error there is no such member
new Point({ z: 1 });
// @ts-expect-error a member of another type
point.x = "1";
// @ts-expect-error there is no such value
structs.type("color").YELLOW;
// @ts-expect-error a member of the inner struct is missing
structs.lookup("shift")({ from: { x: 1 }, to: line.to, width: 5, dashed: true }, 1);
// @ts-expect-error a member of another type
structs.lookup("shift")({ ...line, width: "5" }, 1);
// @ts-expect-error there is no such member
structs.lookup("take_f1")({ x: 1, y: 2 });
// @ts-expect-error a bigint comes out
const n: number = structs.lookup("take_i16")({ a: 1, b: [] }).a;
// @ts-expect-error it takes a signature to call it
structs.lookup("total")(1, 2, 3);
// @ts-expect-error it has no thunk
structs.lookup("take_long")({});
`;

// What texts name; the face that tsc is given here infers nothing.
const NAMED = `
import { open } from "@native/plugin";
import type { Structs, StructsTypes } from "./structs.so.d.ts";

const structs = open<Structs, StructsTypes>("./structs.so");
const middle = structs.lookup("middle", "(Point, Point) => Point");
middle({ x: 1, y: 2 }, { x: 3, y: 4 }).x.toFixed();
structs.lookup("take_i16", "(I16) => I16")({ a: 1, b: "text" }).a satisfies bigint;
// @ts-expect-error a member is missing
middle({ x: 1 }, { x: 3, y: 4 });
// @ts-expect-error it has no such member
middle({ x: 1, y: 2 }, { x: 3, y: 4 }).z;
`;

const POINTERS = `
import { open, type Pointer } from "@native/plugin";
import type { commit, Pointers } from "./pointers.so.d.ts";

const all = open<Pointers>("./pointers.so").symbols;
const repository = all.repository_open();
const one: Pointer<commit> | null = all.commit_of(repository);
all.commit_id(one);
all.first_byte(repository);
all.tree_id(null);
const plain: Pointer | null = one;
all.tree_id(plain);
all.commit_id(all.pair_of(one).commit);
// @ts-expect-error it is a pointer to a repository
all.commit_id(repository);
// @ts-expect-error it is a pointer to a commit
all.tree_id(one);
// @ts-expect-error it is a pointer to a tree
all.commit_id(all.pair_of(one).tree);
`;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** Builds both fixtures, and writes what uses them beside them. */
async function write(directory: string): Promise<string[]> {
  const files: string[] = [];
  for (
    const [name, use] of [
      ["shapes", USE],
      ["structs", STRUCTS],
      ["pointers", POINTERS],
    ] as const
  ) {
    const library = `${directory}/${name}.so`;
    await succeedSilently(plugin(
      ...["build", fixture(`${name}.c`), "-o", library],
      ...["--", "-Wno-psabi"],
    ));
    writeFileSync(`${directory}/use_${name}.ts`, use);
    files.push(`${directory}/use_${name}.ts`, `${library}.d.ts`);
  }
  return files;
}

test(
  "deno check takes the declarations, and refuses what is wrong",
  needRuntime("type checking", "cc"),
  async () => {
    await inDirectory(async (directory) => {
      const files = await write(directory);
      writeFileSync(`${directory}/use_named.ts`, NAMED);
      files.push(`${directory}/use_named.ts`);
      await succeed(typeCheck(files, { config: `${ROOT}/deno.json` }));
    });
  },
);

/** Where npm's TypeScript is: this project does not need it otherwise. */
const TSC = process.env.PLUGIN_TSC ?? `${ROOT}/node_modules/.bin/tsc`;

test(
  "tsc takes the declarations, and refuses what is wrong",
  existsSync(TSC)
    ? need("cc", "npm")
    : skip("needs npm's typescript: PLUGIN_TSC"),
  async () => {
    await inDirectory(async (directory) => {
      const files = await write(directory);
      writeFileSync(
        `${directory}/tsconfig.json`,
        JSON.stringify({
          compilerOptions: {
            strict: true,
            noEmit: true,
            skipLibCheck: false,
            allowImportingTsExtensions: true,
            exactOptionalPropertyTypes: true,
            module: "nodenext",
            target: "esnext",
            lib: ["esnext"],
            types: [],
            paths: { "@native/plugin": [`${directory}/plugin.d.ts`] },
          },
          files,
        }),
      );
      writeFileSync(`${directory}/plugin.d.ts`, FACE);
      writeFileSync(`${directory}/package.json`, `{ "type": "module" }`);
      // It runs on the machine's Node, which may not know this one's options.
      const env = { NODE_OPTIONS: "" };
      const ran = await run(TSC, ["-p", directory], { env });
      assertEquals([ran.status, ran.stdout, ran.stderr], [0, "", ""]);
    });
  },
);

// The face of the load side, as far as declarations use it: its sources need
// the types of Node, Deno and Bun, which a user's own tsc finds in the package.
const FACE = `
export type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;
export declare class Pointer<To = any> {
  private readonly own: unknown;
  readonly "points to"?: To;
}
export declare class Struct { private readonly own: unknown; }
export declare class Variable<T, W = T> {
  private readonly own: [T, W];
  get value(): T;
  set value(value: W);
}
export type NativeFunction<P extends unknown[], R> =
  & ((...args: P) => R)
  & { async(...args: P): Promise<R> };
export type FunctionArgument<P extends unknown[], R> =
  | ((...args: P) => R)
  | Pointer
  | null;
export interface StructType<Out extends object, In extends object> {
  new (members?: Readonly<Partial<In>> | Struct): Struct & Out;
  readonly size: number;
  toObject(struct: Struct): Out;
}
export declare function open<S extends object, T extends object = object>(
  path: string,
): {
  get symbols(): S;
  type<K extends keyof T & string>(name: K): T[K];
  lookup<K extends keyof S & string>(name: K): S[K];
  lookup(name: string, type: string): (...args: unknown[]) => number;
};
`;
