/**
 * Types as C writes them where the headers are included.
 *
 * @module
 */

import { join } from "../../ffi/system/path.ts";
import { system } from "../../ffi/system/system.ts";
import {
  type BasicName,
  type FunctionType,
  namesIn,
  type Type,
} from "../../ffi/notation/type.ts";
import {
  atFault,
  ccWithAllErrors,
  type HeaderRequest,
  including,
  judging,
  prelude,
  setLines,
} from "./compile_header.ts";
import { Unwritable } from "../thunk/unwritable.ts";

const WORDS: { readonly [name in BasicName]?: string } = {
  bool: "_Bool",
  i8: "signed char",
  u8: "unsigned char",
  i16: "short",
  u16: "unsigned short",
  i32: "int",
  u32: "unsigned int",
  i64: "long",
  u64: "unsigned long",
  isize: "long",
  usize: "unsigned long",
  f32: "float",
  f64: "double",
  pointer: "void *",
  cstring: "const char *",
  utf16: "void *",
  utf32: "void *",
  latin1: "const char *",
  buffer: "void *",
};

/** What may stand before the name of a type: nothing where it is a typedef. */
const TAGS = ["", "struct ", "union ", "enum "];

/** The words for the named types of some headers. */
export type CNames = ReadonlyMap<string, string>;

/**
 * Finds out how C writes the named types of some functions.
 *
 * @param request The headers.
 * @param types The functions' types.
 * @returns `"struct stat"` for `stat`; nothing for what the headers do not know.
 * @throws {EmitError} `no_tool`.
 */
export async function cNamesOf(
  request: HeaderRequest,
  types: readonly FunctionType[],
): Promise<CNames> {
  const names = [...new Set(types.flatMap((type) => namesIn(type)))]
    .filter(isWord);
  if (names.length === 0) return new Map();
  const lines = names.flatMap((name, index) =>
    TAGS.map((tag, at) =>
      `typedef __typeof__(${tag}${name}) *plugin_type_${index}_${at};\n`
    )
  );
  const source = join(request.work, "names.c");
  system.overwrite(
    source,
    prelude(request.headers) + setLines + lines.join(""),
  );
  const { stderr } = await ccWithAllErrors([
    ...including(request),
    ...judging(source),
  ], request);
  const wrong = new Set(atFault(stderr));
  return new Map(
    names.flatMap((name, index) => {
      const at = TAGS.findIndex((_, at) =>
        !wrong.has(index * TAGS.length + at)
      );
      // Of a tag that nobody has defined C makes a type of its own.
      return at < 0 ? [] : [[name, `${TAGS[at]}${name}`]];
    }),
  );
}

function isWord(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/**
 * Writes a type.
 *
 * @param type A type of the notation.
 * @param names The words for named types.
 * @throws {Unwritable} Where C has no such type.
 */
export function cNameOf(type: Type, names: CNames): string {
  switch (type.kind) {
    case "basic": {
      const word = WORDS[type.name];
      if (word === undefined) throw new Unwritable(`C has no ${type.name}`);
      return word;
    }
    case "function":
      return "void *";
    case "pointer": {
      const to = type.to.kind === "array" ? type.to.of : type.to;
      return `${cNameOf(to, names)} *`;
    }
    case "named": {
      const word = names.get(type.name);
      if (word !== undefined) return word;
      throw new Unwritable(
        `the headers have no type ${JSON.stringify(type.name)}`,
      );
    }
    default:
      throw new Unwritable(`C has no ${type.kind}s`);
  }
}
