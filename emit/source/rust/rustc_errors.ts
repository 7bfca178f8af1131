/**
 * What rustc says of a wrapper: each error with the line of the wrapper that it is
 * about, or the function of the crate that cannot be compiled with some types.
 *
 * @module
 */

/** Where the wrapper's files lie, as rustc says it. */
export const SEEN_AS = "wrapper";

/** The function of which rustc says that it cannot be compiled with some types. */
const INSTANTIATED =
  /(?:while instantiating|evaluation of) `.*?(\w+)(?:::<[^`]*>)?(?:::\{constant#\d+\})?`/;

/** What rustc says of the wrapper's own lines. */
export interface Diagnostic {
  readonly line: number;
  readonly message: string;
  readonly rendered: string;
  /** The function that it names, where that cannot be compiled with some types. */
  readonly instantiated: string | undefined;
}

/** The errors among what rustc prints as JSON. */
export function errorsOf(stderr: string): Diagnostic[] {
  return stderr.split("\n").flatMap((text): Diagnostic[] => {
    if (!text.startsWith("{")) return [];
    const { level, message, spans, rendered } = JSON.parse(text);
    if (level !== "error") return [];
    const span = spans.find((one: RustSpan) =>
      one.is_primary && inWrapper(one) !== undefined
    ) ?? spans.find((one: RustSpan) =>
      inWrapper(one) !== undefined
    );
    const line = span === undefined ? 0 : inWrapper(span)!;
    const instantiated = [message, ...spans.map(({ label }: RustSpan) => label)]
      .map((said) => INSTANTIATED.exec(said ?? "")?.[1])
      .find((name) => name !== undefined);
    return [{ line, message, rendered, instantiated }];
  });
}

interface RustSpan {
  readonly is_primary: boolean;
  readonly label?: string | null;
  readonly file_name: string;
  readonly line_start: number;
  readonly expansion: { readonly span: RustSpan } | null;
}

/** The line of the wrapper's root that a place lies in, or was expanded from. */
function inWrapper(span: RustSpan): number | undefined {
  for (let one: RustSpan | undefined = span; one !== undefined;) {
    if (one.file_name === `${SEEN_AS}/lib.rs`) return one.line_start;
    one = one.expansion?.span;
  }
  return undefined;
}
