// plugin build bench/async.c -o build/bench/async.so
#include <stdint.h>

int32_t add(int32_t a, int32_t b) { return a + b; }

// Touches what it was given, and no more.
uint8_t first(uint8_t *bytes) { return ++bytes[0]; }
