/**
 * The Go code of a wrapper that takes one value out of memory that is not
 * Go's, and the code that leaves one there.
 *
 * @module
 */

import type { Callbacks } from "./callbacks.ts";
import type { GoValue } from "./package.ts";
import { converted, type Slot, type Slots } from "./frame_slots.ts";

/** An argument of a call. */
export interface Argument {
  /** Statements before the call. */
  readonly lines: readonly string[];
  /** What the function is given. */
  readonly expression: string;
}

/**
 * Takes a parameter out of a frame.
 *
 * @param params The parameters of the function.
 * @param index Which of them.
 * @param slots How values lie in a frame.
 * @param callbacks Gives functions of the caller their wrappers.
 * @returns The statements before the call, and the argument itself.
 */
export function argument(
  params: readonly GoValue[],
  index: number,
  slots: Slots,
  callbacks: Callbacks,
): Argument {
  const param = params[index]!;
  const slot = slots.of(param);
  const p = `p${index}`;
  switch (slot.kind) {
    case "scalar":
      return plain(converted(param.go, slot.go, `f.${p}`));
    case "array":
      return plain(as(param.go, slot.go, `f.${p}`));
    case "string":
      return plain(converted(param.go, "string", `plugin_take_string(f.${p})`));
    case "data":
    case "object":
    case "closure": {
      if (!param.inout || slot.kind !== "data") {
        return {
          lines: [`${p} := ${taken(slot, `f.${p}`)}`],
          expression: p,
        };
      }
      const { number } = slot;
      const before = `in${index}`;
      return {
        lines: [
          `${p} := ${taken(slot, before)}`,
          `defer plugin_back_${number}(&f.${p}, ${p}, plugin_keep_${number}(${p}), ${before})`,
        ],
        expression: p,
      };
    }
    case "function": {
      const made = callbacks.made(param.call!, `f.${p}`, THREAD);
      // One with a name has its methods.
      return plain(param.go ? `${param.go}(${made})` : made);
    }
    case "struct":
      return {
        lines: [`var ${p} ${slot.struct.go}`, `f.${p}.take(&${p})`],
        expression: p,
      };
    case "slice":
      return lent(sliceOf(p, param, slot), earlier(params, index, slots));
    case "pointer":
      return lent(pointerOf(p, param, slot), earlier(params, index, slots));
  }
}

/** A value that the function is given as it lies in the frame. */
function plain(expression: string): Argument {
  return { lines: [], expression };
}

/** Memory of the caller, which is the function's own while it runs; then the caller gets it back. */
interface Lent {
  /** The variable that stands for it. */
  readonly name: string;
  /** Its Go type. */
  readonly type: string;
  /** When there is such memory; always where it is left out. */
  readonly condition?: string;
  /** Makes a copy, and gives it back at the end. */
  readonly copy: readonly string[];
  /** Takes what an earlier parameter has copied of the same memory. */
  share(earlier: string): string;
}

function sliceOf(
  p: string,
  { go }: GoValue,
  { element }: Extract<Slot, { kind: "slice" }>,
): Lent {
  const args = `unsafe.Pointer(&${p}), f.${p}, ${element}`;
  return {
    name: p,
    type: go,
    copy: [`plugin_take_slice(${args})`, `defer plugin_return_slice(${args})`],
    share: (q) =>
      `plugin_share_slice(unsafe.Pointer(&${p}), unsafe.Pointer(&${q}))`,
  };
}

function pointerOf(
  p: string,
  { go }: GoValue,
  { to }: Extract<Slot, { kind: "pointer" }>,
): Lent {
  const change = to.kind === "array" ? as : converted;
  const [taken, given] = to.kind === "struct"
    ? [`f.${p}.take(${p})`, `f.${p}.give(${p})`]
    : [
      `*${p} = ${change(go, to.go, `*f.${p}`)}`,
      `func() { *f.${p} = ${change(to.go, go, `*${p}`)} }()`,
    ];
  return {
    name: p,
    type: `*${go}`,
    condition: `f.${p} != nil`,
    copy: [`${p} = new(${go})`, taken, `defer ${given}`],
    share: (q) => `${p} = ${q}`,
  };
}

/**
 * The statements for memory of the caller: one copy of it, however often it is
 * given, or one that the function left alone would undo what it did to another.
 *
 * @param memory The memory.
 * @param before The parameters that may be the same memory.
 */
function lent(
  { name, type, condition, copy, share }: Lent,
  before: readonly string[],
): Argument {
  const declaration = `var ${name} ${type}`;
  if (before.length === 0 && condition === undefined) {
    return { lines: [declaration, ...copy], expression: name };
  }
  const branches: (readonly [head: string, body: readonly string[]])[] = [
    ...before.map((q) => [`if f.${name} == f.${q} {`, [share(q)]] as const),
    [condition === undefined ? "{" : `if ${condition} {`, copy],
  ];
  const lines = branches.flatMap(([head, body], index) => [
    index === 0 ? head : `} else ${head}`,
    ...body.map((line) => `\t${line}`),
  ]);
  return { lines: [declaration, ...lines, "}"], expression: name };
}

/** In a wrapper that is given functions: the thread that has given them. */
const THREAD = "called.thread";

/** What crosses whole, or an object, out of its slot. */
function taken(
  { kind, number }: Extract<Slot, { kind: "data" | "object" | "closure" }>,
  from: string,
): string {
  const thread = kind === "closure" ? `, ${THREAD}` : "";
  return `plugin_${
    kind === "data" ? "unpack" : "take"
  }_${number}(${from}${thread})`;
}

/** The parameters before the one at `index` that can be given the same memory. */
function earlier(
  params: readonly GoValue[],
  index: number,
  slots: Slots,
): string[] {
  const key = (value: GoValue): string => {
    const slot = slots.of(value);
    return slot.kind === "slice"
      ? `slice ${slot.element}`
      : `${value.type} ${value.go}`;
  };
  return params.slice(0, index).flatMap((param, i) =>
    key(param) === key(params[index]!) ? [`p${i}`] : []
  );
}

/**
 * The statement that takes a variable or a field out of a slot.
 *
 * @param to Its type.
 * @param into Where it goes: something that has an address.
 * @param from The slot.
 * @param slots How values lie in a frame.
 */
export function take(
  to: GoValue,
  into: string,
  from: string,
  slots: Slots,
): string {
  const slot = slots.of(to);
  switch (slot.kind) {
    case "slice":
      return `plugin_take_slice(unsafe.Pointer(&${into}), ${from}, ${slot.element})`;
    case "struct":
      return `${from}.take(&${into})`;
    case "data":
    case "object":
    case "closure":
      return `${into} = ${taken(slot, from)}`;
    case "string":
      return `${as("string", to.go, into)} = plugin_take_string(${from})`;
    default:
      return `${as(slot.go, to.go, into)} = ${from}`;
  }
}

/**
 * The statement that leaves a result, a variable or a field in a slot.
 *
 * @param type Its type.
 * @param value Where it is: something that has an address.
 * @param into The slot.
 * @param slots How values lie in a frame.
 */
export function give(
  type: GoValue,
  value: string,
  into: string,
  slots: Slots,
): string {
  const slot = slots.of(type);
  switch (slot.kind) {
    case "string":
      return `${into} = plugin_give_string(${
        converted("string", type.go, value)
      })`;
    case "slice":
      return `${into} = plugin_give_slice(unsafe.Pointer(&${value}), ${slot.element})`;
    case "struct":
      return `${into}.give(&${value})`;
    case "data":
      return `${into} = plugin_pack_${slot.number}(${value})`;
    case "object":
      return `${into} = plugin_give_${slot.number}(${value})`;
    case "scalar":
      return `${into} = ${converted(slot.go, type.go, value)}`;
    default:
      return `${into} = ${as(slot.go, type.go, value)}`;
  }
}

/** What lies at `place`, as a type of the same layout; its own need not have a name here. */
function as(type: string, own: string, place: string): string {
  return type === own ? place : `*(*${type})(unsafe.Pointer(&${place}))`;
}
