/**
 * `plugin new c` and `plugin new cpp`.
 *
 * @module
 */

import { C_HOST, type Template } from "./template.ts";

/** A project in C. */
export const C: Template = {
  input: "plugin.c",
  sources: () => ({
    "plugin.c": `#include <stddef.h>
#include <stdint.h>

const uint32_t version = 1;

/* The sum of two numbers. */
int32_t add(int32_t a, int32_t b) {
  return (int32_t)((uint32_t)a + (uint32_t)b);
}

/* The mean of some values; NaN of none. */
double mean(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += values[i];
  return sum / (double)count;
}
`,
  }),
  host: C_HOST,
};

/** A project in C++. */
export const CPP: Template = {
  input: "plugin.cpp",
  sources: () => ({
    "plugin.cpp": `#include <cstddef>
#include <cstdint>
#include <numeric>

extern "C" {

extern const std::uint32_t version = 1;

/// The sum of two numbers.
std::int32_t add(std::int32_t a, std::int32_t b) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(a) +
                                   static_cast<std::uint32_t>(b));
}

/// The mean of some values; NaN of none.
double mean(const double *values, std::size_t count) {
  return std::accumulate(values, values + count, 0.0) /
         static_cast<double>(count);
}

}  // extern "C"
`,
  }),
  host: C_HOST,
};
