/**
 * How functions of JavaScript come into Rust: as closures, which call them with
 * what they are given.
 *
 * @module
 */

import type { Incoming } from "./argument.ts";
import {
  type CrateTypes,
  isPlace,
  isScalarType,
  refuse,
  SAME,
  SPAN,
} from "./frame_value.ts";
import type { Outward } from "./outgoing.ts";
import {
  canBorrow,
  type FunctionType,
  lends,
  type Type,
  UNIT,
} from "./rust_type.ts";
import { ofCall } from "./spell_type.ts";
import { wholeOf } from "./whole_value.ts";

/**
 * How a function of JavaScript comes into Rust, as a closure that calls it.
 *
 * @param isOption Whether there may be none, which is null.
 */
export function functionIn(
  type: FunctionType,
  own: CrateTypes,
  outward: Outward,
  isOption = false,
): Incoming {
  const { params, result: given, by } = type;
  if (by === "pointer") {
    refuse(
      "a fn holds nothing, and a function of JavaScript needs something to be found by: take impl Fn",
    );
  }
  // What a function of JavaScript throws goes through Rust as it is.
  const [result = UNIT, error] = given.kind === "std" && given.name === "Result"
    ? given.args
    : [given];
  const fine = (value: string) =>
    error === undefined ? value : `Ok::<_, ${own.spell(error)}>(${value})`;
  const gives = params.map((param) =>
    lentTo(param, own, outward) ??
      { ...outward.given(param), lend: undefined }
  );
  const isUnit = result.kind === "tuple" && result.of.length === 0;
  if (lends(result)) {
    refuse(
      "a function that gives what borrows from others cannot be one of JavaScript",
    );
  }
  const taken = isUnit ? undefined : wholeOf(result, own);
  const isGivenBorrows = gives.some(({ borrows }) => borrows);
  // What it gives is borrowed: there for as long as the call that takes it.
  const isLent = taken !== undefined && !taken.isSame && !taken.isOwned;
  const names = params.map((_, index) => `a${index}`);
  const isPlain = [...params, ...isUnit ? [] : [result]].every(isScalarType);
  const loans = gives.flatMap(({ lend }, index) =>
    lend === undefined ? [] : [lend(`a${index}`)]
  ).join(" ");
  const whole = (function_: string) =>
    `{ ${loans} ${function_}.call(|w| { ${
      gives.map(({ use, lend }, index) =>
        lend === undefined
          ? isGivenBorrows
            ? `{ let _keeping = object::keeping(given.clone()); packet::Give::write(vec![${
              use(`a${index}`)
            }], w); }`
            : `packet::Give::write(vec![${use(`a${index}`)}], w);`
          : `packet::write_handles(vec![a${index}.handle()], w);`
      )
        .join(" ")
    } let _ = w; }, |r| ${
      taken === undefined
        ? "{ let _ = r; Ok(()) }"
        : `function::result::<${taken.rust}>(r)`
    }) }`;
  const spelled = params.map((param) => own.spell(param));
  const direct = (function_: string) =>
    `match ${function_}.direct() { Some(address) => { let call: unsafe extern "C" fn(${
      ["f64", ...spelled].join(", ")
    })${
      taken === undefined ? "" : ` -> ${taken.rust}`
    } = unsafe { std::mem::transmute(address) }; ${function_}.given(unsafe { call(${
      [`${function_}.number()`, ...names].join(", ")
    }) }) }, None => ${whole(function_)} }`;
  const used = (value: string) =>
    isLent
      ? `{ let given = lent.keep(${value}); ${taken.use("(*given)")} }`
      : taken?.isOwned === true
      ? `{ let given = ${value}; ${taken.use("given")} }`
      : value;
  if (isOption && (by === "ref" || type.several === "Copy")) {
    refuse(
      "a function that may be missing has to belong to who takes it: take an Option<Box<dyn Fn>>",
    );
  }
  // In a box or an Option, nothing else tells what a function is called with.
  const isUntold = by === "box" || by === "named" || isOption;
  const taking = isUntold || type.isTold === true
    ? names.map((name, i) => `${name}: ${ofCall(spelled[i]!)}`)
    : names;
  const code = (function_: string) => {
    const closure = `move |${taking.join(", ")}| ${
      fine(used((isPlain ? direct : whole)(function_)))
    }`;
    const before = [
      ...isLent ? [`let lent = &${function_}_lent;`] : [],
      ...isGivenBorrows ? ["let given = keeps.clone();"] : [],
    ];
    return before.length === 0 ? closure : `{ ${before.join(" ")} ${closure} }`;
  };
  const several = (name: string) =>
    by === "value" ? SEVERAL[type.several ?? "One"](name) : "";
  const value = (name: string) =>
    by === "box"
      ? `Box::new(${code(name)})`
      : by === "named"
      ? `(Box::new(${code(name)}) as ${own.spell(type)})`
      : by === "ref"
      ? `&mut ${code(name)}`
      : code(name);
  return {
    notation: `closure<(${
      gives.map(({ notation }) => notation).join(", ")
    }) => ${taken?.notation ?? "void"}>`,
    slot: SPAN,
    isNonnull: !isOption,
    isGivenBorrows,
    take: (field, name) =>
      (isLent ? `let ${name}_lent = function::Lent::default(); ` : "") +
      (isOption
        ? `let ${name} = function::Function::of(${field});`
        : `let Some(${name}) = function::Function::of(${field}) else { return frame::wrong("wanted a function, got null") };` +
          several(name)),
    value: (name) =>
      !isOption
        ? value(name)
        // No `map`, whose result would not be told what box is wanted.
        : `match ${name} { Some(${name}) => Some({ ${several(name)} ${
          value(name)
        } }), None => None }`,
  };
}

/**
 * An object that a function of JavaScript has while it is called, where it cannot
 * be copied: that of a class, or the place that a `&mut` leads to.
 */
function lentTo(type: Type, own: CrateTypes, outward: Outward) {
  if (type.kind !== "ref") return undefined;
  const lent = (notation: string, lend: (name: string) => string) => ({
    notation,
    use: SAME,
    borrows: false,
    lend,
  });
  if (isPlace(type, own)) {
    const { notation } = outward.outgoing(type);
    const { rust } = own.placeOf(type.of);
    return lent(
      notation,
      (name) =>
        `let mut place = ${rust}(unsafe { &mut *(&raw mut *${name}) }); ` +
        `let ${name} = unsafe { object::Lent::to_change::<${rust}>((&raw mut place).cast()) };`,
    );
  }
  if (type.of.kind === "dyn") {
    const { name: notation, rust } = own.dynOf({ ...type.of, pointer: "Box" });
    const [how, mark] = howLent(type.isMutable);
    return lent(
      notation,
      // A box that nobody drops: what lies in it is another one's.
      (name) =>
        `let mut ${name}_held = std::mem::ManuallyDrop::new(${rust}(unsafe { Box::from_raw(std::mem::transmute(&raw ${mark} *${name})) })); ` +
        `let ${name} = unsafe { object::Lent::${how}::<${rust}>((&raw ${mark} ${name}_held).cast()) };`,
    );
  }
  if (
    type.of.kind !== "own" || !own.isClass(type.of) ||
    // A copy that borrows would outlive what that is.
    !type.isMutable && own.isClone(type.of) && !canBorrow(type.of)
  ) return undefined;
  const holder = own.unsizedIn(type.of);
  if (holder !== undefined) {
    return lent(
      own.classOf(type.of),
      (name) =>
        `let ${name}_held = ${holder}::Lent(unsafe { &*(&raw const *${name}) }); ` +
        `let ${name} = unsafe { object::Lent::to_read::<${holder}>((&raw const ${name}_held).cast()) };`,
    );
  }
  const rust = own.spell(type.of);
  const [how, mark] = howLent(type.isMutable);
  return lent(
    own.classOf(type.of),
    (name) =>
      `let ${name} = unsafe { object::Lent::${how}::<${rust}>(&raw ${mark} *${name} as *${mark} ()) };`,
  );
}

/** By what an object is lent, and the pointer that it takes. */
function howLent(isMutable: boolean): [how: string, mark: string] {
  return isMutable ? ["to_change", "mut"] : ["to_read", "const"];
}

/** What a closure holds a function by: one that holds a reference alone is copied. */
const SEVERAL = {
  One: () => "",
  Copy: (name: string) => ` let ${name} = &${name};`,
  Clone: (name: string) => ` let ${name} = std::sync::Arc::new(${name});`,
};
