/**
 * From a symbol of the manifest to the function or variable that `lookup` gives.
 *
 * @module
 */

import type { RawFunction } from "./adapter.ts";
import { bindFunction } from "./bind/function.ts";
import { Guarded, refused, type Subject } from "./bind/subject.ts";
import { bindPointed } from "./bind/pointed.ts";
import { bindVariable } from "./bind/variable.ts";
import type { PluginError } from "./error.ts";
import { quote } from "./locate.ts";
import { namesIn, parseType, printType, type Type } from "./type.ts";
import { isCompatible } from "./value.ts";
import type { Variable } from "./variable.ts";

bindPointed();

/**
 * Binds one symbol.
 *
 * @param subject The symbol.
 * @param wanted The type it is wanted as; the manifest's own when left out.
 * @returns A function or a {@linkcode Variable}.
 * @throws {PluginError} `bad_type`, `type_mismatch`, `needs_thunk`,
 * `unsupported`, `wrong_library`, `permission_denied`.
 */
export function bindSymbol(
  subject: Subject,
  wanted?: string,
): RawFunction | Variable<unknown> {
  const { definition } = subject;
  const own = parseType(definition.type);
  const type = wanted === undefined ? own : wantedType(subject, wanted);
  if (!agree(own, type, subject)) throw mismatch(subject, own, type);
  const guarded = { ...subject, library: new Guarded(subject) };
  if (definition.kind === "variable") {
    return bindVariable(guarded, definition, type);
  }
  // A variable may hold a function's address; a function is not a variable.
  if (type.kind !== "function") throw mismatch(subject, own, type);
  return bindFunction(guarded, definition, type);
}

function wantedType(subject: Subject, text: string): Type {
  const type = parseType(text);
  const unknown = namesIn(type).find((name) =>
    subject.types.get(name) === undefined
  );
  if (unknown === undefined) return type;
  throw refused(
    subject,
    "bad_type",
    `the wanted type ${quote(text)} names ${
      quote(unknown)
    }, which is neither a type of the notation nor of the manifest`,
  );
}

/** Whether the symbol is of the wanted type, or can be called at it. */
function agree(
  own: Type,
  wanted: Type,
  { definition, types }: Subject,
): boolean {
  if (isCompatible(own, wanted, types)) return true;
  return definition.kind === "function" &&
    (definition.calls ?? []).some(({ type }) =>
      isCompatible(parseType(type), wanted, types)
    );
}

function mismatch(subject: Subject, own: Type, wanted: Type): PluginError {
  return refused(
    subject,
    "type_mismatch",
    `it is the ${subject.definition.kind} ${printType(own)}, wanted ${
      printType(wanted)
    }`,
  );
}
