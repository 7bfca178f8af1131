/**
 * The generated half of a struct's codec. For `struct { double x, y; }`:
 *
 * ```js ignore
 * return {
 *   write(view, at, x, held) {
 *     if (typeof x !== "object" || x === null) return false;
 *     if (x instanceof Struct && isStruct(x) && definitionOf(x) === definition) return take(view, at, x, held);
 *     for (const key in x) if (key !== n0 && key !== n1 && hasOwn(x, key)) return false;
 *     let v;
 *     v = x[n0]; if (!(typeof v === "number")) return false; view.setFloat64(at + 0, v, true);
 *     v = x[n1]; if (!(typeof v === "number")) return false; view.setFloat64(at + 8, v, true);
 *     return true;
 *   },
 *   read(view, at, free) {
 *     return { [n0]: view.getFloat64(at + 0, true), [n1]: view.getFloat64(at + 8, true) };
 *   },
 *   copy(x) { … },
 * };
 * ```
 *
 * Names and codecs are values of its scope, offsets its only literals.
 *
 * @module
 */

import { SCALAR_CHECK } from "../check/argument_checks.ts";
import {
  definitionOf,
  hasMemory,
  isStruct,
  keptBy,
  memoryOf,
  placeOf,
  Struct,
} from "../handle/struct.ts";
import { stayWith } from "../handle/address.ts";
import { isSentAway, Lent } from "../handle/lent_memory.ts";
import { copyBytes } from "../handle/raw_memory.ts";
import type { CompositeDefinition } from "../manifest/manifest.ts";
import { generate } from "../runtime/generate.ts";
import { displace } from "../runtime/space.ts";
import { loadCode, SCALAR_SCOPE, storeCode } from "../value/scalar.ts";
import { type Codec, isPointing, type Parts } from "./codec.ts";
import { areZero, type Member, overlap } from "./members.ts";

/** Up to this many names are compared one by one. */
const FEW = 12;
/** Bits of a number that are used as marks. */
const MARKS = 30;

/**
 * Compiles how members are written and read.
 *
 * @param definition The struct or union.
 * @param members The definition's members.
 */
export function compileMembers(
  definition: CompositeDefinition,
  members: readonly Member[],
):
  & Pick<Codec, "write" | "read" | "writeAll" | "readAll">
  & Pick<Parts, "copy"> {
  const { size } = definition;
  const isZero = areZero(definition);
  const covered = members.reduce((sum, { start, end }) => sum + end - start, 0);
  const isWhole = covered === size * 8 &&
    members.every(({ group }) => group === 0);
  const clear = (view: DataView, at: number, size: number) =>
    bytesOf(view, at, size).fill(0);
  const scope: Record<string, unknown> = {
    ...SCALAR_SCOPE,
    Struct,
    isStruct,
    definitionOf,
    definition,
    hasOwn: Object.hasOwn,
    displace,
    names: new Set(members.map(({ name }) => name)),
    take(view: DataView, at: number, from: Struct, held: unknown[]): boolean {
      if (!hasMemory(from)) return false;
      const memory = memoryOf(from);
      const place = placeOf(from);
      copyBytes(view, at, memory, place, size);
      const kept = keptBy(from);
      if (kept.isEmpty) return true;
      const part = kept.part(memory.byteOffset + place, size);
      if (held instanceof Lent && !isSentAway(held)) stayWith(part);
      held.push(part);
      return true;
    },
    clear,
    clearAll(view: DataView, at: number, count: number, stride: number) {
      if (stride === size) clear(view, at, count * size);
      else for (let i = 0; i < count; i++) clear(view, at + i * stride, size);
    },
  };
  members.forEach(({ name, codec }, i) => {
    scope[`n${i}`] = name;
    scope[`w${i}`] = codec.write;
    scope[`r${i}`] = codec.read;
    scope[`W${i}`] = codec.writeAll;
    scope[`R${i}`] = codec.readAll;
    scope[`c${i}`] = codec.parts?.copy;
  });
  const isForeign = members.length <= FEW
    ? members.map((_, i) => `key !== n${i}`).join(" && ") || "true"
    : "!names.has(key)";
  const { marks, required } = marking(members);
  const isPlain = members.every(({ group }) => group === 0);
  // Of those a whole column is read, or written, at once.
  const columns = members.flatMap(({ codec }, i) =>
    codec.readAll !== undefined && codec.writeAll !== undefined ? [i] : []
  );
  const hasColumns = isPlain && columns.length > 0;
  // What is put there before others are asked must be nothing that they can take away.
  const isLasting = members.every(({ codec }, i) =>
    columns.includes(i) || !isPointing(codec)
  );
  return generate(
    scope,
    `return {
  write(view, at, x, held) {
    if (typeof x !== "object" || x === null) return false;
    if (x instanceof Struct && isStruct(x) && definitionOf(x) === definition) return take(view, at, x, held);
    for (const key in x) if (${isForeign} && hasOwn(x, key)) return false;
    ${isWhole ? "" : `clear(view, at, ${size});`}
    ${marks.map((mark) => `let ${mark} = 0;`).join(" ")}
    let v;
    ${members.map(writeCode).map(groupedCode(members, isZero)).join("\n    ")}
    return ${required.join(" && ") || "true"};
  },
  read(view, at, free) {
    return { ${members.map(readCode).join(", ")} };
  },
  ${hasColumns ? readAllCode(members, columns) : ""}
  ${
      hasColumns && isLasting && !isZero
        ? writeAllCode(members, columns, isForeign, isWhole)
        : ""
    }
  copy(x) {
    if (typeof x !== "object" || x === null) return undefined;
    for (const key in x) if (${isForeign} && hasOwn(x, key)) return undefined;
    return { ${members.map(copyCode).join(", ")} };
  },
};`,
  );
}

function bytesOf(view: DataView, at: number, size: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, size);
}

/** The statements that write the member's value `v`. */
function writeCode({ offset, scalar }: Member, i: number): string {
  const at = `at + ${offset}`;
  return scalar === undefined
    ? `if (!w${i}(view, ${at}, v, held)) return false;`
    : `if (!(${SCALAR_CHECK[scalar].test("v", "")})) return false; ${
      storeCode(scalar, at, "v")
    }`;
}

function readCode({ offset, scalar }: Member, i: number): string {
  const at = `at + ${offset}`;
  return `[n${i}]: ${
    scalar === undefined ? `r${i}(view, ${at}, free)` : loadCode(scalar, at)
  }`;
}

/** The method that reads structs in a row. */
function readAllCode(
  members: readonly Member[],
  columns: readonly number[],
): string {
  const all = columns.map((i) => {
    const at = members[i]!.offset;
    return `const v${i} = R${i}(view, at + ${at}, n, size, displace(place, ${at})); if (v${i} === undefined) return undefined;`;
  });
  const parts = members.map((member, i) =>
    columns.includes(i) ? `[n${i}]: v${i}[i]` : readCode(member, i)
  );
  return `readAll(view, at, n, size, place) {
    const free = undefined;
    ${all.join("\n    ")}
    const list = new Array(n);
    for (let i = 0; i < n; i++, at += size) list[i] = { ${parts.join(", ")} };
    return list;
  },`;
}

/** The method that writes structs in a row. */
function writeAllCode(
  members: readonly Member[],
  columns: readonly number[],
  isForeign: string,
  isWhole: boolean,
): string {
  // What has parts is copied: when members are written, no code of the caller's runs.
  const parts = members.map((member, i) =>
    columns.includes(i)
      ? `v${i}[i] = ${partOf(member, i)};`
      : `v = x[n${i}]; ${writeCode(member, i)}`
  );
  const all = columns.map((i) => {
    const at = `start + ${members[i]!.offset}`;
    return `isWritten = W${i}(view, ${at}, v${i}, held, size);
    if (isWritten === false) return false;
    if (isWritten === undefined) {
      for (let i = 0, at = ${at}; i < n; i++, at += size) {
        if (!w${i}(view, at, v${i}[i], held)) return false;
      }
    }`;
  });
  return `writeAll(view, at, values, held, size) {
    const n = values.length;
    const start = at;
    for (let i = 0; i < n; i++) if (values[i] instanceof Struct) return undefined;
    ${columns.map((i) => `const v${i} = new Array(n);`).join(" ")}
    let v, isWritten;
    ${isWhole ? "" : "clearAll(view, at, n, size);"}
    for (let i = 0; i < n; i++, at += size) {
      const x = values[i];
      if (typeof x !== "object" || x === null) return false;
      for (const key in x) if (${isForeign} && hasOwn(x, key)) return false;
      ${parts.join("\n      ")}
    }
    ${all.join("\n    ")}
    return true;
  },`;
}

function copyCode(member: Member, i: number): string {
  return `[n${i}]: ${partOf(member, i)}`;
}

/** A member of what is given, of which all is read once. */
function partOf({ codec }: Member, i: number): string {
  const x = `x[n${i}]`;
  return codec.parts === undefined ? x : `c${i}(${x})`;
}

/** Marks the members that are given, where several lie over each other. */
function marking(
  members: readonly Member[],
): { marks: string[]; required: string[] } {
  const words = new Map<number, Set<string>>();
  members.forEach(({ group }, i) => {
    if (group === 0) return;
    const of = words.get(group) ?? new Set();
    words.set(group, of.add(markOf(i)));
  });
  const required = [...words.values()].map((marks) =>
    `(${[...marks].join(" | ")}) !== 0`
  );
  return {
    marks: [...new Set([...words.values()].flatMap((marks) => [...marks]))],
    required: required.length === 0 ? [] : required,
  };
}

/** The variable that the member at `index` has its mark in. */
function markOf(index: number): string {
  return `m${Math.floor(index / MARKS)}`;
}

/**
 * A member that shares bits may be left out, and none may be given with it that
 * it shares them with; any other only where those that are left out are zero.
 */
function groupedCode(
  members: readonly Member[],
  isZero: boolean,
): (write: string, index: number) => string {
  return (write, index) => {
    const member = members[index]!;
    if (member.group === 0) {
      const { offset, codec: { size } } = member;
      return `v = x[n${index}]; ${
        isZero
          ? `if (v === undefined) clear(view, at + ${offset}, ${size}); else { ${write} }`
          : write
      }`;
    }
    const taken = new Map<string, number>();
    for (const [other, before] of members.slice(0, index).entries()) {
      if (!overlap(before, member)) continue;
      const mark = markOf(other);
      taken.set(mark, (taken.get(mark) ?? 0) | 1 << other % MARKS);
    }
    const clashes = [...taken].map(([mark, bits]) =>
      `(${mark} & ${bits}) !== 0`
    );
    const refuse = clashes.length === 0
      ? ""
      : `if (${clashes.join(" || ")}) return false; `;
    return `v = x[n${index}]; if (v !== undefined) { ${refuse}${write} ${
      markOf(index)
    } |= ${1 << index % MARKS}; }`;
  };
}
