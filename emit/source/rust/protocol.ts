/**
 * What JavaScript asks of an object by itself: its text, and the next value of
 * an iterator. What has an `iter()` is walked through by that, in `api.ts`.
 *
 * @module
 */

import type { ClassDefinition } from "../../../ffi/manifest/manifest.ts";
import type { Describing } from "./describing.ts";
import { HANDLE, scalarOf, SPAN } from "./frame_value.ts";
import {
  canBorrow,
  type Env,
  type OwnType,
  type Type,
  Uncrossable,
} from "./rust_type.ts";
import { KEEPING, spread } from "./wrap.ts";

/** Describes what JavaScript asks of objects. */
export class Protocols {
  readonly #to: Describing;

  constructor(to: Describing) {
    this.#to = to;
  }

  /** `toString`, and the next value of an iterator. */
  special(
    trait: "Display" | "Iterator",
    type: OwnType,
    env: Env,
  ): Partial<ClassDefinition> {
    if (!this.#to.own.isClass(type)) return {};
    const of = this.#to.own.nameOf(type);
    const rust = this.#to.own.unsizedIn(type) ?? this.#to.own.spell(type);
    if (trait === "Display") {
      const name = `${of}.toString`;
      this.#to.functions.set(
        name,
        this.#to.wrapping.print(name, [{ ...HANDLE, notation: of }], [{
          notation: "string",
          ...SPAN,
        }], [
          `let p0 = object::Shared::<${rust}>::of(frame.p0)?;`,
          `frame.r0 = frame::give_text(&p0.get().to_string());`,
        ], { params: ["this"] }),
      );
      return { text: name };
    }
    const element = env.get("Self::Item");
    return element === undefined ? {} : this.next(of, rust, element, ".next()");
  }

  next(
    of: string,
    rust: string,
    element: Type,
    step: string,
  ): Partial<ClassDefinition> {
    const name = `${of}.next`;
    const isResult = element.kind === "std" && element.name === "Result";
    const outs = spread(isResult ? element.args[0]! : element);
    const keeps = isResult && canBorrow(element.args[1]!) ? ", keeps" : "";
    try {
      const results = outs.parts.map((one) =>
        this.#to.own.outward.outgoing(one)
      );
      const parts = results.map(({ notation, slot }) => ({
        notation,
        ...slot,
      }));
      const gives = results.map((result, i) =>
        `frame.r${i} = ${result.give(outs.at(i))};`
      );
      this.#to.functions.set(
        name,
        this.#to.wrapping.print(name, [{ ...HANDLE, notation: of }], [
          ...parts,
          { notation: "bool", ...scalarOf("bool").slot },
        ], [
          `let mut p0 = object::Exclusive::<${rust}>::of(frame.p0)?;`,
          "let mut keeps = object::Keeps::default(); p0.inherit(&mut keeps);",
          `let next = ${
            isResult
              ? `match p0.get()${step} { Some(r) => Some(tried!(r${keeps})), None => None }`
              : `p0.get()${step}`
          };`,
          `frame.r${results.length} = next.is_some();`,
          `match next {`,
          `    Some(r) => { ${KEEPING} ${gives.join(" ")} }`,
          `    None => { ${
            results.map(({ isPacket }, i) =>
              `frame.r${i} = ${
                isPacket ? "frame::NO_VALUE" : "unsafe { std::mem::zeroed() }"
              };`
            ).join(" ")
          } }`,
          "}",
        ], { params: ["this"] }),
      );
      return { next: name };
    } catch (error) {
      if (!(error instanceof Uncrossable)) throw error;
      this.#to.skipped[name] = error.message;
      return {};
    }
  }
}
