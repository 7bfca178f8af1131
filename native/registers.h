/*
 * The registers that carry arguments, as parameters of C.
 *
 * A function type that takes every register and some words of the stack calls
 * any function of scalars: one that takes less finds what it takes in its
 * place, and leaves the rest alone. ISO C promises none of this, both ABIs do:
 * arguments are given registers by their class, each class by itself, and the
 * caller clears the stack. So no assembly is needed, and none for each system.
 */
#ifndef PLUGIN_REGISTERS_H
#define PLUGIN_REGISTERS_H

#include <stdint.h>

typedef uint64_t word;

#if defined(__x86_64__)
#define INTEGER_REGISTERS 6
#define INTEGER_TYPES word, word, word, word, word, word
#define INTEGER_PARAMETERS word i0, word i1, word i2, word i3, word i4, word i5
#define INTEGER_NAMES i0, i1, i2, i3, i4, i5
#define INTEGERS_OF(i) i[0], i[1], i[2], i[3], i[4], i[5]
#else
#define INTEGER_REGISTERS 8
#define INTEGER_TYPES word, word, word, word, word, word, word, word
#define INTEGER_PARAMETERS \
  word i0, word i1, word i2, word i3, word i4, word i5, word i6, word i7
#define INTEGER_NAMES i0, i1, i2, i3, i4, i5, i6, i7
#define INTEGERS_OF(i) i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7]
#endif

#define FLOAT_TYPES double, double, double, double, double, double, double, double
#define FLOAT_PARAMETERS \
  double f0, double f1, double f2, double f3, double f4, double f5, double f6, double f7
#define FLOAT_NAMES f0, f1, f2, f3, f4, f5, f6, f7
#define FLOATS_OF(f) f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]

#define STACK_TYPES word, word, word, word, word, word, word, word
#define STACK_OF(s) (s)[0], (s)[1], (s)[2], (s)[3], (s)[4], (s)[5], (s)[6], (s)[7]

/* Calls through another type than the function's are what these files are for. */
#if defined(__clang__) && __clang_major__ >= 17
#define ANY_TYPE __attribute__((no_sanitize("function")))
#else
#define ANY_TYPE
#endif

#endif
