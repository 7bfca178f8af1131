/**
 * The process that an isolated plugin runs in.
 *
 * What crosses is a call, and nothing else: registers, and a frame that is
 * copied. Whatever there is to be done in the process, to load a library or to
 * read memory, is a call of a function there. `native/isolate.h` says how it
 * crosses, and `native/runner/runner.c` is the program that runs.
 *
 * @module
 */

import { nativeStack } from "../backtrace/backtrace.ts";
import { CRASH_SIZE } from "../backtrace/crash_size.ts";
import { PluginError, quote } from "../error.ts";
import type {
  Address,
  DistantCallback,
  FunctionSource,
  NativeLibrary,
  Primitive,
  RawFunction,
  Space,
  Spread,
} from "../runtime/adapter.ts";
import { generate } from "../runtime/generate.ts";
import { permitted } from "../runtime/permitted.ts";
import { adapter } from "../runtime/runtime.ts";
import {
  belong,
  enterSpace,
  leaveSpace,
  processOf,
  wordIn,
} from "../runtime/space.ts";
import { kindOf, place, type Placed, viewsOf } from "../support/call_layout.ts";
import type { Support } from "../support/support.ts";
import { Arena } from "./arena.ts";
import { causeOf } from "./cause_of_end.ts";
import { type Ending, endingOf } from "./ending.ts";
import { LINK, notLinked } from "./link.ts";
import type { IsolationOptions } from "./options.ts";
import { type Block, Blocks, Lanes } from "./lanes.ts";
import { Printed } from "./printed.ts";
import {
  FRAME,
  GIVES_TEXT,
  HEARING,
  IN,
  KIND,
  LENGTH,
  OUT,
  OUTCOME,
  PLACE,
  REMOTE_CALL_SIZE,
  TEXT,
  TEXT_SIZE,
  TIMEOUT,
} from "./remote_call.ts";
import { Restarts } from "./restarts.ts";

/** The runner's own functions, as `enum plugin_service` counts them. */
const [LOAD, SYMBOL, COPY, LENGTH_OF, CALLBACK, SERVE] = [0, 1, 2, 3, 4, 5];

/** How many callbacks there may be; `native/isolate.h` has the same. */
const SLOTS = 8192;
/** `enum plugin_answer`. */
const [GIVES_FLOAT, FOR_ANY] = [1, 2];

/** Bytes for the loader's words. */
const MESSAGE = 4096;
/** How often another process is started where the arena's place is taken there. */
const ATTEMPTS = 8;
/** What the runner's own code is found in. */
const RUNNER = "/memfd:plugin-runner";
/** How the runner ends then. */
const CLASH = 97 << 8;
/** Bytes for why a process could not be confined. */
const REASON = 256;
/** Bytes for all system calls that were refused: 32 lines of 64. */
const REFUSED = 2048;
const ENOENT = 2;

/** A library, as each process loads it. */
export interface Loadable {
  /** Functions of the library that was loaded first, which this one is given the addresses of. */
  readonly links?: readonly string[] | undefined;
  /**
   * Makes sure, before a process is started, that it may be loaded there, and
   * that its file is there.
   */
  prepare(): Prepared;
}

/** A library that is about to be loaded. */
export interface Prepared {
  /**
   * The files that a confined process has to read for it.
   *
   * @param permits Whether a letter stands in its policy.
   */
  files(permits: (letter: string) => boolean): string[];
  /** Loads it, by {@linkcode IsolatedProcess.handleOf}. */
  load(process: IsolatedProcess): bigint;
  /** Says that it is loaded, or will not be. */
  remove(): void;
}

/** A process, from its beginning to its end. */
interface Life {
  readonly lanes: Lanes;
  ending?: Ending;
  /** What may be behind its end. */
  cause?: string;
  /** The plugin's stack at its end, for the call that sees it first. */
  stack?: string | undefined;
  /** What it was refused. */
  refused?: readonly string[];
}

/** A library, and what it is called in the process that there is now. */
interface Load {
  readonly library: Loadable;
  handle: bigint;
}

/** The part of a frame that a call into the process knows. */
interface DistantFrame {
  /** What a call holds; it is written back when the call has ended. */
  readonly held: { bringBack?(): void; readonly length: number };
  readonly u8: Uint8Array;
  /** Where its thunk's part lies here, and there. */
  readonly from: bigint;
  readonly to: bigint;
  readonly top: number;
  /** Where its thunk's part begins in it. */
  readonly start: number;
}

/** Gives back what JavaScript no longer sees. */
const unused = new FinalizationRegistry<() => void>((free) => free());

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The process, and the one that is started in its place when it has ended. */
export class IsolatedProcess implements Space {
  readonly #path: string;
  readonly #options: IsolationOptions;
  readonly #restarts: Restarts;
  readonly #support: Support;
  /** The `plugin_isolate`, as a number. */
  readonly #isolate: number;
  /** Where the arena begins, here and there. */
  readonly #start: bigint;
  readonly #limit: bigint;
  readonly #arena: Arena;
  /** What it prints, where a function is given that. */
  readonly #printed: Printed | undefined;
  readonly #bytes = new Uint8Array(REMOTE_CALL_SIZE);
  readonly #views = viewsOf(this.#bytes.buffer);
  readonly #call: number;
  readonly #run: RawFunction;
  /** What was loaded, to be loaded in the next process as well. */
  readonly #loads: Load[] = [];
  /** What was loaded, as it is used. */
  readonly #libraries = new Map<Loadable, DistantLibrary>();
  /** Those that calls on other threads are spread over, this one first; the others begin when they are needed. */
  readonly #all: (IsolatedProcess | undefined)[] = [this];
  readonly #shared = new WeakSet<ArrayBufferLike>();
  /** How many of those JavaScript may still look at. */
  #seen = 0;
  /** Which process of all there were it is; 0 when there is none. */
  #number = 0n;
  /** The process, or the last one that there was. */
  #life!: Life;
  /** How often one was started. */
  #starts = 0;
  #blocks: Blocks | undefined;
  #isClosed = false;
  /** How many calls have begun and not ended: callbacks make calls within calls. */
  readonly #calls = { running: 0, later: 0 };
  /** The slots of callbacks that were let go of, and how many there were. */
  readonly #slots = { free: [] as number[], next: 0 };
  readonly #onEnd: (() => void)[] = [];
  readonly #services: {
    load: RawFunction;
    symbol: RawFunction;
    copy: RawFunction;
    length: RawFunction;
    callback: RawFunction;
    serve: RawFunction;
  };

  /**
   * @param path The plugin, for errors.
   * @param options How it is isolated.
   * @throws {PluginError} `unsupported` where no process can be started.
   */
  constructor(path: string, options: IsolationOptions) {
    const { arena: size } = options;
    this.#path = path;
    this.#options = options;
    this.#restarts = new Restarts(options.restart);
    const support = adapter.support("Cannot isolate a plugin");
    this.#support = support;
    if (support.host.os !== "linux") {
      throw new PluginError(
        "unsupported",
        "Cannot isolate a plugin: it takes Linux",
        { path },
      );
    }
    const opened = support.once("plugin_isolate_open", ["f64"], "address")(
      size,
    );
    if (opened === support.host.null) {
      throw this.#notStarted(`there is no memory for ${size} bytes`);
    }
    this.#isolate = Number(opened);
    this.#start = BigInt(
      support.once("plugin_isolate_arena", ["address"], "address")(opened),
    );
    this.#limit = this.#start + BigInt(size);
    this.#arena = new Arena(size);
    this.#call = Number(adapter.addressOf(this.#bytes));
    this.#run = support.once("plugin_isolate_call", ["f64", "f64"], "void");
    this.#services = this.#bindServices();
    this.#printed = this.#listening(options.output);
  }

  #listening(output: IsolationOptions["output"]): Printed | undefined {
    if (output === undefined) return undefined;
    try {
      return new Printed(this.#support, this.#isolate, output);
    } catch (error) {
      this.close();
      throw error instanceof RangeError
        ? this.#notStarted(
          `it cannot be heard what it prints: ${error.message}`,
        )
        : error;
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
      loads.forEach((each, i) => each.handle = prepared[i]!.load(this));
      for (const each of loads) this.#link(each, this.#loads[0] ?? loads[0]!);
    } catch (error) {
      this.#stop(); // what the handles lead to is not in it
      throw error;
    } finally {
      for (const each of prepared) each.remove();
    }
  }

  /** Tells a library where the functions of the plugin are that it calls. */
  #link({ library: { links = [] }, handle }: Load, plugin: Load): void {
    if (links.length === 0) return;
    const addresses = BigUint64Array.from(links, (name) => {
      const found = this.#find(plugin.handle, name);
      if (found !== 0n) return found;
      throw notLinked(this.#path, name);
    });
    const bytes = new Uint8Array(addresses.buffer);
    const at = this.#put(bytes);
    try {
      const link = this.#find(handle, LINK);
      if (link === 0n) throw notLinked(this.#path, LINK);
      this.bind(LINK, () => link, ["address"], "void")(this.toAddress(at));
    } finally {
      this.free(at, bytes.length);
    }
  }

  /** The address of a symbol; zero where there is none. */
  #find(handle: bigint, symbol: string): bigint {
    const name = encoder.encode(`${symbol}\0`);
    const at = this.#put(name);
    try {
      return this.#services.symbol(handle, at);
    } finally {
      this.free(at, name.length);
    }
  }

  #launch(prepared: readonly Prepared[]): void {
    const isolate = adapter.toAddress(this.#isolate);
    this.#confine(prepared);
    const start = this.#support.once(
      "plugin_isolate_start",
      ["address"],
      "i32",
    );
    let failed: number;
    let attempt = 0;
    do {
      this.#starts++;
      failed = start(isolate);
    } while (
      failed === -1 && this.#status() === CLASH && ++attempt < ATTEMPTS
    );
    if (failed !== 0) {
      throw this.#unconfined() ?? this.#notStarted(
        failed > 0
          ? `the system says error ${failed}`
          : endingOf(this.#status()).text,
      );
    }
    this.#number = enterSpace(this);
    this.#life = {
      lanes: new Lanes(this.#starts, (lane) => {
        return this.#services.serve(BigInt(lane)) === 0n;
      }, () =>
        new PluginError(
          "unsupported",
          `Cannot run a call of the plugin ${
            quote(this.#path)
          } on another thread: its process has no room for one, whose stack takes 8 MB as a rule; permit more isolated.memory`,
          { path: this.#path },
        )),
    };
    if (this.#isListening) this.#listen();
  }

  /** Ends the process that could not load all; the next call tries again, if one may follow. */
  #stop(): void {
    if (this.#number === 0n) return; // it has ended by itself
    this.#kill();
    this.#left();
  }

  #kill(): void {
    this.#support.once("plugin_isolate_stop", ["address"], "void")(
      adapter.toAddress(this.#isolate),
    );
  }

  /** Says that the process is no more. */
  #left(): void {
    leaveSpace(this.#number);
    this.#number = 0n;
    this.#restarts.ended();
    if (!this.#restarts.mayFollow) this.#tellEnd();
  }

  #status(): number {
    const of = this.#support.once(
      "plugin_isolate_status",
      ["address"],
      "i32",
    );
    return of(adapter.toAddress(this.#isolate));
  }

  /** Says what the next process may do. */
  #confine(prepared: readonly Prepared[]): void {
    const { policy } = this.#options;
    if (policy === undefined) return;
    const letters = new Set(policy.map((word) => word[0]));
    const files = new Set(
      prepared.flatMap((each) => each.files((letter) => letters.has(letter))),
    );
    const words = encoder.encode(
      [...policy, ...[...files].map((file) => `b${file}`)]
        .map((word) => `${word}\0`).join(""),
    );
    const failed = this.#support.once(
      "plugin_isolate_confine",
      ["address", "address", "f64"],
      "i32",
    )(
      adapter.toAddress(this.#isolate),
      adapter.addressOf(words),
      words.length,
    );
    if (failed !== 0) {
      throw this.#notStarted(`the system says error ${failed}`);
    }
  }

  /** Why the process could not be confined; undefined where that is not what has failed. */
  #unconfined(): PluginError | undefined {
    const text = new Uint8Array(REASON);
    const error = this.#support.once(
      "plugin_isolate_reason",
      ["address", "address"],
      "i32",
    )(adapter.toAddress(this.#isolate), adapter.addressOf(text));
    if (error === 0) return undefined;
    const reason = decoder.decode(text.subarray(0, text.indexOf(0)));
    return new PluginError(
      error === ENOENT ? "not_found" : "unsupported",
      `Cannot confine the plugin ${quote(this.#path)}: ${reason}`,
      { path: this.#path },
    );
  }

  #notStarted(reason: string): PluginError {
    return new PluginError(
      "unsupported",
      `Cannot start a process for the plugin ${quote(this.#path)}: ${reason}`,
      { path: this.#path },
    );
  }

  /** What its crash has left, where it has left something. */
  #kept(): Uint8Array | undefined {
    const { host } = this.#support;
    const kept = new Uint8Array(CRASH_SIZE);
    const isThere = this.#support.once(
      "plugin_isolate_crash",
      ["address", "address"],
      "u32",
    )(adapter.toAddress(this.#isolate), host.addressOf(kept));
    return isThere === 0 ? undefined : kept;
  }

  /** Remembers how a process has ended, as long as it can be asked. */
  #end(life: Life): Ending {
    if (life.ending !== undefined) return life.ending;
    const tookTooLong = this.#support.once(
      "plugin_isolate_timed_out",
      ["address"],
      "u32",
    )(adapter.toAddress(this.#isolate)) !== 0;
    const { timeout } = this.#options;
    life.ending = tookTooLong
      ? { code: "timed_out", text: `it took more than ${timeout} ms` }
      : endingOf(this.#status());
    this.#printed?.end();
    const kept = this.#kept();
    const { arch } = this.#support.host;
    life.stack = kept && nativeStack(kept, arch, RUNNER);
    life.cause = causeOf(life.ending, this.#options.policy, kept);
    life.refused = this.#refused();
    this.#left();
    return life.ending;
  }

  /** The error of a call in which the process has ended. */
  #ended(symbol: string | undefined, life: Life, outcome = 0): PluginError {
    if (outcome === HEARING) return this.#heard(symbol);
    const { code, text, signal, status } = this.#end(life);
    const { cause = "", stack: nativeStack, refused = [] } = life;
    const before = refused.length === 0
      ? ""
      : `; before that it was refused ${refused.join(", ")}`;
    return new PluginError(
      code,
      `${symbol === undefined ? "The plugin" : `${symbol}() of the plugin`} ${
        quote(this.#path)
      } ended its process: ${text}${cause}${before}`,
      { path: this.#path, symbol, signal, status, nativeStack, refused },
    );
  }

  /** The error of a call that is made while another one waits until output is heard. */
  #heard(symbol: string | undefined): PluginError {
    return new PluginError(
      "would_deadlock",
      `Cannot call ${symbol ?? "a function"}() of the plugin ${
        quote(this.#path)
      } while its output is heard: it is in a call, and waits for that; call it later, with setTimeout()`,
      { path: this.#path, symbol },
    );
  }

  /** The error of a call when there is no process any more. */
  #gone(symbol: string | undefined): PluginError {
    const what = symbol === undefined
      ? "Cannot use the plugin"
      : `Cannot call ${symbol}()`;
    if (this.#isClosed) {
      return new PluginError(
        "closed",
        `${what}: the plugin ${quote(this.#path)} was closed`,
        { path: this.#path, symbol },
      );
    }
    const { code, text, signal, status } = this.#life.ending!;
    return new PluginError(
      code,
      `${what}: the process of the plugin ${
        quote(this.#path)
      } has ended before: ${text}; ${this.#restarts.refusal}`,
      { path: this.#path, symbol, signal, status },
    );
  }

  refused(): string[] {
    const all = this.#all.filter((each) => each !== undefined);
    return [...new Set(all.flatMap((each) => each.#refused()))];
  }

  #refused(): string[] {
    if (this.#isClosed || this.#options.policy === undefined) return [];
    const text = new Uint8Array(REFUSED);
    const length = this.#support.once(
      "plugin_isolate_refused",
      ["address", "address", "u32"],
      "u32",
    )(adapter.toAddress(this.#isolate), adapter.addressOf(text), REFUSED);
    return decoder.decode(text.subarray(0, length)).split("\n").slice(0, -1);
  }

  onEnd(call: () => void): void {
    this.#onEnd.push(call);
  }

  #tellEnd(): void {
    for (const call of this.#onEnd.splice(0)) call();
    for (const other of this.#all.splice(1)) other?.close();
  }

  /** Ends the process; nothing can be called any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tellEnd();
    if (this.#number !== 0n) leaveSpace(this.#number);
    this.#number = 0n;
    this.#free();
  }

  /** Ends the process; as soon as no call is in it, whose memory it needs. */
  #free(): void {
    if (this.#calls.running + this.#calls.later > 0) {
      setTimeout(() => this.#free());
      return;
    }
    if (this.#printed !== undefined) {
      // What was printed before is still on its way.
      if (this.#starts > 0) this.#kill();
      this.#printed.end();
      this.#printed.close();
    }
    this.#support.once(
      "plugin_isolate_close",
      ["address", "u32"],
      "void",
    )(adapter.toAddress(this.#isolate), this.#seen > 0 ? 1 : 0);
  }

  // -------------------------------------------------------------------- calls

  #bindServices() {
    const at = this.#support.once(
      "plugin_isolate_service",
      ["address", "u32"],
      "u64",
    );
    const isolate = adapter.toAddress(this.#isolate);
    const bind = (
      service: number,
      params: readonly Primitive[],
      result: Primitive,
    ) => this.bind(undefined, () => at(isolate, service), params, result);
    return {
      load: bind(LOAD!, ["u64", "u64", "u64"], "u64"),
      symbol: bind(SYMBOL!, ["u64", "u64"], "u64"),
      copy: bind(COPY!, ["u64", "u64", "u64"], "void"),
      length: bind(LENGTH_OF!, ["u64"], "u64"),
      callback: bind(CALLBACK!, ["u64"], "u64"),
      serve: bind(SERVE!, ["u64"], "u64"),
    };
  }

  /**
   * Binds a function.
   *
   * @param name What errors call it; undefined for what is the runner's own.
   * @param find Where it is, asked once for each process.
   * @returns It takes the frame of the call behind its arguments.
   */
  bind(
    name: string | undefined,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const { placed, words, kind } = this.#placed(name, params, result);
    return generate(
      {
        ...this.#views,
        bytes: new DataView(this.#bytes.buffer),
        run: this.#run,
        calls: this.#calls,
        isolate: this.#isolate,
        call: this.#call,
        toAddress: this.#toAddress,
        toWord: this.#toWord,
        text: (word: bigint) =>
          word === 0n ? null : this.#text(word, this.#bytes, this.#views.u64),
        number: () => this.#number,
        find: () => this.#found(name, find),
        ended: (outcome: number) => {
          throw this.#ended(name, this.#life, outcome);
        },
      },
      `let process = -1n;
let target = 0n;
return function (${
        [...params.map((_, index) => `a${index}`), "frame"].join()
      }) {
  if (number() !== process) {
    target = find();
    process = number();
  }
  ${words}
  u64[0] = target;
  ${placed.stores}
  u32[${KIND}] = ${kind};
  u32[${TIMEOUT}] = ${this.#options.timeout};
  if (frame === undefined) u32[${IN}] = u32[${OUT}] = 0;
  else {
    u64[${FRAME}] = frame.from;
    u64[${PLACE}] = frame.to;
    u32[${IN}] = u32[${OUT}] = frame.top - frame.start;
  }
  calls.running++;
  try {
    run(isolate, call);
  } finally {
    calls.running--;
  }
  if (u32[${OUTCOME}] !== 0) ended(u32[${OUTCOME}]);
  if (frame !== undefined && frame.held.length > 0) frame.held.bringBack();
  return ${placed.result};
};`,
    );
  }

  /**
   * Binds a function for calls on other threads.
   *
   * @param name What errors call it.
   * @param find Where it is, asked once for each process.
   * @returns It takes the frame of the call behind its arguments, which is the
   * call's until what it gives is settled.
   */
  bindAsync(
    name: string,
    find: () => bigint,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    const { placed, words, kind } = this.#placed(name, params, result);
    const views = "{ i32, u32, i64, u64, f32, f64, bytes }";
    return generate(
      {
        toAddress: this.#toAddress,
        toWord: this.#toWord,
        number: () => this.#number,
        find: () => this.#found(name, find),
        take: () =>
          this.#permitted(
            `call ${name}() on another thread`,
            () => (this.#blocks ??= this.#makeBlocks()).take(),
          ),
        textOf: (word: bigint, { all, u64 }: Block) =>
          word === 0n ? null : this.#text(word, all, u64),
        run: (
          block: Block,
          frame: DistantFrame | undefined,
          read: (block: Block) => unknown,
        ) => this.#runLater(name, block, frame, read),
      },
      `let process = -1n;
let target = 0n;
const read = (block) => {
  const ${views} = block;
  const text = (word) => textOf(word, block);
  return ${placed.result};
};
return function (${
        [...params.map((_, index) => `a${index}`), "frame"].join()
      }) {
  if (number() !== process) {
    target = find();
    process = number();
  }
  ${words}
  const block = take();
  const ${views} = block;
  u64[0] = target;
  ${placed.stores}
  u32[${KIND}] = ${kind};
  u32[${TIMEOUT}] = ${this.#options.timeout};
  u32[${IN}] = u32[${OUT}] = 0;
  return run(block, frame, read);
};`,
    );
  }

  #makeBlocks(): Blocks {
    return new Blocks(this.#support, adapter.toAddress(this.#isolate));
  }

  /** Does what takes the permission for all memory. */
  #permitted<T>(what: string, use: () => T): T {
    return permitted(
      () => `Cannot ${what} of the plugin ${quote(this.#path)}`,
      use,
      this.#path,
    );
  }

  /** The frame is copied here, where it is this thread's: who runs the call may outlive that. */
  async #runLater(
    name: string,
    block: Block,
    frame: DistantFrame | undefined,
    read: (block: Block) => unknown,
  ): Promise<unknown> {
    const life = this.#life;
    const blocks = this.#blocks!;
    this.#calls.later++;
    try {
      const place = frame && adapter.toAddress(frame.to);
      const bytes = frame?.u8.subarray(frame.start, frame.top);
      const isUsed = bytes !== undefined && bytes.length > 0;
      if (isUsed) adapter.store(place!, bytes);
      await life.lanes.run(block, () => blocks.run(block));
      if (block.u32[OUTCOME] !== 0) throw this.#lost(name, life);
      if (isUsed) adapter.copy(place!, bytes);
      if (frame !== undefined && frame.held.length > 0) frame.held.bringBack!();
      return read(block);
    } finally {
      this.#calls.later--;
      blocks.giveBack(block);
    }
  }

  /** The error of a call on another thread that has no answer. */
  #lost(name: string, life: Life): PluginError {
    return this.#isClosed && life.ending === undefined
      ? this.#gone(name)
      : this.#ended(name, life);
  }

  /** What calls of one signature have in common. */
  #placed(
    name: string | undefined,
    params: readonly Primitive[],
    result: Primitive,
  ): {
    readonly placed: Placed;
    readonly words: string;
    readonly kind: number;
  } {
    const { host, convention } = this.#support;
    const placed = place(params, result, convention, {
      results: {
        bool: host.results.bool,
        address: (x) => `toAddress(${x})`,
        text: (x) => `text(${x})`,
      },
    });
    if (placed === undefined) {
      throw new PluginError(
        "unsupported",
        `Cannot call ${name}() in another process: its arguments are too many`,
        { path: this.#path, symbol: name },
      );
    }
    const words = params.flatMap((param, index) =>
      param === "address" || param === "text"
        ? [`a${index} = toWord(a${index});`]
        : []
    );
    const kind = placed.kind | (result === "text" ? GIVES_TEXT : 0);
    return { placed, words: words.join("\n  "), kind };
  }

  readonly #toAddress = (word: bigint): Address | null =>
    word === 0n ? adapter.null : this.toAddress(word);

  readonly #toWord = (address: Address | null): bigint =>
    address === null ? 0n : this.toWord(address);

  /** Where a function is in the process that there is now, or that is begun for it. */
  #found(name: string | undefined, find: () => bigint): bigint {
    this.#ensure(name);
    return find();
  }

  /** Makes sure that there is a process. */
  #ensure(name: string | undefined): void {
    if (this.#number !== 0n) return;
    // A call that has not ended yet is of the process before.
    if (this.#isClosed || this.#calls.running > 0 || !this.#restarts.isNow) {
      throw this.#gone(name);
    }
    this.#begin();
  }

  /** The text that a call gave. */
  #text(word: bigint, bytes: Uint8Array, words: BigUint64Array): string {
    const length = Number(words[LENGTH]!);
    if (length <= TEXT_SIZE) {
      return decoder.decode(bytes.subarray(TEXT, TEXT + length));
    }
    return this.#textOf(word, length);
  }

  #textOf(word: bigint, length: number): string {
    const bytes = new Uint8Array(bounded(length));
    if (length > 0) this.#copyWord(word, bytes);
    return decoder.decode(bytes);
  }

  // ------------------------------------------------------------------- memory

  /** Whether an address is of the process that there is now. */
  isNow(address: Address): boolean {
    return processOf(address) === this.#number;
  }

  toAddress(word: bigint): Address {
    return wordIn(this.#number, word);
  }

  toWord(address: Address): bigint {
    const word = BigInt(address);
    // What both see is no secret of one: frames and buffers lie there.
    if (word === 0n || this.#isInArena(word)) return word;
    const process = processOf(address);
    if (process === this.#number && process !== 0n) {
      return BigInt.asUintN(64, word);
    }
    throw new TypeError(
      process === 0n
        ? `The isolated plugin ${
          quote(this.#path)
        } cannot be given an address of this process or of another plugin`
        : `The isolated plugin ${
          quote(this.#path)
        } cannot be given an address of another process, or of one that has ended`,
    );
  }

  #isInArena(word: bigint): boolean {
    return word >= this.#start && word < this.#limit;
  }

  copy(from: Address, to: Uint8Array): void {
    this.#copyWord(this.toWord(from), to);
  }

  /** Through the arena: it is the runner that reads, and its end if there is nothing. */
  #copyWord(word: bigint, to: Uint8Array): void {
    const size = to.length;
    const at = this.allocate(size);
    try {
      this.#services.copy(at, word, BigInt(size));
      adapter.copy(adapter.toAddress(at), to);
    } finally {
      this.free(at, size);
    }
  }

  store(to: Address, from: Uint8Array): void {
    const word = this.toWord(to);
    const at = this.#put(from);
    try {
      this.#services.copy(word, at, BigInt(from.length));
    } finally {
      this.free(at, from.length);
    }
  }

  cstring(address: Address): string {
    const word = this.toWord(address);
    return this.#textOf(word, Number(this.#services.length(word)));
  }

  allocate(size: number): bigint {
    if (this.#isClosed) throw this.#gone(undefined); // it is not there any more
    return this.#start + BigInt(this.#arena.allocate(size));
  }

  free(address: bigint, size: number): void {
    this.#arena.free(Number(address - this.#start), size);
  }

  #put(bytes: Uint8Array): bigint {
    const at = this.allocate(bytes.length);
    adapter.store(adapter.toAddress(at), bytes);
    return at;
  }

  share(size: number): ArrayBuffer {
    const at = this.allocate(size);
    const buffer = this.#permitted(
      "share memory with a process",
      () => this.#viewOf(at, size),
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

  #viewOf(at: bigint, size: number): ArrayBuffer {
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

  functionAt(address: Address): FunctionSource {
    return new DistantFunction(this, this.toWord(address));
  }

  // ---------------------------------------------------------------- callbacks

  callback(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
    isForAny: boolean,
  ): DistantCallback {
    const kind = kindOf(params, result, this.#support.convention);
    const slots = this.#slots;
    const slot = slots.free.shift() ??
      (slots.next < SLOTS ? slots.next++ : undefined);
    if (kind === undefined || slot === undefined) {
      throw new PluginError(
        "unsupported",
        `Cannot make a callback for the isolated plugin ${quote(this.#path)}: ${
          kind === undefined
            ? "it has more parameters than there are registers"
            : `there are ${SLOTS} already; give the same function again, or a callback() that is disposed of`
        }`,
        { path: this.#path },
      );
    }
    const answer = this.#support.once(
      "plugin_isolate_answer",
      ["address", "u32", "address", "u32"],
      "void",
    );
    const isolate = adapter.toAddress(this.#isolate);
    const isFloat = result === "f32" || result === "f64";
    answer(
      isolate,
      slot,
      target,
      (isFloat ? GIVES_FLOAT : 0) | (isForAny ? FOR_ANY : 0),
    );
    if (isForAny && !this.#isListening) {
      this.#isListening = true;
      if (this.#number !== 0n) this.#listen();
    }
    let address: Address | undefined;
    return {
      address: () => {
        if (address === undefined || !this.isNow(address)) {
          address = this.toAddress(this.#services.callback(BigInt(slot)));
        }
        return address;
      },
      close: () => {
        if (!this.#isClosed) answer(isolate, slot, adapter.null, 0);
        slots.free.push(slot);
      },
    };
  }

  /** Whether threads of the plugin's own may call something. */
  #isListening = false;

  #listen(): void {
    this.#support.once("plugin_isolate_listen", ["address"], "i32")(
      adapter.toAddress(this.#isolate),
    );
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
      if (this.#life === undefined) {
        this.#launch(prepared);
      }
    });
    this.#loads.push(...loads);
    return loads.map((each) => {
      const library = new DistantLibrary(this, each);
      this.#libraries.set(each.library, library);
      return library;
    });
  }

  /** How calls of a library are spread over several processes. */
  spread(library: Loadable): Spread | undefined {
    if (this.#options.processes === 1) return undefined;
    return {
      choose: () => this.#choose(),
      at: (index) =>
        index === 0
          ? this.#libraries.get(library)!
          : this.#libraryIn(index, library),
    };
  }

  /** The process that has the least to do; one that is to be begun only when no other has nothing to do. */
  #choose(): number {
    let [best, least] = [0, Infinity];
    // When nothing follows the first one, all of it is over.
    if (this.#isOver) return 0;
    for (let index = 0; index < this.#options.processes; index++) {
      const process = this.#all[index];
      if (process !== undefined && process.#isOver) continue;
      const calls = process === undefined
        ? 0
        : process.#calls.running + process.#calls.later;
      if (calls < least) [best, least] = [index, calls];
    }
    return best;
  }

  /** Whether no call can be made in it, now or ever. */
  get #isOver(): boolean {
    return this.#isClosed || this.#number === 0n && !this.#restarts.isNow;
  }

  /** A library in one of the other processes: all is loaded there that is loaded here. */
  #libraryIn(index: number, library: Loadable): DistantLibrary {
    const process = this.#all[index] ??= new IsolatedProcess(
      this.#path,
      this.#options,
    );
    const missing = this.#loads.map(({ library }) => library)
      .filter((library) => !process.#libraries.has(library));
    if (missing.length === 0) return process.#libraries.get(library)!;
    try {
      process.load(missing);
    } catch (error) {
      process.close(); // what failed does not stay
      this.#all[index] = undefined;
      throw error;
    }
    return process.#libraries.get(library)!;
  }

  /**
   * Loads a file.
   *
   * @param path Its path.
   * @returns Its handle.
   * @throws {Error} The loader's own words.
   */
  handleOf(path: string): bigint {
    const name = encoder.encode(`${path}\0`);
    const at = this.#put(name);
    const message = this.allocate(MESSAGE);
    try {
      const handle = this.#services.load(at, message, BigInt(MESSAGE));
      if (handle !== 0n) return handle;
      const words = new Uint8Array(MESSAGE);
      adapter.copy(adapter.toAddress(message), words);
      throw new Error(
        decoder.decode(words.subarray(0, Math.max(words.indexOf(0), 0))),
      );
    } finally {
      this.free(at, name.length);
      this.free(message, MESSAGE);
    }
  }

  /** The address of a symbol of a library; throws when there is none. */
  symbol(handle: () => bigint, symbol: string): bigint {
    this.#ensure(undefined);
    const found = this.#find(handle(), symbol);
    if (found !== 0n) return found;
    throw new Error(`undefined symbol: ${symbol}`);
  }
}

/** Most bytes of a text that the plugin says that it gives: what no string could hold. */
const MOST_TEXT = 2 ** 29;

function bounded(length: number): number {
  if (length <= MOST_TEXT) return length;
  throw new PluginError(
    "bad_data",
    `An isolated plugin gave a text of ${length} bytes, which no string can hold`,
  );
}

// ------------------------------------------------------------------- functions

class DistantFunction implements FunctionSource {
  readonly space: IsolatedProcess;
  readonly #word: bigint;

  constructor(space: IsolatedProcess, word: bigint) {
    this.space = space;
    this.#word = word;
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.space.bind(symbol, () => this.#word, params, result);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction {
    return this.space.bindAsync(symbol, () => this.#word, params, result);
  }
}

class DistantLibrary implements NativeLibrary {
  readonly space: IsolatedProcess;
  readonly spread: Spread | undefined;
  readonly #handle: () => bigint;
  readonly #addresses = new Map<string, Address>();

  constructor(space: IsolatedProcess, load: Load) {
    this.space = space;
    this.spread = space.spread(load.library);
    this.#handle = () => load.handle;
  }

  bind(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    name = symbol,
  ): RawFunction {
    const find = () => this.space.symbol(this.#handle, symbol);
    find(); // throws here when there is none, and not in the call
    return this.space.bind(name, find, params, result);
  }

  bindAsync(
    symbol: string,
    params: readonly Primitive[],
    result: Primitive,
    _holds?: number,
    name = symbol,
  ): RawFunction {
    const find = () => this.space.symbol(this.#handle, symbol);
    find();
    return this.space.bindAsync(name, find, params, result);
  }

  address(symbol: string): Address {
    const known = this.#addresses.get(symbol);
    if (known !== undefined && this.space.isNow(known)) return known;
    const found = this.space.toAddress(
      this.space.symbol(this.#handle, symbol),
    );
    this.#addresses.set(symbol, found);
    return found;
  }
}
