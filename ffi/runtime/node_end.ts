/**
 * How programs end on Node, and what V8 is told there for that.
 *
 * When a thread has nothing left to do, Node 26.10 frees what describes its
 * native functions, while V8 may still be compiling calls of them on another
 * thread. One in twenty short programs with a hot call crashed or hung at its
 * end.
 *
 * @module
 */

import { isMainThread, nodeModule } from "../system/node_system.ts";

type Listener = (code: number) => void;

/** The members of `process` that are used here. */
export interface EndingProcess {
  once(event: "beforeExit", listener: () => void): void;
  on(event: "exit", listener: Listener): void;
  listeners(event: "exit"): Listener[];
  exit(): void;
}

/** The members of `node:v8` that are used here. */
interface NodeV8 {
  setFlagsFromString(flags: string): void;
}

/**
 * Keeps this thread's end from being a crash.
 *
 * @param process Node's `process`.
 */
export function installExitGuard(process: EndingProcess): void {
  if (isMainThread()) {
    // `process.exit` frees nothing.
    process.once("beforeExit", () =>
      process.on("exit", function last(code) {
        const all = process.listeners("exit");
        const later = all.slice(all.indexOf(last) + 1);
        for (const listener of later) listener.call(process, code);
        process.exit();
      }));
  } else {
    // A Worker frees its functions however it ends, so that V8 must not look at
    // what is freed: it does for its fastest calls only. The flag is the
    // process's: from now on no thread gets those.
    nodeModule<NodeV8>("node:v8").setFlagsFromString(
      "--no-turbo-fast-api-calls",
    );
  }
}
