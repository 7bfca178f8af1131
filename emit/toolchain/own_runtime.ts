/**
 * The runtime that the command itself runs on.
 *
 * @module
 */

/** A runtime. */
export interface OwnRuntime {
  readonly tool: "deno" | "bun" | "node";
  readonly version: string;
  /** Its program. */
  readonly program: string;
}

/** The runtime that this is. */
export function ownRuntime(): OwnRuntime {
  const { process } = globalThis as unknown as {
    process: {
      readonly versions: Readonly<Record<string, string>>;
      readonly execPath: string;
    };
  };
  const { versions, execPath: program } = process;
  const tool =
    (["deno", "bun"] as const).find((tool) => versions[tool] !== undefined) ??
      "node";
  return { tool, version: versions[tool]!, program };
}
