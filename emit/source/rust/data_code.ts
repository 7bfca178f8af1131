/**
 * The Rust code of what crosses whole: how structs and enums of a crate are
 * written into packets and read from them.
 *
 * @module
 */

import type { Item, Rustdoc } from "./rustdoc.ts";
import { identifier } from "./spell_type.ts";

/** A field. */
export interface Field {
  readonly name: string;
  /** Its type as a wrapper writes it. */
  readonly rust: string;
}

/** A variant of an enum. */
export interface VariantCase {
  readonly name: string;
  readonly kind: "plain" | "tuple" | "struct";
  readonly fields: readonly Field[];
}

/** A struct is a column for each of its fields. */
export function recordCode(rust: string, fields: readonly Field[]): string {
  const names = fields.map(({ name }) => identifier(name));
  return `impl packet::Give for ${rust} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        ${
    names.map((_, i) => `let mut c${i} = Vec::with_capacity(values.len());`)
      .join(" ")
  }
        for ${rust} { ${
    names.map((name, i) => `${name}: v${i}`).join(", ")
  } } in values {
            ${names.map((_, i) => `c${i}.push(v${i});`).join(" ")}
        }
        ${names.map((_, i) => `packet::Give::write(c${i}, w);`).join(" ")}
    }
}
${recordTakeCode(rust, fields)}`;
}

/** What reads structs of such columns. */
export function recordTakeCode(rust: string, fields: readonly Field[]): string {
  const names = fields.map(({ name }) => identifier(name));
  return `impl packet::Take for ${rust} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        ${
    fields.map(({ rust }, i) =>
      `let mut c${i} = <${rust} as packet::Take>::read(r, n)?.into_iter();`
    ).join(" ")
  }
        Ok((0..n).map(|_| ${rust} { ${
    names.map((name, i) => `${name}: c${i}.next().unwrap()`).join(", ")
  } }).collect())
    }
}
`;
}

/** An enum without contents is a number. */
export function enumCode(
  rust: string,
  name: string,
  number: string,
  values: Readonly<Record<string, bigint>>,
): string {
  const entries = Object.entries(values).map(([key, value]) =>
    [`${rust}::${identifier(key)}`, value] as const
  );
  return `impl Enum for ${rust} {
    type Number = ${number};
    #[allow(unreachable_patterns)]
    fn number(&self) -> ${number} {
        match self { ${
    entries.map(([path, value]) => `${path} => ${value},`).join(" ")
  } _ => panic!("the crate has a variant that its description lacks") }
    }
    fn of(number: ${number}) -> Outcome<Self> {
        Ok(match number { ${
    entries.map(([path, value]) => `${value} => ${path},`).join(" ")
  } _ => return frame::out_of_range(format!("wanted a ${name}, got {number}")) })
    }
}
impl packet::Give for ${rust} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::Give::write(values.iter().map(Enum::number).collect::<Vec<${number}>>(), w);
    }
}
impl packet::Take for ${rust} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        <${number} as packet::Take>::read(r, n)?.into_iter().map(Enum::of).collect()
    }
}
`;
}

/** An enum with contents is a column of cases, then one for each case that occurs. */
export function variantCode(
  rust: string,
  cases: readonly VariantCase[],
): string {
  const patterns = cases.map((one) => pattern(rust, one));
  return `impl packet::Give for ${rust} {
    #[allow(unreachable_patterns)]
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        let mut cases = Vec::with_capacity(values.len());
        ${
    cases.map(({ fields }, k) =>
      fields.map((_, i) => `let mut c${k}_${i} = vec![];`).join(" ")
    ).join(" ")
  }
        for value in values {
            match value {
                ${
    cases.map(({ fields }, k) =>
      `${patterns[k]} => { cases.push(${k}); ${
        fields.map((_, i) => `c${k}_${i}.push(v${i});`).join(" ")
      } }`
    ).join("\n                ")
  }
                _ => panic!("the crate has a case that its description lacks"),
            }
        }
        packet::write_cases(&cases, w);
        ${
    cases.filter(({ fields }) => fields.length > 0).map((one) => {
      const k = cases.indexOf(one);
      return `if !c${k}_0.is_empty() { ${
        one.fields.map((_, i) => `packet::Give::write(c${k}_${i}, w);`).join(
          " ",
        )
      } }`;
    }).join("\n        ")
  }
    }
}
impl packet::Take for ${rust} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        let cases = packet::read_cases(r, n);
        ${
    cases.map(({ fields }, k) =>
      fields.length === 0
        ? ""
        : `let count = cases.iter().filter(|case| **case == ${k}).count(); ${
          fields.map(({ rust }, i) =>
            `let mut c${k}_${i} = if count == 0 { vec![] } else { <${rust} as packet::Take>::read(r, count)? }.into_iter();`
          ).join(" ")
        }`
    ).filter((line) => line !== "").join("\n        ")
  }
        cases.into_iter().map(|case| Ok(match case {
            ${
    cases.map((one, k) => `${k} => ${made(rust, one, k)},`).join(
      "\n            ",
    )
  }
            _ => return frame::wrong(format!("there is no case {case}")),
        })).collect()
    }
}
`;
}

function pattern(rust: string, { name, kind, fields }: VariantCase): string {
  const path = `${rust}::${identifier(name)}`;
  switch (kind) {
    case "plain":
      return path;
    case "tuple":
      return `${path}(${fields.map((_, i) => `v${i}`).join(", ")})`;
    case "struct":
      return `${path} { ${
        fields.map((field, i) => `${identifier(field.name)}: v${i}`).join(", ")
      } }`;
  }
}

function made(
  rust: string,
  { name, kind, fields }: VariantCase,
  k: number,
): string {
  const path = `${rust}::${identifier(name)}`;
  const next = (i: number) => `c${k}_${i}.next().unwrap()`;
  switch (kind) {
    case "plain":
      return path;
    case "tuple":
      return `${path}(${fields.map((_, i) => next(i)).join(", ")})`;
    case "struct":
      return `${path} { ${
        fields.map((field, i) => `${identifier(field.name)}: ${next(i)}`).join(
          ", ",
        )
      } }`;
  }
}

/** A class whose objects calls return as errors. */
export interface ErrorClass {
  /** Its type in Rust. */
  readonly rust: string;
  /** The struct that it is. */
  readonly item: Item;
}

/**
 * What an error holds: the name of its variant, and the fields that can be
 * seen; undefined where that is nothing.
 */
export function heldCode(
  doc: Rustdoc,
  rust: string,
  { inner }: Item,
): string | undefined {
  const body = inner.enum !== undefined
    ? `match self { ${
      inner.enum.variants.flatMap((id) => doc.index[id] ?? [])
        .map(({ name, inner }) => {
          const { kind } = inner.variant!;
          const fields = kind === "plain"
            ? []
            : ("tuple" in kind ? kind.tuple : kind.struct.fields)
              .flatMap((id) => id === null ? [] : doc.index[id] ?? []);
          const pattern = `Self::${identifier(name!)} { ${
            fields.map((one, i) => `${identifier(one.name!)}: v${i}, `).join("")
          }.. }`;
          const values = fields.map((_, i) => shown(`v${i}`));
          const members = kind !== "plain" && "struct" in kind
            ? fields.map((one, i) =>
              `(${JSON.stringify(one.name === "type" ? "type_" : one.name)}, ${
                values[i]
              })`
            )
            : values.length === 0
            ? []
            : values.length === 1
            ? [`("value", ${values[0]})`]
            : [`("value", any::Any::List(vec![${values.join(", ")}]))`];
          return `${pattern} => any::Any::variant(${
            JSON.stringify(name)
          }, vec![${members.join(", ")}]),`;
        }).join(" ")
    } _ => any::Any::Null }`
    : objectOf(doc, inner);
  return body === undefined ? undefined : implOfHeld(rust, { held: body });
}

/**
 * An error that is an object of a class: the one that lies in it, or what its
 * fields tell where that is another thread's.
 */
export function instanceCode(
  doc: Rustdoc,
  { rust, item }: ErrorClass,
  number: number,
): string {
  return implOfHeld(rust, {
    held: `any::Any::Instance(${number}, object::lend(self))`,
    plain: objectOf(doc, item.inner) ?? "any::Any::Null",
  });
}

/** What tells what an error holds: each function of the trait with its body. */
function implOfHeld(
  rust: string,
  bodies: Readonly<Record<string, string>>,
): string {
  return `impl any::Held for ${rust} {
    const IS_SEND: bool = object::Threads::<${rust}>::ARE_MANY;
${
    Object.entries(bodies).map(([name, body]) =>
      `    fn ${name}(&self) -> any::Any {
        ${body}
    }
`
    ).join("")
  }}
`;
}

/** A value of any type, as far as it can be told. */
function shown(value: string): string {
  return `(&&&&any::Shown(${value})).shown()`;
}

/** The public fields of a struct. */
function objectOf(
  doc: Rustdoc,
  { struct }: Item["inner"],
): string | undefined {
  const kind = struct?.kind;
  if (kind === undefined || kind === "unit" || !("plain" in kind)) {
    return undefined;
  }
  const fields = kind.plain.fields.flatMap((id) => doc.index[id] ?? [])
    .filter(({ visibility }) => visibility === "public");
  return fields.length === 0
    ? undefined
    : `any::Any::object([${
      fields.map(({ name }) =>
        `(${JSON.stringify(name)}, ${shown(`&self.${identifier(name!)}`)})`
      ).join(", ")
    }])`;
}

/** Values of `serde_json` are anything that JSON could say. */
export const JSON_CODE =
  `fn any_of_json(value: ::serde_json::Value) -> any::Any {
    use ::serde_json::Value;
    match value {
        Value::Null => any::Any::Null,
        Value::Bool(value) => any::Any::Bool(value),
        Value::Number(value) => match (value.as_i64(), value.as_u64()) {
            (Some(value), _) => any::Any::Int(value),
            (_, Some(value)) => any::Any::Uint(value),
            _ => any::Any::Float(value.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(value) => any::Any::Text(value),
        Value::Array(all) => any::Any::List(all.into_iter().map(any_of_json).collect()),
        Value::Object(all) => {
            any::Any::Object(all.into_iter().map(|(key, value)| (key, any_of_json(value))).collect())
        }
    }
}
fn json_of_any(value: any::Any) -> Outcome<::serde_json::Value> {
    use ::serde_json::Value;
    Ok(match value {
        any::Any::Null => Value::Null,
        any::Any::Bool(value) => Value::Bool(value),
        any::Any::Int(value) => value.into(),
        any::Any::Uint(value) => value.into(),
        any::Any::Float(value) => match ::serde_json::Number::from_f64(value) {
            Some(number) => Value::Number(number),
            None => return frame::out_of_range(format!("wanted a number that JSON has, got {value}")),
        },
        any::Any::Text(value) => Value::String(value),
        any::Any::Bytes(all) => all.into(),
        any::Any::List(all) => Value::Array(all.into_iter().map(json_of_any).collect::<Outcome<_>>()?),
        any::Any::Object(all) => Value::Object(
            all.into_iter().map(|(key, value)| Ok((key, json_of_any(value)?))).collect::<Outcome<_>>()?,
        ),
        any::Any::Instance(..) => return frame::wrong("wanted what JSON can say, got an object of a plugin"),
    })
}
impl packet::Give for ::serde_json::Value {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::Give::write(values.into_iter().map(any_of_json).collect::<Vec<_>>(), w);
    }
}
impl packet::Take for ::serde_json::Value {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        <any::Any as packet::Take>::read(r, n)?.into_iter().map(json_of_any).collect()
    }
}
`;
