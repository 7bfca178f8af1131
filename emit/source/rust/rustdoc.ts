/**
 * The public API of a crate as rustdoc's JSON has it, as far as it is read
 * (format 57: https://doc.rust-lang.org/nightly/nightly-rustc/rustdoc_json_types/).
 *
 * @module
 */

/** The formats that are read: what is used of them has not changed in between. */
export const FORMATS = { least: 45, most: 60 };

/** What makes rustdoc print it. */
export const JSON_FLAGS: readonly string[] = [
  "-Zunstable-options",
  "--output-format=json",
  "--cap-lints=allow",
];

/** A crate. */
export interface Rustdoc {
  readonly root: number;
  readonly format_version: number;
  /** The machine that it was read for; formats before 46 do not say. */
  readonly target?: { readonly triple: string };
  readonly crate_version: string | null;
  readonly index: Readonly<Record<string, Item>>;
  readonly external_crates: Readonly<Record<string, { readonly name: string }>>;
  readonly paths: Readonly<
    Record<
      string,
      {
        readonly crate_id: number;
        readonly path: string[];
        readonly kind: string;
      }
    >
  >;
  /** Of crates that are linked with this one, their roots by their names. */
  readonly others?: Readonly<Record<string, number>>;
}

/** Whether a crate is a part of the standard library. */
export function isStd(crate: string): boolean {
  return /^(?:std|core|alloc|proc_macro|test)$/.test(crate);
}

/** An item of a crate. */
export interface Item {
  readonly id: number;
  readonly crate_id: number;
  readonly name: string | null;
  readonly visibility: unknown;
  readonly docs: string | null;
  readonly attrs: readonly unknown[];
  readonly inner: Inner;
}

/** What an item is: one of these. */
export interface Inner {
  readonly module?: { readonly items: readonly number[] };
  readonly use?: {
    readonly name: string;
    readonly id: number | null;
    readonly is_glob: boolean;
  };
  readonly function?: FunctionItem;
  readonly struct?: {
    readonly kind:
      | "unit"
      | { readonly tuple: readonly (number | null)[] }
      | {
        readonly plain: {
          readonly fields: readonly number[];
          readonly has_stripped_fields: boolean;
        };
      };
    readonly generics: Generics;
    readonly impls: readonly number[];
  };
  readonly enum?: {
    readonly generics: Generics;
    readonly has_stripped_variants: boolean;
    readonly variants: readonly number[];
    readonly impls: readonly number[];
  };
  readonly variant?: {
    readonly kind:
      | "plain"
      | { readonly tuple: readonly (number | null)[] }
      | {
        readonly struct: {
          readonly fields: readonly number[];
          readonly has_stripped_fields: boolean;
        };
      };
    readonly discriminant: { readonly value: string } | null;
  };
  readonly struct_field?: RustType;
  readonly impl?: {
    readonly generics: Generics;
    readonly provided_trait_methods: readonly string[];
    readonly trait: TraitPath | null;
    readonly for: RustType;
    readonly items: readonly number[];
    readonly is_negative: boolean;
    readonly is_synthetic: boolean;
    readonly blanket_impl: RustType | null;
  };
  readonly trait?: {
    readonly generics: Generics;
    readonly items: readonly number[];
    readonly implementations: readonly number[];
  };
  readonly type_alias?: {
    readonly type: RustType;
    readonly generics: Generics;
  };
  readonly assoc_type?: { readonly type: RustType | null };
  readonly assoc_const?: { readonly type: RustType };
  readonly constant?: {
    readonly type: RustType;
    readonly const: {
      readonly expr: string;
      readonly value: string | null;
    };
  };
  readonly static?: { readonly type: RustType };
}

/** What is implemented for a type, of a trait or on its own. */
export type Impl = NonNullable<Inner["impl"]>;

/** A function or a method. */
export interface FunctionItem {
  readonly sig: {
    readonly inputs: readonly (readonly [name: string, type: RustType])[];
    readonly output: RustType | null;
  };
  readonly generics: Generics;
  readonly header: {
    readonly is_unsafe: boolean;
    readonly is_async: boolean;
    readonly abi: unknown;
  };
  /** Of what is no function: the fields of which one is made. */
  readonly made?: readonly string[];
}

/** Parameters of a type or a function. */
export interface Generics {
  readonly params: readonly {
    readonly name: string;
    readonly kind: {
      readonly lifetime?: { readonly outlives: readonly string[] };
      readonly type?: {
        readonly bounds: readonly Bound[];
        readonly default: RustType | null;
      };
      readonly const?: { readonly default: string | null };
    };
  }[];
  readonly where_predicates: readonly {
    readonly bound_predicate?: {
      readonly type: RustType;
      readonly bounds: readonly Bound[];
    };
    readonly lifetime_predicate?: {
      readonly lifetime: string;
      readonly outlives: readonly string[];
    };
  }[];
}

/** What a type parameter has to have. */
export interface Bound {
  readonly trait_bound?: {
    readonly trait: TraitPath;
    readonly modifier: string;
  };
}

/** A trait that is named. */
export interface TraitPath {
  readonly path: string;
  readonly id: number;
  readonly args: Args | null;
}

/** What stands behind the name of a type or a trait. */
export interface Args {
  readonly angle_bracketed?: {
    readonly args: readonly {
      readonly lifetime?: string;
      readonly type?: RustType;
      readonly const?: { readonly expr: string; readonly value: string | null };
    }[];
    readonly constraints: readonly {
      readonly name: string;
      readonly binding: {
        readonly equality?: { readonly type?: RustType };
        readonly constraint?: readonly Bound[];
      };
    }[];
  };
  readonly parenthesized?: {
    readonly inputs: readonly RustType[];
    readonly output: RustType | null;
  };
}

/** A type: one of these. */
export interface RustType {
  readonly primitive?: string;
  readonly generic?: string;
  readonly resolved_path?: TraitPath;
  readonly borrowed_ref?: {
    readonly lifetime: string | null;
    readonly is_mutable: boolean;
    readonly type: RustType;
  };
  readonly slice?: RustType;
  readonly array?: { readonly type: RustType; readonly len: string };
  readonly tuple?: readonly RustType[];
  readonly impl_trait?: readonly Bound[];
  readonly dyn_trait?: {
    readonly traits: readonly { readonly trait: TraitPath }[];
    readonly lifetime: string | null;
  };
  readonly qualified_path?: {
    readonly name: string;
    readonly self_type: RustType;
    readonly trait: TraitPath | null;
  };
  readonly raw_pointer?: unknown;
  readonly function_pointer?: {
    readonly sig: FunctionItem["sig"];
    readonly header: FunctionItem["header"];
  };
}

/** Whether others may not make one, as fields may be added. */
export function isOpen(item: Pick<Item, "attrs">): boolean {
  return item.attrs.some((attr) =>
    attr === "non_exhaustive" || JSON.stringify(attr).includes("non_exhaustive")
  );
}

/** The fields of a struct; null stands for one that is private. */
export function fieldsOf(
  { kind }: NonNullable<Inner["struct"]>,
): readonly (number | null)[] {
  return kind === "unit"
    ? []
    : "plain" in kind
    ? kind.plain.fields
    : kind.tuple;
}

/** Whether a struct has no field that is private. */
export function isAllPublic(
  { index }: Rustdoc,
  struct: NonNullable<Inner["struct"]>,
): boolean {
  const { kind } = struct;
  const hasStripped = kind !== "unit" && "plain" in kind &&
    kind.plain.has_stripped_fields;
  return !hasStripped &&
    fieldsOf(struct).every((id) =>
      id !== null && index[id]?.visibility === "public"
    );
}

/** The types in the brackets behind the name of a type or a trait. */
export function typesIn(args: Args | null | undefined): RustType[] {
  return (args?.angle_bracketed?.args ?? []).flatMap(({ type }) => type ?? []);
}

/** Whether a type parameter is a part of a type. */
export function isIn(name: string, type: unknown): boolean {
  return JSON.stringify(type ?? null).includes(
    `"generic":${JSON.stringify(name)}`,
  );
}

/** A comment, where there is one. */
export function docOf(docs: string | null): { doc?: string } {
  return docs === null || docs === "" ? {} : { doc: docs };
}
