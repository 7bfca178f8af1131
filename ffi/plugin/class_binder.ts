/**
 * Binds what the classes of a plugin call.
 *
 * @module
 */

import { libraryOf } from "../bind/bind_function.ts";
import type { BindTarget } from "../bind/bind_target.ts";
import { rethrowing } from "../function/trap.ts";
import { memberReader } from "../bind/result_value.ts";
import { bindSymbol, findSymbol } from "../bind/symbol.ts";
import { asLibraryCalls } from "../load/as_library_calls.ts";
import { isAddress, resolveNames } from "../manifest/compatible.ts";
import type { SymbolDefinition } from "../manifest/manifest.ts";
import { parseType } from "../notation/parse_type.ts";
import { show } from "../check/show.ts";
import { lastKept, takeSwallowed } from "../object/thrown.ts";
import { type Binder, registerBinder, type Settle } from "../object/binder.ts";
import { classOf } from "../object/classes.ts";
import type { NativeObject } from "../object/object.ts";
import type {
  Address,
  NativeLibrary,
  RawFunction,
  Space,
} from "../runtime/adapter.ts";
import { adapter } from "../runtime/runtime.ts";
import { isElsewhere, isOver } from "../runtime/space.ts";
import { putWord } from "../value/scalar.ts";
import type { Types } from "../value/value.ts";
import type { Loaded } from "./loaded.ts";
import { classNamed } from "./symbol_names.ts";

/**
 * Lets the classes of a plugin find its functions; results and errors that name
 * a function find it there, too. Each is bound when it is first needed.
 */
export function bindClasses(loaded: Loaded): void {
  const { path, description, library, thunks } = loaded;
  const targetOf = (symbol: string, method?: string): BindTarget => ({
    ...findSymbol(description, path, symbol),
    library,
    thunks,
    symbol: (name) => description.symbol(name),
    free: undefined,
    method,
  });
  const bound = (symbol: string, method?: string) =>
    bindSymbol(targetOf(symbol, method));
  const freeing = (symbol: string) => {
    const own = description.symbol(symbol);
    return {
      own,
      code: asLibraryCalls(
        own === undefined ? library : libraryOf(targetOf(symbol), own),
        path,
      ),
    };
  };
  registerBinder(
    description.types,
    {
      bind: remembering(bound) as Binder["bind"],
      bindMethod: bound as unknown as Binder["bindMethod"],
      released: lazily(() => releasedBy(library)),
      settle: settleIn(library),
      show,
      bindMember: (of, member) =>
        memberReader(description.types, path, of, member),
      releaseOf(symbol, handle) {
        const { own, code } = freeing(symbol);
        if (code.space !== undefined) return undefined;
        return {
          address: code.address(own?.symbol ?? symbol),
          kind: handle === "slot"
            ? "slot"
            : takesVariable(own, description.types)
            ? "variable"
            : "address",
        };
      },
      bindFree(symbol, handle) {
        const { own, code } = freeing(symbol);
        const raw = rethrowing(code.bind(
          own?.symbol ?? symbol,
          [handle === "slot" ? "u64" : "address"],
          "void",
        ));
        if (handle === "slot") {
          return (handle) => {
            const before = lastKept();
            raw(BigInt(handle));
            // A destructor has nobody to give an error to.
            const swallowed = takeSwallowed(before);
            if (swallowed !== undefined) throw swallowed.error;
          };
        }
        if (takesVariable(own, description.types)) {
          return (handle) => withVariable(handle, library.space, raw);
        }
        return (handle) =>
          raw(isElsewhere(handle) ? handle : adapter.toAddress(handle));
      },
    },
  );
}

/** Whether a function frees what a variable holds, whose address it takes. */
function takesVariable(
  definition: SymbolDefinition | undefined,
  types: Types,
): boolean {
  if (definition?.kind !== "function") return false;
  const own = parseType(definition.type);
  const first = own.kind === "function" ? own.params.at(0) : undefined;
  const pointer = first && resolveNames(first, types);
  return pointer?.kind === "pointer" &&
    isAddress(resolveNames(pointer.to, types));
}

/** Variables that calls are given which have not ended: nobody else would keep them. */
const variables = new Set<DataView>();

/** Calls with the address of a variable that holds a handle. */
function withVariable(
  handle: number | bigint,
  space: Space | undefined,
  call: (address: Address) => void,
): void {
  const variable = new DataView(space?.share(8) ?? new ArrayBuffer(8));
  putWord(variable, 0, handle);
  variables.add(variable);
  try {
    call(adapter.addressOf(variable));
  } finally {
    variables.delete(variable);
  }
}

/** Most numbers that a plugin is asked for at once. */
const MOST_RELEASED = 256;

/** Asks a plugin which functions of JavaScript nothing in it can reach any more. */
function releasedBy(
  library: NativeLibrary,
): (address: Address) => number[] {
  const ask = library.bind(
    "plugin_released",
    ["address", "address", "u32"],
    "u32",
  );
  const { space } = library;
  return (address) => {
    const numbers = new BigUint64Array(MOST_RELEASED);
    const bytes = new Uint8Array(numbers.buffer);
    const place = space?.allocate(bytes.length);
    const into = place === undefined
      ? adapter.addressOf(numbers)
      : adapter.toAddress(place);
    const count = ask(address, into, MOST_RELEASED) as number;
    if (place !== undefined) {
      adapter.copy(into, bytes);
      space!.free(place, bytes.length);
    }
    return Array.from(numbers.subarray(0, count), Number);
  };
}

/** Gives a plugin what a function of JavaScript has promised, where it can wait for that. */
function settleIn(library: NativeLibrary): () => Settle | undefined {
  let bound: RawFunction | null | undefined;
  return () => {
    if (bound === undefined) {
      try {
        bound = library.bind(
          "plugin_settle",
          ["u64", "address", "u64", "u64"],
          "void",
        );
      } catch {
        bound = null;
      }
    }
    const call = bound;
    if (call === null) return undefined;
    const { space } = library;
    // The process that waits; the next one has other promises of these names.
    const asked = space?.toAddress(1n);
    const isLeft = () => asked !== undefined && isOver(asked);
    return (token, packet, thrown) => {
      if (isLeft()) return;
      const size = packet.length;
      const place = space?.allocate(size);
      const address = place === undefined
        ? adapter.addressOf(packet)
        : adapter.toAddress(place);
      if (place !== undefined) adapter.store(address, packet);
      try {
        call(token, address, BigInt(size), BigInt(thrown));
      } catch (error) {
        if (!isLeft()) throw error; // else nobody waits any more
      } finally {
        if (place !== undefined) space!.free(place, size);
      }
    };
  };
}

/** A function that is made when it is first called. */
function lazily<A, T>(make: () => (given: A) => T): (given: A) => T {
  let made: ((given: A) => T) | undefined;
  return (given) => (made ??= make())(given);
}

/** What is made of a name, once: binding takes thousands of times as long as a call. */
function remembering<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    let one = made.get(name);
    if (one === undefined) made.set(name, one = make(name));
    return one;
  };
}

/** The class of that name, or of which that is another name, if the plugin has one. */
export function findClass(
  { description: { types } }: Loaded,
  called: string,
): typeof NativeObject | undefined {
  const found = classNamed(types, called);
  return found && classOf(types, found.name, found.definition).Type;
}
