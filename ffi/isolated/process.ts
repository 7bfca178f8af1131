/**
 * The process that an isolated plugin runs in.
 *
 * What crosses is a call, and nothing else. Whatever there is to be done in the
 * process, to load a library or to read memory, is a call of a function there.
 * `native/isolate.h` says how it crosses, and `native/runner/runner.c` is the
 * program that runs.
 *
 * @module
 */

import { nativeStack } from "../backtrace/backtrace.ts";
import { PluginError, quote } from "../error.ts";
import type {
  Address,
  DistantCallback,
  FunctionSource,
  NativeLibrary,
  Primitive,
  RawFunction,
} from "../runtime/adapter.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";
import {
  belong,
  enterSpace,
  leaveSpace,
  processOf,
  wordIn,
} from "../runtime/space.ts";
import type { Support } from "../support/support_library.ts";
import { CallbackSlots, type CallingProcess } from "./callback_slots.ts";
import { Caller } from "./caller.ts";
import {
  DistantFunction,
  DistantLibrary,
  type Home,
} from "./distant_library.ts";
import { causeOf } from "./cause_of_end.ts";
import { endingOf, type ProcessEnd } from "./process_end.ts";
import { Isolate } from "./isolate.ts";
import { Lanes } from "./async_lanes.ts";
import { type LaterCallee, LaterCaller } from "./later_caller.ts";
import {
  endedBefore,
  endedWithin,
  isHeard,
  noRoomForThread,
  notStarted,
  type ProcessLife,
  wasClosed,
} from "./call_errors.ts";
import { LINK, notLinked } from "./thunk_link.ts";
import { DistantMemory } from "./memory.ts";
import type { Loadable, Prepared } from "./loaded_there.ts";
import type { IsolationOptions } from "./options.ts";
import { Printed } from "./printed.ts";
import { Processes, type SpreadProcess } from "./processes.ts";
import { HEARING, LENGTH, TEXT, TEXT_SIZE } from "./remote_call.ts";
import { Restarts } from "./restarts.ts";

/** Bytes for the loader's words. */
const MESSAGE = 4096;
/** What the runner's own code is found in. */
const RUNNER = "/memfd:plugin-runner";
const ENOENT = 2;

/** A library, and what it is called in the process that there is now. */
interface Load {
  readonly library: Loadable;
  handle: bigint;
}

/** Gives back what JavaScript no longer sees. */
const unused = new FinalizationRegistry<() => void>((free) => free());

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The process, and the one that is started in its place when it has ended. */
export class IsolatedProcess
  implements CallingProcess, Home, LaterCallee, SpreadProcess {
  readonly path: string;
  readonly support: Support;
  readonly isolate: Isolate;
  readonly #options: IsolationOptions;
  readonly #restarts: Restarts;
  readonly #memory: DistantMemory;
  readonly #callbacks: CallbackSlots;
  /** What it prints, where a function is given that. */
  readonly #printed: Printed | undefined;
  readonly #caller: Caller;
  readonly #later: LaterCaller;
  readonly #processes: Processes<IsolatedProcess>;
  /** What was loaded, to be loaded in the next process as well. */
  readonly #loads: Load[] = [];
  /** What was loaded, as it is used. */
  readonly libraries = new Map<Loadable, DistantLibrary>();
  readonly #shared = new WeakSet<ArrayBufferLike>();
  /** How many of those JavaScript may still look at. */
  #seen = 0;
  #number = 0n;
  /** The process, or the last one that there was. */
  #life: ProcessLife | undefined;
  #isClosed = false;
  readonly #onEnd: (() => void)[] = [];
  readonly onProcessEnd = new Map<object, () => void>();

  /**
   * @param path The plugin, for errors.
   * @param options How it is isolated.
   * @throws {PluginError} `unsupported` where no process can be started.
   */
  constructor(path: string, options: IsolationOptions) {
    const { arena: size } = options;
    this.path = path;
    this.#options = options;
    this.#restarts = new Restarts(options.restart);
    this.support = adapter.support("Cannot isolate a plugin");
    if (this.support.host.os !== "linux") {
      throw new PluginError(
        "unsupported",
        "Cannot isolate a plugin: it takes Linux",
        { path },
      );
    }
    try {
      this.isolate = new Isolate(this.support, size);
    } catch (error) {
      throw this.#notStarted(error);
    }
    this.#caller = new Caller(this);
    this.#memory = new DistantMemory(
      this.#caller,
      this.isolate.start,
      size,
      () => {
        if (this.#isClosed) throw wasClosed(path, undefined);
      },
    );
    this.#callbacks = new CallbackSlots(this);
    this.#later = new LaterCaller(this);
    this.#processes = new Processes<IsolatedProcess>(
      this,
      options.processes,
      () => new IsolatedProcess(path, options),
    );
    this.#printed = this.#heard(options.output);
  }

  /** What stands in the way of the first process, as an error of the plugin's. */
  #notStarted(error: unknown, what = ""): unknown {
    return error instanceof RangeError
      ? notStarted(this.path, what + error.message)
      : error;
  }

  /** Listens to what it prints, where a function is given that. */
  #heard(output: IsolationOptions["output"]): Printed | undefined {
    if (output === undefined) return undefined;
    try {
      return new Printed(this.support, this.isolate.address, output);
    } catch (error) {
      this.close();
      throw this.#notStarted(error, "it cannot be heard what it prints: ");
    }
  }

  // ------------------------------------------------------------------ process

  /** Begins a process, in which all is loaded. */
  #begin(): void {
    this.#loadAll(this.#loads, (prepared) => this.#launch(prepared));
  }

  /** Loads libraries, and before that begins the process that they are for. */
  #loadAll(
    loads: readonly Load[],
    start: (prepared: readonly Prepared[]) => void,
  ): void {
    const prepared: Prepared[] = [];
    try {
      for (const { library } of loads) prepared.push(library.prepare());
      start(prepared);
      loads.forEach((each, i) =>
        each.handle = prepared[i]!.load((path) => this.#handleOf(path))
      );
      for (const each of loads) {
        this.#link(each, this.#loads.at(0) ?? loads[0]!);
      }
    } catch (error) {
      this.#stop(error as Error); // what the handles lead to is not in it
      throw error;
    } finally {
      for (const each of prepared) each.remove();
    }
  }

  /** Loads a file; throws the loader's own words. */
  #handleOf(path: string): bigint {
    return this.#memory.with(
      encoder.encode(`${path}\0`),
      (name) =>
        this.#memory.room(MESSAGE, (message) => {
          const size = BigInt(MESSAGE);
          const handle = this.#caller.ask("load", name, message, size);
          if (handle !== 0n) return handle;
          const words = new Uint8Array(MESSAGE);
          adapter.copy(adapter.toAddress(message), words);
          const end = Math.max(words.indexOf(0), 0);
          throw new Error(decoder.decode(words.subarray(0, end)));
        }),
    );
  }

  /** Tells a library where the functions of the plugin are that it calls. */
  #link({ library: { links = [] }, handle }: Load, plugin: Load): void {
    if (links.length === 0) return;
    const addresses = BigUint64Array.from(links, (name) => {
      const found = this.#find(plugin.handle, name);
      if (found !== 0n) return found;
      throw notLinked(this.path, name);
    });
    const link = this.#find(handle, LINK);
    if (link === 0n) throw notLinked(this.path, LINK);
    this.#memory.with(
      new Uint8Array(addresses.buffer),
      (at) =>
        this.bind(LINK, () => link, ["address"], "void")(this.toAddress(at)),
    );
  }

  /** The address of a symbol; zero where there is none. */
  #find(handle: bigint, symbol: string): bigint {
    return this.#memory.with(
      encoder.encode(`${symbol}\0`),
      (name) => this.#caller.ask("symbol", handle, name),
    );
  }

  #launch(prepared: readonly Prepared[]): void {
    this.#confine(prepared);
    const failed = this.isolate.begin();
    if (failed !== 0) {
      throw this.#notConfined() ?? notStarted(
        this.path,
        failed > 0
          ? `the system says error ${failed}`
          : endingOf(this.isolate.status).text,
      );
    }
    this.#number = enterSpace(this);
    this.#life = {
      lanes: new Lanes(
        this.isolate.starts,
        (lane) => this.#caller.ask("serve", BigInt(lane)) === 0n,
        () => noRoomForThread(this.path),
      ),
    };
    this.#callbacks.began();
  }

  /** Says what the next process may do. */
  #confine(prepared: readonly Prepared[]): void {
    const { policy } = this.#options;
    if (policy === undefined) return;
    const letters = new Set(policy.map((word) => word[0]));
    const files = new Set(
      prepared.flatMap((each) => each.files((letter) => letters.has(letter))),
    );
    const failed = this.isolate.confine(
      [...policy, ...[...files].map((file) => `b${file}`)],
    );
    if (failed !== 0) {
      throw notStarted(this.path, `the system says error ${failed}`);
    }
  }

  /** Why the process could not be confined; undefined where that is not what has failed. */
  #notConfined(): PluginError | undefined {
    const { path } = this;
    const why = this.isolate.unconfined();
    return why && new PluginError(
      why.error === ENOENT ? "not_found" : "unsupported",
      `Cannot confine the plugin ${quote(path)}: ${why.reason}`,
      { path },
    );
  }

  /** Ends the process that could not load all; the next call tries again, if one may follow. */
  #stop({ message }: Error): void {
    if (this.#number === 0n) return; // it has ended by itself
    this.isolate.stop();
    this.life.ending = { code: "load_failed", text: message };
    this.#left();
  }

  /** Says that the process is no more. */
  #left(): void {
    leaveSpace(this.#number);
    this.#number = 0n;
    this.#restarts.ended();
    this.#tellProcessEnd();
    if (!this.#restarts.mayFollow) this.#tellEnd();
  }

  /** Remembers how a process has ended, as long as it can be asked. */
  #end(life: ProcessLife): ProcessEnd {
    if (life.ending !== undefined) return life.ending;
    life.ending = this.isolate.hasTimedOut
      ? { code: "timed_out", text: `it took more than ${this.timeout} ms` }
      : endingOf(this.isolate.status);
    this.#printed?.end();
    const kept = this.isolate.crash();
    life.stack = kept && nativeStack(kept, this.support.host.arch, RUNNER);
    life.cause = causeOf(life.ending, this.#options.policy, kept);
    life.refused = this.#refused();
    this.#left();
    return life.ending;
  }

  /** What it was refused. */
  #refused(): string[] {
    return this.#isClosed || this.#options.policy === undefined
      ? []
      : this.isolate.refused();
  }

  refused(): string[] {
    const { all } = this.#processes;
    return [...new Set(all.flatMap((each) => each.#refused()))];
  }

  onEnd(call: () => void): void {
    this.#onEnd.push(call);
  }

  #tellProcessEnd(): void {
    const calls = [...this.onProcessEnd.values()];
    this.onProcessEnd.clear();
    for (const call of calls) call();
  }

  #tellEnd(): void {
    for (const call of this.#onEnd.splice(0)) call();
    this.#processes.closeOthers();
  }

  /** Ends the process; nothing can be called any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#tellProcessEnd();
    this.#isClosed = true;
    this.#tellEnd();
    if (this.#number !== 0n) leaveSpace(this.#number, this.path);
    this.#number = 0n;
    this.#free();
  }

  /** Ends the process; as soon as no call is in it, whose memory it needs. */
  #free(): void {
    if (this.running > 0) {
      setTimeout(() => this.#free());
      return;
    }
    if (this.#printed !== undefined) {
      // What was printed before is still on its way.
      if (this.isolate.starts > 0) this.isolate.stop();
      this.#printed.end();
      this.#printed.close();
    }
    this.isolate.close(this.#seen > 0);
  }

  // -------------------------------------------------------------------- calls

  get timeout(): number {
    return this.#options.timeout;
  }

  /** Which process of all there were it is; 0 when there is none. */
  get number(): bigint {
    return this.#number;
  }

  /** The process, or the last one that there was. */
  get life(): ProcessLife {
    return this.#life!;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isOver(): boolean {
    return this.#isClosed || this.#number === 0n && !this.#restarts.isNow;
  }

  get running(): number {
    return this.#caller.calls.running + this.#later.running;
  }

  bind(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#caller.bind(name, find, params, result);
  }

  bindAsync(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.#later.bind(name, find, params, result);
  }

  functionAt(address: Address): FunctionSource {
    return new DistantFunction(this, this.toWord(address));
  }

  ensure(name: string | undefined): void {
    if (this.#number !== 0n) return;
    // A call that has not ended yet is of the process before.
    if (this.isOver || this.#caller.calls.running > 0) throw this.#gone(name);
    this.#begin();
  }

  ended(name: string | undefined, outcome: number): never {
    throw outcome === HEARING
      ? isHeard(this.path, name)
      : endedWithin(this.path, name, this.#end(this.life), this.life);
  }

  lost(name: string, life: ProcessLife): PluginError {
    return this.#isClosed && life.ending === undefined
      ? wasClosed(this.path, name)
      : endedWithin(this.path, name, this.#end(life), life);
  }

  /** The error of a call when there is no process any more. */
  #gone(name: string | undefined): PluginError {
    return this.#isClosed ? wasClosed(this.path, name) : endedBefore(
      this.path,
      name,
      this.life.ending!,
      this.#restarts.refusal,
    );
  }

  permitted<T>(what: string, use: () => T): T {
    const { path } = this;
    return permitted(
      () => `Cannot ${what} of the plugin ${quote(path)}`,
      use,
      path,
    );
  }

  text(word: bigint, bytes: Uint8Array, words: BigUint64Array): string {
    const length = Number(words[LENGTH]!);
    if (length <= TEXT_SIZE) {
      return decoder.decode(bytes.subarray(TEXT, TEXT + length));
    }
    return this.#memory.text(word, length);
  }

  // ------------------------------------------------------------------- memory

  /** Whether an address is of the process that there is now. */
  isNow(address: Address): boolean {
    return processOf(address) === this.#number;
  }

  toAddress(word: bigint): Address {
    return wordIn(this.#number, word);
  }

  readonly addressOrNull = (word: bigint): Address | null =>
    word === 0n ? adapter.null : this.toAddress(word);

  readonly wordOrZero = (address: Address | null): bigint =>
    address === null ? 0n : this.toWord(address);

  toWord(address: Address): bigint {
    const word = BigInt(address);
    // What both see is no secret of one: frames and buffers lie there.
    if (word === 0n || this.#memory.isShared(word)) return word;
    const process = processOf(address);
    if (process === this.#number && process !== 0n) {
      return BigInt.asUintN(64, word);
    }
    throw new TypeError(
      process === 0n
        ? `The isolated plugin ${
          quote(this.path)
        } cannot be given an address of this process or of another plugin`
        : `The isolated plugin ${
          quote(this.path)
        } cannot be given an address of another process, or of one that has ended`,
    );
  }

  copy(from: Address, to: Uint8Array): void {
    this.#memory.read(this.toWord(from), to);
  }

  store(to: Address, from: Uint8Array): void {
    this.#memory.write(this.toWord(to), from);
  }

  cstring(address: Address): string {
    return this.#memory.text(this.toWord(address));
  }

  allocate(size: number): bigint {
    return this.#memory.allocate(size);
  }

  free(address: bigint, size: number): void {
    this.#memory.free(address, size);
  }

  share(size: number): ArrayBuffer {
    const at = this.allocate(size);
    const buffer = this.permitted(
      "share memory with a process",
      () => this.#memoryAt(at, size),
    );
    new Uint8Array(buffer).fill(0);
    this.#shared.add(buffer);
    this.#seen++;
    unused.register(buffer, () => {
      this.#seen--;
      this.free(at, size);
    });
    return belong(buffer, this);
  }

  #memoryAt(at: bigint, size: number): ArrayBuffer {
    try {
      return adapter.memory(adapter.toAddress(at), size);
    } catch (error) {
      this.free(at, size);
      throw error;
    }
  }

  isShared(buffer: ArrayBufferLike): boolean {
    return this.#shared.has(buffer);
  }

  // ---------------------------------------------------------------- callbacks

  callback(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
    isForAny: boolean,
  ): DistantCallback {
    return this.#callbacks.make(target, params, result, isForAny);
  }

  entryOf(slot: number): Address {
    return this.toAddress(this.#caller.ask("callback", BigInt(slot)));
  }

  // ---------------------------------------------------------------- libraries

  /**
   * Loads libraries, in this process and in those that follow it.
   *
   * @param libraries The libraries, made sure of.
   */
  load(libraries: readonly Loadable[]): NativeLibrary[] {
    const loads = libraries.map((library) => ({ library, handle: 0n }));
    this.#loadAll(loads, (prepared) => {
      if (this.#life === undefined) this.#launch(prepared);
    });
    this.#loads.push(...loads);
    return loads.map((load) => {
      const spread = this.#processes.spread(load.library);
      const library = new DistantLibrary(this, () => load.handle, spread);
      this.libraries.set(load.library, library);
      return library;
    });
  }

  symbol(handle: () => bigint, symbol: string): bigint {
    this.ensure(undefined);
    const found = this.#find(handle(), symbol);
    if (found !== 0n) return found;
    throw new Error(`undefined symbol: ${symbol}`);
  }
}
