/**
 * `plugin new zig`.
 *
 * @module
 */

import { C_HOST, type Template } from "./template.ts";

/** A project in Zig. */
export const ZIG: Template = {
  input: "plugin.zig",
  sources: () => ({
    "plugin.zig": `export const version: u32 = 1;

/// The sum of two numbers.
export fn add(a: i32, b: i32) i32 {
    return a +% b;
}

/// The mean of some values; NaN of none.
export fn mean(values: [*]const f64, count: usize) f64 {
    var sum: f64 = 0;
    for (values[0..count]) |value| sum += value;
    return sum / @as(f64, @floatFromInt(count));
}
`,
  }),
  host: C_HOST,
};
