/**
 * Wrappers: a function of C for each function of the crate, which takes its
 * arguments from a frame, and leaves its results there.
 *
 * @module
 */

import type {
  FunctionDefinition,
  Thunk,
  VariableDefinition,
} from "../../../ffi/manifest/manifest.ts";
import { layOutFrame } from "../../thunk/frame_layout.ts";
import { FOR_CALL, type Incoming, type Term } from "./argument.ts";
import { areOfTexts, boundsOf } from "./bounds.ts";
import { HANDLE, type Slot, SPAN } from "./frame_value.ts";
import {
  asksForEver,
  isForEver,
  keptByArguments,
  keptByResults,
  type KeptPart,
} from "./kept.ts";
import type { OwnTypes, UsedHolder } from "./own_types.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  canBorrow,
  type Env,
  type FunctionType,
  lastOf,
  partsOf,
  type Type,
  Uncrossable,
  UNIT,
} from "./rust_type.ts";
import {
  type Bound,
  docOf,
  type FunctionItem,
  type Impl,
  isIn,
  type RustType,
} from "./rustdoc.ts";
import { withLifetime } from "./spell_type.ts";
import type { TypeArguments } from "./type_arguments.ts";

/** A function of the crate that is to be wrapped. */
export interface FunctionToWrap {
  /** What it is called in the manifest: `Regex.find`. */
  readonly name: string;
  /** What a wrapper calls: `<regex::Regex>::find`. */
  readonly path: string;
  /** The type that the path calls `Of`. */
  readonly of?: string;
  readonly function: FunctionItem;
  /** What the type parameters around it stand for; `Self` too. */
  readonly env: Env;
  /** Lifetimes of the type that it is a method of. */
  readonly lifetimes?: ReadonlySet<string>;
  readonly docs: string | null;
}

/** A function or a variable that crosses. */
export interface Wrapped {
  readonly name: string;
  readonly definition: FunctionDefinition | VariableDefinition;
  /** The wrapper, in Rust. */
  readonly code: string;
  /** What of the crate it calls: a function, or one of a trait's. */
  readonly calls?: FunctionItem | Impl;
}

/** The symbol of C to which every address that a wrapper leaves is given. */
export const FREE = "plugin_free";

/** The statement behind which what is given keeps what it borrows from. */
export const KEEPING = "let _keeping = object::keeping(keeps);";

/** One part of a frame. */
export interface FrameField {
  readonly notation: string;
  readonly field: string;
  readonly size: number;
  readonly align: number;
}

/** Writes wrappers. */
export class Wrapping {
  readonly #own: OwnTypes;
  readonly #resolver: Resolver;
  readonly #arguments: TypeArguments;
  readonly #symbols = new Set<string>();

  constructor(own: OwnTypes, resolver: Resolver, args: TypeArguments) {
    this.#own = own;
    this.#resolver = resolver;
    this.#arguments = args;
  }

  /**
   * Wraps a function.
   *
   * @throws {Uncrossable} Why it cannot be.
   */
  wrap(wanted: FunctionToWrap): Wrapped {
    const { function: { sig, header, generics } } = wanted;
    if (header.is_unsafe) {
      throw new Uncrossable(
        "it is unsafe: what it asks of its caller cannot be checked",
      );
    }
    const inputs = sig.inputs.map(([, type]) => type);
    const env = this.#arguments.choose(
      generics,
      wanted.env,
      sig.output,
      inputs,
    );
    const of = (type: RustType) => this.#resolver.resolve(type, env);
    const writers = writersOf(wanted.function);
    const types = sig.inputs.map(([, type]): Type =>
      writers.has(type)
        ? { kind: "ref", isMutable: true, of: of(type) }
        : of(type)
    );
    const params = types.map((type) => this.#own.inward.incoming(type));
    const { output, error, isResult, outs, given } = this.#given(
      sig.output === null ? UNIT : of(sig.output),
    );
    const isGivenBorrows = params.some((param) => param.isGivenBorrows);
    const isKeeping = isGivenBorrows || given.some(({ borrows }) => borrows);
    const around = {
      lifetimes: wanted.lifetimes ?? new Set<string>(),
      borrowing: new Set(
        [...env].flatMap(([name, type]) =>
          name !== "Self" && canBorrow(type) ? [name] : []
        ),
      ),
      aliasesIn: (type: RustType) => this.#resolver.aliasesIn(type),
    };
    const isObject = (type: Type) =>
      type.kind === "own" && this.#own.isClass(type);
    const byResults = () => keptByResults(wanted.function, types, around);
    const borrowing = error !== undefined && canBorrow(error)
      ? byResults()
      : [];
    // `told` in frame.rs tells it by its text, for which nothing need be kept.
    const isText = borrowing.some((kept, i) =>
      kept === "itself" && !isCopied(types[i]!)
    );
    const isErrorKeeping = !isText && borrowing.some(Boolean);
    const borrows = isKeeping || isErrorKeeping;
    const keeps = !borrows
      ? []
      : isGivenBorrows
      ? types.map((type, i): KeptPart =>
        canBorrow(type) &&
          !asksForEver(sig.inputs[i]![1], generics, around)
          ? "itself"
          : undefined
      )
      : byResults();
    const storing = keptByArguments(
      wanted.function,
      types,
      around,
      keeps,
      (type) => type.kind === "ref" && isObject(type.of),
    );
    /** Of other values what they hold is not told from themselves. */
    const isApart = types.map((type) => {
      const [held] = type.kind === "std" && type.name === "Option"
        ? type.args
        : [type];
      return isObject(held?.kind === "ref" ? held.of : held!);
    });
    const terms = types.map((type, i): Term => {
      const all = [keeps[i], ...storing.map(({ kept }) => kept[i])];
      const isKept = all.includes("itself") ||
        !isApart[i] && all.includes("what it keeps");
      const isStoring = storing.some(({ holder }) => holder === i);
      const isBrief = canBorrow(type) && !isKept && !isStoring &&
        !all.includes("what it keeps");
      return {
        isKept,
        inside: isBrief ? `'p${i}` : "'static",
        isForEver: isForEver(
          this.#resolver.withoutAlias(sig.inputs[i]![1]),
        ),
      };
    });
    // What a result borrows from is with that, and not here any more.
    const backs = params.flatMap(({ back }, i) =>
      back === undefined || terms[i]!.isKept
        ? []
        : [{ value: `p${i}_own`, out: this.#own.outward.outgoing(back) }]
    );
    const results = [...given, ...backs.map(({ out }) => out)];
    const takes = params.map((param, i) =>
      (storing.length > 0 ? "let before = keeps.len(); " : "") +
      taking(i, param.take(`frame.p${i}`, `p${i}`, terms[i]!)) +
      storing.map(({ holder, kept }) =>
        kept[i] === "itself" || kept[i] !== undefined && !isApart[i]
          ? ` k${holder}.extend(keeps.since(before));`
          : kept[i] === "what it keeps"
          ? ` p${i}.inherit(&mut k${holder});`
          : ""
      ).join("") +
      (keeps[i] === "what it keeps" && isApart[i]
        ? ` p${i}.inherit(&mut keeps);`
        : "")
    );
    const values = params.map((param, i) => param.value(`p${i}`, terms[i]!));
    const { made } = wanted.function;
    let call = made === undefined
      ? `${withLifetime(wanted.path, "'_")}${
        this.#turbofish(wanted.function, env, writers)
      }(${values.join(", ")})`
      : `${wanted.path} { ${
        made.map((name, i) => `${name}: ${values[i]}`).join(", ")
      } }`;
    if (header.is_async) call = `frame::wait(${call})`;
    const own = outs.parts.length;
    const gives = [
      ...own === 1
        ? [this.#single(types[0], output, results[0]!.give("r"))]
        : results.slice(0, own).map((result, i) =>
          `frame.r${i} = ${result.give(outs.at(i))};`
        ),
      ...backs.map(({ value, out }, i) =>
        `frame.r${own + i} = ${out.give(value)};`
      ),
    ];
    const body = [
      ...wanted.of === undefined ? [] : [`type Of = ${wanted.of};`],
      ...borrows || storing.length > 0
        ? ["let mut keeps = object::Keeps::default();"]
        : [],
      ...storing.map(({ holder }) =>
        `let mut k${holder} = object::Keeps::default();`
      ),
      ...takes,
      ...storing.map(({ holder }) =>
        taking(holder, `p${holder}.store(k${holder})?;`)
      ),
      ...params.flatMap((written, i) =>
        params.flatMap((other, j) =>
          !written.isWritten || other.element === undefined || i === j ||
            other.isWritten && j < i
            ? []
            : [
              taking(
                j,
                `frame::apart(frame.p${i}, size_of::<${written.element}>(), frame.p${j}, size_of::<${other.element}>())?;`,
              ),
            ]
        )
      ),
      `let r = ${
        !isResult
          ? call
          : `tried!(${call}${
            isText ? ", text" : isErrorKeeping ? ", keeps" : ""
          })`
      };`,
      ...own === 0 ? ["let () = r;"] : [],
      ...isKeeping ? [KEEPING, ...gives] : gives,
    ];
    const names = sig.inputs.map(([name], i) => paramName(name, i));
    const those = (isOne: (param: Incoming) => boolean | undefined) =>
      names.filter((_, i) => isOne(params[i]!));
    const nonnull = those(({ isNonnull }) => isNonnull);
    // An `Option` at the end is left out, as JavaScript has it.
    const required = 1 +
      types.findLastIndex((type, i) =>
        !isOption(type) || !/^(?:\?|closure<)/.test(params[i]!.notation)
      );
    const written = those(({ isWritten }) => isWritten);
    const texts = names.filter((_, i) =>
      params[i]!.notation === "bytes" &&
      areOfTexts(sig.inputs[i]![1], generics)
    );
    const wrapped = this.print(
      wanted.name,
      params.map(partOf),
      results.map(partOf),
      body,
      {
        params: names,
        ...nonnull.length > 0 ? { nonnull } : {},
        ...required < params.length ? { required } : {},
        ...written.length > 0 ? { written } : {},
        ...texts.length > 0 ? { texts } : {},
        ...header.is_async ? { annotations: { nonblocking: true } } : {},
        ...docOf(wanted.docs),
      },
    );
    return { ...wrapped, calls: wanted.function };
  }

  /** What a call gives, and throws. */
  #given(whole: Type) {
    let output = whole;
    let error: Type | undefined;
    const isResult = output.kind === "std" && output.name === "Result";
    if (isResult) {
      error = (output as Type & { kind: "std" }).args[1];
      this.#own.errorOf(error);
      // `fmt::Result` says nothing of what it gives.
      output = (output as Type & { kind: "std" }).args[0] ?? UNIT;
    }
    if (output.kind === "none") throw new Uncrossable(output.why);
    const outs = spread(output);
    const given = outs.parts.map((type) => this.#own.outward.outgoing(type));
    return { output, error, isResult, outs, given };
  }

  /**
   * Writes what calls something that a function has given.
   *
   * @throws {Uncrossable} Why it cannot be called.
   */
  call({ name, rust }: UsedHolder, of: FunctionType): Wrapped {
    const params = of.params.map((type) => this.#own.inward.incoming(type));
    const { error, isResult, outs, given } = this.#given(of.result);
    const values = params.map((param, i) => param.value(`p${i + 1}`, FOR_CALL));
    // It may borrow from what the function has with it.
    const how = error !== undefined && canBorrow(error) ? ", text" : "";
    const call = `(p0.kept().0)(${values.join(", ")})`;
    return this.print(
      `${name}.call`,
      [{ ...HANDLE, notation: name }, ...params.map(partOf)],
      given.map(partOf),
      [
        `let mut p0 = object::${HOLDS[of.trait]}::<${rust}>::of(frame.p0)?;`,
        "let mut keeps = object::Keeps::default(); p0.keep(&mut keeps);",
        ...params.map(({ take }, i) =>
          taking(i + 1, take(`frame.p${i + 1}`, `p${i + 1}`, FOR_CALL))
        ),
        `let r = ${isResult ? `tried!(${call}${how})` : call};`,
        ...given.length === 0 ? ["let () = r;"] : [],
        KEEPING,
        ...given.map((one, i) => `frame.r${i} = ${one.give(outs.at(i))};`),
      ],
      { params: ["this", ...params.map((_, i) => `argument${i + 1}`)] },
    );
  }

  /** What gives the one result; a method that gives its own object gives it again. */
  #single(self: Type | undefined, output: Type, give: string): string {
    const isSelf = self?.kind === "ref" && output.kind === "ref" &&
      self.isMutable && output.isMutable && self.of.kind === "own" &&
      output.of.kind === "own" && self.of.item === output.of.item;
    return isSelf ? "frame.r0 = p0.again_or_lend(r);" : `frame.r0 = ${give};`;
  }

  #turbofish(
    { generics, sig }: FunctionItem,
    env: Env,
    writers: ReadonlySet<RustType>,
  ): string {
    const params = generics.params.filter(({ kind }) =>
      kind.type !== undefined
    );
    if (
      params.length === 0 || params.some(({ name }) => name.startsWith("impl "))
    ) return "";
    const isInferred = params.every(({ name }) =>
      sig.inputs.some(([, type]) => type.generic === name)
    );
    if (isInferred) return "";
    const spelled = params.map(({ name }) => {
      const type = env.get(name)!;
      if ([...writers].some(({ generic }) => generic === name)) return "_";
      return type.kind === "function" || type.kind === "iterator" ||
          type.kind === "none"
        ? "_"
        : withLifetime(this.#own.spell(type), "'_");
    });
    return `::<${spelled.join(", ")}>`;
  }

  /**
   * Writes a wrapper.
   *
   * @param name What the function is called in the manifest.
   * @param body Statements, which may return an error.
   * @param more What else its definition says.
   */
  print(
    name: string,
    params: readonly FrameField[],
    results: readonly FrameField[],
    body: readonly string[],
    more: Partial<FunctionDefinition> & { readonly params: readonly string[] },
  ): Wrapped {
    const symbol = this.#symbolOf(name);
    const hasRoom = results.some(({ field }) => field === SPAN.field);
    const run = hasRoom ? "run_in((*frame).room, " : "run(";
    const fields = [
      ...params.map(({ field }, i) => `p${i}: ${field}`),
      ...results.map(({ field }, i) => `r${i}: ${field}`),
      "end: End",
      ...hasRoom ? ["room: Room"] : [],
    ];
    const frame = symbol.replace("plugin_thunk_", "Frame_");
    const lifetimes = params.map((_, i) => `'p${i}, `).join("");
    const code = `#[repr(C)]
pub struct ${frame} { ${fields.join(", ")} }
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ${symbol}(frame: *mut ${frame}) {
    fn call<${lifetimes}'c>(frame: &mut ${frame}, at: &'c frame::Call) -> Outcome<()> {
${body.map((line) => `        ${line}\n`).join("")}        Ok(())
    }
    unsafe { frame::${run}&raw mut (*frame).end, frame, call) };
}
`;
    const thunk: Thunk = {
      ...layOutFrame(symbol, params, results, { error: true, room: hasRoom }),
      free: FREE,
    };
    const given = results.map(({ notation }) => notation);
    const result = given.length === 0
      ? "void"
      : given.length === 1
      ? given[0]!
      : `(${given.join(", ")})`;
    return {
      name,
      code,
      definition: {
        kind: "function",
        type: `(${
          params.map(({ notation }) => notation).join(", ")
        }) => ${result}`,
        ...more,
        thunk,
      },
    };
  }

  /**
   * Writes a function that gives a value which the crate has.
   *
   * @param value The expression for it.
   * @throws {Uncrossable} Why it does not cross.
   */
  constant(
    name: string,
    type: Type,
    value: string,
    docs: string | null,
  ): Wrapped {
    const { notation, slot, give } = this.#own.outward.outgoing(type);
    return this.print(name, [], [{ notation, ...slot }], [
      `let r = ${value};`,
      `frame.r0 = ${give("r")};`,
    ], { params: [], ...docOf(docs) });
  }

  /**
   * Writes what reads a constant or a static.
   *
   * @param value The expression for it.
   * @throws {Uncrossable} Why it does not cross.
   */
  variable(
    name: string,
    type: Type,
    value: string,
    docs: string | null,
  ): Wrapped {
    const { code, definition } = this.constant(name, type, value, docs);
    const { type: notation, thunk } = definition as FunctionDefinition;
    return {
      name,
      code,
      definition: {
        kind: "variable",
        type: notation.slice("() => ".length),
        const: true,
        get: thunk!,
        ...docOf(docs),
      },
    };
  }

  #symbolOf(name: string): string {
    const plain = `plugin_thunk_${name.replace(/[^A-Za-z0-9]+/g, "_")}`;
    let symbol = plain;
    for (let number = 2; this.#symbols.has(symbol); number++) {
      symbol = `${plain}_${number}`;
    }
    this.#symbols.add(symbol);
    return symbol;
  }
}

/** How an object is held while it is called, by its trait. */
const HOLDS: Readonly<Record<string, string>> = {
  Fn: "Shared",
  FnMut: "Exclusive",
};

/**
 * What a function writes to and does not give again, as `to_writer(writer: W)`:
 * it is lent, so that what was written can come back.
 */
function writersOf({ sig, generics }: FunctionItem): Set<RustType> {
  const isWriter = (bounds: readonly Bound[]) =>
    bounds.some(({ trait_bound }) =>
      trait_bound !== undefined && lastOf(trait_bound.trait.path) === "Write"
    );
  return new Set(
    sig.inputs.map(([, type]) => type).filter(({ generic, impl_trait }) =>
      generic !== undefined
        ? generics.params.some(({ name }) => name === generic) &&
          !isIn(generic, sig.output) &&
          isWriter(boundsOf(generics, generic))
        : impl_trait !== undefined && isWriter(impl_trait)
    ),
  );
}

/** Whether what is kept of an argument is a copy, which nobody else has. */
function isCopied(type: Type): boolean {
  return type.kind === "ref"
    ? !type.isMutable && isCopied(type.of)
    : type.kind !== "own" && type.kind !== "dyn" &&
      partsOf(type).every(isCopied);
}

function isOption(type: Type): boolean {
  return type.kind === "std" && type.name === "Option";
}

/** How a parameter or a result lies in a frame. */
function partOf(
  { notation, slot }: { readonly notation: string; readonly slot: Slot },
): FrameField {
  return { notation, ...slot };
}

/** The results that a value is: several of a tuple or a range, none of `()`. */
export function spread(
  type: Type,
): { readonly parts: readonly Type[]; readonly at: (index: number) => string } {
  const held = type.kind === "ref" ? type.of : type;
  const same = (part: Type): Type =>
    type.kind === "ref" && part.kind !== "ref"
      ? { kind: "ref", isMutable: type.isMutable, of: part }
      : part;
  if (held.kind === "tuple") {
    const mark = type.kind === "ref" ? "&" : "";
    return { parts: held.of.map(same), at: (index) => `(${mark}r.${index})` };
  }
  if (held.kind === "std" && /^Range(?:Inclusive)?$/.test(held.name)) {
    const of = same(held.args[0]!);
    const mark = type.kind === "ref" ? "&" : "";
    return {
      parts: [of, of],
      at: (index) =>
        held.name === "RangeInclusive"
          ? `(${mark}*r.${index === 0 ? "start" : "end"}())`
          : `(${mark}r.${index === 0 ? "start" : "end"})`,
    };
  }
  return { parts: [type], at: () => "r" };
}

/** Statements that take an argument: where they can refuse it, they say which it is. */
export function taking(index: number, take: string): string {
  const canRefuse = take.includes("?") || take.includes("return ");
  return canRefuse && index > 0 ? `at.set(${index}); ${take}` : take;
}

/** A name that a signature can have. */
function paramName(name: string, index: number): string {
  if (name === "self") return "this";
  return /^[A-Za-z_]\w*$/.test(name) && name !== "_"
    ? name
    : `argument${index + 1}`;
}
