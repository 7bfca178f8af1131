/**
 * The class of errors, which is the same for every crate.
 *
 * @module
 */

import type { Describing } from "./describing.ts";
import { ERROR_CLASS, HANDLE, scalarOf, SPAN } from "./frame_value.ts";
import { type FrameField, taking } from "./wrap.ts";

/** The class of errors, where a function may return one. */
export function describeErrors(to: Describing): void {
  // What nobody calls is not compiled either.
  const canFail = [...to.functions.values()].some(({ code }) =>
    code.includes("tried!(")
  );
  if (!canFail) return;
  const self = { ...HANDLE, notation: ERROR_CLASS };
  const take = (i: number) =>
    `let p${i} = object::Shared::<object::Failure>::of(frame.p${i})?;`;
  const add = (
    name: string,
    params: FrameField[],
    result: FrameField,
    give: string,
    before = "",
  ) => {
    const symbol = `${ERROR_CLASS}.${name}`;
    const names = ["this", "target"].slice(0, params.length);
    to.functions.set(
      symbol,
      to.wrapping.print(symbol, params, [result], [
        ...params.map((_, i) => taking(i, take(i))),
        `${before}frame.r0 = ${give};`,
      ], { params: names }),
    );
    return symbol;
  };
  const Unwrap = add(
    "Unwrap",
    [self],
    { ...HANDLE, notation: `?${ERROR_CLASS}` },
    "p0.get().unwrap().map_or(0, object::hold)",
  );
  // What gives anything is a good part of all that a small crate's wrapper is made of.
  const data = to.own.areErrorsTold
    ? {
      Data: add(
        "Data",
        [self],
        { notation: "any", ...SPAN },
        "packet::give(p0.get().held())",
        "let mut keeps = object::Keeps::default(); p0.keep(&mut keeps); let _keeping = object::keeping(keeps); ",
      ),
    }
    : {};
  const Is = add("Is", [self, self], {
    notation: "bool",
    ...scalarOf("bool").slot,
  }, "p0.get().is(p1.get())");
  const text = add(
    "toString",
    [self],
    { notation: "string", ...SPAN },
    "frame::give_text(p0.get().text())",
  );
  to.types[ERROR_CLASS] = {
    kind: "class",
    handle: "slot",
    free: "plugin_release",
    methods: { Unwrap, ...data, Is },
    text,
  };
}
