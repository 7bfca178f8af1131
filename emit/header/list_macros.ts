/**
 * The macros that headers define, as the compiler's preprocessor lists them.
 *
 * @module
 */

import { textAt } from "../../ffi/system/system.ts";
import { type Token, tokens } from "../csource/tokens.ts";
import { type HeaderRequest, prelude, preprocess } from "./compile_header.ts";
import { OwnHeaders } from "./own_headers.ts";
import { packagedWith } from "./packaged_headers.ts";

/** A macro as it was defined last. */
export interface Macro {
  /** Its parameters; undefined where it takes none and is no function. */
  readonly params: readonly string[] | undefined;
  readonly body: string;
  /** Whether a header of the library's own defines it. */
  readonly isOwn: boolean;
}

/** What headers define for the preprocessor. */
export interface Listing {
  /** By name, in the order of their last definitions. */
  readonly macros: ReadonlyMap<string, Macro>;
  /** The headers that were named, as the preprocessor names them. */
  readonly named: ReadonlySet<string>;
  /** The library's own headers, those among them. */
  readonly files: ReadonlySet<string>;
}

/** What the preprocessor made of headers. */
export interface Preprocessed extends Listing {
  /** All of it, with its directives. */
  readonly tokens: readonly Token[];
}

/** The file that includes the headers, as the preprocessor names it. */
const SOURCE = "plugin:headers";

/** With what is defined and included, and with comments: they are what the headers say of each function. */
const WANTED = ["-C", "-dD", "-dI"];

/**
 * Reads headers by the preprocessor, all in one go.
 *
 * @param request The headers.
 * @returns What is left of them, and the macros that are left when they were read.
 * @throws {EmitError} `compile_failed`, `no_tool`.
 */
export async function preprocessed(
  request: HeaderRequest,
): Promise<Preprocessed> {
  const source = `#line 1 "${SOURCE}"\n${prelude(request.headers)}`;
  const all = tokens(await preprocess(request, "headers.c", source, WANTED));
  const headers = new OwnHeaders(SOURCE);
  const listing = macrosIn(all, headers);
  const isPackaged = await packagedWith(headers.named, headers.others);
  return {
    ...isPackaged === undefined
      ? listing
      : macrosIn(all, new OwnHeaders(SOURCE, isPackaged)),
    tokens: all,
  };
}

/**
 * Reads the directives of what `cc -E -dD -dI` prints of a file that includes
 * headers.
 *
 * @param all All tokens of it.
 * @param headers Which are the library's own.
 */
function macrosIn(all: readonly Token[], headers: OwnHeaders): Listing {
  const macros = new Map<string, Macro>();
  const read = (text: string) => {
    // Most are these.
    const isAboutMacro = text.startsWith("#define ") ||
      text.startsWith("#undef ");
    if (!isAboutMacro) {
      headers.next(text);
      return;
    }
    const macro = /^#(define|undef) ([A-Za-z_]\w*)(?:\(([^)]*)\))?(?: (.*))?$/
      .exec(text);
    if (macro === null) return;
    const [, word, name, params, body = ""] = macro;
    macros.delete(name!);
    if (word === "undef") return;
    macros.set(name!, {
      params: params?.split(",").map((each) => each.trim()),
      body,
      isOwn: headers.isOwn,
    });
  };
  for (const { kind, text } of all) if (kind === "directive") read(text);
  return { macros, named: headers.named, files: headers.paths };
}

/**
 * The macros to which headers give back what they were, by a pragma: what that
 * is, and that it is so, no preprocessor prints.
 *
 * @param files Paths of the headers.
 */
export function restoredIn(files: Iterable<string>): Set<string> {
  const pragma = /\bpop_macro\s*\(\s*\\?"(\w+)/g;
  return new Set(
    Array.from(files, textAt)
      .flatMap((text) =>
        Array.from(text.matchAll(pragma), ([, name]) => name!)
      ),
  );
}

/**
 * The macros of the library's own headers that could be constants: they stand
 * for something, take no parameters, and cannot end or begin what stands around
 * them.
 *
 * @param macros All macros: such a one may hide in another.
 * @returns Names, in the order of the macros.
 */
export function expressionsIn(macros: ReadonlyMap<string, Macro>): string[] {
  const known = new Map<string, boolean>();
  const isSound = (name: string): boolean => {
    const { params, body } = macros.get(name) ?? {};
    if (body === undefined) return !ELSEWHERE.test(name);
    let is = known.get(name);
    if (is === undefined) {
      // A macro within itself stands for nothing but its name.
      known.set(name, true);
      is = isBalanced(body) &&
        (body.match(/[A-Za-z_]\w*/g) ?? []).every((inner) =>
          params?.includes(inner) || isSound(inner)
        );
      known.set(name, is);
    }
    return is;
  };
  return [...macros].filter(([name, { params, body, isOwn }]) =>
    isOwn && params === undefined && body.trim() !== "" && isSound(name)
  ).map(([name]) => name);
}

/** Whether a macro with parameters, as many as it says, may be an expression over them. */
export function isExpression({ params, body }: Macro): boolean {
  return params !== undefined && body.trim() !== "" && isBalanced(body) &&
    !params.some((param) => param.endsWith("...")) &&
    !/#/.test(withoutLiterals(body));
}

/** What is another value wherever it stands, and no constant. */
const ELSEWHERE =
  /^__(?:LINE|FILE|FILE_NAME|BASE_FILE|INCLUDE_LEVEL|COUNTER|DATE|TIME|TIMESTAMP)__$/;

/** A body with a number in the place of each text and character. */
export function withoutLiterals(body: string): string {
  return body.replace(
    /(?:\b(?:u8|[uUL]))?"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g,
    "0",
  );
}

/** Whether a body cannot end or begin what stands around it. */
function isBalanced(body: string): boolean {
  const code = withoutLiterals(body);
  if (/[{};]/.test(code)) return false;
  let open = 0;
  for (const character of code) {
    if (character === "(") open++;
    if (character === ")" && --open < 0) return false;
  }
  return open === 0;
}
