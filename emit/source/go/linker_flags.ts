/**
 * What Go's linker is told: what a user says, with what every library of ours
 * needs.
 *
 * @module
 */

/** What asks for Go's race detector. */
const RACE = /^--?race(?:=(?:true|1))?$/;

/**
 * Where a library lies that the race detector watches: it knows addresses below
 * 0xe000000000 alone, of which Go's own heap begins at 0xc000000000, and programs
 * lie at the beginning. Elsewhere it ends the process when the library is loaded.
 * The loader takes a library's own address where nobody else has it.
 */
const WATCHED = "-Ttext-segment=0x9000000000";

/**
 * The flags of `go build` with ours for the C linker: of several `-ldflags` Go
 * takes the last whose pattern fits the package, and of several `-extldflags` in
 * it the last, so ours are in each. Those of `GOFLAGS` stand before all others.
 *
 * @param ours What the C linker is told, in parts that commas separate; or nothing.
 * @param inherited The flags in `GOFLAGS`.
 * @param flags The flags of the command line.
 */
export function withLinkerFlags(
  ours: readonly string[],
  inherited: string,
  flags: readonly string[],
): readonly string[] {
  if (ours.length === 0) return flags;
  const before = split(inherited) ?? [];
  const isWatched = [...before, ...flags].some((flag) => RACE.test(flag));
  const own = (isWatched ? [...ours, WATCHED] : ours).join(",");
  const said = before.filter((flag) => LDFLAGS.test(flag));
  const all = [`-ldflags=${joined(own, "")}`];
  for (const list = [...said, ...flags]; list.length > 0;) {
    const flag = list.shift()!;
    const found = LDFLAGS.exec(flag)?.groups;
    if (found === undefined) {
      all.push(flag);
      continue;
    }
    const theirs = (found.value ?? list.shift() ?? "").trim();
    const [pattern = ""] = /^[^-='"][^='"]*=/.exec(theirs) ?? [];
    all.push(`-ldflags=${pattern}${joined(own, theirs.slice(pattern.length))}`);
  }
  return all;
}

const LDFLAGS = /^--?ldflags(?:=(?<value>.*))?$/s;
const EXTLDFLAGS = /^--?extldflags(?:=(?<value>.*))?$/s;

/** What Go's linker is told by a user, in which the C linker is told ours too. */
function joined(own: string, text: string): string {
  const words = split(text);
  // Go says what is wrong with it.
  if (words === undefined) return text;
  const rest = [];
  let last = "";
  while (words.length > 0) {
    const word = words.shift()!;
    const found = EXTLDFLAGS.exec(word)?.groups;
    if (found === undefined) rest.push(quoted(word));
    else last = found.value ?? words.shift() ?? "";
  }
  const both = [own, last.trim()].filter(Boolean).join(" ");
  // In two words: Go takes no list that begins with a quote.
  return ["-extldflags", quoted(both), ...rest].join(" ");
}

/** The spaces that Go has between words: any other may be in one. */
const SPACES_BEFORE = /^[ \t\n\r]+/;

/** The words of a list of flags as Go reads it: quotes stand around a whole word, and nothing is escaped. */
function split(text: string): string[] | undefined {
  const words = [];
  let rest = text.replace(SPACES_BEFORE, "");
  while (rest !== "") {
    const mark = rest[0]!;
    const isQuoted = mark === '"' || mark === "'";
    const end = isQuoted ? rest.indexOf(mark, 1) : rest.search(/[ \t\n\r]|$/);
    if (end < 0) return undefined;
    words.push(rest.slice(isQuoted ? 1 : 0, end));
    rest = rest.slice(isQuoted ? end + 1 : end).replace(SPACES_BEFORE, "");
  }
  return words;
}

/** A word as Go reads it back: quotes in it count where it begins with one. */
function quoted(word: string): string {
  if (/^[^ \t\n\r'"][^ \t\n\r]*$/.test(word)) return word;
  const mark = word.includes("'") ? '"' : "'";
  return `${mark}${word}${mark}`;
}
