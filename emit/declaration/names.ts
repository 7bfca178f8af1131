/**
 * Names as TypeScript writes them.
 *
 * @module
 */

/**
 * The name of the interface that describes a library.
 *
 * @param file The library's file name: `"libfast-math.so.2"`.
 * @returns A name in TypeScript's manner: `"LibfastMath"`.
 */
export function interfaceName(file: string): string {
  const stem = file.replace(/\.(?:so|dylib|bundle|dll|node)(?:\..*)?$/, "");
  const words = stem.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const name = words.map((w) => w[0]!.toUpperCase() + w.slice(1)).join("");
  return /^\p{ID_Start}/u.test(name) ? name : `Plugin${name}`;
}

/**
 * A name as a member of an interface has it.
 *
 * @param name Any name.
 * @returns The name, in quotes where it needs them.
 */
export function propertyName(name: string): string {
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name)
    ? name
    : JSON.stringify(name);
}

/**
 * Whether a module of a plugin can export the name: `default` is the plugin itself,
 * and a module that exports a `then` is a promise to who imports it by `import()`.
 *
 * @param name A symbol's.
 */
export function isExportable(name: string): boolean {
  return name !== "default" && name !== "then";
}

/**
 * Whether a parameter can have the name.
 *
 * @param name Any text.
 */
export function isIdentifier(name: string): boolean {
  return propertyName(name) === name && !RESERVED.has(name);
}

/**
 * The name of a parameter: what its source calls it, with `_` behind a word of
 * TypeScript's own.
 *
 * @param name What it is called, `""` where nobody says.
 * @param index Its place.
 * @param taken The names of those before it; it is put there.
 */
export function parameterName(
  name: string,
  index: number,
  taken: Set<string>,
): string {
  const own = RESERVED.has(name) ? `${name}_` : name;
  const chosen = isIdentifier(own) && !taken.has(own) ? own : `arg${index + 1}`;
  taken.add(chosen);
  return chosen;
}

/** Words that can name neither a parameter nor a type. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    "any arguments as async await bigint boolean break case catch class const " +
    "continue debugger declare default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof " +
    "interface let never new null number object of package private protected " +
    "public return static string super switch symbol this throw true try " +
    "type typeof undefined unknown var void while with yield"
  ).split(" "),
);

/**
 * Names of the language that declarations are written with: a type of a plugin that is
 * called so would stand in their place.
 */
export const GLOBALS: readonly string[] = (
  "AbortSignal AsyncGenerator AsyncIterable Date Error Generator Iterable " +
  "Iterator IteratorObject Map NonNullable Omit Pick Promise Readonly Symbol"
).split(" ");
