/**
 * Compiles checked functions: one closure for each, so that the runtime's compiler
 * sees one target and one shape of arguments.
 *
 * Its text is put together from the closed lists of this directory and of the
 * adapters, and from integers. What a manifest or a caller wrote reaches it
 * only as the values of its scope.
 *
 * @module
 */

import type { RawFunction } from "../runtime/adapter.ts";
import { type Check, SCOPE } from "./argument_checks.ts";
import { isGiven, type Parameter, passedName } from "./wrong.ts";
import { generate } from "../runtime/generate.ts";
import {
  type SizeRequirement,
  sizeRequirementCode,
} from "./size_requirement.ts";

/**
 * Compiles a checked function.
 *
 * @param name What it is called; only ever data.
 * @param parameters What its arguments `a0`, `a1`, … are checked to be; a
 * failed check calls `wrong`, which the scope must have, or `later` with all
 * arguments.
 * @param scope What `body` finds by name.
 * @param body Gives the statements of the function around those that check the
 * arguments. From there on nothing may run that is the caller's, or what was
 * checked is no longer known.
 * @param once Statements that run before there is a function.
 * @param hasOptions Whether `options` may follow the arguments, which `readOptions` reads.
 * @returns The function, which checks what it is given.
 */
export function compile(
  name: string,
  parameters: readonly Parameter[],
  scope: Readonly<Record<string, unknown>>,
  body: (checks: string) => string,
  once = "",
  hasOptions = false,
): RawFunction {
  const given = parameters.flatMap((parameter, index) =>
    isGiven(parameter) ? [`a${index}`] : []
  );
  const count = given.length;
  const least = parameters.filter((one) => isGiven(one) && !one.canLack).length;
  const scoped: Record<string, unknown> = {};
  const before: string[] = [];
  const checks: string[] = [];
  /** What is measured is checked before. */
  const lengths: string[] = [];
  /** And memory is made when it is known how much. */
  const fills: string[] = [];
  const late: string[] = [];
  for (const [index, parameter] of parameters.entries()) {
    const { check, hidden, isThis } = parameter;
    if (isThis) before.push(`const a${index} = this;`);
    if (parameter.canLack) {
      before.push(`if (a${index} === undefined) a${index} = null;`);
    }
    if (hidden?.kind === "out") continue;
    scoped[`k${index}`] = check.constant;
    if (hidden?.kind === "constant") {
      scoped[`a${index}`] = hidden.value;
      continue;
    }
    if (hidden?.kind === "fill") {
      scoped[`f${index}`] = hidden.make;
      before.push(`let a${index};`);
      fills.push(
        `{ const n = ${sizeRequirementCode(hidden.room)};`,
        `if (!(n >= 0)) wrong.room(${index}, null, n);`,
        `a${index} = f${index}(n); }`,
      );
      continue;
    }
    if (hidden?.kind === "length") {
      const isOfFilled = parameters[hidden.of]!.hidden !== undefined;
      scoped[`n${index}`] = hidden.count;
      before.push(`let a${index};`);
      const of = passedName(parameters[hidden.of]!, hidden.of);
      (isOfFilled ? late : lengths).push(
        `a${index} = n${index}(${of});`,
        `if (!(${
          check.test(`a${index}`, "")
        })) wrong.value(${index}, a${index});`,
      );
      continue;
    }
    const test = check.test(passedName(parameter, index), `k${index}`);
    const refused = parameter.isWide
      ? `return later.call(${["this", ...given].join(", ")})`
      : `wrong.value(${index}, a${index})`;
    checks.push(`if (!(${test})) ${refused};`);
  }
  const rooms = parameters.flatMap((parameter, index) =>
    parameter.room === undefined
      ? []
      : [roomCheck(parameter.room, index, passedName(parameter, index))]
  );
  const gifts = parameters.flatMap((gift, index) =>
    gift.isGivenAway ? [giftCheck(parameters, index)] : []
  );
  const names = { ...SCOPE, ...scoped, ...scope };
  const made = generate(
    names,
    `${once}
return function (${given.join(", ")}) {
  ${before.join("\n  ")}
  ${
      hasOptions
        ? `let options = arguments.length > ${count} ? arguments[${count}] : undefined;`
        : ""
    }
  if (${
      least === count
        ? `arguments.length !== ${count}`
        : `!(arguments.length >= ${least} && arguments.length <= ${count})`
    }${
      hasOptions
        ? ` && !(arguments.length === ${
          count + 1
        } && (options = readOptions(options)) !== undefined)`
        : ""
    }) wrong.count(arguments.length);
  ${
      body(
        [...checks, ...gifts, ...lengths, ...rooms, ...fills, ...late]
          .join("\n  "),
      )
    }
};`,
  );
  Object.defineProperty(made, "name", { value: name, configurable: true });
  return made;
}

/** What the plugin is given for good at `index` must be nothing that the call uses besides. */
function giftCheck(parameters: readonly Parameter[], index: number): string {
  const gift = passedName(parameters[index]!, index);
  return parameters.map((other, i) => {
    if (i === index || other.value.kind !== "object") return "";
    const x = passedName(other, i);
    return `if (${x} !== null && ${gift} !== null && isPartOf(${x}, ${gift})) wrong.refused(${index}, "wanted an object that no other argument is, or belongs to", false);`;
  }).join(" ");
}

/** The memory `x` of the argument at `index` is measured when all of them are checked. */
function roomCheck(room: SizeRequirement, index: number, x: string): string {
  return `{
    const n = ${sizeRequirementCode(room)};
    if (!(n >= 0 && (isView(${x}) ? byteLengthOf(${x}) : byteLengthOfMemory(${x})) >= n)) wrong.room(${index}, ${x}, n);
  }`;
}

/**
 * Compiles the test of a check alone.
 *
 * @param check The check.
 * @returns Whether a value may cross.
 */
export function accepts(check: Check): (value: unknown) => boolean {
  return generate(
    { ...SCOPE, k: check.constant },
    `return (x) => ${check.test("x", "k")};`,
  );
}
