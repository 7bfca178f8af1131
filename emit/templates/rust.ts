/**
 * `plugin new rust`.
 *
 * @module
 */

import type { Template } from "./template.ts";

/** A project in Rust. */
export const RUST: Template = {
  input: ".",
  sources: ({ name }) => ({
    // With something before it, every name is one that cargo takes.
    "Cargo.toml": `[package]
name = "plugin-${name}"
version = "0.1.0"
edition = "2024"
`,
    "src/lib.rs": `pub static VERSION: u32 = 1;

/// The sum of two numbers.
pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

/// The mean of some values, and an error of none.
pub fn mean(values: &[f64]) -> Result<f64, String> {
    if values.is_empty() {
        return Err("mean of no values".into());
    }
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}
`,
  }),
  host: {
    version: "VERSION",
    add: "add",
    mean: "mean",
    call: (array) => `mean(${array})`,
  },
  ignored: ["target/"],
};
