/**
 * The format of a manifest, version 1: what a library is, and every symbol and
 * type that it exports.
 *
 * @module
 */

/** The version of the format that is read and written. */
export const MANIFEST_VERSION = 1;

/** The version of the format of what headers define besides. */
export const HEADERS_VERSION = 1;

/** Operating systems that a library can be for. */
export const SYSTEMS = ["linux", "darwin"] as const;
/** Architectures that a library can be for. */
export const ARCHITECTURES = ["x64", "arm64"] as const;
/** C libraries that a Linux library can need. */
export const LIBCS = ["gnu", "musl"] as const;

/** Ways of signing a manifest. */
export const SIGNATURE_ALGORITHMS = ["ed25519"] as const;

/** What the library file is. */
export interface LibraryInfo {
  /** File name of the library, beside the manifest. */
  readonly file: string;
  /** Operating system, as `process.platform` spells it. */
  readonly os: typeof SYSTEMS[number];
  /** Architecture, as `process.arch` spells it. */
  readonly arch: typeof ARCHITECTURES[number];
  /** The C library it needs, where it needs one of them. */
  readonly libc?: typeof LIBCS[number];
  /** The linker's build id, in lower-case hexadecimal. */
  readonly buildId?: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
  /** Libraries that the loader loads with it. */
  readonly needs: readonly string[];
  /** The language it was written in. */
  readonly language?: string;
  /** The compiler that made it. */
  readonly compiler?: string;
}

/** One member of a struct or union. */
export interface Field {
  /** Its name; unique in its type. */
  readonly name: string;
  /** Its type, in the notation. */
  readonly type: string;
  /** Where it starts, in bytes. */
  readonly offset: number;
  /**
   * Of a bit-field: the first of its bits in the byte at `offset`, counted from
   * the least significant one, and how many it has.
   */
  readonly bits?: readonly [start: number, width: number];
  /** Of an array at the end whose length is open, `[0]T`: the member that says how many elements there are. */
  readonly length?: string;
  /** Of a function: names of its parameters, in order. */
  readonly params?: readonly string[];
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** A struct or a union. */
export interface CompositeDefinition {
  /** Tells it from the others. */
  readonly kind: "struct" | "union";
  /** Size in bytes, padding included. */
  readonly size: number;
  /** Alignment in bytes. */
  readonly align: number;
  /** Members in the order of their declaration. */
  readonly fields: readonly Field[];
  /** Members that have no JavaScript value, and why. */
  readonly skipped?: Readonly<Record<string, string>>;
  /** Why no value of it can be passed, though its memory can be used. */
  readonly notByValue?: string;
  /** Whether members may be left out, and are zero then, as in a literal of Go. */
  readonly zero?: boolean;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** An enumeration. */
export interface EnumDefinition {
  /** Tells it from the others. */
  readonly kind: "enum";
  /** The integer type it is stored as. */
  readonly type: string;
  /** Values by name; a decimal string where a number would lose digits. */
  readonly values: Readonly<Record<string, number | string>>;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** Another name for a type. */
export interface AliasDefinition {
  /** Tells it from the others. */
  readonly kind: "alias";
  /** The type it stands for, in the notation. */
  readonly type: string;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** A type that is only ever pointed to. */
export interface OpaqueDefinition {
  /** Tells it from the others. */
  readonly kind: "opaque";
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** Plain data that crosses whole: an object with these members, of which nobody sees how it lies. */
export interface RecordDefinition {
  /** Tells it from the others. */
  readonly kind: "record";
  /** Members in order. */
  readonly members: readonly RecordField[];
  /** Whether members may be left out, and are zero then, as in a literal of Go. */
  readonly zero?: boolean;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** A member of a record. */
export interface RecordField {
  /** Its name; unique in its record. */
  readonly name: string;
  /** Its type, in the notation. */
  readonly type: string;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** One of several cases, with what comes with it. */
export interface VariantDefinition {
  /** Tells it from the others. */
  readonly kind: "variant";
  /** What comes with each case, in the notation: `void` for nothing; the members of a record lie in the object itself. */
  readonly cases: Readonly<Record<string, string>>;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** Ways in which the native side knows a value that JavaScript holds. */
export const HANDLES = ["pointer", "slot"] as const;

/**
 * A value that stays on the native side, and what can be done with it. The
 * functions are symbols of the manifest; the first parameter of a method is
 * the class.
 */
export interface ClassDefinition {
  /** Tells it from the others. */
  readonly kind: "class";
  /** How a value is told: by its address, or by a slot of the plugin's own table (u32) and that slot's generation (u32). */
  readonly handle: typeof HANDLES[number];
  /** The type that its addresses point to: where a function has `*T`, its objects are seen. Of a `pointer` only. */
  readonly of?: string;
  /** The class whose objects its own live in: they are given back before those are. */
  readonly owner?: string;
  /** The function that takes a value back, a symbol or the linker's name of what is none: `void free(void *)`, or of a slot `void free(uint64_t)`. */
  readonly free?: string;
  /** The function that `new` calls. */
  readonly new?: string;
  /** Methods by name. */
  readonly methods?: Readonly<Record<string, string>>;
  /** Functions of the class itself, by name. */
  readonly statics?: Readonly<Record<string, string>>;
  /** Values of the class itself, by name: functions without parameters, which give them each time they are read. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Members of the struct that its addresses point to, as properties that are read. */
  readonly members?: readonly string[];
  /** Properties by name: methods that read and write them. */
  readonly accessors?: Readonly<Record<string, Accessor>>;
  /** The method that gives `toString()`. */
  readonly text?: string;
  /** The method that gives `toJSON()`, as bytes of JSON, or of a text. */
  readonly json?: Json;
  /** The method whose result is walked by `for … of`. */
  readonly iterator?: string;
  /** The method that is called when the object is: it is a function. */
  readonly call?: string;
  /** The method that gives the next value and whether there is one; `for … of` walks them. */
  readonly next?: string;
  /** The same, of what may have to be waited for: `for await … of` walks them. */
  readonly stream?: string;
  /** Methods that walk through what a function gives step by step. */
  readonly iterate?: Iteration;
  /** Other classes whose objects are taken where this one is wanted: what implements an interface. */
  readonly accepts?: readonly string[];
  /** What of JavaScript is taken for one. */
  readonly from?: From;
  /** Whether its objects are only thrown: nothing takes or gives one, and neither `symbols` nor declarations have the class. */
  readonly thrown?: boolean;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** What a method gives whose bytes are what JSON has in the place of an object. */
export const JSON_FORMS = ["json", "text"] as const;

/** The method that says what JSON has in the place of an object. */
export interface Json {
  /** The method. */
  readonly get: string;
  /** What its bytes are. */
  readonly is: typeof JSON_FORMS[number];
}

/** What a method makes of the steps of an {@linkcode Iteration}. */
export const WALKS = ["iterator", "list", "first", "none"] as const;

/**
 * What a C library gives step by step: the rows of a query, the commits of a
 * walk. The functions are methods of the class, as JavaScript sees them.
 */
export interface Iteration {
  /**
   * The function of one step; its annotation `done` says when there is no
   * other. Where steps are counted it is given the number of the step, from 0.
   */
  readonly next?: string;
  /** The function that says how many steps there are. */
  readonly count?: string;
  /** The methods: `"[Symbol.iterator]"` is walked by `for … of`. */
  readonly methods: Readonly<Record<string, typeof WALKS[number]>>;
  /** What is called before the first step. */
  readonly start?: readonly string[];
  /** What is called behind the last one. */
  readonly end?: readonly string[];
  /** How the arguments of the methods are given to the plugin. */
  readonly bind?: Binding;
  /** How a step's value is read, where that is a row; otherwise it is what `next` gives. */
  readonly row?: Row;
}

/** Kinds of values that can be bound. */
export const BOUND = [
  "null",
  "boolean",
  "integer",
  "number",
  "bigint",
  "string",
  "bytes",
] as const;

/** How values are given to the plugin, each by a function `(object, position, value)`. */
export interface Binding {
  /** The position of the first one. */
  readonly from: number;
  /** The function that says how many are wanted. */
  readonly count?: string;
  /** The functions by kinds of values: `"integer"` is a number without a fraction. */
  readonly kinds: Readonly<Partial<Record<typeof BOUND[number], string>>>;
}

/** How a row is read, by functions `(object, column)`; where steps are counted, what reads a value is given the number of the step before the column. */
export interface Row {
  /** The function that says how many columns there are. */
  readonly count: string;
  /** The function that names a column. */
  readonly name: string;
  /** The function that says of what type a value is. */
  readonly type?: string;
  /** The functions that read a value, by its type; null for one that is null. */
  readonly read?: readonly Reading[];
  /** The function that says whether a value is null, where types do not say it. */
  readonly null?: string;
  /** The function that reads a value of any other type. */
  readonly value?: string;
}

/** How values of one type are read. */
export interface Reading {
  /** The type, as the plugin numbers it. */
  readonly type: number;
  /** The function that reads one; without it the value is null. */
  readonly symbol?: string;
}

/** What of JavaScript becomes an object of a class where one is wanted. */
export interface From {
  /** The function that makes one of a function for each of `methods`. */
  readonly symbol?: string;
  /** The methods that an object of JavaScript must have. */
  readonly methods?: readonly string[];
  /** The function that makes one of bytes. */
  readonly bytes?: string;
  /** The function that makes one of a function. */
  readonly call?: string;
  /** The function that makes one of data: of an array, a map or a plain object. */
  readonly data?: string;
  /** The function that makes one of a function that gives the next values in a list, at the end none. */
  readonly iterable?: string;
  /** The same of pairs: it gives a list of the first ones, and one of the second ones. */
  readonly entries?: string;
  /** The function that makes one of the text of an `Error` and of a number by which that is thrown again. */
  readonly error?: string;
  /** The properties that a plain object may have of which one is made, by `new` and by setting them. */
  readonly fields?: readonly string[];
  /** Functions that make one of what each takes: the first that takes a value counts. */
  readonly values?: readonly string[];
}

/** A property of a class. */
export interface Accessor {
  /** The method that reads it. */
  readonly get: string;
  /** The method that writes it, where it can be written. */
  readonly set?: string;
}

/** What a name in the type notation stands for. */
export type TypeDefinition =
  | ClassDefinition
  | RecordDefinition
  | VariantDefinition
  | CompositeDefinition
  | EnumDefinition
  | AliasDefinition
  | OpaqueDefinition;

/**
 * A compiled function `void thunk(void *frame)` that takes its arguments from
 * one memory block and leaves its results there.
 *
 * Scalars lie in the frame as C stores them. A `string`, `bytes` or slice is
 * 16 bytes: the address, then the number of elements (i64).
 */
export interface Thunk {
  /** The symbol to call. */
  readonly symbol: string;
  /** Size of the frame in bytes; a multiple of 8. */
  readonly size: number;
  /** Offset of each parameter. */
  readonly params: readonly number[];
  /** Offset of each result. */
  readonly results: readonly number[];
  /**
   * Offset of the 40 bytes that say how the call ended: an i64 (0 it returned,
   * 1 it returned an error, 2 it panicked, 3 it hands on what a callback has
   * thrown, 4 it refused an argument), the address and length of the text, the
   * address and length of the stack; of an argument that was refused its
   * position, and whether it is of the right kind and out of range.
   */
  readonly error?: number;
  /**
   * Whether that i64 says before the call how it is made, as it may call
   * functions of JavaScript: 0 this thread waits, 1 it does not, 2 it waits,
   * and answers other threads meanwhile.
   */
  readonly callsBack?: boolean;
  /**
   * Offset of two f64 of a function of Go that takes a context: the number of
   * the call, by which `void plugin_cancel(double)` ends its context (0 where
   * nobody does; the negative number, once a call that was to be ended has), and
   * the milliseconds after which it ends by itself (negative for never).
   */
  readonly context?: number;
  /**
   * Symbol of `void free(void *)`, to which every address that the thunk
   * leaves in results and error is given once it has been read.
   */
  readonly free?: string;
  /**
   * Offset of the 16 bytes that say where results may lie that are read at once:
   * the address of that room, how far it lies behind the beginning of the
   * caller's memory (u32), and its bytes (u32), 0 for none. What lies there has
   * its offset for an address, and is not freed.
   */
  readonly room?: number;
  /** Offset of the i32 that takes C's `errno`, which the thunk sets to 0 before the call. */
  readonly errno?: number;
  /**
   * Offset of the 8 bytes that take the address of the function to call, where
   * the thunk lies in a library of its own.
   */
  readonly target?: number;
}

/** One signature of a function with a variable number of arguments. */
export interface Call {
  /** A function type of the notation, without `...`. */
  readonly type: string;
  /** How to call it so. */
  readonly thunk: Thunk;
}

/**
 * What stands between the plugin and JavaScript where a pointer to a function has
 * structs or unions by value, which no runtime passes.
 */
export interface PointerThunks {
  /** How a function of the plugin is called; its address lies in the frame at `target`. */
  readonly thunk: Thunk;
  /**
   * Symbol of `void *answer(void *function, void *made)`. For a
   * `void function(void *frame)` it gives a function of this type, which calls
   * that with such a frame, or NULL where there are too many; it lets go of one
   * that it has made.
   */
  readonly answer: string;
}

/** Why a pointer to a function that takes thunks has none. */
export interface NoPointerThunks {
  /** What C cannot do of it. */
  readonly noThunk: string;
}

/** What there is of pointers to functions with structs or unions by value, by the types of those. */
export type Pointers = Readonly<
  Record<string, PointerThunks | NoPointerThunks>
>;

/** The library that thunks lie in, where that is not the plugin itself. */
export interface ThunkLibrary {
  /** Its file name, beside the manifest. */
  readonly file: string;
  /** The linker's build id, in lower-case hexadecimal. */
  readonly buildId?: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
  /**
   * Functions and variables of the plugin, or of what it needs, that code of
   * the library uses: `void plugin_link(void *)` is given their addresses, one behind the
   * other, before anything else of it is called.
   */
  readonly links?: readonly string[];
}

/**
 * The file of what headers define beyond what the symbols use: all constants,
 * and types that only a `void *` reaches. It is read when the first of them is
 * asked for.
 */
export interface HeadersFile {
  /** Its file name, beside the manifest. */
  readonly file: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
}

/** What is in a {@linkcode HeadersFile}. */
export interface HeaderDefinitions {
  /** Named types; they may name those of the manifest. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Macros that are constants, and enumerators. */
  readonly constants: Readonly<Record<string, Constant>>;
  /** Thunks of pointers to functions whose types name some of these types. */
  readonly pointers?: Pointers;
}

/**
 * A library that the plugin brings along: the loader finds it from where the
 * plugin lies, by `$ORIGIN`.
 */
export interface BundledLibrary {
  /**
   * Its path from the plugin's directory: `"libbase.so.1"`,
   * `"../lib/libbase.so.1"`. The last part is the name that it is needed by.
   */
  readonly file: string;
  /** SHA-256 of the file, in lower-case hexadecimal. */
  readonly sha256: string;
  /** Size of the file in bytes. */
  readonly size: number;
}

/**
 * What no binary says of a function: from `plugin emit --annotate`.
 *
 * Parameters are named, or counted from `"1"` where they have no name.
 */
export interface Annotations {
  /**
   * Symbol of the function that frees what it gives: a text, once it is read;
   * memory, when its `Pointer` is disposed of.
   */
  readonly free?: string;
  /** Whether its `errno` is taken along. */
  readonly errno?: boolean;
  /** Whether it runs on another thread and gives a promise, when it is looked up without a type. */
  readonly nonblocking?: boolean;
  /** Parameters that threads call which the runtime does not own. */
  readonly threads?: readonly string[];
  /** Parameters that cannot be null, and `"return"` for a result that never is. */
  readonly nonnull?: readonly string[];
  /**
   * How many elements (bytes, where nothing is known of them) a parameter must
   * have: a number, another parameter, or a sum of products of both. An integer
   * that is pointed to counts as it is before the call. How many what comes out
   * has: the same, `"return"` for what the function itself gives, or a function
   * of the same arguments.
   */
  readonly lengths?: Readonly<Record<string, string | number>>;
  /**
   * How much memory is made for what a function fills, where that is not what
   * `lengths` says: a number, a parameter, or a sum of products of both. An
   * out-parameter that says how much was filled says so before the call.
   */
  readonly room?: Readonly<Record<string, string | number>>;
  /** Parameters through which a result comes back: JavaScript gives none. */
  readonly out?: readonly string[];
  /** What is passed for parameters that JavaScript does not give. */
  readonly pass?: Readonly<Record<string, Passed>>;
  /** What parameters, out-parameters and `"return"` are in place of what the binary says, in the notation. */
  readonly as?: Readonly<Record<string, string>>;
  /** Which results are failures, and what explains them. */
  readonly error?: Failure;
  /** Results which say that there is nothing more: it gives `false` behind its results, otherwise `true`. */
  readonly done?: readonly number[];
  /** Whose the object is that it gives: the caller's, who frees it, or a parameter's, which it lives in. */
  readonly owner?: string;
  /** Parameters that the object which it is a method of goes on using. */
  readonly keep?: readonly string[];
  /** Parameters that the object which it is a method of no longer uses, once it has succeeded. */
  readonly release?: readonly string[];
  /** Parameters that it frees. */
  readonly consume?: readonly string[];
}

/** What is passed for a parameter: a constant, or the length of another parameter: of a text in bytes. */
export type Passed = Exclude<Constant, string> | boolean | null | {
  readonly length: string;
};

/** Results that are failures. */
export const FAILS = [
  "nonzero",
  "negative",
  "nonpositive",
  "zero",
  "null",
] as const;

/** Which results of a function are failures, and what explains them. */
export interface Failure {
  /** Which. */
  readonly when: typeof FAILS[number];
  /** The function that is asked instead, of what came out: a connection is there, and has failed. */
  readonly of?: string;
  /** Results that are none for all that. */
  readonly except?: readonly number[];
  /**
   * The function that gives the text: of no argument, of the code, or of an
   * object that the call had to do with. `"f.message"` is a member of the struct
   * whose address it gives.
   */
  readonly text?: string;
  /** The function that gives a code finer than the result; its arguments as of `text`. */
  readonly code?: string;
  /** The enum that names the codes. */
  readonly names?: string;
}

/** Who vouches for a manifest. */
export interface ManifestSignature {
  /** How it was signed. */
  readonly algorithm: typeof SIGNATURE_ALGORITHMS[number];
  /** The public key: its SubjectPublicKeyInfo in base64, the line in its PEM file. */
  readonly key: string;
  /** The signature, in base64, of the manifest without this member, in the canonical form of RFC 8785. */
  readonly value: string;
  /** The keys whose place this one has taken, the last one first. */
  readonly succeeds?: readonly SucceededKey[];
}

/** A key that has said which key takes its place. */
export interface SucceededKey {
  /** The older public key, written as in {@linkcode ManifestSignature}. */
  readonly key: string;
  /** Its signature, in base64, of the name of the key that came next. */
  readonly value: string;
}

/**
 * What a library has not got, and its headers have: a function that is defined
 * there, a macro with parameters, a function that takes a `va_list`.
 */
export const WRAPPED = ["inline", "macro", "va_list"] as const;

/** An exported function. */
export interface FunctionDefinition {
  /** Tells it from the others. */
  readonly kind: "function";
  /** A function type of the notation. */
  readonly type: string;
  /** The linker's name of it, where that is another (C++). */
  readonly symbol?: string;
  /** Of what its wrapper was made, where `symbol` is one in the library of the thunks. */
  readonly wrapped?: typeof WRAPPED[number];
  /** Names of the parameters, in order. */
  readonly params?: readonly string[];
  /**
   * Names of the parameters of functions that it is given, by its own parameter,
   * named or counted as in {@linkcode Annotations}.
   */
  readonly callbackParams?: Readonly<Record<string, readonly string[]>>;
  /**
   * Parameters that its language does not let be null (a reference), and
   * `"return"` for a result; named or counted as in {@linkcode Annotations}.
   */
  readonly nonnull?: readonly string[];
  /** Parameters through which structs are only read: plain objects are taken; named or counted likewise. */
  readonly const?: readonly string[];
  /**
   * Lists of numbers whose elements it writes: a typed array is wanted, as what
   * is written to a copy is lost; named or counted likewise.
   */
  readonly written?: readonly string[];
  /** Bytes of which it asks no more than a text has too: that is taken, as UTF-8 (Rust); named or counted likewise. */
  readonly texts?: readonly string[];
  /**
   * Parameters of which it gets copies, and may write to them: what it has
   * written comes back into the array or the object that was given (Go); named
   * or counted likewise.
   */
  readonly inout?: readonly string[];
  /** What its binary cannot say. */
  readonly annotations?: Annotations;
  /** How to call it where the direct way does not do. */
  readonly thunk?: Thunk;
  /** Why there is none, of a function that takes one. */
  readonly noThunk?: string;
  /**
   * How many parameters `symbol` declares, of one more way to call it: with
   * those that stand for `...`, or seen otherwise.
   */
  readonly fixed?: number;
  /** Whether its last parameter, a list, is given as all further arguments. */
  readonly rest?: boolean;
  /** How many of its parameters must be given; those behind may be left out, and are null then (Rust). */
  readonly required?: number;
  /** The signatures that a function with a variable number of arguments can be called at. */
  readonly calls?: readonly Call[];
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** An exported variable. */
export interface VariableDefinition {
  /** Tells it from the others. */
  readonly kind: "variable";
  /** Its type, in the notation. */
  readonly type: string;
  /** The linker's name of it, where that is another (C++). */
  readonly symbol?: string;
  /** Whether it can only be read. */
  readonly const?: boolean;
  /**
   * Symbol of a function `uintptr_t address(void)` that gives its address,
   * where the variable itself is not a symbol of the library (Go).
   */
  readonly address?: string;
  /** Thunk that reads it, where its memory cannot be read from outside. */
  readonly get?: Thunk;
  /** Thunk that writes it, where its memory cannot be written from outside. */
  readonly set?: Thunk;
  /** The comment above its declaration. */
  readonly doc?: string;
}

/** What an exported name is. */
export type SymbolDefinition = FunctionDefinition | VariableDefinition;

/**
 * A constant of a library's headers: a number, a text, or in decimal what a
 * number of JSON cannot be: an integer beyond the safe ones, an infinity, the
 * address that a macro such as `((void *) -1)` stands for.
 */
export type Constant = number | string | {
  /** What the value is. */
  readonly type: typeof CONSTANT_TYPES[number];
  /** The value. */
  readonly value: string;
};

/** The types of constants that are written in decimal. */
export const CONSTANT_TYPES = ["i64", "u64", "f64", "pointer"] as const;

/** A library, its types and its symbols. */
export interface Manifest {
  /** Version of the format. */
  readonly manifest: typeof MANIFEST_VERSION;
  /** What the plugin is called, whatever its file is; from `plugin sign`. */
  readonly name?: string;
  /** Which release of it this is: numbers with dots between them. From `plugin sign`. */
  readonly version?: string;
  /** The file that it describes. */
  readonly library: LibraryInfo;
  /** The library of the thunks, where they are not in the file itself. */
  readonly thunks?: ThunkLibrary;
  /** The file of what its headers define besides. */
  readonly headers?: HeadersFile;
  /** The libraries that it brings along, and that those need; from `plugin sign`. */
  readonly bundled?: readonly BundledLibrary[];
  /** Named types. */
  readonly types: Readonly<Record<string, TypeDefinition>>;
  /** Constants of its headers. */
  readonly constants?: Readonly<Record<string, Constant>>;
  /** Exported functions and variables. */
  readonly symbols: Readonly<Record<string, SymbolDefinition>>;
  /** Thunks of pointers to functions, by the types of those. */
  readonly pointers?: Pointers;
  /** Exported names that cannot cross into JavaScript, and why. */
  readonly skipped: Readonly<Record<string, string>>;
  /** Who vouches for all of this. */
  readonly signature?: ManifestSignature;
}

/** Longest manifest that is read, in UTF-16 code units. */
export const MAX_MANIFEST_LENGTH = 2 ** 26;
/** Largest such file: no character takes more bytes than 3 for each unit that it counts as. */
export const MAX_MANIFEST_SIZE = 3 * MAX_MANIFEST_LENGTH;
/** Longest name of a symbol, type, field or file, in UTF-16 code units. */
export const MAX_NAME_LENGTH = 4096;
/** Most entries in one list or record of a manifest. */
export const MAX_ENTRIES = 200_000;
/** How deep named types may lie in each other. */
export const MAX_DEPTH = 256;
/** Largest type, in bytes. */
export const MAX_TYPE_SIZE = 2 ** 32;
/** Most libraries that a plugin brings along. */
export const MAX_BUNDLED = 256;
/** Most keys that a signature's key has succeeded. */
export const MAX_SUCCEEDED = 16;
/** Largest frame, in bytes. */
export const MAX_FRAME_SIZE = 2 ** 24;
