/**
 * What is wrong with an object that is given for a struct or a union.
 *
 * @module
 */

import type { Misfit } from "../check/argument_checks.ts";
import { didYouMean } from "../did_you_mean.ts";
import { show } from "../check/show.ts";
import { hasMemory, isStruct } from "../handle/struct.ts";
import { isArray } from "../runtime/views.ts";
import { fits } from "./codec.ts";
import { type Member, overlap } from "./members.ts";

/** The first two of some members that lie over each other. */
export function clash(
  members: readonly Member[],
  names: readonly string[],
): readonly [string, string] | undefined {
  const given = members.filter(({ name }) => names.includes(name));
  for (const [index, member] of given.entries()) {
    if (member.group === 0) continue;
    const other = given.slice(0, index).find((other) => overlap(other, member));
    if (other !== undefined) return [other.name, member.name];
  }
  return undefined;
}

/**
 * Why the members of a struct or a union cannot be written from a value.
 *
 * @param members The members.
 * @param value What was given, and was refused.
 * @param isZero Whether members that are left out are zero.
 */
export function explainMembers(
  members: readonly Member[],
  value: unknown,
  isZero: boolean,
): Misfit {
  const names = members.map(({ name }) => JSON.stringify(name)).join(", ");
  const wrong = (wanted: string, got: string): Misfit => ({
    path: "",
    wanted,
    got,
    isRange: false,
  });
  const object = `an object with ${names}`;
  if (typeof value !== "object" || value === null) {
    return wrong(object, show(value));
  }
  if (isArray(value)) return wrong(object, show(value));
  if (isStruct(value) && !hasMemory(value)) {
    return wrong(object, show(value));
  }
  const unknown = Object.keys(value).find((key) =>
    !members.some(({ name }) => name === key)
  );
  if (unknown !== undefined) {
    const meant = didYouMean(unknown, members.map(({ name }) => name));
    return wrong(object, `one with ${JSON.stringify(unknown)}${meant}`);
  }
  const given = value as Record<string, unknown>;
  for (const { name, codec, group } of members) {
    const part = given[name];
    if (part === undefined && (isZero || group > 0)) continue;
    if (fits(codec, part)) continue;
    const inner = codec.explain(part)!;
    return { ...inner, path: `.${name}${inner.path}` };
  }
  const there = members.filter(({ name }) => given[name] !== undefined);
  const both = clash(members, there.map(({ name }) => name));
  return wrong(
    `one of ${names}`,
    both?.map((name) => JSON.stringify(name)).join(" and ") ?? "none",
  );
}
