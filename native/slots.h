/*
 * Functions of C that each know their number: so no code is made at run time to
 * tell one callback from another, which not every system allows.
 */
#ifndef PLUGIN_SLOTS_H
#define PLUGIN_SLOTS_H

/* Those that give integers come first, then those that give floats. */
#define INTEGER_SLOTS 512
#define FLOAT_SLOTS 128

/* So many of something: N stands for a hexadecimal number. */
#define EACH_16(X, N)                                                              \
  X(N##0) X(N##1) X(N##2) X(N##3) X(N##4) X(N##5) X(N##6) X(N##7) X(N##8) X(N##9)  \
  X(N##a) X(N##b) X(N##c) X(N##d) X(N##e) X(N##f)
#define EACH_128(X, A, B, C, D, E, F, G, H)                                        \
  EACH_16(X, A) EACH_16(X, B) EACH_16(X, C) EACH_16(X, D)                          \
  EACH_16(X, E) EACH_16(X, F) EACH_16(X, G) EACH_16(X, H)
#define EACH_512(X)                                                                \
  EACH_128(X, 00, 01, 02, 03, 04, 05, 06, 07)                                      \
  EACH_128(X, 08, 09, 0a, 0b, 0c, 0d, 0e, 0f)                                      \
  EACH_128(X, 10, 11, 12, 13, 14, 15, 16, 17)                                      \
  EACH_128(X, 18, 19, 1a, 1b, 1c, 1d, 1e, 1f)

#endif
