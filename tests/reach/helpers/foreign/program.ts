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
  readonly functions: readonly Made[];
  readonly variables: readonly MadeVariable[];
}

/** Makes a program. */
export function programOf(seed: number, count: number): Program {
  const random = generator(seed);
  const types = new Types(random);
  const functions: Made[] = [];
  const variables: MadeVariable[] = [];
  let body = "";
  for (let index = 0; index < count; index++) {
    const name = `call_${index}`;
    const params = Array.from(
      { length: random(9) },
      () => param(random, types),
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
  return { source: PRELUDE + types.source + body, functions, variables };
}

function param(random: Random, types: Types): Param {
  switch (random(8)) {
    case 0:
      return pointer(types.struct());
    case 1:
      return callback(random, types);
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

/** C calls JavaScript twice, and sees what it gave. */
function callback(random: Random, types: Types): Param {
  const params = Array.from(
    { length: random(6) },
    () => pick(random, types.scalars),
  );
  // A text that JavaScript gives has no owner.
  const results = types.scalars.filter(({ c }) => !c.endsWith("*"));
  const result = random(4) === 0 ? undefined : pick(random, results);
  const given = params.map((type) => type.value());
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
      const answer = result?.value();
      const wanted = given.map(({ text }) => text).join("");
      let calls = 0;
      let wrong: string | undefined;
      return {
        js: (...list: unknown[]) => {
          calls++;
          const got = params.map((type, i) => type.read(list[i])).join("");
          wrong ??= differenceOf(got, wanted);
          return answer?.js;
        },
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
