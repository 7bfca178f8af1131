/**
 * Structs and unions in memory.
 *
 * @module
 */

import { type Misfit, SCALAR_CHECK } from "../check/check.ts";
import { misfitError } from "../check/wrong.ts";
import { show } from "../check/show.ts";
import { generate } from "../runtime/generate.ts";
import type { CompositeDefinition } from "../manifest/manifest.ts";
import { parseType } from "../notation/type.ts";
import {
  resolveType,
  type ScalarName,
  type Types,
  type Value,
} from "../value/value.ts";
import { type Codec, fits } from "./codec.ts";
import { loadCode, SCALAR_SCOPE, storeCode } from "../value/scalar.ts";
import {
  dataOf,
  definitionOf,
  isStruct,
  structType,
} from "../handle/struct.ts";

/** A codec that knows the type it is of. */
export interface CompositeCodec extends Codec {
  readonly type: ReturnType<typeof structType>;
}

/** One member, and how it lies. */
interface Member {
  readonly name: string;
  readonly offset: number;
  readonly codec: Codec;
  readonly scalar: ScalarName | undefined;
  /** The members that share bytes have one number; 0 shares with nobody. */
  readonly group: number;
}

const known = new WeakMap<CompositeDefinition, CompositeCodec>();

/**
 * The codec of a struct or a union.
 *
 * @param name What it is called.
 * @param definition Its members.
 * @param types The named types of its manifest.
 * @param codecOf Gives the codecs of the members.
 */
export function compositeCodec(
  name: string,
  definition: CompositeDefinition,
  types: Types,
  codecOf: (value: Value, types: Types) => Codec,
): CompositeCodec {
  let codec = known.get(definition);
  if (codec === undefined) {
    codec = make(
      name,
      definition,
      grouped(
        definition.fields.map(({ name, type, offset }) => ({
          name,
          offset,
          ...memberOf(resolveType(parseType(type), types), types, codecOf),
        })),
      ),
    );
    known.set(definition, codec);
  }
  return codec;
}

/** The codec of a member; a scalar's name too, whose code is written in place. */
function memberOf(
  value: Value,
  types: Types,
  codecOf: (value: Value, types: Types) => Codec,
): { codec: Codec; scalar: ScalarName | undefined } {
  return {
    codec: codecOf(value, types),
    scalar: value.kind === "scalar" ? value.name : undefined,
  };
}

/** Numbers the members that overlap: those of a union, and of an unnamed union in a struct. */
function grouped(members: readonly Omit<Member, "group">[]): Member[] {
  const byOffset = members.map((member, index) => ({ member, index }))
    .sort((a, b) => a.member.offset - b.member.offset);
  const groups = new Array<number>(members.length).fill(0);
  let group = 0;
  let end = 0;
  let last: number | undefined;
  for (const { member, index } of byOffset) {
    if (member.offset < end && last !== undefined) {
      if (groups[last] === 0) groups[last] = ++group;
      groups[index] = groups[last]!;
    }
    if (member.offset + member.codec.size > end) {
      end = member.offset + member.codec.size;
      last = index;
    }
  }
  return members.map((member, index) => ({ ...member, group: groups[index]! }));
}

function make(
  name: string,
  definition: CompositeDefinition,
  members: readonly Member[],
): CompositeCodec {
  const { size, align } = definition;
  const { write, read } = compileMembers(definition, members);

  function explain(value: unknown): Misfit | undefined {
    const wrong = (message: string): Misfit => ({
      path: "",
      message,
      isRange: false,
    });
    const names = members.map((member) => JSON.stringify(member.name));
    if (typeof value !== "object" || value === null) {
      return wrong(
        `wanted an object with ${names.join(", ")}, got ${show(value)}`,
      );
    }
    const given = value as Record<string, unknown>;
    for (const member of members) {
      const part = given[member.name];
      if (part === undefined && member.group > 0) continue;
      if (fits(member.codec, part)) continue;
      const inner = member.codec.explain(part)!;
      return { ...inner, path: `.${member.name}${inner.path}` };
    }
    return wrong(`wanted one of ${names.join(", ")}, got none`);
  }

  const type = structType(
    name,
    definition,
    members.map(({ name: member, offset, codec }) => ({
      name: member,
      get: (view, held) => codec.live(view, offset, held),
      set(view, value, held) {
        if (fits(codec, value)) {
          codec.write(view, offset, value, held);
          return;
        }
        throw misfitError(`${name}.${member}`, codec.explain(value)!);
      },
    })),
    (view) => read(view, 0) as Record<string, unknown>,
  );
  const live: Codec["live"] = (view, at, held) =>
    type.over(new DataView(view.buffer, view.byteOffset + at, size), held);
  return { size, align, write, read, live, explain, type };
}

/** The generated half: names and codecs are values of its scope, offsets its only literals. */
function compileMembers(
  definition: CompositeDefinition,
  members: readonly Member[],
): Pick<Codec, "write" | "read"> {
  const { size } = definition;
  const covered = members.reduce((sum, { codec }) => sum + codec.size, 0);
  const groups = new Set(members.map(({ group }) => group).filter(Boolean));
  const writes = members.map(({ offset, group, scalar }, i) => {
    const at = `at + ${offset}`;
    const write = scalar === undefined
      ? `if (!w${i}(view, ${at}, v, held)) return false;`
      : `if (!(${SCALAR_CHECK[scalar].test("v", "")})) return false; ${
        storeCode(scalar, at, "v")
      }`;
    return group === 0
      ? `v = x[n${i}]; ${write}`
      : `v = x[n${i}]; if (v !== undefined) { ${write} g${group}++; }`;
  });
  const reads = members.map(({ offset, scalar }, i) => {
    const at = `at + ${offset}`;
    return scalar === undefined
      ? `r${i}(view, ${at}, free)`
      : loadCode(scalar, at);
  });
  const scope: Record<string, unknown> = {
    ...SCALAR_SCOPE,
    isStruct,
    definitionOf,
    definition,
    copy: (view: DataView, at: number, from: DataView) =>
      new Uint8Array(view.buffer, view.byteOffset + at, size).set(
        new Uint8Array(from.buffer, from.byteOffset, size),
      ),
    zero: (view: DataView, at: number) =>
      new Uint8Array(view.buffer, view.byteOffset + at, size).fill(0),
    dataOf,
  };
  members.forEach(({ name, codec }, i) => {
    scope[`n${i}`] = name;
    scope[`w${i}`] = codec.write;
    scope[`r${i}`] = codec.read;
  });
  return generate(
    scope,
    `return {
  write(view, at, x, held) {
    if (typeof x !== "object" || x === null) return false;
    if (isStruct(x) && definitionOf(x) === definition) {
      copy(view, at, dataOf(x));
      return true;
    }
    ${covered === size && groups.size === 0 ? "" : "zero(view, at);"}
    ${[...groups].map((group) => `let g${group} = 0;`).join(" ")}
    let v;
    ${writes.join("\n    ")}
    return ${
      [...groups].map((group) => `g${group} > 0`).join(" && ") || "true"
    };
  },
  read(view, at, free) {
    return { ${reads.map((read, i) => `[n${i}]: ${read}`).join(", ")} };
  },
};`,
  );
}
