/**
 * What a class of a library's addresses is called, and its methods: the names
 * of C without the words that C has for want of classes.
 *
 * @module
 */

/** What stands around the words of a type's name: `_ExifData`, `git_odb_t`, `rd_kafka_s`. */
const AROUND = /^_+|_(?:t|s|st|tag|struct)$/g;

/** The words that (nearly) all names of a library begin with: `git_`, `rd_kafka_`. */
export class LibraryNames {
  readonly #prefix: string;

  /** @param functions The names of a library's functions. */
  constructor(functions: readonly string[]) {
    this.#prefix = prefixOf(functions);
  }

  /**
   * What a class is called: `git_revwalk` is a `Revwalk`, `sqlite3_stmt` a
   * `Stmt`, `_ExifData` of `exif_data_new` a `Data`.
   *
   * @param type The name of the type, as people write it.
   */
  classOf(type: string): string {
    const stem = stemOf(type);
    const own = withoutWords(stem, this.#prefix) ??
      (isSame(stem, this.#prefix)
        ? stem.split("_").at(-1)!
        : /^[^_]+_(.+)$/.exec(stem)?.[1] ?? stem);
    const words = own.split("_").filter((word) => word !== "");
    if (words.length === 0) return type;
    return words.map((word) =>
      word[0]!.toUpperCase() +
      (/[a-z]/.test(word) ? word.slice(1) : word.slice(1).toLowerCase())
    ).join("");
  }

  /**
   * What a function is called as a method of a class.
   *
   * @param name Its name in C.
   * @param types The names of the class's type.
   */
  memberOf(name: string, types: readonly string[]): string {
    for (const type of types) {
      const own = withoutWords(name, stemOf(type));
      if (own !== undefined) return own;
    }
    return withoutWords(name, this.#prefix) ??
      (/^[A-Za-z0-9]+_(.+)$/.exec(name)?.[1] ?? name);
  }
}

function stemOf(type: string): string {
  return type.replace(AROUND, "").replace(AROUND, "");
}

/**
 * A name without words at its beginning, as whichever words are spelt: those of
 * `MDB_env` begin `mdb_env_open`, those of `ExifData` `exif_data_new`.
 */
function withoutWords(name: string, words: string): string | undefined {
  let at = 0;
  for (const letter of words.replaceAll("_", "").toLowerCase()) {
    while (name[at] === "_") at++;
    if (name[at]?.toLowerCase() !== letter) return undefined;
    at++;
  }
  const isWord = at > 0 && (name[at] === "_" || /[a-z\d][A-Z]/.test(
    name.slice(at - 1, at + 1),
  ));
  const rest = name.slice(at).replace(/^_+/, "");
  return isWord && /^[A-Za-z]/.test(rest) ? rest : undefined;
}

function isSame(stem: string, prefix: string): boolean {
  return `${stem}_`.toLowerCase() === prefix.toLowerCase();
}

/** The longest words that most names begin with. */
function prefixOf(names: readonly string[]): string {
  let prefix = "";
  for (let rest: readonly string[] = names;;) {
    const next = new Map<string, string[]>();
    for (const name of rest) {
      const word = /^_*[A-Za-z\d]+_/.exec(name.slice(prefix.length))?.[0];
      if (word === undefined) continue;
      const of = next.get(word) ?? [];
      next.set(word, [...of, name]);
    }
    const [best] = [...next].sort(([, a], [, b]) => b.length - a.length);
    if (best === undefined || best[1].length * 10 < names.length * 7) {
      return prefix;
    }
    prefix += best[0];
    rest = best[1];
  }
}
