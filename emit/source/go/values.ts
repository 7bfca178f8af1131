/**
 * The Go code of a wrapper that takes one value out of memory that is not
 * Go's, and the code that leaves one there.
 *
 * @module
 */

import type { Callbacks } from "./callbacks.ts";
import type { GoValue } from "./package.ts";
import { converted, type Slots } from "./slot.ts";

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
 * @param params The parameters; it is the one at `index`.
 * @param slots How values lie in a frame.
 * @param callbacks Gives functions of the caller their wrappers.
 */
export function argument(
  params: readonly GoValue[],
  index: number,
  slots: Slots,
  callbacks: Callbacks,
): Argument {
  const param = params[index]!;
  const slot = slots.of(param.type);
  const p = `p${index}`;
  switch (slot.kind) {
    case "scalar":
      return { lines: [], expression: converted(param.go, slot.go, `f.${p}`) };
    case "array":
      return { lines: [], expression: as(param.go, slot.go, `f.${p}`) };
    case "string":
      return {
        lines: [],
        expression: converted(
          param.go,
          "string",
          `plugin_take_string(f.${p})`,
        ),
      };
    case "function":
      return { lines: [], expression: callbacks.made(param.call!, `f.${p}`) };
    case "slice": {
      // It is the function's own while it runs; then the caller gets it back.
      const args = `unsafe.Pointer(&${p}), f.${p}, ${slot.element}`;
      const same = earlier(params, index, slots).map((q) =>
        [
          q,
          `plugin_share_slice(unsafe.Pointer(&${p}), unsafe.Pointer(&${q}))`,
        ] as const
      );
      return {
        lines: [
          `var ${p} ${param.go}`,
          ...chosen(p, same, "", [
            `plugin_take_slice(${args})`,
            `defer plugin_return_slice(${args})`,
          ]),
        ],
        expression: p,
      };
    }
    case "struct":
      return {
        lines: [`var ${p} ${slot.struct.go}`, `f.${p}.take(&${p})`],
        expression: p,
      };
    case "pointer": {
      const same = earlier(params, index, slots).map((q) =>
        [q, `${p} = ${q}`] as const
      );
      const { kind, go } = slot.to;
      const change = kind === "array" ? as : converted;
      const [taken, given] = kind === "struct"
        ? [`f.${p}.take(${p})`, `f.${p}.give(${p})`]
        : [
          `*${p} = ${change(param.go, go, `*f.${p}`)}`,
          `func() { *f.${p} = ${change(go, param.go, `*${p}`)} }()`,
        ];
      return {
        lines: [
          `var ${p} *${param.go}`,
          ...chosen(p, same, `f.${p} != nil`, [
            `${p} = new(${param.go})`,
            taken,
            `defer ${given}`,
          ]),
        ],
        expression: p,
      };
    }
  }
}

/** The parameters before the one at `index` that can be given the same memory. */
function earlier(
  params: readonly GoValue[],
  index: number,
  slots: Slots,
): string[] {
  const key = ({ type, go }: GoValue): string => {
    const slot = slots.of(type);
    return slot.kind === "slice" ? `slice ${slot.element}` : `${type} ${go}`;
  };
  return params.slice(0, index).flatMap((param, i) =>
    key(param) === key(params[index]!) ? [`p${i}`] : []
  );
}

/**
 * The statements for memory of the caller: one copy of it, however often it is
 * given, or one that the function left alone would undo what it did to another.
 */
function chosen(
  p: string,
  same: readonly (readonly [earlier: string, share: string])[],
  condition: string,
  own: readonly string[],
): string[] {
  const branches: [head: string, body: readonly string[]][] = same.map((
    [q, share],
  ) => [`if f.${p} == f.${q}`, [share]]);
  if (condition !== "") branches.push([`if ${condition}`, own]);
  else if (branches.length === 0) return [...own];
  else branches.push(["", own]);
  const lines = branches.flatMap(([head, body], i) => [
    `${i === 0 ? "" : "} else "}${head}${head === "" ? "" : " "}{`,
    ...body.map((line) => `\t${line}`),
  ]);
  return [...lines, "}"];
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
  const slot = slots.of(to.type);
  switch (slot.kind) {
    case "slice":
      return `plugin_take_slice(unsafe.Pointer(&${into}), ${from}, ${slot.element})`;
    case "struct":
      return `${from}.take(&${into})`;
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
  const slot = slots.of(type.type);
  switch (slot.kind) {
    case "string":
      return `${into} = plugin_give_string(${
        converted("string", type.go, value)
      })`;
    case "slice":
      return `${into} = plugin_give_slice(unsafe.Pointer(&${value}), ${slot.element})`;
    case "struct":
      return `${into}.give(&${value})`;
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
