/**
 * `plugin new rust`.
 *
 * @module
 */

import { C_HOST, type Template } from "./template.ts";

/** A project in Rust. */
export const RUST: Template = {
  input: ".",
  sources: ({ name }) => ({
    // With something before it, every name is one that cargo takes.
    "Cargo.toml": `[package]
name = "plugin-${name}"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]
`,
    "src/lib.rs": `#![allow(non_upper_case_globals)]

#[no_mangle]
pub static version: u32 = 1;

/// The sum of two numbers.
#[no_mangle]
pub extern "C" fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// The mean of some values; NaN of none.
///
/// # Safety
///
/// There are \`count\` numbers at \`values\`.
#[no_mangle]
pub unsafe extern "C" fn mean(values: *const f64, count: usize) -> f64 {
    // No slice may be at address 0, however short it is.
    if count == 0 {
        return f64::NAN;
    }
    let values = std::slice::from_raw_parts(values, count);
    values.iter().sum::<f64>() / count as f64
}
`,
  }),
  host: C_HOST,
  ignored: ["target/"],
};
