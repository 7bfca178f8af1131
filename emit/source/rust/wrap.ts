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
import { declaredKeeps, type Keeping, keepingOf, termOf } from "./keeping.ts";
import type { Outgoing } from "./outgoing.ts";
import type { OwnTypes, UsedHolder } from "./own_types.ts";
import type { Resolver } from "./resolve_type.ts";
import {
  canBorrow,
  type Env,
  type FunctionType,
  lastOf,
  partsOf,
  std,
  type Type,
  Uncrossable,
  UNIT,
} from "./rust_type.ts";
import {
  type Bound,
  docOf,
  type FunctionItem,
  type Generics,
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
  /** The parameters of the implementation that it stands in. */
  readonly generics?: Generics;
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

/** What a call gives, and throws. */
interface Gives {
  /** What it gives where it throws nothing. */
  readonly output: Type;
  readonly error: Type | undefined;
  readonly isResult: boolean;
  /** What makes a `Result` of what the call gives. */
  readonly asResult: string;
  /** The results that this is. */
  readonly outs: ReturnType<typeof spread>;
  /** The same, as they are given. */
  readonly given: readonly Outgoing[];
}

/** What was lent for the call and is given again. */
interface Back {
  /** The variable that has it. */
  readonly value: string;
  readonly out: Outgoing;
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
    const { function: { sig, header } } = wanted;
    if (header.is_unsafe) {
      throw new Uncrossable(
        "it is unsafe: what it asks of its caller cannot be checked",
      );
    }
    const { env, writers, types } = this.#typesOf(wanted);
    const params = types.map((type) => this.#own.inward.incoming(type));
    const output = sig.output === null
      ? UNIT
      : this.#resolver.resolve(sig.output, env);
    const isFuture = output.kind === "future";
    const gives = this.#given(isFuture ? output.of : output);
    const keeping = keepingOf(
      this.#own,
      this.#resolver,
      wanted,
      env,
      types,
      params,
      gives,
    );
    const terms = types.map((type, i) =>
      termOf(this.#resolver, sig.inputs[i]![1], type, i, keeping)
    );
    // What a result borrows from is with that, and not here any more.
    const backs = params.flatMap(({ back }, i): Back[] =>
      back === undefined || terms[i]!.isKept
        ? []
        : [{ value: `p${i}_own`, out: this.#own.outward.outgoing(back) }]
    );
    const takes = params.map((param, i) => taken(param, i, terms[i]!, keeping));
    const values = params.map((param, i) => param.value(`p${i}`, terms[i]!));
    const called = this.#callOf(wanted, values, env, writers);
    const call = isFuture ? waited(called) : called;
    const body = [
      ...wanted.of === undefined ? [] : [`type Of = ${wanted.of};`],
      ...declaredKeeps(keeping),
      ...takes,
      ...stored(keeping),
      ...checkedApart(params),
      `let r = ${
        gives.isResult
          ? `tried!(${call}${gives.asResult}${keeping.ofError})`
          : call
      };`,
      ...gives.given.length === 0 ? ["let () = r;"] : [],
      ...keeping.isOfResults ? [KEEPING] : [],
      ...this.#givesOf(types, gives, backs),
    ];
    const wrapped = this.print(
      wanted.name,
      params.map(partOf),
      [...gives.given, ...backs.map(({ out }) => out)].map(partOf),
      body,
      saidOf(wanted, types, params, header.is_async || isFuture),
    );
    return { ...wrapped, calls: wanted.function };
  }

  /** What the types of a function stand for: its parameters, and the arguments. */
  #typesOf({ function: of, env: around }: FunctionToWrap) {
    const { sig, generics } = of;
    const inputs = sig.inputs.map(([, type]) => type);
    const env = this.#arguments.choose(generics, around, sig.output, inputs);
    const writers = writersOf(of);
    const types = inputs.map((type): Type => {
      const resolved = this.#resolver.resolve(type, env);
      return writers.has(type)
        ? { kind: "ref", isMutable: true, of: resolved }
        : resolved;
    });
    return { env, writers, types };
  }

  /** The call in Rust, or what makes a value of its fields. */
  #callOf(
    { path, function: of }: FunctionToWrap,
    values: readonly string[],
    env: Env,
    writers: ReadonlySet<RustType>,
  ): string {
    const call = of.made === undefined
      ? `${withLifetime(path, "'_")}${this.#turbofish(of, env, writers)}(${
        values.join(", ")
      })`
      : `${path} { ${
        of.made.map((name, i) => `${name}: ${values[i]}`).join(", ")
      } }`;
    return of.header.is_async ? waited(call) : call;
  }

  /** The statements that leave the results in the frame, and behind them what was lent. */
  #givesOf(
    types: readonly Type[],
    { output, outs, given }: Gives,
    backs: readonly Back[],
  ): string[] {
    return [
      ...given.length === 1
        ? [this.#single(types[0], output, given[0]!.give("r"))]
        : given.map((result, i) => `frame.r${i} = ${result.give(outs.at(i))};`),
      ...backs.map(({ value, out }, i) =>
        `frame.r${given.length + i} = ${out.give(value)};`
      ),
    ];
  }

  /** What a call gives, and throws. */
  #given(whole: Type): Gives {
    let output = whole;
    let error: Type | undefined;
    // None, a value, or an error: that is thrown here too.
    const inside = isOption(whole) ? partsOf(whole)[0] : undefined;
    const result = [whole, inside].find((one) =>
      one?.kind === "std" && one.name === "Result"
    );
    const isResult = result !== undefined;
    if (isResult) {
      error = partsOf(result)[1];
      this.#own.errorOf(error);
      // `fmt::Result` says nothing of what it gives.
      const given = partsOf(result)[0] ?? UNIT;
      output = result === whole
        ? given
        : std("Option", "std::option::Option", given);
    }
    const asResult = result === inside && isResult ? ".transpose()" : "";
    if (output.kind === "none") throw new Uncrossable(output.why);
    const outs = spread(output);
    const given = outs.parts.map((type) => this.#own.outward.outgoing(type));
    return { output, error, isResult, asResult, outs, given };
  }

  /**
   * Writes what calls something that a function has given.
   *
   * @throws {Uncrossable} Why it cannot be called.
   */
  call({ name, rust }: UsedHolder, of: FunctionType): Wrapped {
    const params = of.params.map((type) => this.#own.inward.incoming(type));
    const { error, isResult, asResult, outs, given } = this.#given(of.result);
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
        `let r = ${isResult ? `tried!(${call}${asResult}${how})` : call};`,
        ...given.length === 0 ? ["let () = r;"] : [],
        KEEPING,
        ...given.map((one, i) => `frame.r${i} = ${one.give(outs.at(i))};`),
      ],
      { params: ["this", ...params.map((_, i) => `argument${i + 1}`)] },
    );
  }

  /** What gives the one result; a method that gives its own object gives it again. */
  #single(self: Type | undefined, output: Type, give: string): string {
    const isMaybe = isOption(output);
    const given = isMaybe ? partsOf(output)[0]! : output;
    const isSelf = self?.kind === "ref" && given.kind === "ref" &&
      self.isMutable && given.isMutable && self.of.kind === "own" &&
      given.of.kind === "own" && self.of.item === given.of.item;
    if (!isSelf) return `frame.r0 = ${give};`;
    const again = (value: string) => `p0.again_or_lend(frame.p0, ${value})`;
    return `frame.r0 = ${
      isMaybe ? `r.map_or(0, |one| ${again("one")})` : again("r")
    };`;
  }

  #turbofish(
    { generics, sig }: FunctionItem,
    env: Env,
    writers: ReadonlySet<RustType>,
  ): string {
    // What is written where it is used has no place between the brackets.
    const params = generics.params.filter(({ name, kind }) =>
      kind.lifetime === undefined && !name.startsWith("impl ")
    );
    const types = params.filter(({ kind }) => kind.type !== undefined);
    if (types.length === 0) return "";
    const isInferred = types.every(({ name }) =>
      sig.inputs.some(([, type]) => type.generic === name)
    );
    if (isInferred) return "";
    const spelled = params.map(({ name, kind }) => {
      if (kind.type === undefined) return "_"; // rustc knows which constant it is
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

/** The statements that take the argument at `i`, and say who keeps it. */
function taken(
  param: Incoming,
  i: number,
  term: Term,
  { keeps, storing, isApart }: Keeping,
): string {
  const before = storing.length > 0 ? "let before = keeps.len(); " : "";
  const byObjects = storing.map(({ holder, kept }) =>
    kept[i] === "itself" || kept[i] !== undefined && !isApart[i]
      ? ` k${holder}.extend(keeps.since(before));`
      : kept[i] === "what it keeps"
      ? ` p${i}.inherit(&mut k${holder});`
      : ""
  ).join("");
  const byResults = keeps[i] === "what it keeps" && isApart[i]
    ? ` p${i}.inherit(&mut keeps);`
    : "";
  const take = taking(i, param.take(`frame.p${i}`, `p${i}`, term));
  return before + take + byObjects + byResults;
}

/** The statements that give each object what it keeps. */
function stored({ storing }: Keeping): string[] {
  return storing.map(({ holder }) =>
    taking(holder, `p${holder}.store(k${holder})?;`)
  );
}

/** The statements that refuse memory which is written and given besides. */
function checkedApart(params: readonly Incoming[]): string[] {
  return params.flatMap((written, i) =>
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
  );
}

/** A call whose result is waited for. */
function waited(call: string): string {
  return `frame::wait(${call})`;
}

/** What the definition of a function says beside its type. */
function saidOf(
  { function: { sig, generics: own }, generics: around, docs }: FunctionToWrap,
  types: readonly Type[],
  params: readonly Incoming[],
  isWaiting: boolean,
): Parameters<Wrapping["print"]>[4] {
  const names = sig.inputs.map(([name], i) => paramName(name, i));
  const those = (isOne: (param: Incoming, i: number) => boolean | undefined) =>
    names.filter((_, i) => isOne(params[i]!, i));
  const nonnull = those(({ isNonnull }) => isNonnull);
  // An `Option` at the end is left out, as JavaScript has it.
  const required = 1 +
    types.findLastIndex((type, i) =>
      !isOption(type) || !/^(?:\?|closure<)/.test(params[i]!.notation)
    );
  const written = those(({ isWritten }) => isWritten);
  const generics: Generics = {
    params: [...own.params, ...around?.params ?? []],
    where_predicates: [
      ...own.where_predicates,
      ...around?.where_predicates ?? [],
    ],
  };
  const texts = those(({ notation }, i) =>
    notation === "bytes" && areOfTexts(sig.inputs[i]![1], generics)
  );
  return {
    params: names,
    ...nonnull.length > 0 ? { nonnull } : {},
    ...required < params.length ? { required } : {},
    ...written.length > 0 ? { written } : {},
    ...texts.length > 0 ? { texts } : {},
    ...isWaiting ? { annotations: { nonblocking: true } } : {},
    ...docOf(docs),
  };
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

function isOption(type: Type): boolean {
  return type.kind === "std" && type.name === "Option";
}

/** How a parameter or a result lies in a frame. */
function partOf(
  { notation, slot }: { readonly notation: string; readonly slot: Slot },
): FrameField {
  return { notation, ...slot };
}

/** The results that a value is: several of a tuple of several or a range, none of `()`. */
export function spread(
  type: Type,
): { readonly parts: readonly Type[]; readonly at: (index: number) => string } {
  const held = type.kind === "ref" ? type.of : type;
  const same = (part: Type): Type =>
    type.kind === "ref" && part.kind !== "ref"
      ? { kind: "ref", isMutable: type.isMutable, of: part }
      : part;
  if (held.kind === "tuple" && held.of.length !== 1) {
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
