/**
 * Cuts C source into tokens, for what debug information does not hold:
 * comments, and the parameter names of functions that are only declared.
 *
 * This is no parser. What it finds is only ever joined by name to what the
 * compiler said, so a wrong guess about strange source costs a comment.
 *
 * @module
 */

/** A piece of C source that means something. */
export interface Token {
  /** What it is; a directive is a whole line that begins with `#`. */
  readonly kind: typeof KINDS[number];
  /** As it is written. */
  readonly text: string;
  /** Line of its first character, from 1. */
  readonly line: number;
  /** Line of its last character. */
  readonly end: number;
}

/** Kinds of tokens, in the order of the groups of `TOKEN`. */
const KINDS = [
  "comment",
  "directive",
  "literal",
  "name",
  "number",
  "mark",
] as const;

const TOKEN = new RegExp(
  [
    String.raw`(\/\/(?:\\\r?\n|[^\n])*|\/\*[^]*?(?:\*\/|(?![^])))`,
    // A directive goes on behind a backslash and inside a block comment; a
    // text in it may have what begins one.
    String
      .raw`((?<=^[ \t]*)#(?:\\\r?\n|"(?:\\[^\n]|[^"\\\n])*"|\/\*[^]*?\*\/|(?!\/\*|\/\/)[^\n])*)`,
    String.raw`("(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?)`,
    String.raw`([\p{ID_Start}_$][\p{ID_Continue}$]*)`,
    String.raw`(\.?\d[\w.]*)`,
    String.raw`(\.\.\.|[^\s\w])`,
  ].join("|"),
  "muy",
);

/** What a character is, for those that say it by themselves. */
const SPACE = 0, NEWLINE = 1, WORD = 2, DIGIT = 3, MARK = 4, UNCLEAR = 5;

const CHARACTERS = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (character === "\n") return NEWLINE;
  if (/\s/.test(character)) return SPACE;
  if (/\d/.test(character)) return DIGIT;
  if (/[\w$]/.test(character)) return WORD;
  return /["'#./]/.test(character) ? UNCLEAR : MARK;
});

/**
 * Cuts C source into tokens.
 *
 * @param source Text of a C file, before or after preprocessing.
 * @returns The tokens in order.
 */
export function tokens(source: string): Token[] {
  const list: Token[] = [];
  let line = 1;
  const add = (kind: Token["kind"], text: string, end = line) => {
    list.push({ kind, text, line, end });
    line = end;
  };
  const characterAt = (at: number): number => {
    const code = source.charCodeAt(at);
    return code < 128 ? CHARACTERS[code]! : UNCLEAR;
  };
  let at = 0;
  // A function of its own: to compile the loop while it runs takes as long as to
  // run it.
  const next = () => {
    // The headers of one library have hundreds of thousands of tokens: most are
    // told by their characters, in a quarter of the time.
    const what = characterAt(at);
    if (what === SPACE || what === NEWLINE) {
      if (what === NEWLINE) line++;
      at++;
      return;
    }
    if (what === MARK) {
      add("mark", source[at++]!);
      return;
    }
    if (what === WORD) {
      let end = at + 1;
      let next = characterAt(end);
      while (next === WORD || next === DIGIT) next = characterAt(++end);
      if (next !== UNCLEAR || source.charCodeAt(end) < 128) {
        add("name", source.slice(at, end));
        at = end;
        return;
      }
    }
    if (source.startsWith("/*", at)) {
      const close = source.indexOf("*/", at + 2);
      const end = close < 0 ? source.length : close + 2;
      const text = source.slice(at, end);
      add("comment", text, line + newlinesIn(text));
      at = end;
      return;
    }
    const directive = plainDirectiveAt(source, at);
    if (directive !== undefined) {
      add("directive", directive);
      const told = MARKER.exec(directive)?.[1];
      if (told !== undefined) line = Number(told) - 1;
      at += directive.length;
      return;
    }
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(source);
    if (match === null) {
      at++; // a blank of another script
      return;
    }
    const [text] = match;
    const kind = KINDS.find((_, index) => match[index + 1] !== undefined)!;
    add(kind, text, line + newlinesIn(text));
    const [, told] = kind === "directive" ? MARKER.exec(text) ?? [] : [];
    if (told !== undefined) line = Number(told) - 1;
    at += text.length;
  };
  while (at < source.length) next();
  return list;
}

/** A directive at the very beginning of its line that ends with it, as a preprocessor prints most: nothing in it has a meaning of its own. */
function plainDirectiveAt(source: string, at: number): string | undefined {
  if (source[at] !== "#" || at > 0 && source[at - 1] !== "\n") {
    return undefined;
  }
  const end = source.indexOf("\n", at);
  const text = source.slice(at, end < 0 ? source.length : end);
  return /\\|\/[/*]/.test(text) ? undefined : text;
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    count++;
  }
  return count;
}

/** What a preprocessor says of the next line: `# 12 "zlib.h" 2`; a number at its end begins or leaves a file. */
const MARKER =
  /^#[ \t]*(?:line[ \t]+)?(\d+)[ \t]+"((?:\\.|[^"\\])*)"([ \t]+[12])?/;

/**
 * The file that the next line is of.
 *
 * @param directive A directive.
 * @returns Undefined where it is no line of a preprocessor about files.
 */
export function fileOf(directive: string): string | undefined {
  return MARKER.exec(directive)?.[2];
}

/**
 * A declaration outside of every body: its tokens up to the `{`, `=` or `;`
 * that ends its head, and the comments right above it.
 */
export interface Head {
  /** Its tokens, without attributes. */
  readonly tokens: readonly Token[];
  /** What ended it. */
  readonly stop: string;
  /** Comments that end on the line above it, with nothing between. */
  readonly comments: readonly Token[];
  /** The file that it is in, where a preprocessor says so. */
  readonly file: string | undefined;
  /**
   * What is in the braces of a type, comments too: behind the head, or before
   * it (`typedef struct { … } Name;`). It is there when all heads are.
   */
  readonly body: readonly Token[] | undefined;
}

/**
 * Finds the declarations at the outermost level.
 *
 * @param source Text of a C file, or its tokens.
 * @returns One head each; the declarator behind a struct's body is a head too.
 */
export function* heads(source: string | Iterable<Token>): Generator<Head> {
  let depth = 0;
  let head: Token[] = [];
  let comments: Token[] = [];
  let bodyComments: readonly Token[] = [];
  let last = 0;
  let file: string | undefined;
  let body: Token[] | undefined;
  let before: Token[] | undefined;
  const list = typeof source === "string" ? tokens(source) : source;
  for (const token of list) {
    if (token.kind === "directive") {
      const [marker, , into, enters] = MARKER.exec(token.text) ?? [];
      file = into ?? file;
      if (depth === 0 && (marker === undefined || enters !== undefined)) {
        comments = [];
      }
      continue;
    }
    if (depth > 0) body?.push(token);
    if (token.kind === "comment") {
      // What shares a line with code is about that code.
      if (depth > 0 || head.length > 0 || token.line === last) continue;
      if (comments.length > 0 && comments.at(-1)!.end + 1 < token.line) {
        comments = [];
      }
      comments.push(token);
      continue;
    }
    last = token.end;
    if (depth === 0 && token.text === "{" && isScope(head)) {
      // What follows is still outside of every body; the `}` ends nothing.
      head = [];
      comments = [];
      continue;
    }
    if (depth === 0 && (token.text === ";" || token.text === "{")) {
      const first = head[0] ?? token;
      const above =
        comments.length > 0 && comments.at(-1)!.end + 1 >= first.line
          ? comments
          : bodyComments;
      const opens = token.text === "{" && isType(head);
      if (opens) body = [];
      yield {
        tokens: withoutAttributes(head),
        stop: token.text,
        comments: above,
        file,
        body: opens ? body : before,
      };
      before = undefined;
      // `typedef struct { … } Name;` has its comment above the body.
      bodyComments = opens ? above : [];
      head = [];
      comments = [];
    } else if (depth === 0) {
      // A function's body ends nothing that could go on behind it.
      if (token.text !== "}") head.push(token);
    }
    if (token.text === "{") depth++;
    else if (token.text === "}" && depth > 0 && --depth === 0) {
      before = body;
      body = undefined;
    }
  }
}

const ATTRIBUTES = new Set([
  "__attribute__",
  "__attribute",
  "__declspec",
  "_Alignas",
  "__asm__",
  "__asm",
  "asm",
]);

/** Leaves out `__attribute__((…))` and its like, which look like a function, and `[[…]]`. */
function withoutAttributes(head: readonly Token[]): Token[] {
  const rest: Token[] = [];
  for (let at = 0; at < head.length; at++) {
    if (ATTRIBUTES.has(head[at]!.text)) at = closing(head, at + 1);
    else if (opensAttributes(head, at)) at = closing(head, at, "[", "]");
    else rest.push(head[at]!);
  }
  return rest;
}

/** Whether attributes as C23 and C++ write them begin at a token. */
function opensAttributes(head: readonly Token[], at: number): boolean {
  return head[at]!.text === "[" && head[at + 1]?.text === "[";
}

/**
 * Finds the end of a parenthesis.
 *
 * @param list Tokens.
 * @param open Where the `(` is.
 * @param opening What opens.
 * @param end What closes.
 * @returns Where its `)` is; the end of the list when there is none.
 */
export function closing(
  list: readonly Token[],
  open: number,
  opening = "(",
  end = ")",
): number {
  let depth = 0;
  for (let at = open; at < list.length; at++) {
    if (list[at]!.text === opening) depth++;
    else if (list[at]!.text === end) depth--;
    if (depth === 0) return at;
  }
  return list.length;
}

/** Whether a `{` opens C++'s `extern "C" {` or `namespace geometry {`. */
function isScope(head: readonly Token[]): boolean {
  const texts = head.map(({ text }) => text);
  return texts.includes("namespace") ||
    (texts.length === 2 && texts[0] === "extern" &&
      head[1]!.kind === "literal");
}

function isType(head: readonly Token[]): boolean {
  return head.some(({ text }) => ["struct", "union", "enum"].includes(text)) &&
    !head.some(({ text }) => text === "(" || text === "=");
}
