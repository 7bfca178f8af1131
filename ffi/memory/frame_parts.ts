/**
 * How what a function pointer is called with, and what it gives, lies in the frame
 * that the plugin's own thunks make of them.
 *
 * @module
 */

import type { FrameParts } from "../callback/frame_answer.ts";
import { PluginError } from "../error.ts";
import type { Thunk } from "../manifest/manifest.ts";
import type {
  FunctionPointer,
  SignaturePart,
} from "../value/callable_signature.ts";
import type { Codec } from "./codec.ts";
import { codecOf } from "./codecs.ts";

/**
 * The parts of a frame.
 *
 * @param signature The function; something carries its calls.
 * @throws {PluginError} `bad_manifest` where a value lies as none of its type does.
 */
export function framePartsOf(signature: FunctionPointer): FrameParts {
  const { params, result, carrier } = signature;
  const { thunk } = carrier!.thunks;
  const codecs = params.map((part, index) =>
    codecIn(part, thunk, thunk.params[index]!, signature)
  );
  const [at = 0] = thunk.results;
  const codec = result && codecIn(result, thunk, at, signature);
  return {
    read: (view) =>
      codecs.map((codec, index) => codec.read(view, thunk.params[index]!)),
    ...codec && {
      result: {
        at,
        size: codec.size,
        write: (view, given, held) => codec.write(view, 0, given, held),
        explain: (given) => codec.explain(given)!,
      },
    },
  };
}

/**
 * The codec of a part of a function pointer.
 *
 * @param offset Where it lies in the frame.
 * @throws {PluginError} `bad_manifest`, as above.
 */
export function codecIn(
  { value }: SignaturePart,
  { size }: Thunk,
  offset: number,
  { text, types }: FunctionPointer,
): Codec {
  const codec = codecOf(value, types);
  if (offset % codec.align === 0 && offset + codec.size <= size) return codec;
  throw new PluginError(
    "bad_manifest",
    `The thunk of ${text} has ${codec.size} bytes at ${offset} of a frame of ${size}, ` +
      `wanted them inside it and at a multiple of ${codec.align}`,
  );
}
