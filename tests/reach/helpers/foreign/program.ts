/**
 * Random functions of C: a source, and the calls that show whether what one
 * side gives is what the other one sees. Both are made of one seed.
 *
 * @module
 */

import { generator, pick, type Random } from "../../../helpers/random.ts";
import { PRELUDE, type Type, Types, type Value } from "./types.ts";

/** A parameter: what it is in C, and what happens with it. */
interface Param {
  readonly declare: (name: string) => string;
  /** Statements of C. */
  readonly body: (name: string) => string;
  /** A value for a call, made anew for each: what is given, and what C says of it. */
  readonly make: (types: Named) => Given;
}

/** What a call is given, and what has to be true then. */
export interface Given {
  readonly js: unknown;
  readonly text: string;
  /** What is wrong after the call; undefined when nothing is. */
  readonly after?: () => string | undefined;
}

/** The classes of the plugin's structs. */
export type Named = (name: string) => new (value?: unknown) => object;

/** A function of the plugin. */
export interface Made {
  readonly name: string;
  /** What it is looked up at, where it says too little itself. */
  readonly at?: string;
  readonly params: readonly Param[];
  readonly result: { readonly type: Type; readonly value: Value } | undefined;
}

/** A variable of the plugin. */
export interface MadeVariable {
  readonly name: string;
  readonly type: Type;
  readonly value: Value;
}

/** A source, and what is in it. */
export interface Program {
  readonly source: string;
  /** Functions with `...`, and the types that they are called at. */
  readonly thunks: readonly string[];
  readonly functions: readonly Made[];
  readonly variables: readonly MadeVariable[];
}

/**
 * Makes a program.
 *
 * @param seed What it is made of.
 * @param count How many functions it has.
 * @param isApart Whether they run on another thread or in another process: to
 * those JavaScript gives no texts, and all arguments must fit into registers.
 */
export function programOf(
  seed: number,
  count: number,
  isApart: boolean,
): Program {
  const random = generator(seed);
  const types = new Types(random);
  const functions: Made[] = [];
  const thunks: string[] = [];
  const variables: MadeVariable[] = [];
  let body = "";
  for (let index = 0; index < count; index++) {
    const name = `call_${index}`;
    if (random(8) === 0) {
      const made = variadic(name, random, types);
      functions.push(made);
      thunks.push(`${name} ${made.at}`);
      body += made.source;
      continue;
    }
    const params = Array.from(
      { length: random(30) === 0 ? 9 + random(119) : random(9) },
      () => param(random, types, isApart),
    );
    const type = random(6) === 0 ? undefined : types.any();
    const result = type && { type, value: type.value() };
    functions.push({ name, params, result });
    const declared = params.map(({ declare }, i) => declare(`p${i}`)).join(
      ", ",
    );
    body += `${type?.c ?? "void"} ${name}(${declared || "void"}) {\n` +
      params.map(({ body }, i) => `  ${body(`p${i}`)}\n`).join("") +
      (result === undefined
        ? ""
        : `  ${result.type.c} r;\n  ${
          result.value.write("r")
        }\n  return r;\n`) +
      "}\n";
    if (random(3) === 0) {
      const type = random(2) === 0 ? types.struct() : types.any();
      const name = `variable_${index}`;
      const value = type.value();
      variables.push({ name, type, value });
      body += `${type.c} ${name};\n` +
        `void set_${name}(void) { ${value.write(name)} }\n` +
        `void see_${name}(void) { ${type.print(name)} }\n`;
    }
  }
  const source = PRELUDE + types.source + body;
  return { source, thunks, functions, variables };
}

/** A function with `...`, called at one type of all that it could be. */
function variadic(
  name: string,
  random: Random,
  types: Types,
): Made & { readonly source: string } {
  const more = Array.from(
    { length: random(12) === 0 ? 100 : random(7) },
    () => random(4) === 0 ? types.struct() : pick(random, types.promoted),
  );
  const result = { type: types.any() };
  const value = result.type.value();
  const first = byValue(types.scalars[4]!);
  return {
    name,
    at: `(i32${
      more.map(({ notation }) => `, ${notation}`).join("")
    }) => ${result.type.notation}`,
    params: [first, ...more.map(byValue)],
    result: { ...result, value },
    source: `${result.type.c} ${name}(int32_t p0, ...) {
  ${first.body("p0")}
  va_list list;
  va_start(list, p0);
${
      more.map((type) =>
        `  { ${type.c} p = va_arg(list, ${type.c}); ${type.print("p")} }\n`
      ).join("")
    }  va_end(list);
  ${result.type.c} r;
  ${value.write("r")}
  return r;
}
`,
  };
}

function param(random: Random, types: Types, isApart: boolean): Param {
  switch (random(9)) {
    case 0:
      return pointer(types.struct());
    case 1:
      return callback(random, types, isApart);
    case 2:
      return array(random, types);
    default:
      return byValue(types.any());
  }
}

function byValue(type: Type): Param {
  return {
    declare: (name) => `${type.c} ${name}`,
    body: (name) => type.print(name),
    make: (named) => {
      const { js, text } = type.value();
      // A struct goes as a plain object and as a view of one, in turn.
      const isView = /^T\d/.test(type.c) && turn++ % 2 === 0;
      return { js: isView ? new (named(type.c))(js) : js, text };
    },
  };
}

let turn = 0;

/** C reads a struct, and writes another value there. */
function pointer(type: Type): Param {
  const written = type.value();
  return {
    declare: (name) => `${type.c} *${name}`,
    body: (name) =>
      `${type.print(`(*${name})`)} ${written.write(`(*${name})`)}`,
    make: (named) => {
      const { js, text } = type.value();
      const view = new (named(type.c))(js);
      return {
        js: view,
        text,
        after: () => differenceOf(type.read(view), written.text),
      };
    },
  };
}

/** C reads an array of numbers, and writes others there. */
function array(random: Random, types: Types): Param {
  const [notation, Numbers] = pick(random, ARRAYS);
  const type = types.scalars.find((type) => type.notation === notation)!;
  const values = Array.from({ length: 1 + random(5) }, () => type.value());
  return {
    declare: (name) => `${type.c} *${name}`,
    body: (name) =>
      values.map(({ write }, i) =>
        `${type.print(`${name}[${i}]`)} ${write(`${name}[${i}]`)}`
      ).join(" "),
    make: () => {
      const given = values.map(() => type.value());
      const js = new Numbers(given.map(({ js }) => js as never));
      return {
        js,
        text: given.map(({ text }) => text).join(""),
        after: () =>
          differenceOf(
            Array.from(js as ArrayLike<unknown>, (one) => type.read(one)).join(
              "",
            ),
            values.map(({ text }) => text).join(""),
          ),
      };
    },
  };
}

/** What is given for pointers to numbers. */
const ARRAYS = [
  ["i8", Int8Array],
  ["i16", Int16Array],
  ["u16", Uint16Array],
  ["i32", Int32Array],
  ["u32", Uint32Array],
  ["i64", BigInt64Array],
  ["u64", BigUint64Array],
  ["f32", Float32Array],
  ["f64", Float64Array],
] as const;

/** C calls JavaScript twice, and sees what it gave. */
function callback(random: Random, types: Types, isApart: boolean): Param {
  const some = () =>
    random(4) === 0 ? types.struct() : pick(random, types.scalars);
  const params = Array.from({ length: random(isApart ? 6 : 13) }, some);
  let result = random(4) === 0 ? undefined : some();
  while (isApart && result?.hasText) result = some();
  const given = params.map((type) => type.value());
  const wanted = given.map(({ text }) => text).join("");
  let answer: Value | undefined;
  let calls = 0;
  let wrong: string | undefined;
  // One function for all calls: of those that take or give structs by value there
  // are only so many.
  const js = (...list: unknown[]) => {
    calls++;
    const got = params.map((type, i) => type.read(list[i])).join("");
    wrong ??= differenceOf(got, wanted);
    return answer?.js;
  };
  return {
    declare: (name) =>
      `${result?.c ?? "void"} (*${name})(${
        params.map(({ c }) => c).join(", ") || "void"
      })`,
    body: (name) => {
      const call = `${name}(${params.map((_, i) => `a${i}`).join(", ")})`;
      return `for (int i = 0; i < 2; i++) { ${
        params.map(({ c }, i) => `${c} a${i}; ${given[i]!.write(`a${i}`)}`)
          .join(" ")
      } ${
        result === undefined
          ? `${call};`
          : `${result.c} r = ${call}; ${result.print("r")}`
      } }`;
    },
    make: () => {
      answer = result?.value();
      calls = 0;
      wrong = undefined;
      return {
        js,
        text: (answer?.text ?? "").repeat(2),
        after: () => wrong ?? (calls === 2 ? undefined : `${calls} calls`),
      };
    },
  };
}

/** What is wrong; undefined when nothing is. */
export function differenceOf(got: string, wanted: string): string | undefined {
  return got === wanted ? undefined : `got ${got} in place of ${wanted}`;
}
