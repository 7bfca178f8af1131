/**
 * Describes what the variables of a compiled object point to, from its debug
 * information: how the declarations of a header are read.
 *
 * @module
 */

import type { Constant } from "../../ffi/manifest/manifest.ts";
import { openDebugInfo } from "./no_debug_info.ts";
import { Draft } from "./draft.ts";
import { strip } from "../dwarf/c_type.ts";
import { integerConstant } from "./scalars.ts";
import { DW_AT_name, DW_TAG_subprogram } from "../dwarf/dw_constants.ts";
import { findEnumerations, findNamed, findTypes } from "../dwarf/search.ts";
import type { DebugInfo } from "../dwarf/debug_info.ts";
import { Types } from "../dwarf/type_reader.ts";
import type { Export, Image } from "../image/library.ts";
import type { Description } from "./description.ts";

/**
 * Describes what the variables of an object point to.
 *
 * @param image A library with a variable `T *PREFIXname = &name` for each name.
 * @param prefix What the variables' names begin with.
 * @param exportOf The symbol that a name stands for, in the library that
 * exports it: says how long an array is that its declaration leaves open, what
 * is read-only, and what the linker calls it.
 * @param typeNames Names of types that are described too.
 * @param headers Names of what is described in `defined`, where no symbol uses it.
 * @param isWrapping Whether functions that take a `va_list` are to have wrappers.
 * @returns A description of each name, without language and compiler.
 * @throws {EmitError} `no_debug_info` when the object has none;
 * `bad_debug_info` when it is broken.
 */
export function describePointees(
  image: Image,
  prefix: string,
  exportOf: (name: string) => Export | undefined = () => undefined,
  typeNames: ReadonlySet<string> = new Set(),
  headers?: HeaderNames,
  isWrapping = false,
): Description {
  const info = openDebugInfo(image);
  const types = new Types(info);
  const { pointers, declared, typedefs } = findNamed(info, prefix);
  const draft = new Draft();
  const names = [...pointers.keys()].sort();
  for (const name of names) {
    const pointer = strip(types.of(pointers.get(name)!)).type;
    if (pointer.kind !== "pointer") continue;
    const target = strip(pointer.to).type;
    const symbol = exportOf(name);
    const linked = symbol?.name === name ? undefined : symbol?.name;
    if (target.kind !== "function") {
      draft.variable(name, pointer.to, symbol, linked);
      continue;
    }
    // Only an entry of the function itself can have the parameters' names.
    const entry = declared.get(name);
    const own = entry?.tag === DW_TAG_subprogram
      ? types.function(entry)
      : undefined;
    draft.function(
      name,
      own !== undefined && own.params.length >= target.params.length
        ? own
        : target,
      linked,
      isWrapping,
    );
  }
  const describeTypes = (names: ReadonlySet<string>) => {
    for (const entry of findTypes(info, names)) {
      draft.type(types.at(entry.offset), entry.string(DW_AT_name)!);
    }
  };
  describeTypes(typeNames);
  if (headers !== undefined) {
    draft.begin();
    describeTypes(headers.types);
  }
  const description = draft.finish(
    typedefs.map((entry) => types.at(entry.offset)),
  );
  return headers === undefined ? description : {
    ...description,
    defined: {
      types: description.defined!.types,
      constants: enumerators(info, types, headers.enumerators),
    },
  };
}

/** The names of what a library's own headers define. */
export interface HeaderNames {
  readonly types: ReadonlySet<string>;
  readonly enumerators: ReadonlySet<string>;
}

function enumerators(
  info: DebugInfo,
  types: Types,
  names: ReadonlySet<string>,
): Record<string, Constant> {
  const constants: Record<string, Constant> = Object.create(null);
  for (const entry of findEnumerations(info)) {
    const type = types.at(entry.offset);
    if (type.kind !== "enum") continue;
    for (const { name, value } of type.values) {
      if (names.has(name)) constants[name] = integerConstant(value);
    }
  }
  return constants;
}
