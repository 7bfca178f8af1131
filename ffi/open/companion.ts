/**
 * The library beside a plugin that its thunks lie in.
 *
 * @module
 */

import { dirname, join } from "../system/path.ts";
import {
  checkCompanion,
  type Checked,
  type Integrity,
} from "../identity/identity.ts";
import type { ThunkLibrary } from "../manifest/manifest.ts";
import type { NativeLibrary } from "../runtime/adapter.ts";
import { LINK, notLinked } from "../isolated/thunk_link.ts";
import { absoluteOf, realPathOf } from "./files.ts";

/** How a companion is loaded. */
export interface CompanionLoader {
  /** Whether it is read when the library is: when its first thunk is asked for, the file may be the next build's. */
  readonly readsCompanionAtOnce: boolean;
  /** Takes along what it brings, where that is asked for. */
  complete(checked: Checked): Checked;
  /** Says what will be loaded later, where it must be known. */
  expect?(checked: Checked): void;
  /** Loads what was checked. */
  load(checked: Checked): NativeLibrary;
}

/** A companion library: checked and loaded when its first thunk is asked for. */
export class Companion {
  readonly #path: string;
  readonly #thunks: ThunkLibrary;
  readonly #loader: CompanionLoader;
  #integrity: Integrity;
  #checked: Checked | undefined;
  #loaded: NativeLibrary | undefined;

  /**
   * @param path Where it lies: beside the manifest, or where the caller says.
   * @param thunks What the manifest says of it.
   * @param integrity How much of it is compared.
   * @param loader How it is loaded.
   * @throws {PluginError} As {@linkcode checkCompanion}, where it is checked at once.
   */
  constructor(
    path: {
      readonly manifest: string;
      readonly own?: string | URL | undefined;
    },
    thunks: ThunkLibrary,
    integrity: Integrity,
    loader: CompanionLoader,
  ) {
    this.#path = path.own === undefined
      ? join(dirname(path.manifest), thunks.file)
      : absoluteOf(path.own);
    this.#thunks = thunks;
    this.#integrity = integrity;
    this.#loader = loader;
    if (loader.readsCompanionAtOnce) {
      this.#checked = this.#check();
      loader.expect?.(this.#checked);
    }
  }

  #check(): Checked {
    const path = realPathOf(this.#path, "library of thunks");
    return this.#loader.complete(
      checkCompanion(path, this.#thunks, this.#integrity),
    );
  }

  /**
   * The library itself.
   *
   * @param plugin The library that it lies beside.
   * @throws {PluginError} `wrong_library` where that has not what it calls.
   */
  load(plugin: NativeLibrary): NativeLibrary {
    if (this.#loaded === undefined) {
      const loaded = this.#loader.load(this.#checked ?? this.#check());
      const { links = [] } = this.#thunks;
      // In other processes it is done as each of them begins.
      if (links.length > 0 && loaded.space === undefined) {
        this.#link(loaded, plugin, links);
      }
      this.#loaded = loaded;
      this.#checked = undefined; // its bytes may be many
    }
    return this.#loaded;
  }

  /** Tells it where the functions are that it calls. */
  #link(
    loaded: NativeLibrary,
    plugin: NativeLibrary,
    links: readonly string[],
  ): void {
    const found = <T>(name: string, find: () => T): T => {
      try {
        return find();
      } catch (cause) {
        throw notLinked(this.#thunks.file, name, cause);
      }
    };
    const addresses = BigUint64Array.from(
      links,
      (name) => found(name, () => BigInt(plugin.address(name))),
    );
    found(LINK, () => loaded.bind(LINK, ["buffer"], "void"))(addresses);
  }

  /**
   * Compares more of it than it was opened with, from now on: at once where it
   * is loaded, else before it is.
   *
   * @param integrity How much.
   * @throws {PluginError} `wrong_library`, `not_found`.
   */
  compare(integrity: Integrity): void {
    this.#integrity = integrity;
    if (this.#loaded !== undefined) this.#check();
  }
}
