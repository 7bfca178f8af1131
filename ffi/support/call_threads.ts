/**
 * Calls on the threads of the support library, and calls of other threads that
 * this one answers.
 *
 * @module
 */

import { PluginError } from "../error.ts";
import type { AsyncOptions } from "./async_options.ts";
import type { Attached, Bell } from "./host.ts";
import {
  answerOf,
  CALL_SIZE,
  kindOf,
  place,
  type Views,
  viewsOf,
} from "./call_layout.ts";
import { patienceOf, setPatience } from "./patience.ts";
import type { Address, Primitive, RawFunction } from "./primitive.ts";
import type { Support } from "./support_library.ts";

/** `struct plugin_job` behind its call, in words of 32 and of 64 bits. */
const ID = 592 / 4;
const KIND = 596 / 4;
const GATE = 600 / 8;
const JOB_SIZE = 616;

/** `struct plugin_owner`: who has given up, after how many milliseconds, and what crosses when JavaScript is called. */
const INCOMING = 8;
const OWNER_SIZE = INCOMING + CALL_SIZE;
/** In the first word beside those who have given up: JavaScript could not take a call. */
const NOT_RUN = 0x8000_0000;

/**
 * How often it is looked whether calls are under way, in milliseconds: to tell
 * the event loop of each first and last one would cost a tenth of a call.
 */
const HELD_MS = 2;

/** How many ids are asked for at once. */
const MOST = 256;

/** The memory of one call at a time, and who waits for it. */
interface Job extends Views {
  readonly address: Address;
  readonly bytes: DataView;
  read: (job: Job) => unknown;
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
  /** Whether it never begins. */
  isCancelled: boolean;
  /** Stops listening to its signal. */
  unlisten: (() => void) | undefined;
}

/** A function of JavaScript that native code can call. */
export interface ThreadCallback {
  readonly address: Address;
  close(): void;
  /** Whether a function of C stands before it. */
  readonly isBehindC?: boolean;
}

/** Makes the threads; a function of its own, so that a program without calls on them does without the class. */
export function makeThreads(support: Support): Threads {
  return new Threads(support);
}

/** The threads, as one thread of JavaScript sees them. */
export class Threads {
  /** This thread, as the library knows it. */
  readonly owner: Address;
  /** How many threads have given up waiting for this one. */
  readonly stuck: Uint32Array;
  readonly #support: Support;
  readonly #bell: Pick<Bell, "hold" | "release">;
  readonly #jobs: Job[] = [];
  readonly #idle: Job[] = [];
  readonly #ids = new Uint32Array(MOST);
  readonly #take: () => number;
  readonly #serve: () => number;
  readonly #open: () => Address;
  readonly #submit: (job: Address) => number;
  readonly #cancel: (job: Address) => number;
  readonly #gates: Gates;
  readonly #callbacks: {
    open(owner: Address, target: Address, kind: number): Address;
    close(address: Address): void;
  };
  /** What Node-API does, where this thread is reached by it. */
  readonly #attached: Attached | undefined;
  /** What crosses when JavaScript is called by it. */
  readonly #incoming: Views & { readonly bytes: DataView };
  /** What makes a function without parameters of each signature. */
  readonly #answers = new Map<string, (call: RawFunction) => () => void>();
  /** Called whenever this thread is rung. */
  readonly listeners = new Set<() => void>();
  #running = 0;
  #isHeld = false;

  /**
   * @param support The library.
   */
  constructor(support: Support) {
    this.#support = support;
    const { host } = support;
    const { owner, bell, attached } = reach(support, () => this.#wake());
    this.owner = owner;
    this.#bell = bell;
    this.#attached = attached;
    const memory = host.memory(owner, OWNER_SIZE);
    this.stuck = new Uint32Array(memory, 0, 1);
    const incoming = host.memory(addressBehind(owner, INCOMING), CALL_SIZE);
    this.#incoming = { ...viewsOf(incoming), bytes: new DataView(incoming) };
    setPatience(this.stuck, Number(host.env("PLUGIN_PATIENCE")));
    const take = support.own(
      "plugin_owner_take",
      ["address", "address", "u32"],
      "u32",
    );
    const ids = host.addressOf(this.#ids);
    this.#take = () => take(owner, ids, MOST);
    const serve = support.own("plugin_owner_serve", ["address"], "u32");
    this.#serve = serve.bind(undefined, owner);
    const job = support.own("plugin_job_open", ["address"], "address");
    this.#open = () => job(owner);
    this.#submit = support.own("plugin_job_submit", ["address"], "u32");
    this.#cancel = support.own("plugin_job_cancel", ["address"], "u32");
    const threads = Number(host.env("PLUGIN_THREADS"));
    if (threads > 0) {
      support.own("plugin_pool_limit", ["u32"], "void")(Math.trunc(threads));
    }
    this.#gates = new Gates(support);
    this.#callbacks = {
      open: support.own(
        "plugin_callback_open",
        ["address", "address", "u32"],
        "address",
      ),
      close: support.own("plugin_callback_close", ["address"], "void"),
    };
  }

  /**
   * Makes a callback that any thread may call, of a function of JavaScript.
   *
   * @returns Undefined where there is no Node-API or it is slower, there are too
   * many, or its arguments do not fit into registers.
   */
  answered(
    call: RawFunction,
    params: readonly Primitive[],
    result: Primitive,
  ): ThreadCallback | undefined {
    const { host, convention } = this.#support;
    const attached = this.#attached;
    if (attached === undefined || host.callsBackFaster) return undefined;
    const kind = kindOf(params, result, convention);
    if (kind === undefined) return undefined;
    const address = this.#callbacks.open(this.owner, host.null!, kind);
    if (address === host.null) return undefined;
    const key = `${params} ${result}`;
    let make = this.#answers.get(key);
    if (make === undefined) {
      const answer = answerOf("call", params, result, convention, host);
      make = host.generate(
        { ...host.scope, ...this.#incoming },
        `return (call) => function calledThroughNodeApi() { ${answer} };`,
      ) as (call: RawFunction) => () => void;
      this.#answers.set(key, make);
    }
    attached.answer(Number(address), make(call));
    const close = () => this.#callbacks.close(address);
    return { address, isBehindC: true, close };
  }

  /**
   * Makes a function that any thread may call of one that only this thread may.
   *
   * @param target What this thread calls.
   * @returns Why there is none: there are too many, or its arguments do not fit into registers.
   */
  callback(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
  ): ThreadCallback | string {
    const { host, convention } = this.#support;
    const kind = kindOf(params, result, convention);
    if (kind === undefined) {
      return "it has more parameters than there are registers";
    }
    const address = this.#callbacks.open(this.owner, target, kind);
    if (address === host.null) {
      return "there are 512 already, or 128 that give floats; dispose of those that nobody calls any more";
    }
    const close = () => this.#callbacks.close(address);
    return { address, isBehindC: true, close };
  }

  /**
   * Binds a function for calls on another thread.
   *
   * @returns Undefined where its arguments are too many. It takes {@linkcode AsyncOptions}
   * behind its arguments, and gives a promise.
   */
  bind(
    target: Address,
    params: readonly Primitive[],
    result: Primitive,
  ): RawFunction | undefined {
    const { host, convention } = this.#support;
    const placed = place(params, result, convention, host);
    if (placed === undefined) return undefined;
    const views = "{ i32, u32, i64, u64, f32, f64, bytes }";
    const args = params.map((_, index) => `a${index}, `).join("");
    return host.generate(
      {
        ...host.scope,
        target: BigInt(target),
        take: () => this.#idle.pop() ?? this.#make(),
        run: this.#run.bind(this),
      },
      `const read = (${views}) => ${placed.result};
return function (${args}options) {
  const job = take();
  const ${views} = job;
  u64[0] = target;
  ${placed.stores}
  return run(job, ${placed.kind}, read, options);
};`,
    );
  }

  #make(): Job {
    const address = this.#open();
    const buffer = this.#support.host.memory(address, JOB_SIZE);
    const job: Job = {
      ...viewsOf(buffer),
      bytes: new DataView(buffer),
      address,
      read: () => {},
      resolve: () => {},
      reject: () => {},
      isCancelled: false,
      unlisten: undefined,
    };
    job.u32[ID] = this.#jobs.push(job) - 1;
    return job;
  }

  #run(
    job: Job,
    kind: number,
    read: Job["read"],
    options: AsyncOptions | undefined,
  ): Promise<unknown> {
    if (options?.signal?.aborted === true) {
      this.#idle.push(job);
      return Promise.reject(options.signal.reason);
    }
    job.u32[KIND] = kind;
    job.read = read;
    job.isCancelled = false;
    job.u64[GATE] = this.#gates.of(options?.inOrder);
    return new Promise((resolve, reject) => {
      job.resolve = resolve;
      job.reject = reject;
      if (options?.signal !== undefined) this.#listen(job, options.signal);
      this.#running++;
      this.#hold();
      if (this.#submit(job.address) !== 0) return;
      job.isCancelled = true;
      reject(noThread());
    });
  }

  /** Keeps the program from ending, until some time after the last call has. */
  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#bell.hold();
    const look = () => {
      if (this.#running > 0) {
        setTimeout(look, HELD_MS);
        return;
      }
      this.#isHeld = false;
      this.#bell.release();
    };
    setTimeout(look, HELD_MS);
  }

  #listen(job: Job, signal: AbortSignal): void {
    const abort = () => {
      if (this.#cancel(job.address) === 0) return; // it has begun
      job.isCancelled = true;
      job.reject(signal.reason);
    };
    signal.addEventListener("abort", abort);
    job.unlisten = () => signal.removeEventListener("abort", abort);
  }

  #wake(): void {
    for (;;) {
      const count = this.#take();
      for (let i = 0; i < count; i++) this.#settle(this.#jobs[this.#ids[i]!]!);
      if (count < MOST) break;
    }
    while (answerForeignCall(this.#serve));
    for (const listen of this.listeners) listen();
    const stuck = this.stuck[0]!;
    if (stuck === 0) return;
    // Whatever this thread slept in, it was no call of a plugin.
    this.stuck[0] = 0;
    if (stuck % NOT_RUN !== 0) {
      console.error(
        `plugin: a thread called a JavaScript function and got zero, because the thread that should have answered slept for ${
          patienceOf(this.stuck)
        }`,
      );
    }
  }

  #settle(job: Job): void {
    this.#running--;
    job.unlisten?.();
    job.unlisten = undefined;
    if (!job.isCancelled) job.resolve(job.read(job));
    this.#idle.push(job);
  }
}

/** Makes this thread known to the library: through Node-API, or else by the runtime's own means. */
function reach(support: Support, wake: () => void): {
  readonly owner: Address;
  readonly bell: Pick<Bell, "hold" | "release">;
  readonly attached: Attached | undefined;
} {
  const { host } = support;
  const open = support.own("plugin_owner_open", ["address", "u32"], "address");
  const addon = support.addon();
  if (addon !== undefined) {
    const owner: Address = open(host.null, 0);
    const attached = addon.attach(Number(owner), wake);
    if (attached !== undefined) return { owner, bell: attached, attached };
  }
  const bell = host.bell(wake);
  const owner: Address = open(bell.address ?? host.null, bell.isSlow ? 1 : 0);
  if (bell.address === null) {
    const of = support.own("plugin_owner_descriptor", ["address"], "i32");
    bell.watch(of(owner));
  }
  return { owner, bell, attached: undefined };
}

/** The error of a call for which the system starts no thread. */
function noThread(): PluginError {
  return new PluginError(
    "unsupported",
    "Cannot call on another thread: the system starts none; its limit of threads or of memory (ulimit -u, ulimit -v, or the container's) is to be raised",
  );
}

/** An address some bytes further, spelled in the same way. */
function addressBehind(address: Address, bytes: number): Address {
  return typeof address === "number"
    ? address + bytes
    : address + BigInt(bytes);
}

/**
 * Answers a call of another thread. Whoever looks for what called a function of
 * JavaScript finds this by its name, below it on the stack.
 */
function answerForeignCall(serve: () => number): boolean {
  return serve() !== 0;
}

/** What keeps the calls of an object in order; each is freed when its object is. */
class Gates {
  readonly #gates = new WeakMap<object, bigint>();
  readonly #registry: FinalizationRegistry<Address>;
  readonly #open: (limit: number) => Address;

  constructor(support: Support) {
    this.#open = support.own("plugin_gate_open", ["u32"], "address");
    const close = support.own("plugin_gate_close", ["address"], "void");
    this.#registry = new FinalizationRegistry((gate) => close(gate));
  }

  of(key: object | undefined): bigint {
    if (key === undefined) return 0n;
    let gate = this.#gates.get(key);
    if (gate === undefined) {
      const address = this.#open(1);
      this.#gates.set(key, gate = BigInt(address));
      this.#registry.register(key, address);
    }
    return gate;
  }
}
